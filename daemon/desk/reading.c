/*
 * The safe end of the reader's pipe.
 *
 * The helper is started by fork and exec with an empty environment and one
 * socket; each letter travels on a socket of its own with one deadline for
 * all of it.  Whatever comes back is checked before it is believed.  What
 * dies, lies or dawdles makes that one letter unreadable; a helper that is
 * gone is started again, and only when that fails the caller hears of it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/desk/reading.h"
#include "daemon/desk/reading_check.h"
#include "daemon/desk/reading_frame.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define LETTER_MS	5000
#define START_MS	10000
#define IDLE_MS		60000
#define ATTEMPTS	2

struct reader {
	char	*program;	/* its path */
	int	 program_fd;	/* what is executed; -1: there is none */
	pid_t	 pid;		/* -1: not running */
	int	 fd;		/* its control socket */
	int64_t	 used_ms;	/* when it last had work */
	/* The letter at hand, between reading_begin() and reading_end(). */
	const void *mail;
	size_t	 len;
	struct reading_rules rules;
	int	 letter;	/* its socket; -1: it could not be opened */
	int	 attempts;
	int64_t	 deadline;
};

/* What one exchange came to. */
enum outcome { DONE, LATE, LOST };

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct reader *
reading_open(const char *program)
{
	struct reader *r = mem_alloc(sizeof(*r));

	r->program = mem_strdup(program);
	r->program_fd = open(program, O_PATH | O_CLOEXEC);
	r->pid = r->fd = r->letter = -1;
	return r;
}

