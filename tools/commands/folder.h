#ifndef TEDUH_TOOLS_FOLDER_H
#define TEDUH_TOOLS_FOLDER_H

#include <stddef.h>

struct buf;
struct err;

/*
 * Files in a folder of the person's own.  What is written there is in clear:
 * only its owner may read it, and nothing that was there is written over.
 */

/*
 * Piece by piece: a new file of this name, opened, or -1 also when it is
 * there; bytes behind those before; all of it onto the disk, and closed.
 */
int	folder_open(int dir, const char *name, struct err *);
int	folder_add(int fd, const void *, size_t, const char *name,
	    struct err *);
int	folder_close(int fd, const char *name, struct err *);
/* All of the bytes into fd, onto the disk; closes it. 0 or -1. */
int	folder_write(int fd, const struct buf *, const char *name,
	    struct err *);
/* A new file of this name. 0, or -1 also when it is there. */
int	folder_file(int dir, const char *name, const struct buf *,
	    struct err *);
/* A new folder in it, opened. -1 with *e. */
int	folder_in(int dir, const char *name, struct err *);
/* The folder with all that is in it, as far as that goes. */
void	folder_remove(const char *path);

#endif
