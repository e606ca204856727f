#ifndef TEDUH_SANDBOX_H
#define TEDUH_SANDBOX_H

#include <stddef.h>

struct err;

/*
 * What every role gives up before it meets the world: no new privileges, not
 * dumpable (reset by exec, so done again by each), no core, limits, and
 * where the kernel has Landlock only the named folders (paths NULL: it keeps
 * all of them, which only bell needs).
 */
struct sandbox_path {
	const char	*path;
	int		 write;		/* else read only */
};

int	sandbox_enter(const struct sandbox_path *, size_t n,
	    size_t memory_max /* bytes of address space, 0 = no limit */,
	    struct err *);
/* As root: become this user (groups too). 0 or -1. No-op when not root. */
int	sandbox_become(const char *user, struct err *);

#endif