static void
stop(struct reader *r)
{
	if (r->fd != -1)
		(void)close(r->fd);
	if (r->pid != -1) {
		(void)kill(r->pid, SIGKILL);
		while (waitpid(r->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	r->pid = r->fd = -1;
}

static void
hang_up(struct reader *r)
{
	if (r->letter != -1)
		(void)close(r->letter);
	r->letter = -1;
}

void
reading_close(struct reader *r)
{
	if (r == NULL)
		return;
	hang_up(r);
	stop(r);
	if (r->program_fd != -1)
		(void)close(r->program_fd);
	free(r->program);
	free(r);
}

void
reading_idle(struct reader *r)
{
	if (r->pid != -1 && now_ms() - r->used_ms > IDLE_MS)
		stop(r);
}

/* Wait until fd can do `events`. 0, -1 when the deadline has passed. */
static int
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = { fd, events, 0 };
	int64_t left;

	for (;;) {
		if ((left = deadline - now_ms()) <= 0)
			return -1;
		switch (poll(&p, 1, (int)left)) {
		case 0:
			return -1;
		case -1:
			if (errno != EINTR)
				return -1;
			break;
		default:
			return 0;
		}
	}
}

static enum outcome
get(int fd, void *bytes, size_t n, int64_t deadline)
{
	char *p = bytes;
	ssize_t got;

	while (n > 0) {
		if (wait_for(fd, POLLIN, deadline) == -1)
			return LATE;
		got = recv(fd, p, n, MSG_DONTWAIT);
		if (got == 0 || (got == -1 && errno != EINTR &&
		    errno != EAGAIN))
			return LOST;
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
	return DONE;
}

static enum outcome
put(int fd, const void *bytes, size_t n, int64_t deadline)
{
	const char *p = bytes;
	ssize_t sent;

	while (n > 0) {
		if (wait_for(fd, POLLOUT, deadline) == -1)
			return LATE;
		sent = send(fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent == -1 && errno != EINTR && errno != EAGAIN)
			return LOST;
		if (sent > 0) {
			p += sent;
			n -= (size_t)sent;
		}
	}
	return DONE;
}

/* In the child: become the helper, with its socket and the rules, no more. */
static void
become_helper(const struct reader *r, int fd)
{
	int rules = r->rules.triage == NULL ? -1 : *r->rules.triage;
	static char name[] = "teduh-reader";
	char *argv[] = { name, NULL }, *envp[] = { NULL };
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (fd == STDIN_FILENO)
		(void)fcntl(fd, F_SETFD, 0);
	if (dup2(fd, STDIN_FILENO) == -1 ||
	    dup3(r->program_fd, STDOUT_FILENO, O_CLOEXEC) == -1 ||
	    (rules != -1 && dup2(rules, STDERR_FILENO) == -1) ||
	    close_range(rules == -1 ? STDERR_FILENO : STDERR_FILENO + 1, ~0U,
	    0) == -1)
		_exit(127);
	(void)execve(r->program, argv, envp);
	/* Where we cannot walk any more: by what was opened before. */
	(void)execveat(STDOUT_FILENO, "", argv, envp, AT_EMPTY_PATH);
	_exit(127);
}

/*
 * The helper's first words: 0, or -1 when they do not come.  wrong: what it
 * says of its rules, "" when they are good.
 */
static int
hear_hello(int fd, struct err *wrong)
{
	int64_t deadline = now_ms() + START_MS;
	unsigned char head[4];
	char hello = 0, why[FRAME_WRONG_MAX + 1] = "";
	uint32_t i, n;

	if (get(fd, &hello, 1, deadline) != DONE)
		return -1;
	if (hello == FRAME_HELLO)
		return 0;
	if (hello != FRAME_RULES || get(fd, head, 4, deadline) != DONE ||
	    (n = frame_get(head)) > FRAME_WRONG_MAX ||
	    get(fd, why, n, deadline) != DONE)
		return -1;
	for (i = 0; i < n; i++)		/* it goes to a terminal or a log */
		if ((unsigned char)why[i] < 0x20 || why[i] == 0x7f)
			why[i] = '?';
	err_set(wrong, ERR_INPUT, "%s", why);
	return 0;
}

/* 0 when the helper runs; wrong as above, NULL: letters will say so. */
static int
start(struct reader *r, struct err *wrong, struct err *e)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1) {
		err_set(e, ERR_RETRY, "cannot make a socket: %s",
		    strerror(errno));
		return -1;
	}
	if ((r->pid = fork()) == 0)
		become_helper(r, sv[1]);
	(void)close(sv[1]);
	r->fd = sv[0];
	if (r->pid == -1) {
		err_set(e, ERR_RETRY, "cannot start the reader: %s",
		    strerror(errno));
		stop(r);
		return -1;
	}
	if (hear_hello(r->fd, wrong) == -1) {
		err_set(e, ERR_RETRY, "the program that reads letters does "
		    "not start");
		stop(r);
		return -1;
	}
	return 0;
}

/* Hand one end of a new socket to the helper; the other is returned. */
static int
open_letter(struct reader *r)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	char what = FRAME_LETTER;
	struct iovec io = { &what, 1 };
	struct msghdr m;
	struct cmsghdr *c;
	int sv[2], ok;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1)
		return -1;
	memset(&m, 0, sizeof(m));
	memset(control, 0, sizeof(control));
	m.msg_iov = &io;
	m.msg_iovlen = 1;
	m.msg_control = control;
	m.msg_controllen = sizeof(control);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &sv[1], sizeof(int));
	ok = sendmsg(r->fd, &m, MSG_NOSIGNAL) == 1;
	(void)close(sv[1]);
	if (!ok) {
		(void)close(sv[0]);
		return -1;
	}
	return sv[0];
}

static size_t
length(const char *s, size_t max)
{
	return s == NULL || strlen(s) > max ? 0 : strlen(s);
}

