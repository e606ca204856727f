/*
 * Starting a role: fork, lay out its descriptors, become teduhd again.
 *
 * What is not in the list (3 configuration, 4 secrets, 5 ready, 6 listener or
 * the socket for access tokens; no role has both; 7 the reader's program) is
 * closed by number, not by trust in close-on-exec.  A role dies with the
 * keeper at once: what it was doing rolls back, and the next keeper finds
 * nobody in its way.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/child.h"
#include "daemon/keeper_parts.h"
#include "daemon/program.h"
#include "daemon/rules_check.h"
#include "lib/err.h"

#define FIRST_FD	3
#define FDS		5
#define KEPT_MAX	8	/* of the environment */
#define HIGH_FD		64	/* out of the way of those to be laid out */

/*
 * In the child: fds[i] becomes FIRST_FD + i, which is closed when it is -1; so
 * are all others above.
 */
static int
lay_out(const int fds[FDS])
{
	int high[FDS], i;

	for (i = 0; i < FDS; i++) {
		high[i] = -1;
		if (fds[i] != -1 &&
		    (high[i] = fcntl(fds[i], F_DUPFD, HIGH_FD)) == -1)
			return -1;
	}
	for (i = 0; i < FDS; i++) {
		if (high[i] == -1)
			(void)close(FIRST_FD + i);
		else if (dup2(high[i], FIRST_FD + i) == -1)
			return -1;
	}
	return close_range(FIRST_FD + FDS, ~0U, 0);
}

/* Does it take letters of strangers? */
static int
takes_letters(const char *role)
{
	return strcmp(role, "intake") == 0 || strcmp(role, "web") == 0;
}

/*
 * Nothing of the starter's environment but what test builds listen to: it
 * can name key logs, proxies and name servers to the libraries of a role.
 */
static void
choose_environment(const struct keeper_role *r, char *envp[])
{
	static const char *const kept[] = { "TEDUH_CRASH=", "ASAN_OPTIONS=",
	    "LSAN_OPTIONS=", "UBSAN_OPTIONS=" };
	char **e;
	size_t i, n = 0;

	for (e = environ; *e != NULL && n < KEPT_MAX; e++)
		for (i = r->starts > 0; i < sizeof(kept) / sizeof(kept[0]);
		    i++)
			if (strncmp(*e, kept[i], strlen(kept[i])) == 0)
				envp[n++] = *e;
	envp[n] = NULL;
}

static void
become_role(const struct keeper_start *start, const struct keeper_role *r,
    int ready, int tokens, pid_t keeper)
{
	char program[] = "teduhd", child[] = "--child", role[16];
	char name[KEEPER_NAME_MAX], once[512];
	int last = tokens != -1 ? tokens : r->listener;
	char sixth[2] = { tokens != -1 ? 't' : last != -1 ? '1' : '0', 0 };
	char path[PATH_MAX];
	char *argv[] = { program, child, role, name, path, sixth, once,
	    NULL };
	char *envp[KEPT_MAX + 1];
	int fds[FDS] = { r->from->fd, r->secrets_fd, ready, last,
	    takes_letters(r->role) ? start->reader : -1 };
	sigset_t none;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != keeper)
		_exit(0);	/* it died before we asked */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	choose_environment(r, envp);
	(void)snprintf(once, sizeof(once), "%s%s", start->look != NULL ?
	    CHILD_LOOK : start->once ? "1" : "0", start->look != NULL ?
	    start->look : "");
	(void)snprintf(role, sizeof(role), "%s", r->role);
	(void)snprintf(name, sizeof(name), "%s", r->name);
	(void)snprintf(path, sizeof(path), "%s", r->from->path);
	if (lay_out(fds) == -1)
		_exit(127);
	(void)execve(start->program, argv, envp);
	_exit(127);
}

static void
drop(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

int
keeper_open_reader(struct keeper_start *start, struct err *e)
{
	char path[PATH_MAX];

	if (program_find_reader(path, e) == -1)
		return -1;
	if ((start->reader = open(path, O_PATH | O_CLOEXEC)) != -1)
		return 0;
	err_set(e, ERR_IO, "cannot open '%s': %s", path, strerror(errno));
	return -1;
}

int
keeper_try_rules(const struct keeper_start *start,
    const struct config *config, struct err *e)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", start->reader);
	return rules_check(config, path, e);
}

int
keeper_spawn(const struct keeper_start *start, struct keeper_role *r,
    struct err *e)
{
	int ready[2] = { -1, -1 }, tokens[2] = { -1, -1 };
	pid_t keeper = getpid(), pid = -1;

	drop(&r->ready_fd);
	drop(&r->token_fd);
	r->asks = 0;
	if (pipe2(ready, O_CLOEXEC | O_NONBLOCK) == -1 ||
	    (r->token != NULL && socketpair(AF_UNIX, SOCK_SEQPACKET |
	    SOCK_CLOEXEC, 0, tokens) == -1) || (pid = fork()) == -1) {
		err_set(e, ERR_RETRY, "cannot start %s %s: %s", r->role,
		    r->name, strerror(errno));
		drop(&ready[0]);
		drop(&ready[1]);
		drop(&tokens[0]);
		drop(&tokens[1]);
		return -1;
	}
	if (pid == 0)
		become_role(start, r, ready[1], tokens[1], keeper);
	drop(&ready[1]);
	drop(&tokens[1]);
	r->ready_fd = ready[0];
	r->token_fd = tokens[0];
	r->pid = pid;
	r->starts++;
	return 0;
}
