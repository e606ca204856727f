#ifndef TEDUH_BUF_H
#define TEDUH_BUF_H

#include <stddef.h>

/*
 * A growing run of bytes that has a limit from birth.
 *
 * Always: len <= max, and bytes[len] is a NUL that does not count, so that
 * text can be handed on as a C string.  Going over the limit is an ordinary
 * error (a stranger chose the size); running out of memory ends the process.
 */
struct buf {
	char	*bytes;		/* owned; never NULL after buf_init */
	size_t	 len;
	size_t	 max;		/* bytes, without the NUL */
	size_t	 room;		/* allocated, without the NUL */
};

void	buf_init(struct buf *, size_t max);
/* Wipe, free, and leave an empty buffer that may be freed again. */
void	buf_free(struct buf *);
/* Forget the content (wiped), keep limit and memory. */
void	buf_clear(struct buf *);

/* Each returns 0, or -1 when the limit would be passed (nothing is added). */
int	buf_add(struct buf *, const void *, size_t);
int	buf_adds(struct buf *, const char *);
int	buf_addc(struct buf *, char);
int	buf_addf(struct buf *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* Take the bytes out (the caller frees); the buffer is empty afterwards. */
char	*buf_take(struct buf *, size_t *len);

/*
 * The end of the process when memory is out, or when a library that can only
 * fail for want of memory has failed.
 */
void	mem_out(void) __attribute__((noreturn));

/* malloc that ends the process when memory is out; never returns NULL. */
void	*mem_alloc(size_t);		/* zeroed */
void	*mem_dup(const void *, size_t);	/* with a NUL behind */
char	*mem_strdup(const char *);

#endif
