#ifndef TEDUH_PROVIDER_H
#define TEDUH_PROVIDER_H

#include <jansson.h>
#include <stdint.h>

struct err;
struct store;

/*
 * What the mail provider keeps of our envelopes, as `teduh-admin drill
 * bounce` found it last; what was never tried counts as kept.
 */

/*
 * Findings (daemon/probe.h) that are such facts become rows, the last one
 * wins. 0 or -1.
 */
int	provider_keep(struct store *, const json_t *findings, struct err *);
/* 1 when the relay takes no mail without a sender; 0; -1. */
int	provider_refuses_null_sender(struct store *, struct err *);

/* Letters of the service to itself, automatic mails that answer one. */
struct provider_counts {
	int64_t	letters, automatic;
};
int	provider_count(struct store *, struct provider_counts *,
	    struct err *);

#endif
