#ifndef TEDUH_TOOLS_PACKAGED_H
#define TEDUH_TOOLS_PACKAGED_H

#include <stddef.h>

struct buf;
struct err;

/*
 * Texts that come with teduh and that a service makes its own, by kind
 * ("check", "answers") and language.  Looked for are, in this order:
 *
 *   HOME/KIND/DESK/LANGUAGE, HOME/KIND/LANGUAGE  ($TEDUH_HOME, by hand)
 *   PREFIX/share/teduh/KIND/LANGUAGE             (the package)
 */
#define PACKAGED_PLACES	3
#define PACKAGED_PATH	1024

struct packaged {
	char	folders[PACKAGED_PLACES][PACKAGED_PATH];	/* or "" */
};

void	packaged_find(struct packaged *, const char *kind,
	    const char *language, const char *desk, const char *home);
/*
 * The file `name`.txt of one place, appended: UTF-8. 0; 1 when there is none;
 * -1 with *e.
 */
int	packaged_read(const struct packaged *, size_t place,
	    const char *name, struct buf *out, struct err *);
/* 1 when the package knows this language. */
int	packaged_knows(const struct packaged *);

#endif
