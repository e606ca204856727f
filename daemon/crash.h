#ifndef TEDUH_CRASH_H
#define TEDUH_CRASH_H

/*
 * Crash points: one before and one after every durable step and every
 * message to the outside world.  With --enable-test-hooks and
 * TEDUH_CRASH="ROLE:N" in the environment the N-th point that ROLE (intake,
 * api, post, admin) reaches ends the process with _exit(99); the keeper
 * starts the role again without the variable.  With ":stop" behind the number
 * the process is stopped there instead, once, and goes on with SIGCONT.  In
 * other builds nothing of it exists.
 */
#include <config.h>	/* not our neighbour of that name */

#ifdef TEST_HOOKS
void	crash_open(const char *role);
void	crash_point(const char *name);
#else
#define crash_open(role)	((void)0)
#define crash_point(name)	((void)0)
#endif

#endif
