#ifndef TEDUH_DEPOSIT_FIND_H
#define TEDUH_DEPOSIT_FIND_H

#include <stdint.h>

#include "daemon/desk/bounce.h"
#include "lib/wire.h"

struct arrival;
struct desk;
struct err;

/*
 * Where a letter belongs, and the case's row: the parts of deposit.c that
 * ask the store.
 */
struct deposit_place {
	int		joins;		/* else a new case, that begins */
	char		flags[32];	/* with these, and may belong to */
	char		link[CASE_ID_LEN + 1];	/* this one ("": none) */
	const char	*link_kind;	/* "token" or "proposal" */
	char		case_id[CASE_ID_LEN + 1];
	int64_t		epoch, participant;
	unsigned char	case_key[SEAL_KEY];
	unsigned char	address[SEAL_HASH];	/* of who wrote; zeros: none */
	int		coded;		/* joins, and who wrote has a code: */
	unsigned char	seeker[SEAL_KEY];	/* its key, signed by web */
	char		mode[16];	/* joins: how he wants to be answered */
	int		moves;		/* had no address until now */
	int		reports;	/* a machine's about ours; then */
	struct bounce	bounce;
};

/*
 * 1 and *place filled (reports, participant 0) when a machine reports about a
 * letter of ours; 0; -1.
 */
int	deposit_report(struct desk *, const struct arrival *,
	    struct deposit_place *, struct err *);
/*
 * Fill *place: address always; joins, case, key and participant when a token
 * or a reference of ours came from the participant's own address and the
 * case's deposits hold, or when the address floods us and its flood has a
 * case.  Who came by form and has no address has that of the first mail with
 * his token that our own server proves.  Else flags and link of the new case.
 * 0 or -1.
 */
int	deposit_find(struct desk *, const struct arrival *, const char *from,
	    struct deposit_place *, struct err *);
/* 1 when this mailbox brought the same bytes before; the case they made. */
int	deposit_seen(struct desk *, const struct arrival *,
	    const unsigned char body[SEAL_HASH],
	    char case_id[CASE_ID_LEN + 1], struct err *);

/* Within a transaction. The next seq and the newest deposit's hash. */
int	deposit_case_head(struct desk *, const char *case_id, int64_t *seq,
	    unsigned char prev[SEAL_HASH], struct err *);
/* Within a transaction: the case waits, and names its newest deposit. */
int	deposit_case_grow(struct desk *, const struct deposit *,
	    const unsigned char hash[SEAL_HASH], int joins, int unreadable,
	    struct err *);

#endif
