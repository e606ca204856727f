#ifndef TEDUH_ITEM_H
#define TEDUH_ITEM_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"
#include "lib/wire.h"

struct actor;
struct buf;
struct desk;
struct err;
struct store;

/*
 * Sealed bytes in the store: parts as rows of one chunk each.  An item
 * exists when its head row is committed; chunks without a head are swept.
 */
#define ITEM_PARTS_MAX	1100
#define ITEM_UPLOAD_S	86400	/* how long chunks may wait for their head */

/*
 * Writes sealed parts of one item. Bytes are held until item_out_commit();
 * when more than 4 MiB wait, they are written ahead in transactions of their
 * own (chunks without a head mean nothing).
 */
struct item_out;

struct item_out	*item_out_new(struct store *,
		    const unsigned char item[SEAL_ID]);
/* What was written ahead is deleted unless the item has a head now. */
void		 item_out_free(struct item_out *);
/* Begin part `no`; what follows through item_out_sink() is its bytes. */
void		 item_out_part(struct item_out *, uint32_t no);
/* A seal_sink; ctx is the item_out. */
int		 item_out_sink(void *ctx, const void *, size_t, struct err *);
/* The hash that sealing gave for the part just written. */
void		 item_out_end(struct item_out *,
		    const unsigned char hash[SEAL_HASH]);
/*
 * Several items are to be written in one transaction: what waits of this one
 * is taken off *room, or written ahead when that is too little. 0 or -1.
 */
int		 item_out_fit(struct item_out *, size_t *room, struct err *);
/* Within a transaction: what still waits, and the part rows. */
int		 item_out_commit(struct item_out *, struct err *);
/* Parts so far, for the deposit; owned by the item_out. */
const struct deposit_part *item_out_parts(const struct item_out *, size_t *n);

/*
 * A part that a person uploads: hashed, cut into chunks, stored. Answer
 * {size, hash}. ERR_CONFLICT once the item has a head.
 */
json_t		*item_put(struct desk *, const struct actor *,
		    const char *case_id, const char *item_hex, int64_t part,
		    const void *, size_t len, struct err *);
/* Within a transaction: the item has its head, its chunks stay. */
int		 item_complete(struct store *,
		    const unsigned char item[SEAL_ID], struct err *);
/*
 * Delete chunks that came before this time and never got a head, in small
 * transactions. Number of items, or -1.
 */
int		 item_sweep(struct store *, int64_t before, struct err *);

/*
 * Read a part whole: every chunk to fn in order. access: actor NULL = a role.
 * ERR_GONE when there is none, or it is not for the actor.
 */
int		 item_get(struct desk *, const struct actor *,
		    const unsigned char item[SEAL_ID], uint32_t part,
		    seal_sink *fn, void *ctx, struct err *);

/*
 * Append what the part says to out, opened with the item's key. -1 with
 * ERR_INPUT there is no room for it in out, ERR_DENIED it does not open,
 * ERR_GONE. hash: seal_part_hash() of the sealed part, to be compared with
 * what was signed.
 */
int		 item_open(struct desk *, const struct secret *key,
		    const unsigned char item[SEAL_ID], uint32_t part,
		    struct buf *out, unsigned char hash[SEAL_HASH],
		    struct err *);

/*
 * As item_get(), of a part that is longer than memory: at most ITEM_ROWS_MAX
 * of its rows, from `from` (0 the first) on.  A row has SEAL_CHUNK bytes, the
 * last one of the part perhaps less.
 */
#define ITEM_ROWS_MAX	128		/* 8 MiB */

struct item_rows {
	unsigned char	 item[SEAL_ID];
	uint32_t	 part;
	int64_t		 from;
};

int		 item_get_rows(struct desk *, const struct actor *,
		    const struct item_rows *, seal_sink *fn, void *ctx,
		    struct err *);

#endif
