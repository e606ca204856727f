#ifndef TEDUH_SQLITE_H
#define TEDUH_SQLITE_H

#include <limits.h>
#include <sqlite3.h>
#include <stdint.h>

#include "daemon/store/store.h"
#include "lib/err.h"

/* What sqlite.c and sqlite_open.c share; nobody else includes this. */

#define STORE_LOCK_MS	2000

enum store_state { STORE_IDLE, STORE_READING, STORE_WRITING };

struct store {
	sqlite3		*db;
	sqlite3_stmt	*statement[STATEMENT_COUNT];
	sqlite3_stmt	*version;	/* changes when others commit */
	int64_t		 version_seen;
	char		*data;
	int		 lock;		/* descriptor of DATA/store.lock */
	enum store_state state;
	int		 running;	/* depth of store_run() */
	int		 log_pages;	/* of the log, at our last commit */
	/* Why the transaction at hand can only be rolled back. */
	enum err_code	 spoiled;
	int		 dead;		/* the disk failed: nothing more */
};

/*
 * Turn a result code of SQLite into *e, spoil the transaction unless it was
 * a constraint or a size, and close the store for good after an I/O error.
 * `what` is a statement's name or a word for what was done. Returns -1.
 */
int	store_fail(struct store *, int rc, const char *what, struct err *);

/* From sqlite_open.c, for sqlite_migrate.c too. Each 0, or -1 with *e. */
int	store_path(char out[PATH_MAX], const char *data, const char *name,
	    struct err *);
int	store_connect(struct store *, const char *path, struct err *);
void	store_harden(sqlite3 *);
/* The first column of the first row as text, "" when there is none. */
int	store_ask(struct store *, const char *sql, char *out, size_t size,
	    struct err *);
/* The schema it has; ERR_INPUT when it is no store of ours. */
int	store_schema(struct store *, long *version, struct err *);
/* Durable names in the DATA folder. */
int	store_sync(const char *data, struct err *);

/* quick_check or integrity_check: 0, or -1 with the first finding. */
int	store_check_with(struct store *, const char *sql, struct err *);

#endif
