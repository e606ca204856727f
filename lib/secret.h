#ifndef TEDUH_SECRET_H
#define TEDUH_SECRET_H

#include <stddef.h>

/*
 * A secret in locked, guarded memory of its own page, wiped when freed.  What
 * is written behind its end ends the process at once, what is written in
 * front of it at the latest when it is freed.  What is read or written after
 * that ends it where sanitizers run.
 */
struct secret {
	size_t		 len;
	unsigned char	*bytes;
};

/* Once, before the first: seal_init() does it. */
void		 secret_begin(void);

/* Never NULL (no memory ends the process). */
struct secret	*secret_new(size_t len);		/* zeroed */
struct secret	*secret_random(size_t len);
struct secret	*secret_copy(const void *, size_t len);
void		 secret_free(struct secret *);		/* NULL is fine */

#endif
