#ifndef TEDUH_CASEWORK_H
#define TEDUH_CASEWORK_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * What staff does with a case besides answering it.  All are POST requests
 * of a reader of its desk (bodies: doc/api.md), one transaction each, and
 * answer with the CASE as it is then.  A case that a colleague has claimed is
 * theirs to close, to open again and to tag (ERR_CONFLICT names who); notes
 * are everybody's, as the urgency is (desk/urgency.h), so that nobody has to
 * wait with a warning.
 */

/* {note} */
json_t	*casework_note(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/*
 * {note|null, statistic|null}. ERR_CONFLICT when it is closed, when a draft
 * waits or while an answer is on its way; the sentence says which.
 */
json_t	*casework_close(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/*
 * 0 when no answer is being written or under way, else -1 ERR_CONFLICT with
 * the sentence that says which.
 */
int	 casework_idle(struct desk *, const char *id, struct err *);
/* {note|null}, of a closed or answered case: it waits again. */
json_t	*casework_reopen(struct desk *, const struct actor *,
	    const char *id, const json_t *body, struct err *);
/*
 * {}: the actor is about to copy the case out of Teduh. Nothing of it
 * changes; colleagues see it among its events.
 */
json_t	*casework_export(struct desk *, const struct actor *,
	    const char *id, const json_t *body, struct err *);
/*
 * {fence, revision, face: WRITTEN}: the case's face (lib/face.h), sealed.
 * Taken only under the present fence and with the revision behind the one
 * that is there; ERR_CONFLICT otherwise, and the CLI reads it anew.
 */
json_t	*casework_face(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);

#endif
