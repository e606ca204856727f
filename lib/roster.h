#ifndef TEDUH_ROSTER_H
#define TEDUH_ROSTER_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"
#include "lib/signature.h"

struct err;

/*
 * Who is who: an append-only list of signed, sequenced entries, the root of
 * all trust.  Every program rebuilds it from entry 1, whose hash is the pin,
 * and refuses what does not chain.  An entry is the exact bytes of one JSON
 * object, signed with PURPOSE_ROSTER:
 *
 *   {"v":1,"seq":N,"prev":HEX,"at":N,"by":NAME,"kind":KIND, ...}
 *   person  "name","role","flags":[],"desks":[],"state":"active"|"revoked",
 *           "sign":HEX,"box":HEX; may have "notice":BASE64,
 *           "review":"always"|"never" (his letters, before the desk's rule)
 *   role    "role":"intake"|"web"|"post"|"clock","sign":HEX,"box":HEX|null
 *           (box only for post: the postman key)
 *   team    "desk","epoch":N,"box":HEX
 *   report  "desk","epoch":N,"box":HEX
 *   policy  "desk","review":"always"|"trainees"|"never","self":BOOL,
 *           "crisis":BOOL
 *   recovery "box":HEX|null; with a box it may have "sign":HEX,
 *           "custodians":[NAME,NAME,NAME]; the last one counts
 *   bridge  "head":HEX  (reserved: no effect but its place in the chain)
 *
 * prev = roster_hash() of the entry before, zeros for entry 1.  Entry 1 is a
 * person, active supervisor, signed by itself.  Later an entry is valid if
 * its signer was, at the entry before, an active supervisor of every desk it
 * names (for a person entry: of the desks it had and the desks it gets; any
 * active supervisor for role, recovery, bridge and for a desk that nobody
 * has ever supervised).  A name or a key once used is never given to another:
 * every key of an entry must be new in the whole list, an active person keeps
 * the keys (revoke first, then join anew), a revoked person comes back only
 * with new ones.  Nobody makes the review of own letters weaker.  An epoch is
 * 1 or the last one plus 1.
 *
 * The recovery key signs as "recovery", which then is nobody's name, and one
 * kind of entry alone: a person, active supervisor, new or with new keys, of
 * desks that its maker supervised.
 */
#define ROSTER_NAME_MAX		32	/* [a-z][a-z0-9._-]* */
#define ROSTER_DESKS_MAX	64
#define ROSTER_LANGUAGES_MAX	8
#define ROSTER_AREAS_MAX	16
#define ROSTER_ENTRY_MAX	16384
#define ROSTER_NOTICE_MAX	512	/* sealed bytes */

enum roster_rank { RANK_TRAINEE, RANK_COUNSELLOR, RANK_SUPERVISOR,
    RANK_ADMIN };
enum roster_review { REVIEW_ALWAYS, REVIEW_TRAINEES, REVIEW_NEVER };

struct roster_person {
	char		 name[ROSTER_NAME_MAX + 1];
	enum roster_rank rank;
	int		 active;
	int		 crisis;	/* flag: may use the crisis path */
	char		 desks[ROSTER_DESKS_MAX][ROSTER_NAME_MAX + 1];
	size_t		 ndesks;
	unsigned char	 sign[SIGN_PUBLIC];
	unsigned char	 box[SEAL_KEY];
	int64_t		 since_seq;	/* entry that made this state */
	/* The address of notices, sealed to the postman; 0: none. */
	unsigned char	 notice[ROSTER_NOTICE_MAX];
	size_t		 notice_len;
	/* Of this person alone; not set, or 0 of them: as the desk has it. */
	int		 review_set;
	enum roster_review review;	/* always or never */
	char		 languages[ROSTER_LANGUAGES_MAX][ROSTER_NAME_MAX + 1];
	size_t		 nlanguages;
	char		 areas[ROSTER_AREAS_MAX][ROSTER_NAME_MAX + 1];
	size_t		 nareas;
};

struct roster_policy {
	enum roster_review review;
	int		 self;		/* approver may be the author */
	int		 crisis;	/* crisis path allowed */
};

