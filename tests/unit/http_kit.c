/*
 * The other end of the HTTP loop: see http_kit.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/buf.h"
#include "tests/unit/http_kit.h"

int
kit_dial(const char *place)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_not_equal(fd, -1);
	memcpy(a.sun_path, place, strlen(place) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

int
kit_say(int fd, const char *bytes, size_t n)
{
	ssize_t r;

	while (n > 0) {
		if ((r = write(fd, bytes, n)) == -1)
			return -1;
		bytes += r;
		n -= (size_t)r;
	}
	return 0;
}

/* Has a whole answer come, as long as it says that it is? */
static int
is_answer(const struct buf *b)
{
	const char *end = strstr(b->bytes, "\r\n\r\n");
	const char *length = strstr(b->bytes, "Content-Length: ");

	return end != NULL && length != NULL && length < end &&
	    strlen(end + 4) >= strtoul(length + 16, NULL, 10);
}

void
kit_hear(int fd, struct buf *b, int until_end)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char piece[4096];
	ssize_t n;

	while (until_end || !is_answer(b)) {
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		if ((n = read(fd, piece, sizeof(piece))) <= 0)
			return;
		assert_int_equal(buf_add(b, piece, (size_t)n), 0);
	}
}

int
kit_status(const struct buf *b)
{
	return strncmp(b->bytes, "HTTP/1.1 ", 9) == 0 ? atoi(b->bytes + 9) :
	    0;
}