static enum outcome
ask(int fd, const void *mail, size_t len, const struct reading_rules *rules,
    int64_t deadline)
{
	unsigned char head[FRAME_ASK_HEAD];
	size_t charsets = length(rules->fallback_charsets,
	    FRAME_CHARSETS_MAX);
	size_t authserv = length(rules->authserv_id, FRAME_AUTHSERV_MAX);
	size_t own = length(rules->own_address, FRAME_OWN_MAX);
	size_t words = length(rules->words, FRAME_WORDS_MAX);
	size_t desk = length(rules->desk, FRAME_DESK_MAX);
	size_t more = length(rules->more, FRAME_MORE_MAX);
	struct buf ask;
	enum outcome o;

	frame_put(head, FRAME_ASK);
	frame_put(head + 4, (uint32_t)charsets);
	frame_put(head + 8, (uint32_t)authserv);
	frame_put(head + 12, (uint32_t)own);
	frame_put(head + 16, (uint32_t)words);
	frame_put(head + 20, (uint32_t)desk);
	frame_put(head + 24, (uint32_t)more);
	frame_put(head + 28, (uint32_t)len);
	buf_init(&ask, sizeof(head) + charsets + authserv + own + words +
	    desk + more);
	(void)buf_add(&ask, head, sizeof(head));
	(void)buf_add(&ask, rules->fallback_charsets, charsets);
	(void)buf_add(&ask, rules->authserv_id, authserv);
	(void)buf_add(&ask, rules->own_address, own);
	(void)buf_add(&ask, rules->words, words);
	(void)buf_add(&ask, rules->desk, desk);
	(void)buf_add(&ask, rules->more, more);
	if ((o = put(fd, ask.bytes, ask.len, deadline)) == DONE)
		o = put(fd, mail, len, deadline);
	buf_free(&ask);
	return o;
}

static void
say_why(struct reading *out, const char *why)
{
	out->unreadable = 1;
	(void)snprintf(out->why, sizeof(out->why), "%s", why);
}

/* Forget a reading that did not come to its end. */
static void
drop(struct reading *out, const char *why)
{
	reading_free(out);
	say_why(out, why);
}

/* The helper's own sentence, as far as it is one. */
static void
take_sentence(struct reading *out, int fd, size_t n, int64_t deadline)
{
	char why[FRAME_SENTENCE_MAX + 1] = "";
	size_t i;

	if (get(fd, why, n, deadline) != DONE)
		return;
	for (i = 0; i < n; i++)
		if (why[i] < 0x20 || why[i] > 0x7e)
			why[i] = '?';
	if (n > 0)
		say_why(out, why);
}

/* Point each attachment at its bytes. */
static void
lay_out(struct reading *out)
{
	const json_t *list = json_object_get(out->view, "attachments"), *a;
	unsigned char *at = out->memory;
	size_t i;

	out->nattachments = json_array_size(list);
	out->attachments = mem_alloc(out->nattachments *
	    sizeof(*out->attachments));
	for (i = 0; i < out->nattachments; i++) {
		a = json_array_get(list, i);
		out->attachments[i].name = json_string_value(
		    json_object_get(a, "name"));
		out->attachments[i].type = json_string_value(
		    json_object_get(a, "type"));
		out->attachments[i].size = (size_t)json_integer_value(
		    json_object_get(a, "size"));
		out->attachments[i].bytes = at;
		at += out->attachments[i].size;
	}
}

static enum outcome
take_view(struct reading *out, int fd, size_t len, size_t bytes,
    int64_t deadline)
{
	char *text = mem_alloc(len + 1);
	enum outcome o;

	out->memory = mem_alloc(bytes + 1);
	out->memory_len = bytes;
	if ((o = get(fd, text, len, deadline)) == DONE)
		o = get(fd, out->memory, bytes, deadline);
	if (o == DONE) {
		out->view = wire_parse(text, len, NULL);
		if (out->view != NULL &&
		    reading_check(out->view, bytes, NULL) == 0)
			lay_out(out);
		else
			drop(out, "the reader's answer made no sense");
	}
	explicit_bzero(text, len);
	free(text);
	return o;
}

static enum outcome
take_reply(struct reading *out, int fd, int64_t deadline)
{
	unsigned char head[FRAME_REPLY_HEAD];
	uint32_t what, len, bytes;
	enum outcome o;

	if ((o = get(fd, head, sizeof(head), deadline)) != DONE)
		return o;
	what = frame_get(head);
	len = frame_get(head + 4);
	bytes = frame_get(head + 8);
	if (what == FRAME_VIEW && len <= FRAME_JSON_MAX &&
	    bytes <= FRAME_BYTES_MAX)
		return take_view(out, fd, len, bytes, deadline);
	say_why(out, "the reader's answer made no sense");
	if (what == FRAME_UNREADABLE && len <= FRAME_SENTENCE_MAX)
		take_sentence(out, fd, len, deadline);
	return DONE;
}

