#ifndef TEDUH_DRAFT_H
#define TEDUH_DRAFT_H

#include <jansson.h>
#include <stdint.h>

struct actor;
struct desk;
struct err;

/*
 * Drafts and their review (design: "Draft", shapes: doc/api.md).  The server
 * cannot read a draft; it keeps who may do what when, and post checks all of
 * it again from the signatures.  Each function opens its own transaction,
 * stores the nonce, writes the audit, and answers with the DRAFT.
 */
json_t	*draft_save(struct desk *, const struct actor *, const char *case_id,
	    const json_t *body, struct err *);
json_t	*draft_submit(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const json_t *body,
	    struct err *);
json_t	*draft_approve(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const json_t *body,
	    struct err *);
json_t	*draft_return(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const json_t *body,
	    struct err *);
/*
 * How an answer ends otherwise; all by its author or a supervisor of the
 * desk. discard: open, submitted or returned, its sealed bytes are deleted.
 * undo: approved and still held, it is open again and nothing of it leaves.
 * settle {note}: a human has looked at a letter of which nobody knows whether
 * it was sent, after its one repeat; or one that was blocked or refused shall
 * not go.
 */
json_t	*draft_discard(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, struct err *);
json_t	*draft_undo(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, struct err *);
json_t	*draft_settle(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const json_t *body,
	    struct err *);
/*
 * Go on with a colleague's draft that is open or returned, of a case that
 * nobody else holds; {note} says why.
 */
json_t	*draft_adopt(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const json_t *body,
	    struct err *);
/*
 * In a crisis: the author's letter leaves at once, and a supervisor signs it
 * afterwards. crisis: body as of submit, with {note}; second {letter,
 * signature}.
 */
json_t	*draft_crisis(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const json_t *body,
	    struct err *);
json_t	*draft_second(struct desk *, const struct actor *,
	    const char *case_id, int64_t no, const json_t *body,
	    struct err *);
/* GET /v1/drafts */
json_t	*draft_list(struct desk *, const struct actor *, struct err *);

#endif
