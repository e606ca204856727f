/*
 * Automatic mail: who may be written to, and what becomes of it.  No word of
 * it comes from a letter; the address comes from the configuration, by the
 * number in a statement that the role clock has signed.
 *
 * A mail whose dot may be out is never repeated: an alarm that stands is
 * told again the next day.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/desk.h"
#include "daemon/log.h"
#include "daemon/post/notice.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/compose.h"
#include "lib/err.h"
#include "lib/letter.h"

#define SUBJECT_MAX	512
#define BODY_MAX	16384
#define MESSAGE_MAX	65536
#define RETRY_S		1800

struct leaving {
	struct desk		*desk;
	const struct automatic	*mail;
};

/* Before the last bytes: counted, and never sent again. */
static int
dot(void *ctx, struct err *e)
{
	const struct leaving *l = ctx;
	int r;

	if (automatic_dot(l->desk, l->mail, e) == -1)
		return -1;
	r = notice_count(l->desk->config->data, store_now(l->desk->store), e);
	if (r == 1)
		err_set(e, ERR_RETRY, "as many automatic mails as may leave "
		    "in an hour or a day have left");
	return r == 0 ? 0 : -1;
}

/* NULL when the configuration has no such recipient any more. */
static const char *
recipient(const struct config *config, int64_t no)
{
	char **to = config->alarm.to;
	int64_t i;

	for (i = 0; to != NULL && to[i] != NULL; i++) {
		if (i == no)
			return to[i];
	}
	return NULL;
}

static int
compose(struct desk *d, const struct automatic *mail, const char *to,
    struct buf *message, struct err *e)
{
	const struct config_desk *from = &d->config->desks[0];
	struct buf subject, body;
	struct compose c;
	struct letter l;
	int result = -1;

	letter_init(&l);
	memset(&c, 0, sizeof(c));
	buf_init(&subject, SUBJECT_MAX);
	buf_init(&body, BODY_MAX);
	if (notice_text(d->config, mail->language, &mail->alarm, &subject,
	    &body, e) == -1)
		goto out;
	l.to = mem_strdup(to);
	l.subject = buf_take(&subject, NULL);
	l.body = buf_take(&body, NULL);
	l.message_id = letter_message_id_new(
	    strrchr(from->from_address, '@') + 1);
	c.letter = &l;
	c.from_name = from->from_name;
	c.from_address = from->from_address;
	c.auto_submitted = "auto-generated";
	c.date_s = store_now(d->store);
	seal_random(c.boundary_seed, sizeof(c.boundary_seed));
	result = compose_message(&c, message, e);
out:
	letter_free(&l);
	buf_free(&subject);
	buf_free(&body);
	return result;
}

/* What became of it, into the store. */
static int
settle(struct desk *d, const struct automatic *mail,
    const struct notice_end *end, struct err *e)
{
	log_info("automatic template=alarm code=%s", end->code);
	switch (end->outcome) {
	case OUTCOME_DEFERRED:
		return automatic_later(d, mail,
		    store_now(d->store) + RETRY_S, e);
	case OUTCOME_ENDPOINT:
		return automatic_later(d, mail, store_now(d->store), e);
	default:
		return automatic_done(d, mail, end->code, e);
	}
}

static int
hand_over(struct desk *d, const struct secret *password,
    const struct automatic *mail, const char *to, struct notice_end *end,
    struct err *e)
{
	const struct config *config = d->config;
	struct leaving leaving = { d, mail };
	struct smtp_message m = { strrchr(config->desks[0].from_address,
	    '@') + 1, "", to, NULL, 0, dot, &leaving };
	struct buf message;
	int result;

	buf_init(&message, MESSAGE_MAX);
	result = compose(d, mail, to, &message, e);
	m.bytes = message.bytes;
	m.len = message.len;
	if (result == 0)
		result = smtp_send(&config->relay, password, &m, &end->end,
		    e);
	if (result == 0) {
		end->relay = 1;
		end->outcome = smtp_outcome(&end->end, end->code);
	}
	buf_free(&message);
	return result;
}

static int
drop(struct desk *d, const struct automatic *mail, const char *why,
    struct err *e)
{
	log_warn("automatic dropped=%s", why);
	return automatic_done(d, mail, why, e) == -1 ? -1 : 1;
}

int
notice_turn(struct desk *d, const struct secret *password,
    struct notice_end *end, struct err *e)
{
	struct automatic mail;
	const char *to;
	int r;

	memset(end, 0, sizeof(*end));
	memset(&mail, 0, sizeof(mail));
	if ((r = automatic_next(d, &mail, e)) <= 0)
		return r;
	/* A new role key may have signed it. */
	if (r == 2 && (desk_refresh(d, e) == -1 ||
	    (r = automatic_next(d, &mail, e)) <= 0))
		return r == 0 ? 0 : -1;
	if (r == 2)
		return drop(d, &mail, "statement", e);
	if ((to = recipient(d->config, mail.recipient)) == NULL)
		return drop(d, &mail, "recipient", e);
	if ((r = notice_may(d->config->data, store_now(d->store), e)) != 1)
		return r;
	if (hand_over(d, password, &mail, to, end, e) == 0)
		return settle(d, &mail, end, e) == -1 ? -1 : 1;
	if (e->code == ERR_CONFLICT)
		return 1;	/* the other worker has it */
	if (e->code != ERR_INPUT)
		return -1;
	log_err("automatic", e);
	return drop(d, &mail, "text", e);
}
