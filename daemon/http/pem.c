/*
 * Certificate and key of the HTTP loop, read straight into locked memory:
 * there is no telling which of the two a file really holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "daemon/http/pem.h"
#include "lib/err.h"
#include "lib/seal.h"

struct secret *
pem_read(const char *path, struct err *e)
{
	struct secret *s = secret_new(PEM_MAX + 1), *text = NULL;
	size_t n = 0;
	ssize_t got = -1;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		err_set(e, ERR_INPUT, "cannot open '%s': %s", path,
		    strerror(errno));
		goto out;
	}
	while (n < s->len) {
		got = read(fd, s->bytes + n, s->len - n);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	if (got == -1) {
		err_set(e, ERR_INPUT, "cannot read '%s': %s", path,
		    strerror(errno));
		goto out;
	}
	if (n > PEM_MAX) {
		err_set(e, ERR_INPUT, "'%s' is too large for a certificate "
		    "or a key", path);
		goto out;
	}
	text = secret_new(n + 1);
	memcpy(text->bytes, s->bytes, n);
out:
	if (fd != -1)
		(void)close(fd);
	secret_free(s);
	return text;
}
