#ifndef TEDUH_DELIVERY_H
#define TEDUH_DELIVERY_H

#include <stdint.h>

#include "lib/seal.h"
#include "lib/signature.h"
#include "lib/wire.h"

struct buf;
struct desk;
struct err;
struct publication;

/*
 * Deliveries as post works them (design: "Delivery").  Each function that
 * changes is one transaction with its audit entry; due times are compared
 * here, there is no clock needed.
 */
#define DELIVERY_RETRY_FIRST_S	1800		/* then doubling */
#define DELIVERY_GIVE_UP_S	(4 * 86400)
#define DELIVERY_UNKNOWN_S	900		/* before the one repeat */
#define DELIVERY_BOUNCE_S	(7 * 86400)	/* how long one may come back */

struct delivery {
	unsigned char	item[SEAL_ID];
	char		case_id[CASE_ID_LEN + 1];
	char		desk[40];
	int64_t		draft, participant;
	int64_t		attempts, first_at;
	int		repeated;		/* this is the one repeat */
	unsigned char	signer[SIGN_PUBLIC], signature[SIGN_LEN];
	unsigned char	approver[SIGN_PUBLIC], approval[SIGN_LEN];
	int		has_approval;
};

/*
 * Take the next delivery whose time has come for this worker: held, deferred
 * and unknown ones become due when their time is over, a due one becomes
 * sending (C6). One whose desk has quiet hours stays what it is until they
 * are over (desk/quiet.h). 1 with *d filled, 0 when there is nothing, -1.
 */
int	delivery_take(struct desk *, const char *worker, struct delivery *,
	    struct err *);
/* The same of those alone that need no relay: they are published here. */
int	delivery_take_here(struct desk *, const char *worker,
	    struct delivery *, struct err *);
/*
 * At the start of a worker: its own `sending` rows go to due without dot_at,
 * to unknown with it; worker "1" also takes those of workers that are no
 * longer configured. Number of rows, or -1.
 */
int	delivery_recover(struct desk *, const char *worker, struct err *);

/* The postman's grant of the item (a box), or -1 ERR_GONE. */
int	delivery_grant(struct desk *, const struct delivery *, struct buf *,
	    struct err *);

/*
 * What the case says now, for the checks: the newest signed participant row
 * of the case's deposits (address check and mode) and whether a letter came
 * after a deposit. See post/check.c.
 */
struct delivery_facts {
	int		has_participant;
	unsigned char	check[SEAL_HASH];	/* role-signed */
	char		mode[16];		/* newest role-signed */
	int		has_seeker;	/* role web made a code of this one */
	int		later_letter;	/* after the deposit last read */
	int		last_read_known;
};
int	delivery_facts(struct desk *, const struct delivery *,
	    const unsigned char last_read[SEAL_HASH],
	    struct delivery_facts *, struct err *);

/* Remember our tokens (keyed hashes) before anything leaves. */
int	delivery_tokens(struct desk *, const struct delivery *,
	    const char *message_id, const char *reply_token,
	    const char *return_path_token, struct err *);

/* sending: the dot may be out from now on (C6b). */
int	delivery_dot(struct desk *, const struct delivery *,
	    const char *worker, struct err *);

enum delivery_outcome {
	OUTCOME_ACCEPTED,	/* C7; the case becomes answered */
	OUTCOME_DEFERRED,	/* this recipient, later; counts */
	OUTCOME_ENDPOINT,	/* the relay's fault; does not count */
	OUTCOME_REFUSED,
	OUTCOME_UNKNOWN,
	OUTCOME_BLOCKED,
	OUTCOME_PUBLISHED	/* by delivery_publish() alone */
};
/*
 * Write the outcome. code: SMTP code or reason word. receipt: the server's
 * words, sealed to the case, or NULL. Deletes the postman's grant where the
 * state is final; the caller then folds the log (store_truncate) until it
 * succeeds, so that the grant is gone from the disk as well.
 */
int	delivery_settle(struct desk *, const struct delivery *,
	    enum delivery_outcome, const char *code, const char *receipt,
	    struct err *);
/*
 * The same of an accepted one, with post's word over *p that who has the
 * person's return code may be shown what was mailed.
 */
int	delivery_accept(struct desk *, const struct delivery *,
	    const char *code, const char *receipt,
	    const struct publication *p, struct err *);

/*
 * C7 of a letter that nobody is sent: published, with post's signature over
 * *p; the case becomes answered, the postman's grant goes.
 */
int	delivery_publish(struct desk *, const struct delivery *,
	    const struct publication *p, struct err *);

/*
 * By clock: accepted ones of which no bounce came in DELIVERY_BOUNCE_S are
 * settled, a transaction each. How many, or -1.
 */
int	delivery_settle_old(struct desk *, struct err *);

/* Milliseconds until the next delivery is due, at most max_ms. */
int	delivery_wait_ms(struct desk *, int max_ms, struct err *);

#endif
