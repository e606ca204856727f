#ifndef TEDUH_IO_H
#define TEDUH_IO_H

#include <stddef.h>

struct buf;

/* Whole runs of bytes; a signal interrupts none.  0, or -1 with errno. */

/* All that is to be read, behind what *out has; EFBIG: it has a limit. */
int	io_read(int fd, struct buf *out);
int	io_write(int fd, const void *, size_t);

#endif
