/*
 * Access tokens: running the token_command of a mailbox or the relay, and
 * giving what it says to the roles that have it in their configuration.
 *
 * One command runs once at a time, whoever asks; its token is kept until
 * shortly before it expires.  The keeper is the place because the roles are
 * shut in: a command needs files and the network, and holds what must never
 * come near a process that talks to strangers.  It runs as the service's
 * user, without a shell and with nothing of ours; of what it prints only the
 * three lines of teduh.conf(5) are understood, strictly.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/keeper_parts.h"
#include "daemon/log.h"
#include "daemon/token.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define WORDS_MAX	32
#define OUTPUT_MAX	(TOKEN_MAX + 64)
#define ASKS_MAX	8	/* of a role, in one turn */
#define DEFAULT_S	300	/* of a token that does not say */
#define SPAN_MAX_S	(3650LL * 86400)
#define AGAIN_MS	2000	/* a failure is the answer for so long */
#define SPARE_MS	30000	/* an old token, before the next try */

struct source {
	char		*command;	/* words with a space between */
	struct source	*next;
	pid_t		 pid;		/* 0: does not run */
	int		 ended;		/* its status is known */
	int		 status;
	int		 late;		/* was killed */
	int		 out;		/* read end, or -1 */
	struct secret	*said;		/* OUTPUT_MAX bytes */
	size_t		 n;
	int64_t		 kill_ms;
	struct secret	*token;		/* or NULL */
	int64_t		 serial;
	int64_t		 good_ms;	/* until then nobody asks for more */
	int64_t		 dead_ms;	/* it has expired */
	int64_t		 dies_ms;	/* the login itself; -1 not known */
	struct err	 failed;	/* ERR_NONE, or why */
	int64_t		 again_ms;	/* after a failure */
};

struct keeper_tokens {
	struct source	*first;
};

struct keeper_tokens *
keeper_tokens_new(void)
{
	return mem_alloc(sizeof(struct keeper_tokens));
}

static void
close_out(struct source *s)
{
	if (s->out != -1)
		(void)close(s->out);
	s->out = -1;
	secret_free(s->said);
	s->said = NULL;
	s->n = 0;
}

/* A command that still runs ends by itself: it may be storing something. */
void
keeper_tokens_free(struct keeper_tokens *t)
{
	struct source *s;

	while (t != NULL && (s = t->first) != NULL) {
		t->first = s->next;
		close_out(s);
		secret_free(s->token);
		free(s->command);
		free(s);
	}
	free(t);
}

static struct source *
source_of(struct keeper_tokens *t, const char *command)
{
	struct source *s;

	for (s = t->first; s != NULL; s = s->next) {
		if (strcmp(s->command, command) == 0)
			return s;
	}
	s = mem_alloc(sizeof(*s));
	s->command = mem_strdup(command);
	s->out = -1;
	s->next = t->first;
	t->first = s;
	return s;
}

static void
become(const char *command, int out)
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
	    "/usr/bin:/sbin:/bin";
	char *envp[] = { path, NULL }, *argv[WORDS_MAX + 1];
	char *words = mem_strdup(command), *rest = NULL;
	sigset_t none;
	size_t n = 0;
	int null;

	while (n < WORDS_MAX && (argv[n] = strtok_r(n == 0 ? words : NULL,
	    " ", &rest)) != NULL)
		n++;
	argv[n] = NULL;
	(void)setpgid(0, 0);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* Standard error stays: it is the log, where its reasons belong. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    (null = open("/dev/null", O_RDWR)) == -1 || chdir("/") == -1 ||
	    dup2(null, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 ||
	    close_range(STDERR_FILENO + 1, ~0U, 0) == -1)
		_exit(127);
	(void)execve(argv[0], argv, envp);
	_exit(127);
}

static void
fail(struct source *s, enum err_code code, const char *what)
{
	int64_t now = keeper_now();

	/* The token of before serves as long as it lives. */
	if (code == ERR_RETRY && s->token != NULL && now < s->dead_ms) {
		s->good_ms = now + SPARE_MS < s->dead_ms ? now + SPARE_MS :
		    s->dead_ms;
	} else {
		err_set(&s->failed, code, "token_command: %s", what);
		s->again_ms = now + AGAIN_MS;
	}
	log_warn("token error=%s: %s", err_word(code), what);
}