/* Why a letter's process ended without an answer. */
static const char *
fate_says(const unsigned char fate[2])
{
	if (fate[0] != FRAME_SIGNAL)
		return "the reader stopped without an answer";
	switch (fate[1]) {
	case SIGXCPU:
	case SIGKILL:
	case SIGALRM:
		return "it took too long to read";
	case SIGABRT:
	case SIGTRAP:
		return "it needed too much memory";
	case SIGSYS:
		return "the reader tried what it must not do";
	default:
		return "the reader crashed on it";
	}
}

/* Hand the letter at hand to the helper, which is started when need be. */
static int
attempt(struct reader *r, struct err *e)
{
	if (r->pid == -1 && start(r, NULL, e) == -1)
		return -1;
	r->attempts++;
	r->used_ms = now_ms();
	r->deadline = r->used_ms + LETTER_MS;
	/* A child that gives up early may still have answered. */
	if ((r->letter = open_letter(r)) != -1 && ask(r->letter, r->mail,
	    r->len, &r->rules, r->deadline) == LATE)
		r->deadline = 0;
	return 0;
}

int
reading_begin(struct reader *r, const void *mail, size_t len,
    const struct reading_rules *rules, struct err *e)
{
	r->mail = mail;
	r->len = len;
	r->rules = *rules;
	r->attempts = 0;
	return len > READING_MAIL_MAX ? 0 : attempt(r, e);
}

int
reading_try_rules(struct reader *r, const int *rules, struct err *e)
{
	struct err wrong = ERR_INIT;

	stop(r);
	r->rules.triage = rules;
	if (start(r, &wrong, e) == -1)
		return -1;
	if (wrong.code == ERR_NONE)
		return 0;
	if (e != NULL)
		*e = wrong;
	return -1;
}

int
reading_fd(const struct reader *r)
{
	return r->letter;
}

/*
 * What became of the letter.  LOST: the helper itself is gone, not only the
 * process of this letter.
 */
static enum outcome
conclude(struct reader *r, struct reading *out)
{
	unsigned char fate[2];
	enum outcome o = LATE, end;

	if (r->letter == -1)
		return LOST;
	if (r->deadline > 0)
		o = take_reply(out, r->letter, r->deadline);
	hang_up(r);
	end = get(r->fd, fate, sizeof(fate), r->deadline);
	if (end == LOST)
		return LOST;
	if (end == LATE) {
		stop(r);
		drop(out, "it took too long to read");
	} else if (o != DONE) {
		drop(out, fate_says(fate));
	}
	return DONE;
}

int
reading_end(struct reader *r, struct reading *out, struct err *e)
{
	struct pollfd p = { r->letter, POLLIN, 0 };

	memset(out, 0, sizeof(*out));
	if (r->len > READING_MAIL_MAX) {
		say_why(out, "the letter is too large to be read");
		return 1;
	}
	if (r->letter != -1 && now_ms() < r->deadline && poll(&p, 1, 0) < 1)
		return 0;
	if (conclude(r, out) == DONE)
		return 1;
	stop(r);
	reading_free(out);
	if (r->attempts < ATTEMPTS)
		return attempt(r, e);
	drop(out, "the reader was stopped while it read");
	return 1;
}

int
reading_read(struct reader *r, const void *mail, size_t len,
    const struct reading_rules *rules, struct reading *out, struct err *e)
{
	int done;

	memset(out, 0, sizeof(*out));
	if (reading_begin(r, mail, len, rules, e) == -1)
		return -1;
	while ((done = reading_end(r, out, e)) == 0)
		if (r->letter != -1)
			(void)wait_for(r->letter, POLLIN, r->deadline);
	return done == 1 ? 0 : -1;
}

void
reading_free(struct reading *out)
{
	json_decref(out->view);
	free(out->attachments);
	if (out->memory != NULL)
		explicit_bzero(out->memory, out->memory_len);
	free(out->memory);
	memset(out, 0, sizeof(*out));
}
