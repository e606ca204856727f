#ifndef TEDUH_DESK_H
#define TEDUH_DESK_H

#include <stdint.h>

#include "lib/roster.h"
#include "lib/seal.h"
#include "lib/signature.h"

struct config;
struct config_rules;
struct err;
struct request_proof;
struct secrets;
struct store;

/*
 * What a role has in hand when it does anything: its store, its view of the
 * configuration and the roster, and, where it holds them, pepper and signing
 * key.  api has neither: its actor is the person whose request it carries.
 */
struct desk {
	struct store		*store;
	const struct config	*config;
	struct roster		*roster;	/* kept by desk_refresh() */
	unsigned char		 pin[SEAL_HASH];
	int			 has_pin;
	const struct secret	*pepper;	/* NULL in api, clock */
	const struct signer	*signer;	/* NULL in api */
	const char		*role;		/* "intake", "post", "api" */
	struct signer		*own;		/* desk_close() frees it */
	const struct config_rules *rules;	/* of triage; NULL: none */
};

/*
 * Open the store and take from a role's secrets (daemon/secrets.h) what is
 * for the desk: pin, pepper and ROLE.key.  needs: which of them must be
 * there, else ERR_BUG; the store's errors are those of store_open().  role,
 * config and secrets stay the caller's and must last as long.  Close it also
 * after -1.
 */
#define DESK_PIN	1
#define DESK_PEPPER	2
#define DESK_KEY	4
int	desk_open(struct desk *, const char *role, const struct config *,
	    const struct secrets *, int needs, struct err *);
void	desk_close(struct desk *);

/*
 * Read what is new of the roster. -1 with ERR_DENIED when it does not chain
 * to the pin, or is older than the one that was seen before (the highest
 * sequence and head are remembered in DATA/state/roster).
 */
int	desk_refresh(struct desk *, struct err *);

/* Who does it: a person by a signed request, or the role by its key. */
struct actor {
	const struct roster_person *person;	/* NULL: the role itself */
	const struct request_proof *proof;	/* with person */
};

/*
 * Keyed hashes under sub-keys of the pepper; they are all that the store
 * knows of an address.  address: any spelling; check: the exact one.
 */
int	desk_hash_address(const struct desk *, const char *address,
	    unsigned char out[SEAL_HASH], struct err *);
void	desk_hash_check(const struct desk *, const char *case_id,
	    int64_t participant, const char *address,
	    unsigned char out[SEAL_HASH]);
/* kind: "reply", "message-id", "return-path", "recall". */
void	desk_hash_token(const struct desk *, const char *kind,
	    const char *token, unsigned char out[SEAL_HASH]);
void	desk_hash_body(const struct desk *, const void *, size_t len,
	    unsigned char out[SEAL_HASH]);
/* The same piece by piece. */
struct seal_hashing *desk_hash_body_begin(const struct desk *);
/* The reply token that the page of a strand offers who has no address. */
#define DESK_MAILTO	16
void	desk_mailto_token(const struct desk *, const char *case_id,
	    int64_t participant, char out[DESK_MAILTO + 1]);
/* The token of a mail's link, and what a code made with it is made of. */
#define DESK_ONCE	26
void	desk_once_token(const struct desk *, const unsigned char id[SEAL_ID],
	    char out[DESK_ONCE + 1]);
void	desk_once_random(const struct desk *, const char *token,
	    unsigned char out[SEAL_HASH]);
/* Of a form's random bytes, to know it again. */
void	desk_hash_form(const struct desk *, const void *, size_t len,
	    unsigned char out[SEAL_HASH]);

#endif
