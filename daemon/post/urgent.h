#ifndef TEDUH_POST_URGENT_H
#define TEDUH_POST_URGENT_H

#include <stdint.h>

#include "daemon/desk/delivery.h"

struct desk;
struct err;
struct letter;

/*
 * Of a crisis letter, how urgent its case is by what people and roles have
 * signed (desk/urgency.h); 0 of any other letter, and when the case's deposits
 * do not hold. 0 or -1.
 */
int	urgent_of(struct desk *, const struct delivery *,
	    const struct letter *, int64_t *urgency, struct err *);

#endif
