#ifndef TEDUH_AUDIT_ACTION_H
#define TEDUH_AUDIT_ACTION_H

struct audit_entry;
struct request_facts;

/*
 * Which request an action of a person is asked for with.  An audit entry
 * stands on the signature of its request; so it may say no more than that
 * request did: this method, this path, with the entry's case and draft in it.
 *
 * Every action that people bring about has a row; audit_add() refuses what
 * has none.
 */
enum audit_by {
	AUDIT_PERSON,		/* a key that is or was somebody's */
	AUDIT_FOUNDER,		/* the founder code's, in the first entry */
	AUDIT_INVITED		/* an invitation's, once */
};

struct audit_action {
	const char	*action, *method;
	const char	*pattern;	/* {case} {n} are segments */
	enum audit_by	 by;
};

/* NULL: there is none. */
const struct audit_action *audit_action_find(const char *action);
/*
 * 1 when the entry says what its request asked: the path names its case, and
 * {n} behind drafts its detail "dN". 0.
 */
int	audit_action_fits(const struct audit_action *,
	    const struct audit_entry *, const struct request_facts *);

#endif
