#ifndef TEDUH_TOOLS_CLOSINGS_H
#define TEDUH_TOOLS_CLOSINGS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct casefile;
struct err;
struct session;

/*
 * What stays of closed cases for the board (lib/statistic.h): the row that a
 * closing brings, and all rows of a month, opened.
 */

/*
 * {epoch, box} for this case, closed now for this reason (NULL: none), sealed
 * to the desk's present report key; null where the desk has none.  Age group
 * and gender are what a form said last; areas what was ticked in forms, or,
 * where nobody ticked any, what the rules found.  Only letters that verify
 * count.  When the first answer left is what the service says. NULL with *e.
 */
json_t	*closings_row(struct session *, const struct casefile *,
	    const char *reason, struct err *);

/*
 * *list: [{desk, age, areas:[WORD], outcome, hours: N|null}] of the cases
 * that were closed in this month (202611), of every desk that this person
 * supervises; a word that was not said is "".  *ignored: rows that this
 * person's keys do not open, that are no rows, or came twice; of which month
 * they are nobody knows. 0, or -1 with *e.
 */
int	closings_month(struct session *, int64_t month, json_t **list,
	    size_t *ignored, struct err *);

#endif
