#ifndef TEDUH_TOOLS_CASEFILE_H
#define TEDUH_TOOLS_CASEFILE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/roster.h"
#include "lib/seal.h"
#include "lib/signature.h"
#include "lib/wire.h"

struct buf;
struct err;
struct team;

/*
 * A case as the service hands it out (doc/api.md, CASE), opened and verified.
 * Whatever a person is shown passes here, and what does not verify has a
 * problem: one sentence, instead of its content.
 *
 *   team secret (this person's) -> case secret -> item key -> part
 *
 * A letter is genuine when a role of the roster signed its deposit for this
 * case, item and sequence, under a case key that is the one we opened, and
 * when every part has the hash that was signed.  What staff wrote is genuine
 * when its author signed the very bytes.
 */
typedef int	casefile_fetch(void *ctx, const unsigned char item[SEAL_ID],
		    uint32_t part, struct buf *out, struct err *);

/* Some rows of a part, from row `from` on, at most CASEFILE_ROWS bytes. */
#define CASEFILE_ROWS	(16 * 1024 * 1024)
typedef int	casefile_fetch_rows(void *ctx,
		    const unsigned char item[SEAL_ID], uint32_t part,
		    int64_t from, struct buf *out, struct err *);

struct casefile_source {
	const struct roster	*roster;
	const struct team	*team;
	casefile_fetch		*fetch;		/* ERR_GONE: no such part */
	casefile_fetch_rows	*fetch_rows;	/* the same */
	void			*ctx;
};

/*
 * Of a letter and of a person a role signed the deposit; a statement about a
 * person waits until post has made it one (lib/statement.h). Reach: role web
 * says in which way a person with a return code wants to be answered.
 */
enum casefile_kind { ITEM_LETTER, ITEM_ANSWER, ITEM_NOTE, ITEM_DRAFT,
    ITEM_PERSON, ITEM_STATEMENT, ITEM_REACH };

struct casefile_item {
	enum casefile_kind kind;
	unsigned char	 id[SEAL_ID];
	int64_t		 seq;		/* 0: a draft, not in the case yet */
	int64_t		 at;		/* Unix seconds */
	int64_t		 participant;	/* 0: none */
	const json_t	*json;		/* as it came; believe nothing here */
	struct deposit	 deposit;	/* of a letter; verified */
	unsigned char	 hash[SEAL_HASH];	/* of the deposit */
	int		 gap;		/* a letter before it is missing */
	unsigned char	 signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const char	*author;	/* roster name of the signer, or NULL */
	const char	*approver;	/* who gave the second signature */
	struct secret	*key;		/* content key */
	char		*bytes;		/* PART_VIEW as signed */
	size_t		 len;
	json_t		*view;		/* the same, parsed */
	json_t		*party;		/* PART_PARTY, once it was asked for */
	char		*problem;	/* NULL: genuine, as far as read */
};

struct casefile;

/* Nothing but what is in the JSON is looked at yet. NULL with *e. */
struct casefile	*casefile_open(const json_t *,
		    const struct casefile_source *, struct err *);
void		 casefile_free(struct casefile *);

const char	*casefile_id(const struct casefile *);
const char	*casefile_desk(const struct casefile *);
const json_t	*casefile_json(const struct casefile *);

size_t		 casefile_count(const struct casefile *);
struct casefile_item *casefile_at(const struct casefile *, size_t);
/* By sequence, or by id; NULL when there is none. */
struct casefile_item *casefile_item(const struct casefile *, int64_t seq);
struct casefile_item *casefile_item_by_id(const struct casefile *,
		    const unsigned char id[SEAL_ID]);

/*
 * Open an item's view and verify it: 0 when it is genuine, 1 when
 * item->problem says why it is not shown, -1 when the service did not give
 * it (*e). Doing it twice costs nothing.
 */
int		 casefile_read(struct casefile *, struct casefile_item *,
		    struct err *);
/*
 * That casefile_read() is not held up by the line: 0, also without an item
 * or when it cannot be believed; -1 with ERR_RETRY.
 */
int	 casefile_reach(struct casefile *, struct casefile_item *,
	    struct err *);
/*
 * Another part, opened and compared with what was signed, appended to *out.
 * 0; -1 with ERR_DENIED when it is not genuine, ERR_GONE when it is not
 * there.
 */
int		 casefile_part(struct casefile *, struct casefile_item *,
		    uint32_t part, struct buf *out, struct err *);
/* Since when the mail as it came is gone by its age, says the service; or 0. */
int64_t		 casefile_raw_removed(const struct casefile_item *);
/*
 * The mail as it came, of a letter, to fn piece by piece: it may be longer
 * than memory.  0 when all of it was handed on and is what was deposited; -1
 * as above, ERR_GONE it was removed (below), or with what fn said.  What fn
 * got before counts for nothing.
 */