/* A key in parts (lib/shares.h) that appoints, and opens what it must. */
#define ROSTER_RECOVERY		"recovery"	/* its name, as a member too */
#define ROSTER_CUSTODIANS	3
struct roster_recovery {
	unsigned char	 sign[SIGN_PUBLIC], box[SEAL_KEY];
	char		 custodians[ROSTER_CUSTODIANS][ROSTER_NAME_MAX + 1];
	/* For which it appoints: those of who made it, then. */
	char		 desks[ROSTER_DESKS_MAX][ROSTER_NAME_MAX + 1];
	size_t		 ndesks;
	int64_t		 since_seq;
};

struct roster;

struct roster	*roster_new(void);
void		 roster_free(struct roster *);

/*
 * Add the next entry. pin (may be NULL: believe entry 1) is compared with
 * the hash of entry 1. 0, or -1: ERR_DENIED names the entry and why; the
 * roster is as before.
 */
int		 roster_add(struct roster *, const unsigned char *pin,
		    const void *entry, size_t len,
		    const unsigned char sig[SIGN_LEN], struct err *);

int64_t		 roster_seq(const struct roster *);	/* 0 = empty */
void		 roster_head(const struct roster *,
		    unsigned char out[SEAL_HASH]);
void		 roster_hash(unsigned char out[SEAL_HASH], const void *entry,
		    size_t len, const unsigned char sig[SIGN_LEN]);

/* NULL when unknown. Pointers live until the next roster_add(). */
const struct roster_person *roster_person(const struct roster *,
		    const char *name);
/* By a signing key that is an active person's present one. */
const struct roster_person *roster_person_by_key(const struct roster *,
		    const unsigned char sign[SIGN_PUBLIC]);
/*
 * Whose signing key this is or ever was: name, or NULL. For showing old
 * letters of people who have left. A recovery key is called so.
 */
const char	*roster_name_of_key(const struct roster *,
		    const unsigned char sign[SIGN_PUBLIC]);
size_t		 roster_count(const struct roster *);
const struct roster_person *roster_at(const struct roster *, size_t);
int		 roster_on_desk(const struct roster_person *,
		    const char *desk);

/* 1 if the key is, or (current = 0) ever was, that role's signing key. */
int		 roster_is_role_key(const struct roster *, const char *role,
		    const unsigned char sign[SIGN_PUBLIC], int current);
/* The present postman key; -1 with ERR_GONE when there is none. */
int		 roster_postman(const struct roster *,
		    unsigned char box[SEAL_KEY], struct err *);
/* The present team (report) key of a desk and its epoch. */
int		 roster_team(const struct roster *, const char *desk,
		    unsigned char box[SEAL_KEY], int64_t *epoch,
		    struct err *);
int		 roster_report(const struct roster *, const char *desk,
		    unsigned char box[SEAL_KEY], int64_t *epoch,
		    struct err *);
/* 1 if this was ever that desk's team (report) key of that epoch. */
int		 roster_is_team_key(const struct roster *, const char *desk,
		    int64_t epoch, const unsigned char box[SEAL_KEY]);
int		 roster_is_report_key(const struct roster *, const char *desk,
		    int64_t epoch, const unsigned char box[SEAL_KEY]);
/* NULL: there is no recovery key. */
const struct roster_recovery *roster_recovery(const struct roster *);
/* The entry that made the present team key; 0: there is none. */
int64_t		 roster_team_seq(const struct roster *, const char *desk);
/*
 * The highest role that the owner of this signing key, active, had on the
 * desk while that epoch of its team key was the newest (epoch 0: in any of
 * them), or -1. Admins cannot read and have none.
 */
int		 roster_held(const struct roster *, const char *desk,
		    int64_t epoch, const unsigned char sign[SIGN_PUBLIC]);
/* Never fails: without an entry, review always and no self-approval. */
struct roster_policy roster_policy(const struct roster *, const char *desk);
/*
 * What is said of this person's own answers: 0 never reviewed, 1 nothing, so
 * that it is as the desk has it, 2 always.
 */
