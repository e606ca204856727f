#ifndef TEDUH_DEPOSIT_INSIDE_H
#define TEDUH_DEPOSIT_INSIDE_H

#include <stdint.h>

#include "daemon/desk/acknowledge.h"
#include "daemon/desk/deposit_find.h"
#include "daemon/desk/triage.h"
#include "lib/buf.h"
#include "lib/seal.h"

struct arrival;
struct config_desk;
struct desk;
struct err;
struct item_out;

/*
 * What the files of deposit.h share.  deposit.c is the order of things and
 * the transaction, deposit_form.c the same for forms, deposit_find.c asks
 * where a letter belongs, deposit_seal.c seals it before the lock is taken,
 * deposit_weigh.c asks the rules, deposit_write.c writes the rows within the
 * transaction.
 */

/* A letter on its way into the store. */
struct taking {
	struct desk		*desk;
	const struct arrival	*arrival;	/* until it is sealed */
	const struct config_desk *line;		/* whose letter it is */
	const char		*source;	/* mailbox's name, or "web" */
	const char		*channel;	/* "mail", "web" */
	struct deposit_place	 place;
	struct buf		 case_box;	/* of a new case */
	int64_t			 team_epoch;
	unsigned char		 item[SEAL_ID];
	struct secret		*content, *raw;
	struct item_out		*out;
	struct buf		 grant_content, grant_raw;
	int			 by_form;
	int			 coded;		/* sealed also to this key: */
	unsigned char		 seeker[SEAL_KEY];
	int			 again;		/* in a strand, which says */
	char			 mode[16];	/* how the person is reached */
	unsigned char		 check[SEAL_HASH];
	struct buf		 seeker_content, seeker_raw;
	const char		*from;		/* NULL: nobody to answer */
	const char		*class;
	char			 language[16];	/* one of the desk's; or "" */
	int			 unreadable;
	int64_t			 size;
	unsigned char		 body[SEAL_HASH];
	int			 has_body;
	int			 is_canary;
	unsigned char		 canary[SEAL_HASH];
	struct acknowledge	 acknowledge;
	struct triage		 triage;	/* once it was weighed */
};

/* Free it also after -1 (ERR_GONE: there is no such desk). */
int	deposit_taking_init(struct taking *, struct desk *,
	    const struct arrival *, struct err *);
void	deposit_taking_free(struct taking *);
/* A new case: id, key pair, the secret half sealed to the team. 0 or -1. */
int	deposit_begin_case(struct taking *, struct err *);
/* 1 when there is one with this id, 0, -1. */
int	deposit_case_exists(struct desk *, const char *id, struct err *);
/* Seal one part from memory; everything but the raw bytes; 0 or -1. */
int	deposit_seal_part(struct taking *, const struct secret *key,
	    uint32_t no, const void *, size_t len, struct err *);
int	deposit_seal_reading(struct taking *, struct err *);
/*
 * The view with what the rules say of it, and t->triage; takes the reference.
 * NULL with *e.
 */
json_t	*deposit_weigh(struct taking *, json_t *view, struct err *);
/* Areas and reasons, as the queue shows them. */
#define DEPOSIT_FACE_WHY	3
void	deposit_weigh_face(const struct taking *, json_t *face);
/* Within the transaction: the case is at least as urgent as its letter. */
int	deposit_raise(const struct taking *, const struct deposit *,
	    struct err *);
/*
 * Within the transaction: case, item with its signed deposit, participant.
 * *dep says what was signed; the caller frees it, also after -1.
 */
int	deposit_write_letter(struct taking *, int64_t at, struct deposit *dep,
	    struct err *);

#endif