int		 casefile_raw(struct casefile *, struct casefile_item *,
		    seal_sink *fn, void *ctx, struct err *);
/*
 * What one of us wrote, of an item that was read: without the desk's own
 * first line, which is the first *first bytes of an answer's body (0: none).
 */
const char	*casefile_words(const struct casefile_item *, size_t *first);
/*
 * Of a letter that was read, the ranges of lines to fold, [[first, last]]:
 * quotes and signatures whose words the case has seen before, in letters or
 * answers of the items in front of it. A new array; only what is in doubt
 * is missing in it.
 */
json_t		*casefile_folded(struct casefile *,
		    const struct casefile_item *);
/*
 * The face of the newest letter: {subject, excerpt}. NULL with *e; ERR_DENIED
 * when it does not verify.
 */
json_t		*casefile_face(struct casefile *, struct err *);

/*
 * The case's own face: tags and the rest as staff last wrote them, verified,
 * in *out. Without one *out is empty (revision 0). -1 with ERR_DENIED: what
 * there is is not genuine; *out is empty but for the revision to go on from.
 */
struct face;
int		 casefile_own_face(struct casefile *, struct face *out,
		    struct err *);

/* The newest letter that verified (its deposit), or NULL. */
struct casefile_item *casefile_newest(const struct casefile *);
/* The newest letter of a participant that verified, or NULL. */
struct casefile_item *casefile_newest_of(const struct casefile *,
		    int64_t participant);
/*
 * What says how this participant is reached: the newest letter, statement or
 * wish that verified, or NULL.
 */
struct casefile_item *casefile_stands(const struct casefile *,
		    int64_t participant);
/* The newest verified deposit of a statement about a participant, or NULL. */
struct casefile_item *casefile_stated(const struct casefile *,
		    int64_t participant);
/*
 * 1 and the key that this participant's return code leads to, as role web
 * signed it first; 0 when there is none.
 */
int		 casefile_seeker(const struct casefile *, int64_t participant,
		    unsigned char pub[SEAL_KEY]);
/* 1 when a letter or a person did not verify or is missing. */
int		 casefile_doubtful(const struct casefile *);
/*
 * Name and exact address of a participant, {name, address}: of the newest
 * letter or statement under the address that stands of him
 * (casefile_stands()), which is the one post compares with. NULL, *e.  Doing
 * it twice costs nothing.
 */
json_t		*casefile_party(struct casefile *, int64_t participant,
		    struct err *);
/*
 * The present case key, to seal to: the one that the newest verified deposit
 * names, or a younger one of which the case has a record that holds
 * (lib/epoch.h). 0 or -1.
 */
int		 casefile_key(const struct casefile *, int64_t *epoch,
		    unsigned char pub[SEAL_KEY], struct err *);

/*
 * All keys of the case, [{epoch, box}], sealed to the team of another desk.
 * NULL with *e; ERR_DENIED when one of them did not open.
 */
json_t		*casefile_reseal(const struct casefile *, const char *desk,
		    int64_t team_epoch, const unsigned char team[SEAL_KEY],
		    struct err *);
/* Was the case with this desk before? */
int		 casefile_was_on(const struct casefile *, const char *desk);
/* Is this person on the desk of the case, or on one that had it before? */
int		 casefile_knows(const struct casefile *,
		    const struct roster_person *);

/* 1 when the secret half of the present key was opened; then it is ours. */
int		 casefile_opens(const struct casefile *);
/*
 * 1 when one of its keys opens for nobody of the team: this person has the
 * team key that its box names, and what is in there is not that key. 0 when
 * all of them opened, -1 when this person cannot tell.
 */
int		 casefile_shut(const struct casefile *);
/*
 * What a record of the next key has to follow: the newest one. NULL: there is
 * none yet.
 */
struct epoch;
const struct epoch *casefile_epoch(const struct casefile *);

/* The DRAFT with this number, or NULL with ERR_GONE. */
const json_t	*casefile_draft(const struct casefile *, int64_t no,
		    struct err *);
/*
 * The newest note that says why this draft was returned and that verifies, or
 * NULL.
 */
struct casefile_item *casefile_note_on(struct casefile *, int64_t draft);
/* "7K2M9Q4X.2" or "7K2M9Q4X.d1" or "7K2M9Q4X": how an item is called. */
#define CASEFILE_NAME_MAX	48
void		 casefile_name(const struct casefile *,
		    const struct casefile_item *,
		    char out[CASEFILE_NAME_MAX]);

#endif