int		 roster_own_review(const struct roster_person *);
/*
 * Whether a letter by author needs a second signature on this desk.
 * Unknown or inactive authors always do, and so do trainees; else what is
 * said of the person goes before what is said of the desk.
 */
int		 roster_needs_review(const struct roster *, const char *desk,
		    const struct roster_person *author);

/* Entry writers: the bytes to sign, made for position seq = roster_seq+1. */
char		*roster_entry_person(const struct roster *, const char *by,
		    int64_t at, const struct roster_person *, size_t *len);
char		*roster_entry_role(const struct roster *, const char *by,
		    int64_t at, const char *role,
		    const unsigned char sign[SIGN_PUBLIC],
		    const unsigned char *box /* NULL */, size_t *len);
char		*roster_entry_key(const struct roster *, const char *by,
		    int64_t at, const char *kind /* team, report */,
		    const char *desk, int64_t epoch,
		    const unsigned char box[SEAL_KEY], size_t *len);
char		*roster_entry_policy(const struct roster *, const char *by,
		    int64_t at, const char *desk,
		    const struct roster_policy *, size_t *len);

char		*roster_entry_recovery(const struct roster *, const char *by,
		    int64_t at, const struct roster_recovery *, size_t *len);
/* head: that of the list at this position (doc/protocol.md). */
char		*roster_entry_bridge(const struct roster *, const char *by,
		    int64_t at, size_t *len);

/*
 * Seal where a person's notices go to the postman (NULL: nowhere), for the
 * next entry. 0, or -1: ERR_INPUT no address, ERR_GONE no postman.
 */
int		 roster_notice_seal(const struct roster *,
		    struct roster_person *, const char *address, struct err *);
/* By post. The caller frees; NULL with ERR_DENIED. */
char		*roster_notice_open(const struct roster_person *,
		    const struct secret *postman, struct err *);

const char	*roster_rank_word(enum roster_rank);
int		 roster_rank_parse(const char *, enum roster_rank *);
/* 1 if it may name a person or a desk. */
int		 roster_name_valid(const char *);
/* That member of an object, a valid name. 0, or -1 with ERR_INPUT. */
int		 roster_get_name(const json_t *, const char *member,
		    char out[ROSTER_NAME_MAX + 1], struct err *);

/*
 * Cards.  init's card names the public halves of the service's role keys and
 * is signed with the founder code's pair; a joiner's card names his keys and
 * is signed by the invitation's pair and by the new key (PURPOSE_CARD both).
 *   {"v":1,"kind":"service","desks":[..],"roles":{"intake":{"sign":HEX},
 *    "post":{"sign":HEX,"box":HEX},...}}
 *   {"v":1,"kind":"person","invite":N,"name":NAME,"sign":HEX,"box":HEX}
 * Invitation, signed by a supervisor with PURPOSE_INVITE:
 *   {"v":1,"number":N,"name":NAME,"role":R,"desks":[..],"expires":N,
 *    "key":HEX,"by":NAME}
 */
struct roster_invite {
	int64_t		 number;
	char		 name[ROSTER_NAME_MAX + 1];
	enum roster_rank rank;
	char		 desks[ROSTER_DESKS_MAX][ROSTER_NAME_MAX + 1];
	size_t		 ndesks;
	int64_t		 expires;		/* Unix seconds */
	unsigned char	 key[SIGN_PUBLIC];	/* of the code's pair */
	char		 by[ROSTER_NAME_MAX + 1];
};

struct roster_card {
	int64_t		 invite;
	char		 name[ROSTER_NAME_MAX + 1];
	unsigned char	 sign[SIGN_PUBLIC];
	unsigned char	 box[SEAL_KEY];
};

char	*roster_invite_print(const struct roster_invite *, size_t *len);
int	 roster_invite_parse(struct roster_invite *, const void *, size_t,
	    struct err *);
char	*roster_card_print(const struct roster_card *, size_t *len);
int	 roster_card_parse(struct roster_card *, const void *, size_t,
	    struct err *);

#endif
