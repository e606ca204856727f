#ifndef TEDUH_TAKE_H
#define TEDUH_TAKE_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/intake/imap.h"

struct arrival;
struct desk;
struct err;
struct folder;
struct reader;

/*
 * Taking letters: each is fetched, read and durable when it counts as taken.
 * The server is told of nothing here.
 *
 * Errors as folder_pass(); ERR_GONE of take_one(): the server no longer has
 * it, and the session lives on.
 */
#define TAKE_MAX	((int64_t)256 * 1024 * 1024)	/* bytes, kept whole */

/* A letter asked for by itself, however odd it is. */
int	take_one(struct folder *, struct imap *, const struct imap_mail *,
	    struct err *);

/* Letters of which nothing odd is known, asked for together. */
struct take_batch {
	struct imap_mail mails[IMAP_BATCH];
	size_t		 n;
	int64_t		 came[IMAP_BATCH];	/* bytes; -1: it did not */
	unsigned char	 taken[IMAP_BATCH];
};

/* True when this one may go with those that are in the batch. */
int	take_fits(const struct folder *, const struct take_batch *,
	    const struct imap_mail *);
/* What is odd is left for take_one(). */
int	take_batch(struct folder *, struct imap *, struct take_batch *,
	    struct err *);
/*
 * True when the batch took this one. When it came and was not as long as the
 * server had said, the folder remembers it, so that the same length from
 * take_one() is believed.
 */
int	take_was(struct folder *, const struct take_batch *, int64_t uid);

/* Read and deposit bytes at hand: for these and for listen.c. */
int	take_bytes(struct desk *, struct reader *, struct arrival *,
	    char case_id[], const char **result, struct err *);

#endif
