/*
 * Ctrl-C in long work.
 */
#include <signal.h>
#include <string.h>

#include "tools/stop.h"

static volatile sig_atomic_t asked;

static void
ask(int sig)
{
	(void)sig;
	asked = 1;
}

void
stop_catch(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = ask;
	sa.sa_flags = (int)SA_RESETHAND;
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
}

int
stop_asked(void)
{
	return asked;
}
