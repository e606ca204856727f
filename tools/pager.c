/*
 * A pager keeps letters off the scrollback: less shows them on the alternate
 * screen, which is gone when it ends.  What less could leave behind is turned
 * off whatever the person's own settings are (history, log, shell, editor,
 * -X and -F of $LESS); options of one's own go into $TEDUH_PAGER.
 */
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/io.h"
#include "tools/pager.h"
#include "tools/words.h"

#define PROMPT_MAX	256
#define FDS_MAX		256	/* no more are ever open here */
#define EXIT_NOT_FOUND	127
#define EXIT_NOT_RUN	126

static const char *
choose_pager(void)
{
	const char *pager = getenv("TEDUH_PAGER");

	if (pager == NULL)
		pager = getenv("PAGER");
	if (pager == NULL)
		pager = "less";
	return *pager == '\0' || strcmp(pager, "cat") == 0 ? NULL : pager;
}

/*
 * -R: our colours and nothing else; -c: from the top; -~: no tildes.  The
 * prompt is in the reader's words; in less's own language a few characters
 * of it mean something, and so does the letter behind -P: s, the prompt that
 * is meant, which would be taken from the words where it is left out.
 */
static void
set_environment(int utf8)
{
	char options[2 * PROMPT_MAX + 32];
	/* Letters of ASCII in every language: less shows no others here. */
	const char *s = _("space: further, b: back, q: leave");
	size_t n;

	n = (size_t)snprintf(options, sizeof(options), "-R -c -~ -Ps");
	for (; *s != '\0' && n < 2 * PROMPT_MAX; s++) {
		if (*s == '$' || (*s & 0x80) != 0)	/* would end it */
			continue;
		if (strchr("?:.%\\", *s) != NULL)
			options[n++] = '\\';
		options[n++] = *s;
	}
	(void)snprintf(options + n, sizeof(options) - n, "$");
	(void)setenv("LESS", options, 1);
	(void)setenv("LESSSECURE", "1", 1);
	(void)setenv("LESSHISTFILE", "-", 1);
	if (utf8)
		(void)setenv("LESSCHARSET", "utf-8", 1);
	(void)unsetenv("LESSOPEN");
	(void)unsetenv("LESSCLOSE");
}

static void
run_pager(const char *pager, int from, int utf8)
{
	int fd;

	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGQUIT, SIG_DFL);
	if (dup2(from, STDIN_FILENO) == -1)
		_exit(EXIT_NOT_RUN);
	for (fd = STDERR_FILENO + 1; fd < FDS_MAX; fd++)
		(void)close(fd);
	set_environment(utf8);
	(void)execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
	_exit(EXIT_NOT_RUN);
}

int
pager_show(const void *text, size_t len, int utf8)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was[3];
	static const int signals[3] = { SIGINT, SIGQUIT, SIGPIPE };
	const char *pager = choose_pager();
	int fds[2], status = -1;
	pid_t pid;
	size_t i;

	if (pager == NULL || pipe(fds) == -1)
		return -1;
	(void)fflush(stdout);
	for (i = 0; i < 3; i++)
		(void)sigaction(signals[i], &ignore, &was[i]);
	if ((pid = fork()) == 0)
		run_pager(pager, fds[0], utf8);
	(void)close(fds[0]);
	if (pid != -1)
		(void)io_write(fds[1], text, len);	/* or it was closed */
	(void)close(fds[1]);
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	for (i = 0; i < 3; i++)
		(void)sigaction(signals[i], &was[i], NULL);
	if (pid == -1 || (WIFEXITED(status) &&
	    (WEXITSTATUS(status) == EXIT_NOT_FOUND ||
	    WEXITSTATUS(status) == EXIT_NOT_RUN)))
		return -1;
	return 0;
}
