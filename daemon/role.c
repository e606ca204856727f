/*
 * What every role does alike: say that it serves, hear that it shall end,
 * and wait.  A signal ends a wait but never a transaction.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/role.h"

static volatile sig_atomic_t stopping;

static void
on_stop(int signal_no)
{
	(void)signal_no;
	stopping = 1;
}

void
role_ready(const struct role_args *args)
{
	if (args->ready_fd == -1)
		return;
	while (write(args->ready_fd, "\n", 1) == -1 && errno == EINTR)
		;
	(void)close(args->ready_fd);
}

void
role_signals(void)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_stop;	/* no SA_RESTART: waits shall end */
	(void)sigemptyset(&act.sa_mask);
	(void)sigaction(SIGTERM, &act, NULL);
	(void)sigaction(SIGINT, &act, NULL);
	act.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &act, NULL);
	(void)sigaction(SIGHUP, &act, NULL);
}

int
role_stopping(void)
{
	return stopping != 0;
}

/* The signal cannot slip in between the question and the wait. */
void
role_pause(int ms)
{
	struct timespec wait = { ms / 1000, (ms % 1000) * 1000000L };
	sigset_t stops, before;

	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &stops, &before);
	if (!stopping)
		(void)ppoll(NULL, 0, &wait, &before);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}
