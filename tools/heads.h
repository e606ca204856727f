#ifndef TEDUH_TOOLS_HEADS_H
#define TEDUH_TOOLS_HEADS_H

#include <jansson.h>
#include <stdint.h>

#include "lib/seal.h"

struct audit_chain;
struct err;
struct session;

/*
 * Newest entries of the service's audit chain as this machine saw them, each
 * with how long the list of staff was.  A supervisor's every command notes
 * one; `audit verify` asks for all of them, and keeps the newest that held.
 */
#define HEADS_MAX	256

/*
 * What the service says its newest entry is ({seq, hash}; anything else is no
 * news).  1 when it is older or another than was seen before, and no restore
 * was accepted since; 0.
 */
int	heads_note(struct session *, const json_t *head);
/*
 * Ask them of the chain.  *restored: how many were seen before a restore that
 * a supervisor has signed for since, and are not asked.
 */
void	heads_ask(const struct session *, struct audit_chain *,
	    int64_t *restored);
/* This one held, and stands for all before. 0 or -1. */
int	heads_held(const struct session *, int64_t seq,
	    const unsigned char hash[SEAL_HASH], struct err *);

#endif
