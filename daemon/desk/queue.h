#ifndef TEDUH_QUEUE_H
#define TEDUH_QUEUE_H

#include <jansson.h>
#include <stdint.h>

#include "lib/wire.h"

struct actor;
struct desk;
struct err;

/*
 * Who waits, by urgency, then due, of all desks of a person together, in
 * pages: so a queue may be as long as it is.
 */
#define QUEUE_PAGE	1000

/* A place in the queue, the page's last row; urgency -1: from the top. */
struct queue_place {
	int64_t	urgency, due, created;
	char	id[CASE_ID_LEN + 1];
};

/*
 * Within a transaction: the rows behind a place, QUEUE_PAGE at most, in order,
 * with their columns alone; *place becomes the last one's. *more: there are
 * others behind it. The caller decrefs. NULL with *e.
 */
json_t	*queue_rows(struct desk *, const struct actor *,
	    struct queue_place *place, int *more, struct err *);
/* GET /v1/queue, behind a place; NULL: from the top. NULL with *e. */
json_t	*queue_page(struct desk *, const struct actor *,
	    const struct queue_place *, struct err *);

#endif
