#ifndef TEDUH_FACE_H
#define TEDUH_FACE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/roster.h"
#include "lib/wire.h"

struct err;

/*
 * The case's own part of its face: what staff wrote on it so that the queue
 * can show it.  One JSON object, signed with PURPOSE_FACE by who wrote it,
 * sealed to the case like a note:
 *
 *   {"v":1,"case":ID,"author":NAME,"at":N,"fence":N,"revision":N,
 *    "tags":[TEXT],"areas":[TEXT],"summary":TEXT|null,"reason":TEXT}
 *
 * reason is a word, why the case was closed last; absent while nobody said.
 * Tags and areas are sorted by their bytes, none twice.  fence is that of the
 * case's claim when it was written, revision counts from 1: of two the one
 * with the newer fence holds, then the one with the higher revision.
 */
#define FACE_WORDS_MAX		24	/* tags, and areas */
#define FACE_WORD_MAX		40	/* bytes of one */
#define FACE_SUMMARY_MAX	2000	/* bytes */

struct face_words {
	char	words[FACE_WORDS_MAX][FACE_WORD_MAX + 1];
	size_t	n;
};

struct face {
	char	case_id[CASE_ID_LEN + 1];
	char	author[ROSTER_NAME_MAX + 1];
	int64_t	at, fence, revision;
	struct face_words tags, areas;
	char	summary[FACE_SUMMARY_MAX + 1];	/* "": none */
	char	reason[FACE_WORD_MAX + 1];	/* "": none */
};

/*
 * 1 if it may be a tag: one line of 2 to FACE_WORD_MAX bytes without spaces
 * and commas, that begins with neither + nor -.
 */
int	face_word_valid(const char *);
/* 0, also when it is there; -1 when there is no room, or it is not valid. */
int	face_word_add(struct face_words *, const char *);
/* 0, or -1 when it is not there. */
int	face_word_remove(struct face_words *, const char *);
/* 1 when both hold the same. */
int	face_words_equal(const struct face_words *, const struct face_words *);

/* The caller frees. */
char	*face_print(const struct face *, size_t *len);
/* 0, or -1 with ERR_INPUT. */
int	face_parse(struct face *, const void *, size_t len, struct err *);

#endif
