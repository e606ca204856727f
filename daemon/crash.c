/*
 * Crash points of test builds: die at the N-th one, as if by kill -9, or
 * stand still there until somebody sends SIGCONT.
 *
 * TEDUH_CRASH="ROLE:N" or "ROLE:N:stop" names the role and the point; what is
 * not set, or is another role's, costs one comparison.  Nothing here runs in
 * other builds.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/crash.h"

#ifdef TEST_HOOKS
static long crash_left;		/* points until the end, 0 = never */
static int crash_stops;		/* no end: it only stands still */

void
crash_open(const char *role)
{
	const char *at = getenv("TEDUH_CRASH");
	size_t n = strlen(role);
	char *end;

	crash_left = 0;
	if (at == NULL || strncmp(at, role, n) != 0 || at[n] != ':')
		return;
	crash_left = strtol(at + n + 1, &end, 10);
	crash_stops = strcmp(end, ":stop") == 0;
}

static void
say(const char *what, const char *name)
{
	if (write(STDERR_FILENO, what, strlen(what)) == -1 ||
	    write(STDERR_FILENO, name, strlen(name)) == -1 ||
	    write(STDERR_FILENO, "\n", 1) == -1)
		_exit(99);
}

void
crash_point(const char *name)
{
	if (crash_left == 0 || --crash_left > 0)
		return;
	if (crash_stops) {
		say("stop point: ", name);
		(void)raise(SIGSTOP);
		return;
	}
	say("crash point: ", name);
	_exit(99);
}
#endif
