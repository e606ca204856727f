#ifndef TEDUH_WRITTEN_H
#define TEDUH_WRITTEN_H

#include <jansson.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/seal.h"
#include "lib/signature.h"

struct actor;
struct desk;
struct err;

/*
 * What staff wrote: an item whose parts were uploaded before, its author's
 * signature over the plain document, and the grant to the case key.
 */
struct written {
	unsigned char	item[SEAL_ID];
	unsigned char	signature[SIGN_LEN];
	int64_t		epoch;
	struct buf	box;
};

/* From {item, signature, grant: {epoch, box}}. Free it also after -1. */
int	written_parse(struct written *, const json_t *, struct err *);
void	written_free(struct written *);
/*
 * Within a transaction: head row and grant. seq 0: none yet (a draft, a
 * letter before its approval). participant 0: none (a note).
 */
int	written_add(struct desk *, const struct actor *,
	    const struct written *, const char *case_id, const char *kind,
	    int64_t seq, int64_t participant, struct err *);
/*
 * Within a transaction: the note that stands in body as "note" gets the next
 * place in the case. 0 or -1.
 */
int	written_note(struct desk *, const struct actor *,
	    const char *case_id, const json_t *body, struct err *);
/* The same where body may have none: absent or null. */
int	written_note_opt(struct desk *, const struct actor *,
	    const char *case_id, const json_t *body, struct err *);
/* Within a transaction: a draft's item and everything of it is deleted. */
int	written_drop(struct desk *, const unsigned char item[SEAL_ID],
	    struct err *);

#endif
