#ifndef TEDUH_SEEKER_H
#define TEDUH_SEEKER_H

#include <jansson.h>
#include <stdint.h>

#include "lib/seal.h"

struct actor;
struct desk;
struct err;

/*
 * Letters that the person opens with a return code.  The staff's command line
 * seals the key of an approved answer to the seeker's key that role web
 * signed; here it is only asked whether that is the one of this strand.  All
 * within a transaction.
 */

/*
 * body's "seeker": {key: HEX, box: BOX}, absent or null where the person has
 * no code.  0; -1: ERR_INPUT, ERR_CONFLICT it is another key.
 */
int	seeker_grant(struct desk *, const char *case_id, int64_t participant,
	    const unsigned char item[SEAL_ID], const json_t *body,
	    struct err *);
/*
 * A case_fn (daemon/desk/case.h): grants of what is older than the code, by
 * who has the case open; body {grants:[{item, seeker: {key, box}}, ...]}.
 * One that is there already is no error.
 */
#define SEEKER_OLDER_MAX	100
int	seeker_grant_older(struct desk *, const struct actor *,
	    const char *case_id, const json_t *body, struct err *);
/* A letter that does not go after all is nobody's to open, nor told of. */
int	seeker_revoke(struct desk *, const unsigned char item[SEAL_ID],
	    struct err *);
/* 1 when the person can open it, 0, -1. */
int	seeker_can_open(struct desk *, const unsigned char item[SEAL_ID],
	    struct err *);

#endif
