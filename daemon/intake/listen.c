/*
 * Mail that comes by `teduh-admin inject`: an MTA pipes it, and believes only
 * what is durable.  One connection at a time, each with a deadline; the next
 * waits in the socket's queue.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reading.h"
#include "daemon/intake/listen.h"
#include "daemon/intake/take.h"
#include "daemon/log.h"
#include "lib/buf.h"
#include "lib/err.h"

#define INJECT_MAX	((uint64_t)256 * 1024 * 1024)
#define INJECT_HEAD	((uint64_t)1024 * 1024)	/* kept of what is larger */
#define INJECT_S	60

static int64_t
monotonic_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec;
}

/* Exactly n bytes before the deadline; 0 or -1. */
static int
read_exactly(int fd, void *bytes, size_t n, int64_t deadline_s)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char *to = bytes;
	int64_t left;
	ssize_t r;

	while (n > 0) {
		if ((left = deadline_s - monotonic_s()) <= 0)
			return -1;
		if (poll(&p, 1, (int)left * 1000) == -1 && errno != EINTR)
			return -1;
		r = recv(fd, to, n, MSG_DONTWAIT);
		if (r == 0)
			return -1;
		if (r == -1) {
			if (errno == EAGAIN || errno == EINTR)
				continue;
			return -1;
		}
		to += r;
		n -= (size_t)r;
	}
	return 0;
}

static void
answer(int fd, const char *line)
{
	size_t n = strlen(line);

	/* A short line into an empty socket buffer: whole or not at all. */
	if (send(fd, line, n, MSG_NOSIGNAL) != (ssize_t)n)
		log_warn("inject answer=lost");
}

/* One connection and the mail that came by it. */
struct incoming {
	int				 fd;
	struct desk			*desk;
	struct reader			*reader;
	const struct config_mailbox	*mailbox;
	uint64_t			 size;	/* as the other side says */
	char				*mail;
	size_t				 len;	/* of it that is here */
};

static int
read_mail(struct incoming *in)
{
	int64_t deadline = monotonic_s() + INJECT_S;
	unsigned char head[8];
	size_t i;

	if (read_exactly(in->fd, head, sizeof(head), deadline) == -1)
		return -1;
	for (i = 0; i < sizeof(head); i++)
		in->size = in->size << 8 | head[i];
	in->len = (size_t)(in->size > INJECT_MAX ? INJECT_HEAD : in->size);
	in->mail = mem_alloc(in->len);
	return read_exactly(in->fd, in->mail, in->len, deadline);
}

/*
 * What is not kept whole stays with the mail system, but a human is to see
 * that somebody wrote: each try brings the same first MiB, a duplicate.
 */
static void
say_taken(const struct incoming *in, const char *case_id, const char *result)
{
	char line[600];

	log_info("letter case=%s result=%s size=%zu", case_id, result,
	    in->len);
	(void)snprintf(line, sizeof(line), "ok %s %s\n", result, case_id);
	if (in->size > INJECT_MAX) {
		if (strcmp(result, "duplicate") != 0)
			log_alarm("mail-too-large case=%s size=%" PRIu64
			    " kept=first-MiB", case_id, in->size);
		(void)snprintf(line, sizeof(line), "retry it is larger than "
		    "256 MiB, and only its first MiB is kept\n");
	}
	crash_point("inject before answer");
	answer(in->fd, line);
}

static int
take(const struct incoming *in, struct err *e)
{
	struct arrival a = { in->mailbox, "", 0, 0, in->mail, in->len, 0,
	    NULL, NULL };
	struct reading unread;
	char case_id[CASE_ID_LEN + 1] = "", line[600];
	const char *result = "";

	if (in->size > READING_MAIL_MAX) {
		memset(&unread, 0, sizeof(unread));
		unread.unreadable = 1;
		(void)snprintf(unread.why, sizeof(unread.why),
		    "it is too large to be read");
		a.reading = &unread;
	}
	if (take_bytes(in->desk, in->reader, &a, case_id, &result, e) ==
	    -1) {
		log_err("inject", e);
		(void)snprintf(line, sizeof(line), "retry %s\n", e->text);
		answer(in->fd, line);
		return e->code == ERR_IO ? -1 : 1;
	}
	say_taken(in, case_id, result);
	return 1;
}

static int
serve(struct incoming *in, struct err *e)
{
	int result = 1;

	if (read_mail(in) == -1)
		answer(in->fd, "retry the mail did not arrive whole\n");
	else if (desk_refresh(in->desk, e) == -1) {
		log_err("roster", e);
		answer(in->fd, "retry the roster cannot be believed; see the "
		    "log\n");
		result = e->code == ERR_IO ? -1 : 1;
	} else
		result = take(in, e);
	if (in->mail != NULL)
		explicit_bzero(in->mail, in->len);
	free(in->mail);
	return result;
}

int
listen_serve(int fd, struct desk *d, struct reader *reader,
    const struct config_mailbox *box, int timeout_ms, struct err *e)
{
	struct incoming in = { -1, d, reader, box, 0, NULL, 0 };
	struct pollfd p = { fd, POLLIN, 0 };
	int result;

	if (poll(&p, 1, timeout_ms) <= 0)
		return 0;
	in.fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (in.fd == -1)
		return 0;
	result = serve(&in, e);
	(void)close(in.fd);
	return result;
}
