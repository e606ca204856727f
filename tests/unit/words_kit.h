#ifndef TEDUH_TESTS_WORDS_KIT_H
#define TEDUH_TESTS_WORDS_KIT_H

struct word_list;

/* The shipped list of a language: $srcdir/config/words/LANGUAGE.txt. */
struct word_list *words_kit_list(const char *language);

/* All three of them, NULL at the end, between group setup and teardown. */
enum { EN, ET, ID, WORDS_KIT_LISTS };
extern struct word_list *kit_lists[WORDS_KIT_LISTS + 1];
const struct word_list *const *kit_all(void);
int	kit_lists_begin(void **state);
int	kit_lists_end(void **state);

#endif
