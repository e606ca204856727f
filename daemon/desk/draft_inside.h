#ifndef TEDUH_DRAFT_INSIDE_H
#define TEDUH_DRAFT_INSIDE_H

#include "daemon/desk/draft.h"
#include "lib/roster.h"
#include "lib/seal.h"

/*
 * Between draft.c, where an answer goes on, and draft_end.c, where it ends.
 * All but the answer are used within a transaction.
 */
struct draft {
	char		state[16];
	char		author[ROSTER_NAME_MAX + 1];
	int64_t		participant, revision;
	unsigned char	item[SEAL_ID], letter[SEAL_ID];
	int		has_letter;
};

/* The draft, if the actor may see its case. 0 or -1. */
int	draft_load(struct desk *, const struct actor *, const char *case_id,
	    int64_t no, struct draft *, struct err *);
/* 0 if the actor is a supervisor of the case's desk, else ERR_DENIED. */
int	draft_may_review(struct desk *, const struct actor *,
	    const char *case_id, struct err *);
/* ERR_CONFLICT: it is in this state and not in that; always -1. */
int	draft_wrong_state(const char *case_id, int64_t no, const char *state,
	    const char *wanted, struct err *);
/* An approved draft whose letter was blocked or refused is open again. */
int	draft_reopen(struct desk *, const char *case_id, int64_t no,
	    const struct draft *, struct err *);
/* Drop the letter that was submitted, unless it was approved once. */
int	draft_drop_letter(struct desk *, const struct draft *, struct err *);
int	draft_audit(struct desk *, const struct actor *, const char *action,
	    const char *case_id, int64_t no, struct err *);
/*
 * When a letter of the case leaves that is approved now: behind the time in
 * which it may still be called back, and behind the quiet hours unless the
 * case is a crisis. 0 or -1.
 */
int	draft_leave_at(struct desk *, const char *case_id, int64_t now,
	    int64_t *leave_at, struct err *);
/* The DRAFT as it is. */
json_t	*draft_answer(struct desk *, const char *case_id, int64_t no,
	    struct err *);

#endif
