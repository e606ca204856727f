#ifndef TEDUH_LOCK_H
#define TEDUH_LOCK_H

struct err;

/*
 * An exclusive lock between processes: a write lock on the whole of a file
 * that is never unlinked.  It belongs to the open-file description
 * (F_OFD_SETLK): it ends with the process however that dies, and other
 * descriptors of the same file do not disturb it.  Every process opens the
 * file itself; a descriptor that was inherited would share the lock.
 */

/*
 * Open, making it when absent (0600). A close-on-exec descriptor, to be
 * closed by the caller, or -1 with ERR_GONE (no such folder), ERR_RETRY (no
 * space for it) or ERR_IO.
 */
int	lock_open(const char *path, struct err *);
/*
 * 0 held, -1 with ERR_RETRY when it was not to be had within timeout_ms
 * (0: one try), or ERR_IO. A signal does not end the wait.
 */
int	lock_take(int fd, int timeout_ms, struct err *);
/* Does somebody else hold it? Asked without taking it. */
int	lock_is_held(int fd);
/* Harmless when not held. */
void	lock_drop(int fd);

#endif
