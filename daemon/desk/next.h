#ifndef TEDUH_NEXT_H
#define TEDUH_NEXT_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * Whom this person could help next: the first of the queue that nobody works
 * on and that is for them.  It goes by urgency, then due; what leaves a case to
 * somebody else is never more than a preference, and at urgency 2 and above
 * only the language is one:
 *
 *   own counsellor	who answered the writer last has the first right for
 *			a while (the desk's first_right), or who stands in
 *   language		a letter in a language that the person does not read
 *			and a colleague who is here does
 *   pause		below urgency 2
 *   caps		so many cases in hand; never at urgency 3
 *
 * GET /v1/next: {now, cases: [CASE], away, cap, left: {with, own, language,
 * paused, cap}}; cases: the first, and those behind it of the same urgency, so
 * that the CLI may look for the person's own areas. Nothing is claimed by
 * looking. NULL with *e.
 */
#define NEXT_MAX	8

json_t	*next_case(struct desk *, const struct actor *, struct err *);

#endif
