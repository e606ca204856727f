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
#include "daemon/intake/folder.h"
#include "daemon/intake/listen.h"
#include "daemon/log.h"
#include "lib/buf.h"
#include "lib/err.h"

#define INJECT_MAX	((uint64_t)256 * 1024 * 1024)
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

static int
read_mail(int fd, char **mail, uint64_t *len)
{
	int64_t deadline = monotonic_s() + INJECT_S;
	unsigned char head[8];
	size_t i;

	*mail = NULL;
	*len = 0;
	if (read_exactly(fd, head, sizeof(head), deadline) == -1)
		return -1;
	for (i = 0; i < sizeof(head); i++)
		*len = *len << 8 | head[i];
	if (*len > INJECT_MAX)
		return 1;
	*mail = mem_alloc((size_t)*len);
	return read_exactly(fd, *mail, (size_t)*len, deadline);
}

static int
take(int fd, struct desk *d, struct reader *reader,
    const struct config_mailbox *box, const char *mail, size_t len,
    struct err *e)
{
	struct arrival a = { box, "", 0, 0, mail, len, 0, NULL };
	struct reading unread;
	char case_id[CASE_ID_LEN + 1] = "", line[600];
	const char *result = "";

	if (len > READING_MAIL_MAX) {
		memset(&unread, 0, sizeof(unread));
		unread.unreadable = 1;
		(void)snprintf(unread.why, sizeof(unread.why),
		    "it is too large to be read");
		a.reading = &unread;
	}
	if (folder_take(d, reader, &a, case_id, &result, e) == -1) {
		log_err("inject", e);
		(void)snprintf(line, sizeof(line), "retry %s\n", e->text);
		answer(fd, line);
		return e->code == ERR_IO ? -1 : 1;
	}
	log_info("letter case=%s result=%s size=%zu", case_id, result, len);
	(void)snprintf(line, sizeof(line), "ok %s %s\n", result, case_id);
	crash_point("inject before answer");
	answer(fd, line);
	return 1;
}

static int
serve(int fd, struct desk *d, struct reader *reader,
    const struct config_mailbox *box, struct err *e)
{
	char *mail = NULL;
	uint64_t len;
	int result = 1, got;

	got = read_mail(fd, &mail, &len);
	if (got == 1)
		answer(fd, "bad a mail may have 256 MiB at most\n");
	else if (got == -1)
		answer(fd, "retry the mail did not arrive whole\n");
	else if (desk_refresh(d, e) == -1) {
		log_err("roster", e);
		answer(fd, "retry the roster cannot be believed; see the "
		    "log\n");
		result = e->code == ERR_IO ? -1 : 1;
	} else
		result = take(fd, d, reader, box, mail, (size_t)len, e);
	if (mail != NULL)
		explicit_bzero(mail, (size_t)len);
	free(mail);
	return result;
}

int
listen_serve(int fd, struct desk *d, struct reader *reader,
    const struct config_mailbox *box, int timeout_ms, struct err *e)
{
	struct pollfd p = { fd, POLLIN, 0 };
	int client, result;

	if (poll(&p, 1, timeout_ms) <= 0)
		return 0;
	client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (client == -1)
		return 0;
	result = serve(client, d, reader, box, e);
	(void)close(client);
	return result;
}
