#ifndef TEDUH_STATISTIC_H
#define TEDUH_STATISTIC_H

#include <stddef.h>
#include <stdint.h>

#include "lib/face.h"
#include "lib/seal.h"

struct buf;
struct err;

/*
 * What stays of a case for the board when the case is erased: a small row,
 * sealed to the desk's report key by who closes the case.  One JSON object
 * and NUL bytes up to STATISTIC_SIZE, so that no length says anything:
 *
 *   {"age":TEXT|null,"areas":[TEXT],"gender":TEXT|null,"hours":N|null,
 *    "language":TEXT|null,"month":202611,"outcome":TEXT|null,"v":1}
 *
 * No id, no name, no day.  Nobody signs it: a signature would say whose case
 * it was.  Whoever can write to the store can therefore add rows (the report
 * key's public half is no secret), and numbers are as honest as the server;
 * but every word is one that may stand in a table.
 */
#define STATISTIC_SIZE		1024
#define STATISTIC_AREAS_MAX	12
#define STATISTIC_BOX_MAX	2048
#define BOX_STATISTIC		"teduh/statistic/v1"	/* "DESK/EPOCH" */

struct statistic {
	int64_t	month;				/* year * 100 + 1..12 */
	char	age[FACE_WORD_MAX + 1];		/* "": not said */
	char	gender[FACE_WORD_MAX + 1];
	char	language[FACE_WORD_MAX + 1];
	char	outcome[FACE_WORD_MAX + 1];	/* the reason of closing */
	int64_t	hours;				/* until the first answer
						   left; -1: none did */
	struct face_words areas;		/* at most .._AREAS_MAX */
};

/* Begun hours of a wait; of a long one begun days. */
#define STATISTIC_HOURS_MAX	(60 * 24)
int64_t	statistic_hours(int64_t seconds);

/*
 * 1 when it may stand in a row: face_word_valid(), and nothing that a
 * spreadsheet would take for a formula or a quote.
 */
int	statistic_word_valid(const char *);
/* The word, or "" when it is none (NULL is none). */
void	statistic_set(char out[FACE_WORD_MAX + 1], const char *word);
/* Left out when it is no word, or one too many. */
void	statistic_add_area(struct statistic *, const char *word);

void	statistic_print(const struct statistic *,
	    unsigned char out[STATISTIC_SIZE]);
/* Strict: 0, or -1 with ERR_INPUT. */
int	statistic_parse(struct statistic *, const void *, size_t len,
	    struct err *);

/* How long every box of this desk and epoch is. */
size_t	statistic_box_size(const char *desk, int64_t epoch);
/* Append the box to *out. 0, or -1 with *e (out is full). */
int	statistic_seal(const struct statistic *,
	    const unsigned char report[SEAL_KEY], const char *desk,
	    int64_t epoch, struct buf *out, struct err *);
/*
 * 0; -1: ERR_DENIED not for this key, desk or epoch, or changed; ERR_INPUT
 * what is inside is no row.
 */
int	statistic_open(struct statistic *, const struct secret *report,
	    const char *desk, int64_t epoch, const void *box, size_t len,
	    struct err *);

#endif
