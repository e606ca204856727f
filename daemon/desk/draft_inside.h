#ifndef TEDUH_DRAFT_INSIDE_H
#define TEDUH_DRAFT_INSIDE_H

#include "daemon/desk/draft.h"
#include "lib/roster.h"
#include "lib/seal.h"

/*
 * Between draft.c, where an answer goes on, draft_end.c, where it ends, and
 * draft_adopt.c, where somebody else goes on with it, and draft_crisis.c,
 * where it leaves before it was reviewed.
 * All but the answer are used within a transaction.
 */
struct draft {
	char		state[16];
	char		author[ROSTER_NAME_MAX + 1];
	int64_t		participant, revision;
	unsigned char	item[SEAL_ID], letter[SEAL_ID];
	int		has_letter;
	int		crisis;		/* it leaves at once */
};

/* The draft, if the actor may see its case. 0 or -1. */
int	draft_load(struct desk *, const struct actor *, const char *case_id,
	    int64_t no, struct draft *, struct err *);
/* 0 if it is the actor's, else ERR_DENIED. */
int	draft_own(const struct draft *, const struct actor *, struct err *);
/* The desk of a case. 0 or -1. */
int	draft_desk(struct desk *, const char *case_id,
	    char name[ROSTER_NAME_MAX + 1], struct err *);
/* 0 if the actor wrote nothing of it, or may approve that, else ERR_DENIED. */
int	draft_not_author(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const struct draft *,
	    struct err *);
/*
 * The letter gets its place in the case; post may open it, and whoever
 * fetches it with a code. approver: NULL when there is none. 0 or -1.
 */
int	draft_release(struct desk *, const char *case_id, int64_t no,
	    const struct draft *, const json_t *body,
	    const struct request_proof *approver,
	    const unsigned char *approval, struct err *);
/* 0 if the actor is a supervisor of the case's desk, else ERR_DENIED. */
int	draft_may_review(struct desk *, const struct actor *,
	    const char *case_id, struct err *);
/* ERR_CONFLICT: it is in this state and not in that; always -1. */
int	draft_wrong_state(const char *case_id, int64_t no, const char *state,
	    const char *wanted, struct err *);
/* 0 if the actor did not write on it before a colleague adopted it, or -1. */
int	draft_not_former(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, struct err *);
/* An approved draft whose letter was blocked or refused is open again. */
int	draft_reopen(struct desk *, const char *case_id, int64_t no,
	    const struct draft *, struct err *);
int	draft_audit(struct desk *, const struct actor *, const char *action,
	    const char *case_id, int64_t no, struct err *);
/*
 * When a letter of the case leaves that is approved now: behind the time in
 * which it may still be called back, and behind the quiet hours unless the
 * case is a crisis. 0 or -1.
 */
int	draft_leave_at(struct desk *, const char *case_id, int64_t now,
	    int64_t *leave_at, struct err *);
/*
 * A change of a draft that somebody asks for, whole or not at all: `within`
 * runs in a transaction, as the actor that the newest roster knows. The DRAFT
 * as it is then, or NULL.
 */
struct draft_change {
	const char	*case_id;
	int64_t		 no;
	const json_t	*body;
	int		(*within)(struct desk *, const struct actor *,
			    const char *case_id, int64_t no,
			    const json_t *body, struct err *);
	const char	*before, *after;	/* crash points */
};
json_t	*draft_change(struct desk *, const struct actor *,
	    const struct draft_change *, struct err *);
/* The DRAFT as it is. */
json_t	*draft_answer(struct desk *, const char *case_id, int64_t no,
	    struct err *);

#endif
