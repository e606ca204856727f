/*
 * Crash points of test builds: die at the N-th one, as if by kill -9.
 *
 * TEDUH_CRASH="ROLE:N" names the role and the point; what is not set, or is
 * another role's, costs one comparison.  Nothing here runs in other builds.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/crash.h"

#ifdef TEST_HOOKS
static long crash_left;		/* points until the end, 0 = never */

void
crash_open(const char *role)
{
	const char *at = getenv("TEDUH_CRASH");
	size_t n = strlen(role);

	crash_left = 0;
	if (at != NULL && strncmp(at, role, n) == 0 && at[n] == ':')
		crash_left = strtol(at + n + 1, NULL, 10);
}

void
crash_point(const char *name)
{
	static const char died[] = "crash point: ";

	if (crash_left == 0 || --crash_left > 0)
		return;
	if (write(STDERR_FILENO, died, sizeof(died) - 1) == -1 ||
	    write(STDERR_FILENO, name, strlen(name)) == -1 ||
	    write(STDERR_FILENO, "\n", 1) == -1)
		_exit(99);
	_exit(99);
}
#endif
