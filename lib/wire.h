#ifndef TEDUH_WIRE_H
#define TEDUH_WIRE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"
#include "lib/signature.h"

struct err;
struct buf;

/*
 * What goes over wires and into signed bytes: hex, base64, times, strict
 * JSON.  Keys, hashes, signatures and item ids are lower-case hex in JSON,
 * boxes and sealed bytes base64 (RFC 4648, with padding); instants in signed
 * documents are Unix seconds, in what people see RFC 3339 UTC.
 */
#define WIRE_TOP	(INT64_C(1) << 53)	/* what JSON carries exactly */
#define WIRE_VERSION	1	/* spoken by this build; also one before it */

/*
 * Call once, before any JSON: what jansson frees is wiped, for letters pass
 * through it, and it ends the process when memory is out, for most of its
 * callers have nothing better to do.
 */
void	 wire_init(void);

void	 wire_hex(char *out /* 2n+1 */, const void *, size_t n);
/* 0, or -1 unless exactly 2n lower-case digits. */
int	 wire_unhex(void *out, size_t n, const char *);
/* A new string; the caller frees. */
char	*wire_base64(const void *, size_t n);
/* 0 and *out filled (cleared first), -1 unless canonical base64. */
int	 wire_unbase64(struct buf *out, const char *, size_t n);

/* "2026-11-24T01:48:12Z", years 1970 to 9999; the nearer end otherwise. */
void	 wire_time(char out[32], int64_t unix_s);
int	 wire_untime(int64_t *unix_s, const char *);

/*
 * Strict JSON: one object or array, at most 32 deep, no duplicate names,
 * valid UTF-8, no NUL, no text behind. NULL with ERR_INPUT otherwise.
 */
json_t	*wire_parse(const void *, size_t n, struct err *);
/* The same of at most max bytes, for what is kept as it was signed. */
json_t	*wire_parse_most(const void *, size_t n, size_t max, struct err *);
/* Compact, sorted names; the caller frees. Never NULL. len may be NULL. */
char	*wire_print(const json_t *, size_t *len);
/* And let the object go. */
char	*wire_print_free(json_t *, size_t *len);

/*
 * Members by name. Each returns 0 or -1 with ERR_INPUT "'name' is ...".
 * Strings point into the object. _opt: absent and null give NULL / 0.
 */
int	 wire_get_string(const json_t *, const char *name, const char **,
	    struct err *);
int	 wire_get_string_opt(const json_t *, const char *name, const char **,
	    struct err *);
int	 wire_get_int(const json_t *, const char *name, int64_t min,
	    int64_t max, int64_t *, struct err *);
int	 wire_get_bool(const json_t *, const char *name, int *, struct err *);
int	 wire_get_hex(const json_t *, const char *name, void *, size_t n,
	    struct err *);
/* *out is initialised by the call with `max`; free it also after -1. */
int	 wire_get_base64(const json_t *, const char *name, size_t max,
	    struct buf *out, struct err *);
int	 wire_get_object(const json_t *, const char *name, json_t **,
	    struct err *);
int	 wire_get_array(const json_t *, const char *name, size_t max,
	    json_t **, struct err *);
/* 0, or -1 when the object has a member not in the list (ends with NULL). */
int	 wire_only(const json_t *, const char *const *names, struct err *);

/* Set members. wire_set() takes the value over; NULL: no memory, the end. */
void	 wire_set(json_t *, const char *name, json_t *value);
void	 wire_set_hex(json_t *, const char *name, const void *, size_t n);
void	 wire_set_base64(json_t *, const char *name, const void *, size_t n);

