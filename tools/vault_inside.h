#ifndef TEDUH_TOOLS_VAULT_INSIDE_H
#define TEDUH_TOOLS_VAULT_INSIDE_H

#include <stddef.h>

#include "tools/vault.h"

/* How vault.c and vault_writing.c read and write; for nobody else. */
#define VAULT_FILE_MAX	(16 * 1024 * 1024)
#define VAULT_NAME_MAX	96

struct vault {
	char	*path;
	int	 fd;		/* the folder */
};

/* -1, with what the system did not do; errno says why (ERR_GONE, ERR_IO). */
int	vault_io(struct err *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* The whole file, appended to *out. ERR_GONE when it is not there. */
int	vault_get_file(const struct vault *, const char *name, struct buf *out,
	    struct err *);
/*
 * Keep the other windows from writing until vault_let_go().  1, or 0 where
 * the file system knows no such lock.
 */
int	vault_hold(const struct vault *);
void	vault_let_go(const struct vault *);
/*
 * Durable when it returns 0; the old file stands until then.  put: while it
 * is held (as vault_hold() said); write: by itself.
 */
int	vault_put_file(const struct vault *, const char *name, const void *,
	    size_t, int held, struct err *);
int	vault_write_file(const struct vault *, const char *name, const void *,
	    size_t, struct err *);

#endif
