#ifndef TEDUH_LOOKED_H
#define TEDUH_LOOKED_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * Who reads a case without holding its claim says why first: a word, which
 * stands in the audit; a colleague who holds the case sees it among its
 * events, but for a review and a search.  It is good for LOOKED_S; until then
 * the case's sealed bytes are given.
 *
 *   look     to see how it stands        review   a draft of it
 *   note     a note in the case says     search   words in all cases
 *   export   to copy it out              work     to change something
 */
#define LOOKED_S	(12 * 3600)

/* body: {why: WORD}. An empty object, or NULL with *e. */
json_t	*looked_say(struct desk *, const struct actor *, const char *case_id,
	    const json_t *body, struct err *);
/*
 * For a search, whose request says so itself.  *now: who asks, as the roster
 * stands then. 0 or -1.
 */
int	looked_search(struct desk *, const struct actor *, struct actor *now,
	    const char *case_id, struct err *);
/*
 * Into the CASE: `readable`, whether the bytes are given without saying why
 * now, for the next minutes. 0 or -1.
 */
int	looked_add(struct desk *, const struct actor *, json_t *object,
	    struct err *);
/*
 * Within a transaction, when somebody takes the case: others say anew that
 * they read it, and then it is seen who does. 0 or -1.
 */
int	looked_forget(struct desk *, const char *case_id, struct err *);
/* 0: holds it, or has said why; -1 with ERR_CONFLICT. */
int	looked_check(struct desk *, const struct actor *, const char *case_id,
	    struct err *);

#endif
