#ifndef TEDUH_WORD_LIST_H
#define TEDUH_WORD_LIST_H

#include <stddef.h>
#include <stdint.h>

struct err;

/*
 * A list of words that are digits of a number: config/words has one per
 * language, and the n-th word of it, counted from 0, is the digit n.
 *
 * Words are compared plain: in small letters and without marks, so that a
 * word may be typed on a keyboard that has no marks.  A list is read only
 * after it is made, and needs no bytes of its file any more.
 */
#define WORD_LIST_LEN	7776	/* words of a list */
#define WORD_LIST_MIN	4	/* letters of a word */
#define WORD_LIST_MAX	8
/* Bytes of a list at most. */
#define WORD_LIST_BYTES	((size_t)WORD_LIST_LEN * (4 * WORD_LIST_MAX + 1))

struct word_list;

/*
 * The bytes of a file: WORD_LIST_LEN lines of one word each, no two alike
 * when plain. name is what errors and word_list_name() call it: "en".
 * NULL with ERR_INPUT, which names the line.
 */
struct word_list *word_list_new(const char *name, const void *, size_t len,
		    struct err *);
void		 word_list_free(struct word_list *);	/* NULL is fine */
const char	*word_list_name(const struct word_list *);

/* The word for a digit below WORD_LIST_LEN, as it stands in the file. */
const char	*word_list_word(const struct word_list *, unsigned int digit);
/* The digit of a plain word; -1 when it is not in the list. */
int		 word_list_find(const struct word_list *, const char *plain);

/*
 * What a character is for a word: its letter 'a' to 'z' without marks, a
 * digit '0' to '9' of any script, or one of these.
 */
enum word_list_kind {
	WORD_LIST_BREAK = 0,	/* stands between words */
	WORD_LIST_NOTHING = 1,	/* a mark, a soft hyphen: as if not there */
	WORD_LIST_OTHER = 2	/* a letter that no word has */
};
int		 word_list_plain(uint32_t character);

#endif
