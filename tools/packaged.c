/*
 * Finds and reads the texts that a person writes with.  They are no secrets,
 * and what stands in the own folder wins over what came with the package.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"
#include "lib/text.h"
#include "tools/packaged.h"
#include "tools/words.h"

#ifdef TEST_HOOKS
#define PLACE	SOURCEDIR "/config"
#else
#define PLACE	PACKAGEDIR
#endif

/* A path that does not fit is a folder that is not there. */
static void
set(char out[PACKAGED_PATH], const char *a, const char *b, const char *c,
    const char *d)
{
	int n = snprintf(out, PACKAGED_PATH, "%s/%s%s%s/%s", a, b,
	    *c == '\0' ? "" : "/", c, d);

	if (n < 0 || (size_t)n >= PACKAGED_PATH - 64)
		out[0] = '\0';
}

void
packaged_find(struct packaged *p, const char *kind, const char *language,
    const char *desk, const char *home)
{
	memset(p, 0, sizeof(*p));
	if (home != NULL) {
		set(p->folders[0], home, kind, desk, language);
		set(p->folders[1], home, kind, "", language);
	}
	set(p->folders[2], PLACE, kind, "", language);
}

int
packaged_knows(const struct packaged *p)
{
	const char *folder = p->folders[PACKAGED_PLACES - 1];

	return *folder != '\0' && access(folder, R_OK | X_OK) == 0;
}

int
packaged_read(const struct packaged *p, size_t place, const char *name,
    struct buf *out, struct err *e)
{
	char path[PACKAGED_PATH + 64];
	size_t from = out->len;
	int fd, result;

	if (p->folders[place][0] == '\0')
		return 1;
	(void)snprintf(path, sizeof(path), "%s/%.60s.txt", p->folders[place],
	    name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 1;
		err_set(e, ERR_IO, _("cannot open '%s': %s"), path,
		    strerror(errno));
		return -1;
	}
	if ((result = io_read(fd, out)) == -1)
		err_set(e, ERR_IO, _("cannot read '%s': %s"), path,
		    strerror(errno));
	(void)close(fd);
	if (result == 0 && (memchr(out->bytes + from, '\0', out->len - from) !=
	    NULL || !text_is_lines(out->bytes + from))) {
		err_set(e, ERR_INPUT, _("'%s' is not a text in UTF-8"), path);
		result = -1;
	}
	return result;
}
