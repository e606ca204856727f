/*
 * teduh-admin inject: hand one mail to the intake of a mailbox.
 *
 * The letter is the mail system's until intake says that it is durable: until
 * then whatever happens ends with 75, keep it and come again.  No letter is
 * refused for what it is, because a mail system takes a refusal for a reason
 * to tell its writer that nobody will read it.
 *
 *   -> length (8, big endian), bytes, end; of a mail that is too large its
 *      true length and the first MiB
 *   <- "ok RESULT CASE" or "retry TEXT", newline
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define MAIL_MAX	(256u * 1024 * 1024)
#define MAIL_HEAD	(1024u * 1024)	/* kept of what is larger */
#define REPLY_MAX	1024
#define WAIT_S		300	/* for one read or write */

static int
lost(const char *name, struct err *e)
{
	err_set(e, ERR_RETRY, "the intake of mailbox '%s' does not answer: "
	    "%s", name, strerror(errno));
	return -1;
}

static int
connect_to(const struct config_mailbox *box, struct err *e)
{
	struct timeval wait = { WAIT_S, 0 };
	struct sockaddr_un un;
	int fd;

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s",
	    box->listen + strlen("unix:"));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return lost(box->name, e);
	if (connect(fd, (const struct sockaddr *)&un, sizeof(un)) == -1) {
		err_set(e, ERR_RETRY, "nobody takes mail for mailbox '%s' "
		    "now (%s); is teduhd running?", box->name,
		    strerror(errno));
		(void)close(fd);
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	return fd;
}

static int
put(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;
	ssize_t sent;

	while (n > 0) {
		if ((sent = send(fd, at, n, MSG_NOSIGNAL)) == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		at += sent;
		n -= (size_t)sent;
	}
	return 0;
}

/*
 * The line that a mailbox file puts in front of a mail. It is no part of the
 * mail, and it tells the time of this very try: with it every try would be
 * another letter.
 */
static size_t
envelope_line(const struct buf *mail)
{
	const char *end;

	if (mail->len < 5 || memcmp(mail->bytes, "From ", 5) != 0)
		return 0;
	end = memchr(mail->bytes, '\n', mail->len);
	return end == NULL ? 0 : (size_t)(end + 1 - (char *)mail->bytes);
}

/* An answer may come before all is sent: a failed send is not the end. */
static void
put_mail(int fd, const struct buf *mail, int whole)
{
	size_t from = envelope_line(mail), len = mail->len - from;
	unsigned char head[8];
	uint64_t n = whole ? len : (uint64_t)MAIL_MAX + 1;
	int i;

	for (i = 7; i >= 0; i--, n >>= 8)
		head[i] = (unsigned char)(n & 0xff);
	if (put(fd, head, sizeof(head)) == 0 &&
	    put(fd, mail->bytes + from, whole ? len : MAIL_HEAD) == 0)
		(void)shutdown(fd, SHUT_WR);
}

/* One line without its end. */
static int
get_reply(int fd, const char *name, char reply[REPLY_MAX], struct err *e)
{
	size_t n = 0;
	ssize_t got;

	while (n < REPLY_MAX - 1) {
		got = read(fd, reply + n, REPLY_MAX - 1 - n);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return lost(name, e);
		if (got == 0)
			break;
		n += (size_t)got;
		if (memchr(reply, '\n', n) != NULL)
			break;
	}
	reply[n] = '\0';
	if (strchr(reply, '\n') != NULL) {
		reply[strcspn(reply, "\n")] = '\0';
		return 0;
	}
	err_set(e, ERR_RETRY, "the intake of mailbox '%s' hung up without an "
	    "answer", name);
	return -1;
}

static int
judge(const char *reply, struct err *e)
{
	if (strncmp(reply, "ok ", 3) == 0 && text_is_line(reply)) {
		(void)puts(reply + 3);
		return 0;
	}
	if (strncmp(reply, "retry ", 6) == 0 && text_is_line(reply))
		err_set(e, ERR_RETRY, "not taken now: %s", reply + 6);
	else
		err_set(e, ERR_RETRY, "the intake gave an answer that makes "
		    "no sense");
	return -1;
}

static int
inject(const struct config_mailbox *box, struct err *e)
{
	char reply[REPLY_MAX];
	struct buf mail;
	int fd = -1, whole, result = -1;

	buf_init(&mail, MAIL_MAX);
	whole = admin_stdin(&mail, e) == 0;
	if (!whole && e->code != ERR_INPUT)
		goto out;
	if ((fd = connect_to(box, e)) == -1)
		goto out;
	put_mail(fd, &mail, whole);
	if (get_reply(fd, box->name, reply, e) == 0)
		result = judge(reply, e);
	(void)close(fd);
out:
	buf_free(&mail);
	return result;
}

/*
 * The work is a child's, and this process only waits for it: where memory is
 * short the kernel kills whoever has much of it, and a mail system may take
 * a command that died for one that refused.
 */
static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return EX_TEMPFAIL;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	(void)fprintf(stderr, "teduh-admin: not taken now: the process that "
	    "handed the mail on died by signal %d\n", WTERMSIG(status));
	return EX_TEMPFAIL;
}

int
admin_inject(const struct admin *admin, int argc, char *const argv[])
{
	const struct config_mailbox *box;
	struct err e = ERR_INIT;
	pid_t pid;

	if (argc != 2)
		return admin_usage("inject takes the name of a mailbox, and "
		    "the mail on standard input");
	box = config_mailbox(admin->config, argv[1]);
	if (box == NULL || box->listen == NULL) {
		err_set(&e, ERR_RETRY, box == NULL ? "there is no mailbox "
		    "'%s' in the configuration" : "the mailbox '%s' has no "
		    "'listen' and is fed by its server", argv[1]);
		return admin_fail(&e);
	}
	if ((pid = fork()) == -1) {
		err_set(&e, ERR_RETRY, "cannot start a process: %s",
		    strerror(errno));
		return admin_fail(&e);
	}
	if (pid != 0)
		return wait_for(pid);
	return inject(box, &e) == -1 ? admin_fail(&e) : EX_OK;
}