static void
start(struct source *s)
{
	int out[2] = { -1, -1 };

	if (pipe2(out, O_CLOEXEC) == -1 || (s->pid = fork()) == -1) {
		s->pid = 0;
		if (out[0] != -1) {
			(void)close(out[0]);
			(void)close(out[1]);
		}
		fail(s, ERR_RETRY, "it cannot be started now");
		return;
	}
	if (s->pid == 0)
		become(s->command, out[1]);
	(void)close(out[1]);
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	s->out = out[0];
	s->said = secret_new(OUTPUT_MAX);
	s->n = 0;
	s->ended = s->late = 0;
	s->kill_ms = keeper_now() + TOKEN_RUN_MS;
}

/* A line of digits, or absent when the text ends here; -1: something else. */
static int64_t
take_span(const char **at, int64_t absent)
{
	int64_t n = 0;
	const char *p = *at;

	if (*p == '\0')
		return absent;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
		if (n > SPAN_MAX_S)
			return -1;
	}
	if (p == *at || (*p != '\n' && *p != '\0'))
		return -1;
	*at = *p == '\n' ? p + 1 : p;
	return n;
}

/* TOKEN, seconds it is good for, seconds the login is good for. */
static int
understand(struct source *s)
{
	const char *text = (const char *)s->said->bytes, *at = text;
	int64_t good_s, dies_s;
	size_t n = 0;

	while (n < s->n && text[n] >= 0x21 && text[n] <= 0x7e)
		n++;
	at += n;
	if (n == 0 || n > TOKEN_MAX || (*at != '\n' && *at != '\0') ||
	    memchr(text, '\0', s->n) != NULL)
		return -1;
	at += *at == '\n';
	if ((good_s = take_span(&at, DEFAULT_S)) < 1 ||
	    (dies_s = take_span(&at, SPAN_MAX_S + 1)) == -1 || *at != '\0')
		return -1;
	secret_free(s->token);
	s->token = secret_copy(text, n);
	s->serial++;
	s->good_ms = keeper_now() + good_s * 800;	/* four fifths */
	s->dead_ms = keeper_now() + good_s * 1000;
	s->dies_ms = dies_s > SPAN_MAX_S ? -1 : keeper_now() + dies_s * 1000;
	s->failed.code = ERR_NONE;
	return 0;
}

/* It has ended and said all it will. */
static void
judge(struct source *s)
{
	char what[96];
	int code = WIFEXITED(s->status) ? WEXITSTATUS(s->status) : -1;

	s->pid = 0;
	/* One that says too much hears a broken pipe from us. */
	if (code == 0 || s->n == OUTPUT_MAX - 1) {
		if (s->n == OUTPUT_MAX - 1 || understand(s) == -1)
			fail(s, ERR_DENIED, "it printed something else than "
			    "a token and its seconds");
	} else if (s->late) {
		fail(s, ERR_RETRY, "it took too long and was ended");
	} else if (code == 127) {
		fail(s, ERR_DENIED, "it cannot be run: check its path and "
		    "that the service's user may execute it");
	} else {
		(void)snprintf(what, sizeof(what), "it gave no token and "
		    "ended with %s %d; what it said stands in the log",
		    code == -1 ? "signal" : "code", code == -1 ?
		    WTERMSIG(s->status) : code);
		fail(s, code == EX_TEMPFAIL || code == -1 ? ERR_RETRY :
		    ERR_DENIED, what);
	}
	close_out(s);
}

/* What it has printed so far; its end closes the pipe. */
static void
listen_to(struct source *s)
{
	ssize_t n;

	while (s->out != -1) {
		/* One byte stays free: what follows is a string. */
		n = read(s->out, s->said->bytes + s->n,
		    OUTPUT_MAX - 1 - s->n);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return;
		if (n <= 0 || (s->n += (size_t)n) == OUTPUT_MAX - 1) {
			(void)close(s->out);
			s->out = -1;
		}
	}
}

static void
work(struct source *s)
{
	if (s->pid == 0)
		return;
	listen_to(s);
	if (s->ended && s->out == -1) {
		judge(s);
	} else if (keeper_now() >= s->kill_ms) {
		(void)kill(-s->pid, SIGKILL);
		(void)kill(s->pid, SIGKILL);
		s->late = 1;
		if (s->out != -1)
			(void)close(s->out);
		s->out = -1;
		s->kill_ms = INT64_MAX;
	}
}

