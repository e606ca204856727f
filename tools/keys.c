/*
 * One key of the terminal.  It is read as it is typed, without Enter, and
 * shown nowhere.  The terminal is put back however the asking ends: signals
 * that would end the program wait until that is done, and then do.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/buf.h"
#include "tools/args.h"
#include "tools/keys.h"
#include "tools/render.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	1024

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define NENDING	(sizeof(ending) / sizeof(ending[0]))

static volatile sig_atomic_t came;	/* one of these, or 0 */

static void
note(int sig)
{
	came = sig;
}

int
keys_possible(const struct args *a)
{
	return !a->json && !a->quiet && isatty(STDIN_FILENO) &&
	    isatty(STDOUT_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* A key; '\0' when there is none. mask: what may come meanwhile. */
static char
read_key(const sigset_t *mask)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;

	if (ppoll(&fd, 1, NULL, mask) != 1 ||
	    read(STDIN_FILENO, &c, 1) != 1)
		return '\0';
	return c;
}

/*
 * Ctrl-Z is a key like any other meanwhile: a stopped program would leave
 * its terminal to the shell as it is now.  What was typed before, and what
 * is left of a key that is several bytes, is thrown away.
 */
static char
ask_key(const char *question, const sigset_t *mask)
{
	struct termios before, now;
	char c;

	if (tcgetattr(STDIN_FILENO, &before) == -1)
		return '\0';
	now = before;
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	now.c_cc[VSUSP] = _POSIX_VDISABLE;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
	render_say(stdout, question);
	(void)fflush(stdout);
	c = read_key(mask);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	return c;
}

/* With the signals held back but for the wait itself; Ctrl-C in came. */
static char
ask_alone(const char *question)
{
	struct sigaction how = { .sa_handler = note }, was[NENDING];
	sigset_t held, mask;
	size_t i;
	char c;

	(void)sigemptyset(&held);
	for (i = 0; i < NENDING; i++)
		(void)sigaddset(&held, ending[i]);
	(void)sigprocmask(SIG_BLOCK, &held, &mask);
	came = 0;
	for (i = 0; i < NENDING; i++)
		(void)sigaction(ending[i], &how, &was[i]);
	c = ask_key(question, &mask);
	for (i = 0; i < NENDING; i++)
		(void)sigaction(ending[i], &was[i], NULL);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	if (came != 0 && came != SIGINT)
		(void)raise(came);
	return c;
}

int
keys_ask(const struct keys_choice *choices, size_t n, const char *enter)
{
	char line[LINE_MAX_BYTES], c;
	size_t i, len = 0;

	for (i = 0; i < n && len < sizeof(line); i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len,
		    "%s: %s; ", choices[i].key, choices[i].what);
	if (len < sizeof(line))
		(void)snprintf(line + len, sizeof(line) - len, "%s: %s",
		    _("Enter"), enter);
	c = ask_alone(line);
	if (came == SIGINT)
		return KEYS_STOP;
	for (i = 0; i < n; i++)
		if (c != '\0' && c == choices[i].key[0])
			return (int)i;
	return KEYS_NONE;
}
