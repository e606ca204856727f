#ifndef TEDUH_TESTS_WORDS_KIT_H
#define TEDUH_TESTS_WORDS_KIT_H

struct word_list;

/* The shipped list of a language: $srcdir/config/words/LANGUAGE.txt. */
struct word_list *words_kit_list(const char *language);

#endif
