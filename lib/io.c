/*
 * Reading and writing to the end.  What is read may be a letter or a key: it
 * is left nowhere but in the buffer.
 */
#include <errno.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/io.h"
#include "lib/seal.h"

#define PIECE	8192

int
io_read(int fd, struct buf *out)
{
	char piece[PIECE];
	ssize_t n;
	int why;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		if (buf_add(out, piece, (size_t)n) == -1) {
			errno = EFBIG;
			n = -1;
			break;
		}
	}
	why = errno;
	seal_wipe(piece, sizeof(piece));
	errno = why;
	return n == 0 ? 0 : -1;
}

int
io_write(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t n;

	while (len > 0) {
		n = write(fd, at, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}
