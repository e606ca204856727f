#ifndef TEDUH_STORE_H
#define TEDUH_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "schemas/statements.h"

struct err;

/*
 * The store: the only thing that roles share, and the only code that knows a
 * database.  It runs statements by number (schemas/statements.sql) and knows
 * nothing of what they mean.
 *
 * One process, one open store.  Writers take the store lock for the length
 * of one transaction: no two connections ever write or checkpoint at once
 * (doc/architecture.md says why).  Seal before store_begin(): the lock is for
 * at most 4 MiB or 50 ms of work.
 *
 * After an I/O error nothing more is written: every later call fails with
 * ERR_IO, and the role exits 74.
 */
struct store;

/* How a store is opened. */
enum store_mode {
	STORE_USE,		/* must exist, must have this build's schema */
	STORE_RECOVER,		/* the keeper: also recovers a hot log and
				   checks all but sealed bytes; under the
				   keeper's lock only */
	STORE_CREATE		/* init: must not exist yet; makes the schema */
};

/*
 * data: the DATA folder. NULL with *e: ERR_GONE no store there, ERR_INPUT an
 * unknown schema version or not a store, ERR_CONFLICT there is one already
 * (STORE_CREATE), ERR_IO, ERR_RETRY locked. Not to be used after fork().
 */
struct store	*store_open(const char *data, enum store_mode, struct err *);
void		 store_close(struct store *);		/* NULL is fine */

/*
 * Bring a store of an older schema to that of this build; under the keeper's
 * lock only, while nobody has it open.  What is there is copied first, to
 * DATA/store.before, and that copy goes when all is done and whole; a death
 * on the way leaves the old store or the new one.  0 done, 1 there was
 * nothing to do; -1 with *e: as store_open(), ERR_RETRY no room for the copy.
 * *from is the schema that was found.
 */
int		 store_migrate(const char *data, long *from, struct err *);

/*
 * Begin a writing transaction. -1 with ERR_RETRY when the lock was not to be
 * had within 2 s. Transactions do not nest.
 */
int	store_begin(struct store *, struct err *);
/*
 * Durable when it returns 0. After -1 the transaction is rolled back; so it
 * is when an earlier store_run() in it failed with ERR_RETRY, _IO or _BUG.
 */
int	store_commit(struct store *, struct err *);
/* Harmless without a transaction. */
void	store_rollback(struct store *);
/* The end of one: commit what came to something, 0; roll back -1, which it
   then is as well. */
int	store_end(struct store *, int64_t result, struct err *);
/* A stable view for several reads, without the lock; end with rollback. */
int	store_read(struct store *, struct err *);

/* Arguments, numbered from ?1; bytes stay the caller's. */
enum value_type { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB };
struct value {
	enum value_type	 type;
	int64_t		 integer;
	const void	*bytes;
	size_t		 len;
};
#define V_NULL		{ VALUE_NULL, 0, NULL, 0 }
#define V_INT(i)	{ VALUE_INT, (i), NULL, 0 }
#define V_TEXT(s)	{ (s) == NULL ? VALUE_NULL : VALUE_TEXT, 0, (s), 0 }
#define V_BLOB(p, n)	{ (p) == NULL ? VALUE_NULL : VALUE_BLOB, 0, (p), (n) }
#define ARGS(...)							\
	(const struct value[]){ __VA_ARGS__ },				\
	sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value)
#define NO_ARGS		NULL, 0

/* One row, valid during the callback only. */
struct row;
int		 row_columns(const struct row *);
const char	*row_name(const struct row *, int column);
enum value_type	 row_type(const struct row *, int column);
int64_t		 row_int(const struct row *, int column);	/* NULL = 0 */
const char	*row_text(const struct row *, int column);	/* or NULL */
const void	*row_blob(const struct row *, int column, size_t *len);
/* Copy a blob of exactly n bytes; -1 when it is NULL or of another size. */
int		 row_bytes(const struct row *, int column, void *, size_t n);

/* 0 to go on, 1 to stop (not an error), -1 with *e. */
typedef int	 store_row(void *ctx, const struct row *, struct err *);

/*
 * Run one statement. fn (may be NULL) gets each row. Returns the number of
 * rows given, or for a change without RETURNING the number of rows changed;
 * -1 with *e: ERR_CONFLICT a constraint (a state that must not be, a key
 * that is there), ERR_IO, ERR_RETRY (busy, or no
 * space: roll back), ERR_INPUT a value over 4 MiB.
 * Changes outside store_begin() are ERR_BUG.  fn must not run the same
 * statement again.
 */
int64_t	store_run(struct store *, enum statement, const struct value *args,
	    size_t nargs, store_row *fn, void *ctx, struct err *);

/*
 * Wait until another connection has committed, timeout_ms is over or a signal
 * came. A hint: 1 perhaps changed, 0 not. Read the store for the truth.
 */
int	store_wait(struct store *, int timeout_ms);
/* Without waiting: has another connection committed since last asked? */
int	store_changed(struct store *);

/*
 * The store as it is now (or as store_read() saw it) into a new file, while
 * others may go on writing. 0; -1 with ERR_RETRY no room, ERR_IO the file
 * cannot be written (it is removed then, and the store goes on).
 */
int	store_copy(struct store *, const char *path, struct err *);

/* Fold the log into the file without waiting for anybody: 0 done, 1 not
   now (somebody reads or writes), -1. */
int	store_truncate(struct store *, struct err *);
/* Whole check of the file; 0, or -1 with the first finding. */
int	store_check(struct store *, struct err *);
/* The same without asking what rows mean to each other. */
int	store_check_file(struct store *, struct err *);

/*
 * The one clock: Unix seconds. Test builds add the offset that stands in
 * DATA/clock.
 */
int64_t	store_now(const struct store *);
/* The DATA folder it was opened with. */
const char *store_data(const struct store *);

#endif
