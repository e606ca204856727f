/*
 * The helper: a process that has everything loaded and has seen no mail
 * waits on its socket; for each letter it gets one more socket, forks, and
 * the child reads, answers and ends.  The forking process never reads a byte
 * of a letter and the child can do nothing but read and write its socket, so
 * no letter can touch the next one.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/desk/reading_frame.h"
#include "daemon/reader/decode.h"
#include "daemon/reader/jail.h"
#include "daemon/reader/mime.h"
#include "daemon/reader/reader.h"
#include "daemon/reader/sets.h"
#include "daemon/reader/view.h"
#include "lib/buf.h"
#include "lib/io.h"

static int
read_all(void *p, size_t n)
{
	char *at = p;
	ssize_t got;

	while (n > 0) {
		if ((got = read(JAIL_FD, at, n)) <= 0) {
			if (got == -1 && errno == EINTR)
				continue;
			return -1;
		}
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

/* A string of the request, NULL when it is empty; -1 when it is too long. */
static int
read_string(const unsigned char *len, size_t max, char **out)
{
	size_t n = frame_get(len);

	*out = NULL;
	if (n > max)
		return -1;
	if (n == 0)
		return 0;
	*out = mem_alloc(n + 1);
	return read_all(*out, n);
}

static int
say_unreadable(const char *why)
{
	unsigned char head[FRAME_REPLY_HEAD];
	size_t n = strlen(why);

	frame_put(head, FRAME_UNREADABLE);
	frame_put(head + 4, (uint32_t)n);
	frame_put(head + 8, 0);
	return io_write(JAIL_FD, head, sizeof(head)) == -1 ||
	    io_write(JAIL_FD, why, n) == -1 ? EX_IOERR : 0;
}

static int
say_view(const struct view *v)
{
	unsigned char head[FRAME_REPLY_HEAD];
	uint32_t bytes = 0;
	size_t i;

	for (i = 0; i < v->mime.nparts; i++)
		bytes += (uint32_t)v->mime.parts[i].size;
	frame_put(head, FRAME_VIEW);
	frame_put(head + 4, (uint32_t)v->len);
	frame_put(head + 8, bytes);
	if (io_write(JAIL_FD, head, sizeof(head)) == -1 ||
	    io_write(JAIL_FD, v->json, v->len) == -1)
		return EX_IOERR;
	for (i = 0; i < v->mime.nparts; i++)
		if (io_write(JAIL_FD, v->mime.parts[i].bytes,
		    v->mime.parts[i].size) == -1)
			return EX_IOERR;
	return 0;
}

/* In the child, behind the walls: one letter. */
static int
read_letter(void)
{
	unsigned char head[FRAME_ASK_HEAD];
	char *charsets, *authserv, *own, *words, *desk, *more, *mail;
	struct reading_rules rules;
	struct view view;
	const char *why = NULL;

	if (read_all(head, sizeof(head)) == -1 ||
	    frame_get(head) != FRAME_ASK ||
	    read_string(head + 4, FRAME_CHARSETS_MAX, &charsets) == -1 ||
	    read_string(head + 8, FRAME_AUTHSERV_MAX, &authserv) == -1 ||
	    read_string(head + 12, FRAME_OWN_MAX, &own) == -1 ||
	    read_string(head + 16, FRAME_WORDS_MAX, &words) == -1 ||
	    read_string(head + 20, FRAME_DESK_MAX, &desk) == -1 ||
	    read_string(head + 24, FRAME_MORE_MAX, &more) == -1 ||
	    read_string(head + 28, READING_MAIL_MAX, &mail) == -1)
		return EX_PROTOCOL;
	memset(&rules, 0, sizeof(rules));
	rules.fallback_charsets = charsets;
	rules.authserv_id = authserv;
	rules.own_address = own;
	rules.words = words;
	rules.desk = desk;
	rules.more = more;
	if (view_make(&view, mail == NULL ? "" : mail,
	    frame_get(head + 28), &rules, &why) == -1)
		return say_unreadable(why);
	return say_view(&view);		/* exit frees, and faster */
}

static void
child(int fd)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (fd != JAIL_FD && dup2(fd, JAIL_FD) == -1)
		_exit(EX_OSERR);
	/* Nothing but the letter's socket, and no way to say more. */
	if (close_range(JAIL_FD + 1, ~0U, 0) == -1 ||
	    close_range(0, JAIL_FD - 1, 0) == -1 || jail_close() == -1)
		_exit(EX_OSERR);
	_exit(read_letter());
}

/* The letter's socket, -1 when the parent has hung up. */
static int
receive(void)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	char what = 0;
	struct iovec io = { &what, 1 };
	struct msghdr m;
	struct cmsghdr *c;
	ssize_t n;
	int fd = -1;

	memset(&m, 0, sizeof(m));
	m.msg_iov = &io;
	m.msg_iovlen = 1;
	m.msg_control = control;
	m.msg_controllen = sizeof(control);
	while ((n = recvmsg(STDIN_FILENO, &m, MSG_CMSG_CLOEXEC)) == -1 &&
	    errno == EINTR)
		;
	if (n != 1 || what != FRAME_LETTER ||
	    (c = CMSG_FIRSTHDR(&m)) == NULL || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(int));
	return fd;
}

static int
say(const unsigned char *p, size_t n)
{
	return send(STDIN_FILENO, p, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -1;
}

/* One letter from fork to fate. */
static int
serve(int fd)
{
	unsigned char fate[2] = { FRAME_EXIT, EX_OSERR };
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0)
		child(fd);
	(void)close(fd);
	if (pid == -1)
		return say(fate, sizeof(fate));
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	if (WIFSIGNALED(status)) {
		fate[0] = FRAME_SIGNAL;
		fate[1] = (unsigned char)WTERMSIG(status);
	} else {
		fate[1] = (unsigned char)WEXITSTATUS(status);
	}
	return say(fate, sizeof(fate));
}

/* That all is loaded; the parent decides what rules that are wrong mean. */
static int
say_hello(void)
{
	unsigned char hello[5 + FRAME_WRONG_MAX] = { FRAME_HELLO };
	const char *why = sets_wrong();
	size_t n = strlen(why);

	if (n == 0)
		return say(hello, 1);
	if (n > FRAME_WRONG_MAX)
		n = FRAME_WRONG_MAX;
	hello[0] = FRAME_RULES;
	frame_put(hello + 1, (uint32_t)n);
	memcpy(hello + 5, why, n);
	return say(hello, 5 + n);
}

/* GLib would write its complaints about a letter to standard error. */
static GLogWriterOutput
silence(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
	(void)level;
	(void)fields;
	(void)n;
	(void)data;
	return G_LOG_WRITER_HANDLED;
}

int
reader_main(void)
{
	int fd;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)signal(SIGCHLD, SIG_DFL);
	g_log_set_writer_func(silence, NULL, NULL);
	mime_init();
	decode_preload();
	sets_load();
	if (jail_prepare() == -1 || say_hello() == -1)
		return EX_OSERR;
	while ((fd = receive()) != -1)
		if (serve(fd) == -1)
			break;
	return EX_OK;
}
