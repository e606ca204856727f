#ifndef TEDUH_RIPE_H
#define TEDUH_RIPE_H

#include "lib/wire.h"
#include "lib/wish.h"

struct desk;
struct err;
struct row;

/*
 * A case whose day has come, under a wish that somebody signed: it ends only
 * when the signature holds by the newest roster, and what ends it looks at it
 * again within the transaction that does it.
 */
struct ripe {
	char	id[CASE_ID_LEN + 1];
	int	wished;		/* the wish holds, and it is not too early */
	/* As the row says: */
	int			found, whole;
	char			text[WISH_MAX];
	struct wish_signed	is;	/* of text */
};

/*
 * The id in this column; 0, or -1 it is none: such a row is passed over, for
 * what is cut or mended in it would be another case, or nothing that ends.
 */
int	ripe_id(const struct row *, int column, char id[CASE_ID_LEN + 1]);
/* A store_row: id, statement, signer, signature into a ripe. */
int	ripe_row(void *ripe, const struct row *, struct err *);

struct ripe_way {
	/* The next one, into what begins with this ripe. 1, 0 none, -1. */
	int		(*find)(struct desk *, struct ripe *, struct err *);
	/*
	 * Within the transaction: 1, 2 it was not wished and is kept, more as
	 * it likes, -1.
	 */
	int		(*end)(struct desk *, struct ripe *, struct err *);
	const char	*before, *after;	/* crash points */
};

/*
 * End the next one, or refuse it and raise the alarm "erasure-refused". What
 * find or end said.
 */
int	ripe_end(struct desk *, const struct ripe_way *, struct ripe *,
	    struct err *);

#endif