static void
answer(struct keeper_role *r, const struct source *s)
{
	struct token_answer head = { r->asks, s->serial, -1,
	    s->failed.code };
	struct iovec parts[2] = { { &head, sizeof(head) }, { NULL, 0 } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	char why[sizeof(s->failed.text)];

	if (head.code == ERR_NONE) {
		parts[1].iov_base = s->token->bytes;
		parts[1].iov_len = s->token->len;
		if (s->dies_ms != -1)
			head.ends_s = s->dies_ms <= keeper_now() ? 0 :
			    (s->dies_ms - keeper_now()) / 1000;
	} else {
		memcpy(why, s->failed.text, sizeof(why));
		parts[1].iov_base = why;
		parts[1].iov_len = strlen(why);
	}
	/* Who does not take it asks again. */
	(void)sendmsg(r->token_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	r->asks = 0;
}

static void
hear(struct keeper_role *r, struct source *s)
{
	struct token_ask ask;
	ssize_t n = -1;
	int i;

	/* One that never stops asking does not hold up the others. */
	for (i = 0; i < ASKS_MAX && (n = recv(r->token_fd, &ask, sizeof(ask),
	    MSG_DONTWAIT)) == (ssize_t)sizeof(ask); i++) {
		r->asks = ask.id;
		/* What another role has complained of is gone already. */
		if (ask.refused != 0 && ask.refused == s->serial)
			s->good_ms = s->dead_ms = 0;
	}
	if (n == (ssize_t)sizeof(ask) || (n == -1 && (errno == EAGAIN ||
	    errno == EINTR)))
		return;
	(void)close(r->token_fd);
	r->token_fd = -1;
	r->asks = 0;
}

static int
has_answer(const struct source *s)
{
	int64_t now = keeper_now();

	if (s->pid != 0)
		return 0;
	return s->failed.code != ERR_NONE ? now < s->again_ms :
	    s->token != NULL && now < s->good_ms;
}

void
keeper_tokens_turn(struct keeper_tokens *t, struct keeper_role *role,
    size_t n)
{
	struct source *s;
	size_t i;

	for (s = t->first; s != NULL; s = s->next)
		work(s);
	for (i = 0; i < n; i++) {
		if (role[i].token_fd == -1)
			continue;
		s = source_of(t, role[i].token);
		hear(&role[i], s);
		if (role[i].asks != 0 && s->pid == 0 && !has_answer(s))
			start(s);
		if (role[i].asks != 0 && has_answer(s))
			answer(&role[i], s);
	}
}

size_t
keeper_tokens_fds(const struct keeper_tokens *t,
    const struct keeper_role *role, size_t n, struct pollfd *fds, size_t max)
{
	const struct source *s;
	size_t i, used = 0;

	for (i = 0; i < n && used < max; i++) {
		if (role[i].token_fd != -1)
			fds[used++] = (struct pollfd){ role[i].token_fd,
			    POLLIN, 0 };
	}
	for (s = t->first; s != NULL && used < max; s = s->next) {
		if (s->pid != 0 && s->out != -1)
			fds[used++] = (struct pollfd){ s->out, POLLIN, 0 };
	}
	return used;
}

int64_t
keeper_tokens_due(const struct keeper_tokens *t)
{
	const struct source *s;
	int64_t due = -1;

	for (s = t->first; s != NULL; s = s->next) {
		if (s->pid != 0 && s->kill_ms != INT64_MAX &&
		    (due == -1 || s->kill_ms < due))
			due = s->kill_ms;
	}
	return due;
}

int
keeper_tokens_busy(const struct keeper_tokens *t)
{
	const struct source *s = t->first;

	while (s != NULL && s->pid == 0)
		s = s->next;
	return s != NULL;
}

void
keeper_tokens_reap(struct keeper_tokens *t, pid_t pid, int status)
{
	struct source *s;

	for (s = t->first; s != NULL; s = s->next) {
		if (s->pid != pid)
			continue;
		s->ended = 1;
		s->status = status;
		/* A grandchild may hold the pipe: what is there is all. */
		listen_to(s);
		if (s->out != -1)
			(void)close(s->out);
		s->out = -1;
	}
}