/*
 * A role's deposit: the signed statement that an item came in.  Kept in the
 * store as the exact bytes that were signed (PURPOSE_DEPOSIT).  Kind letter:
 * somebody wrote; participant: two of the staff stated whom we write to
 * (lib/statement.h), deposited by post alone.
 *
 *   {"v":1,"role":"intake","case":"7K2M9Q4X","seq":1,"kind":"letter",
 *    "item":HEX,"parts":[{"no":0,"size":N,"hash":HEX},...],
 *    "epoch":1,"case_key":HEX,"participant":1,"mode":"mail",
 *    "address":HEX,"check":HEX,"class":"person","flags":[],"at":N,
 *    "prev":HEX}
 *    and, in the first of a case, "desk":NAME,"team_epoch":N, perhaps
 *    "link":{"case":ID,"kind":WORD}
 *    and, where a form was the way, "seeker":HEX
 *    and, where the rules raised a letter, "urgency":1..3
 *
 * address: keyed hash to look a writer up; check: keyed hash over case,
 * participant and exact address, for post.  participant: 0 for a machine's
 * report about a letter of ours, nobody's strand.  prev: deposit_hash() of the
 * case's deposit before, zeros for its first.  A part number stands once.
 * desk, team_epoch: with which the case begins, and to which of its team keys
 * the case key is sealed; deposits of before do not say it.
 * link: the case that this one may belong to (kind token or proposal).
 * seeker: the public key that the participant's return code leads to; only
 * what role web signs may name one.
 */
#define DEPOSIT_PARTS_MAX	1100
#define DEPOSIT_URGENCY_MAX	3
#define DEPOSIT_DESK_MAX	32		/* ROSTER_NAME_MAX */
#define CASE_ID_LEN		8

struct deposit_part {
	uint32_t	no;
	int64_t		size;		/* sealed bytes */
	unsigned char	hash[SEAL_HASH];
};

struct deposit {
	char		 role[16];
	char		 case_id[CASE_ID_LEN + 1];
	int64_t		 seq;		/* of the item in its case, from 1 */
	char		 kind[16];	/* letter, participant */
	unsigned char	 item[SEAL_ID];
	struct deposit_part *parts;	/* owned */
	size_t		 nparts;
	int64_t		 epoch;
	unsigned char	 case_key[SEAL_KEY];
	int64_t		 participant;
	char		 mode[16];	/* mail, notice, pickup */
	unsigned char	 address[SEAL_HASH];
	unsigned char	 check[SEAL_HASH];
	char		 class[16];	/* "" when unreadable */
	char		 flags[64];	/* words with a space between */
	int64_t		 at;		/* Unix seconds */
	unsigned char	 prev[SEAL_HASH];
	char		 desk[DEPOSIT_DESK_MAX + 1];	/* "": none */
	int64_t		 team_epoch;	/* of that desk */
	char		 link[CASE_ID_LEN + 1];	/* "": none */
	char		 link_kind[16];
	int		 has_seeker;
	unsigned char	 seeker[SEAL_KEY];
	int64_t		 urgency;	/* of a letter; 0: ordinary */
};

/* The bytes to sign; the caller frees. */
char	*deposit_print(const struct deposit *, size_t *len);
int	 deposit_parse(struct deposit *, const void *, size_t len,
	    struct err *);
void	 deposit_free(struct deposit *);	/* frees what it points to */
void	 deposit_hash(unsigned char out[SEAL_HASH], const void *, size_t len);
/* 1 when it is written as the id of a case is. */
int	 deposit_case_valid(const char *);
/* That member of an object, as wire_get_string(). */
int	 deposit_get_case(const json_t *, const char *name,
	    char out[CASE_ID_LEN + 1], struct err *);
/* The part with this number, or NULL. */
const struct deposit_part *deposit_part(const struct deposit *, uint32_t no);

/*
 * Contexts of boxes, so that both ends write them alike.  The names must be
 * valid (roster_name_valid(), ids): one that does not fit ends the process.
 */
/* "CASE/EPOCH/DESK/TEAMEPOCH" for a case secret sealed to a team key. */
#define BOX_CASE	"teduh/case-key/v1"
/* "DESK/EPOCH/NAME" for a team secret sealed to a member. */
#define BOX_TEAM	"teduh/team-key/v1"
/* The same context for a report secret. */
#define BOX_REPORT	"teduh/report-key/v1"
/*
 * "CASE/ITEMHEX/content|raw/EPOCH" for an item key; EPOCH 0 = the postman or
 * the seeker.
 */
#define BOX_GRANT	"teduh/grant/v1"

#define CONTEXT_MAX	256
void	context_case(char out[CONTEXT_MAX], const char *case_id,
	    int64_t epoch, const char *desk, int64_t team_epoch);
void	context_team(char out[CONTEXT_MAX], const char *desk, int64_t epoch,
	    const char *member);
void	context_grant(char out[CONTEXT_MAX], const char *case_id,
	    const unsigned char item[SEAL_ID], const char *which,
	    int64_t epoch);

#endif
