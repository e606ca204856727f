#ifndef TEDUH_TESTS_HELPER_KIT_H
#define TEDUH_TESTS_HELPER_KIT_H

/*
 * For programs that play the reader's helper (desk/reading_frame.h): the
 * descriptor of the next letter, that came over descriptor 0; -1 at the end.
 */
int	helper_kit_letter(void);

#endif
