#ifndef TEDUH_BACKUP_H
#define TEDUH_BACKUP_H

#include <stdint.h>

#include "lib/seal.h"

struct config;
struct err;
struct store;

/*
 * What a backup is made of, and how a store is put together from it again.
 *
 * The *content* is the whole store but for three things: wrapped case keys,
 * wrapped team keys, the postman's grants.  The *keys* are the first two, in
 * one file which each backup replaces: a case whose key row is gone from the
 * store is then gone from all content sets, however old.  The postman's
 * grants are in no backup.
 *
 * The keys file (mode 0600) has a JSON object on each line:
 *   {"v":1,"at":N}, then {"case","epoch","box"} and {"kind","desk","epoch",
 *   "member","box"}, then {"end":NUMBER OF LINES BETWEEN}
 */
#define BACKUP_STORE	"store.db"
#define BACKUP_KEYS	"keys"
#define BACKUP_WORK	"backup"	/* in DATA: where it is taken apart */

/* Where a store stood. */
struct backup_heads {
	int64_t		at;			/* Unix seconds */
	int64_t		schema;
	int64_t		audit_seq, roster_seq;	/* 0: none */
	unsigned char	audit[SEAL_HASH], roster[SEAL_HASH];
	int64_t		cases, parts;
};

/* As this store stands. 0, or -1. */
int	backup_heads_now(const struct config *, struct store *,
	    struct backup_heads *, struct err *);
/*
 * Of the store in config->data, which may be in use: content and keys into
 * `folder`, which exists and is empty, all as one moment saw it.  0 with
 * *heads, or -1.
 */
int	backup_take(const struct config *, const char *folder,
	    struct backup_heads *, struct err *);

/*
 * Into the store in config->data, which is a content set nobody has open:
 * keys from this file, and quarantine (quarantine.h): nothing that was on
 * its way goes out by itself.  0 with *heads of the moment of the backup; -1
 * with ERR_INPUT when a file is not whole.
 *
 * What was erased since the set was made is erased here (erase.h): cases for
 * which a keys file that is not older than the set has no key, and those that
 * `erased` names, the old service's ERASE_LIST (NULL: there is none).
 */
struct backup_from {
	const char	*keys, *erased;	/* files */
	int64_t		 at;		/* when the set was made */
};
int	backup_put_together(const struct config *,
	    const struct backup_from *, struct backup_heads *, struct err *);

/*
 * Who makes a backup holds this lock from before BACKUP_WORK is there until
 * it is gone. A descriptor to be closed; -1 with ERR_RETRY when another
 * backup is being made.
 */
int	backup_lock(const char *data, struct err *);
/* What a killed backup left in BACKUP_WORK: 1 removed, 0 nothing, -1. */
int	backup_sweep(const char *data, struct err *);
/* A folder of ours and the files in it; silently what can be. */
void	backup_folder_remove(const char *folder);

/* Remember that a backup is complete. */
int	backup_note(const struct config *, const struct backup_heads *,
	    struct err *);

/*
 * The audit entry up to which everything stands in a completed backup; 0
 * when there never was one. 0, or -1.
 */
int	backup_covers(struct store *, int64_t *audit_seq, struct err *);

#endif
