/*
 * The role's side of access tokens: one question, one answer.  What comes in
 * goes straight into locked memory and is never looked at here.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "daemon/desk/alarm.h"
#include "daemon/role.h"
#include "daemon/token.h"
#include "lib/err.h"
#include "lib/seal.h"

#define WAIT_MS		(TOKEN_RUN_MS + 30000)
#define LOOK_MS		500		/* how soon a stop is heard */

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Bytes behind the head of the answer with this id; -1 with *e. */
static ssize_t
receive(int fd, int64_t id, struct token_answer *head, struct secret *body,
    struct err *e)
{
	struct iovec parts[2] = { { head, sizeof(*head) },
	    { body->bytes, body->len } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t end = now_ms() + WAIT_MS;
	ssize_t n;

	while (!role_stopping() && now_ms() < end) {
		if (poll(&p, 1, LOOK_MS) <= 0)
			continue;
		n = recvmsg(fd, &message, MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < (ssize_t)sizeof(*head))
			break;
		/* One that came too late for an earlier question. */
		if (head->id == id)
			return n - (ssize_t)sizeof(*head);
	}
	err_set(e, ERR_RETRY, "the keeper gave no access token in time");
	return -1;
}

int
token_ask(int fd, int64_t refused, struct token *token, struct err *e)
{
	static int64_t last_id;
	struct token_ask ask = { ++last_id, refused };
	struct token_answer head;
	struct secret *body;
	ssize_t n;
	int result = -1;

	memset(token, 0, sizeof(*token));
	if (send(fd, &ask, sizeof(ask), MSG_NOSIGNAL) != sizeof(ask)) {
		err_set(e, ERR_RETRY, "the keeper cannot be asked for an "
		    "access token: %s", strerror(errno));
		return -1;
	}
	body = secret_new(TOKEN_MAX);
	if ((n = receive(fd, ask.id, &head, body, e)) == -1)
		goto out;
	if (head.code != 0) {
		err_set(e, head.code == ERR_RETRY ? ERR_RETRY : ERR_DENIED,
		    "%.*s", (int)n, (const char *)body->bytes);
		goto out;
	}
	token->value = secret_copy(body->bytes, (size_t)n);
	token->serial = head.serial;
	token->ends_s = head.ends_s;
	result = 0;
out:
	secret_free(body);
	return result;
}

void
token_free(struct token *token)
{
	secret_free(token->value);
	memset(token, 0, sizeof(*token));
}

int
token_alarm(struct desk *d, const char *subject, int refused, int64_t ends_s,
    struct err *e)
{
	char detail[32];

	if (refused)	/* and how long the login lasts is not known */
		return alarm_raise(d, "token-refused", subject, "-", e);
	if (alarm_clear(d, "token-refused", subject, e) == -1)
		return -1;
	if (ends_s < 0 || ends_s > TOKEN_ENDS_S)
		return alarm_clear(d, "token-ends", subject, e);
	(void)snprintf(detail, sizeof(detail), "%" PRId64 " days",
	    ends_s / 86400);
	return alarm_raise(d, "token-ends", subject, detail, e);
}
