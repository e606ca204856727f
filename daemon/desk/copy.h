#ifndef TEDUH_COPY_H
#define TEDUH_COPY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"

struct desk;
struct err;
struct ledger_place;

/*
 * What is to leave the mail servers: letters of cases of which it was asked,
 * and copies that a provider files of its own accord, of our answers among
 * what was sent, of letters in the trash.
 *
 * An answer's copy is known by the keyed hash of its Message-ID, in a folder
 * where only who may log in puts mail. In the trash, where anybody's mail
 * may come to lie, nothing counts but the keyed hash of all its bytes: that
 * of a letter in the ledger, or of a copy that was found before.
 */

/*
 * Within the caller's transaction: this case's letters are to leave the mail
 * servers now, however young, those that are here and those that turn up.
 * For whoever erases a case, and for retention.  Each intake looks at what
 * was asked in its next pass, and does it where it may remove at all: with
 * UIDPLUS, not in quarantine, not beside another service.
 *
 * With REMOVAL_RETENTION only what stands in a completed backup goes, as with
 * purge_after. With REMOVAL_ERASE it does not wait for one: the person asked
 * that the letter be nowhere, and a backup made for it would only keep it
 * longer.
 *
 * The caller leaves the case's rows in ledger and token, which hold keyed
 * hashes and no words: by them what turns up later is known.
 */
enum removal_why { REMOVAL_RETENTION, REMOVAL_ERASE };
int	removal_ask(struct desk *, const char *case_id, enum removal_why,
	    struct err *);
/* The number of the newest request; 0: there is none. */
int	removal_newest(struct desk *, int64_t *no, struct err *);

/*
 * The folder of copies as it was selected now; kind: "sent" or "trash".
 * *highest: up to there it was looked at (0 when its UIDs began anew; what
 * was found under the old ones is forgotten). *lowest: of what was found and
 * lies there, or INT64_MAX. Own transaction.
 */
int	copies_begin(struct desk *, const struct ledger_place *,
	    const char *kind, int64_t *highest, int64_t *lowest,
	    struct err *);
/* It was looked at up to here. Own transaction. */
int	copies_looked(struct desk *, const struct ledger_place *,
	    const char *kind, int64_t highest, struct err *);

/* A mail in such a folder. */
struct copy {
	int64_t		uid, size;
	unsigned char	hash[SEAL_HASH];	/* desk_hash_body() */
};
/* Is this the Message-ID of a mail of ours? 1, 0, -1. */
int	copy_is_ours(struct desk *, const char *message_id, struct err *);
/*
 * Keep that this mail of ours lies there. Own transaction. 0, -1.
 */
int	copy_add_sent(struct desk *, const struct ledger_place *,
	    const struct copy *, const char *message_id, struct err *);
/*
 * Keep what the bytes of a mail in the trash are, a letter's or anything
 * else. Own transaction. 1 a letter's, 0, -1.
 */
int	copy_add_trash(struct desk *, const struct ledger_place *,
	    const struct copy *, struct err *);
/* How long mails are that may be letters of this mailbox, rising. */
int	copy_sizes(struct desk *, const char *mailbox, int64_t **sizes,
	    size_t *n, struct err *);
/* What was found in the folder or looked at there, by rising UID. */
int	copy_list(struct desk *, const struct ledger_place *,
	    int64_t **uids, size_t *n, struct err *);
/* These are there no longer, and it was not we. Own transaction. */
int	copy_forget(struct desk *, const struct ledger_place *,
	    const int64_t *uids, size_t n, struct err *);

#endif
