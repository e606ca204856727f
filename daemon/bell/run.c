/*
 * Running what somebody configured, with nothing of ours: descriptors are
 * closed, the environment is PATH alone, and time has an end.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/bell/run.h"
#include "daemon/role.h"

#define WORDS_MAX	64
#define LOOK_MS		20

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
become(char *const argv[], const char *const more[], int in)
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
	    "/usr/bin:/sbin:/bin";
	char *envp[] = { path, NULL }, *words[WORDS_MAX + 1];
	sigset_t none;
	size_t n = 0, i;
	int null;

	for (i = 0; argv[i] != NULL && n < WORDS_MAX; i++)
		words[n++] = argv[i];
	for (i = 0; more != NULL && more[i] != NULL && n < WORDS_MAX; i++)
		words[n++] = strdup(more[i]);
	words[n] = NULL;
	(void)setpgid(0, 0);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if ((null = open("/dev/null", O_RDWR)) == -1 || chdir("/") == -1 ||
	    dup2(in, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 ||
	    dup2(null, STDERR_FILENO) == -1 ||
	    close_range(STDERR_FILENO + 1, ~0U, 0) == -1)
		_exit(127);
	(void)execve(words[0], words, envp);
	_exit(127);
}

static int
wait_for_end(pid_t pid)
{
	int64_t end = now_ms() + RUN_MAX_MS;
	int status;
	pid_t r;

	for (;;) {
		r = waitpid(pid, &status, WNOHANG);
		if (r == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		if ((r == -1 && errno != EINTR) || role_stopping() ||
		    now_ms() >= end)
			break;
		role_pause(LOOK_MS);
	}
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);	/* before it made its group */
	(void)waitpid(pid, &status, 0);
	return -1;
}

int
run_program(char *const argv[], const char *const more[], const char *line)
{
	int in[2] = { -1, -1 }, result = -1;
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) == -1)
		return -1;
	/* A line fits into an empty pipe, so nobody waits for a reader. */
	if (write(in[1], line, strlen(line)) != (ssize_t)strlen(line) ||
	    (pid = fork()) == -1)
		goto out;
	if (pid == 0)
		become(argv, more, in[0]);
	(void)close(in[1]);
	in[1] = -1;
	result = wait_for_end(pid);
out:
	(void)close(in[0]);
	if (in[1] != -1)
		(void)close(in[1]);
	return result;
}
