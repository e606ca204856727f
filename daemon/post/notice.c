/*
 * Automatic mail: who may be written to, and what becomes of it.  No word of
 * it comes from a letter; what it says and to whom stands in a signed
 * statement and in the box that the statement names.
 *
 * A mail whose dot may be out is never repeated: an alarm that stands is
 * told again the next day.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_quiet.h"
#include "daemon/crash.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/budget.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/once.h"
#include "daemon/desk/provider.h"
#include "daemon/desk/template.h"
#include "daemon/log.h"
#include "daemon/post/idna.h"
#include "daemon/post/notice.h"
#include "daemon/post/parcel.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/compose.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/text.h"

#define MESSAGE_MAX	65536
#define RETRY_S		1800
#define WAIT_S		900	/* for a budget */

struct leaving {
	struct desk			*desk;
	const struct automatic		*mail;
	const struct budget_ask		*ask;
};

/*
 * Before the last bytes: never sent again, and counted. What the budget
 * refuses now has lost a race with another worker, and is not sent.
 */
static int
dot(void *ctx, struct err *e)
{
	const struct leaving *l = ctx;
	int r;

	crash_point("post: automatic dot before");
	if (automatic_dot(l->desk, l->mail, e) == -1)
		return -1;
	crash_point("post: automatic dot after");
	r = budget_ask(l->desk->config->data, l->ask, 1,
	    store_now(l->desk->store), e);
	if (r > BUDGET_YES)
		err_set(e, ERR_CONFLICT, "the budget of automatic mail is "
		    "used up");
	return r == BUDGET_YES ? 0 : -1;
}

static int
is_by_staff(const struct automatic *m)
{
	return m->template == AUTOMATIC_NOTICE ||
	    m->template == AUTOMATIC_AFTER_CARE;
}

/* What the budget is asked: keyed hashes, whatever the spelling. */
static int
fill_ask(struct desk *d, const struct automatic *m, const struct letter *l,
    struct budget_ask *ask, struct err *e)
{
	char id[2 * SEAL_ID + 1], *key;

	memset(ask, 0, sizeof(*ask));
	ask->template = m->template;
	ask->urgent = automatic_is_urgent(m->news);
	/* What a person asked for leaves once, the other ones once a case. */
	wire_hex(id, m->id, SEAL_ID);
	if (is_by_staff(m))
		desk_hash_token(d, "automatic-mail", id, ask->case_hash);
	else
		desk_hash_token(d, "automatic-case", m->case_id,
		    ask->case_hash);
	desk_hash_token(d, "automatic-person", m->person, ask->person);
	if (desk_hash_address(d, l->to, ask->address, e) == -1 ||
	    (key = text_address_key(l->to, e)) == NULL)
		return -1;
	desk_hash_token(d, "automatic-domain", strrchr(key, '@') + 1,
	    ask->domain);
	free(key);
	return 0;
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

/* The desk whose name and address it comes from; an alarm's: the first. */
static const struct config_desk *
sender(const struct config *config, const struct automatic *mail)
{
	return mail->template == AUTOMATIC_ALARM ? &config->desks[0] :
	    config_desk(config, mail->desk);
}

/* to, and what was sealed with it, stand in the letter already. */
static int
compose(struct desk *d, const struct automatic *mail, struct letter *l,
    struct buf *message, struct err *e)
{
	const struct config_desk *from = sender(d->config, mail);
	char reply_to[PARCEL_ADDRESS_MAX];
	struct automatic filled = *mail;
	struct buf subject, body;
	struct compose c;
	int result = -1;

	memset(&c, 0, sizeof(c));
	buf_init(&subject, TEMPLATE_SUBJECT_MAX);
	buf_init(&body, TEMPLATE_BODY_MAX);
	if (mail->template == AUTOMATIC_ACKNOWLEDGEMENT)
		once_url(d, mail, filled.link);
	if (idna_address(&l->to, e) == -1 ||
	    template_render(d->config, &filled, &subject, &body, e) == -1)
		goto out;
	if (l->reply_token != NULL) {
		if (parcel_plus_address(reply_to, from->from_address,
		    l->reply_token, e) == -1)
			goto out;
		c.reply_to = reply_to;
	}
	l->subject = buf_take(&subject, NULL);
	l->body = buf_take(&body, NULL);
	if (l->message_id == NULL)
		l->message_id = letter_message_id_new(
		    strrchr(from->from_address, '@') + 1);
	c.letter = l;
	c.from_name = from->from_name;
	c.from_address = from->from_address;
	c.auto_submitted = mail->template == AUTOMATIC_ACKNOWLEDGEMENT ?
	    "auto-replied" : "auto-generated";
	c.date_s = store_now(d->store);
	seal_random(c.boundary_seed, sizeof(c.boundary_seed));
	result = compose_message(&c, message, e);
out:
	buf_free(&subject);
	buf_free(&body);
	return result;
}

/* What became of it, into the store. */
static int
settle(struct desk *d, const struct automatic *mail,
    const struct notice_end *end, struct err *e)
{
	const char *word = end->outcome == OUTCOME_UNKNOWN ? "unknown" :
	    end->code;

	log_info("automatic template=%s code=%s",
	    automatic_word(mail->template), end->code);
	switch (end->outcome) {
	case OUTCOME_DEFERRED:
		return automatic_later(d, mail,
		    store_now(d->store) + RETRY_S, e);
	case OUTCOME_ENDPOINT:
		return automatic_later(d, mail, store_now(d->store), e);
	default:
		return automatic_done(d, mail, word, e);
	}
}

static int
hand_over(struct desk *d, const struct secret *password,
    struct leaving *leaving, struct letter *l, struct notice_end *end,
    struct err *e)
{
	const struct config *config = d->config;
	const struct automatic *mail = leaving->mail;
	struct smtp_message m = { strrchr(sender(config, mail)->from_address,
	    '@') + 1, "", l->to, NULL, 0, dot, leaving };
	struct buf message;
	int result, refused;

	if ((refused = provider_refuses_null_sender(d->store, e)) == -1 ||
	    (is_by_staff(mail) &&
	    automatic_tokens(d, mail, l, e) == -1))
		return -1;
	/* Then what comes back of it is known by its Message-ID. */
	if (refused)
		m.from = sender(config, mail)->from_address;
	buf_init(&message, MESSAGE_MAX);
	result = compose(d, mail, l, &message, e);
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

/*
 * Who is written to, into *l. NULL, or the word under which it is dropped;
 * *bad is -1 when the machine is at fault.
 */
static const char *
address(struct desk *d, const struct secret *postman,
    const struct automatic *mail, struct letter *l, int *bad, struct err *e)
{
	const struct roster_person *person;
	const char *to;

	letter_init(l);
	*bad = 0;
	if (sender(d->config, mail) == NULL)
		return "desk";
	if (mail->template == AUTOMATIC_ALARM) {
		if ((to = recipient(d->config, mail->recipient)) == NULL)
			return "recipient";
		l->to = mem_strdup(to);
		return NULL;
	}
	if (mail->template == AUTOMATIC_STAFF) {
		person = roster_person(d->roster, mail->person);
		if (person == NULL || !person->active ||
		    person->notice_len == 0 ||
		    !roster_on_desk(person, mail->desk))
			return "person";
		l->to = roster_notice_open(person, postman, e);
		return l->to == NULL ? "sealed" : NULL;
	}
	if (automatic_open(mail, postman, l, e) == -1)
		return "sealed";
	return notice_check(d, mail, l, bad, e);
}

/* A seeker is not told late, and staff are: 1 done with, -1. */
static int
refuse(struct desk *d, const struct automatic *mail, enum budget why,
    struct err *e)
{
	if (mail->template != AUTOMATIC_ALARM &&
	    mail->template != AUTOMATIC_STAFF)
		return drop(d, mail, budget_word(why), e);
	return automatic_later(d, mail, store_now(d->store) + WAIT_S, e) ==
	    -1 ? -1 : 1;
}

/* Nobody is woken but for a crisis; machines do not sleep. */
static int64_t
quiet_until(const struct desk *d, const struct automatic *mail)
{
	if (mail->template == AUTOMATIC_ALARM ||
	    mail->template == AUTOMATIC_CANARY ||
	    automatic_is_urgent(mail->news))
		return 0;
	return config_quiet_until(sender(d->config, mail),
	    store_now(d->store));
}

/* One whose address is known. As notice_turn(). */
static int
send_one(struct desk *d, const struct secret *password,
    const struct automatic *mail, struct letter *l, struct notice_end *end,
    struct err *e)
{
	struct budget_ask ask;
	struct leaving leaving = { d, mail, &ask };
	int64_t morning;
	int r;

	if (fill_ask(d, mail, l, &ask, e) == -1)
		return drop(d, mail, "address", e);
	if ((r = budget_ask(d->config->data, &ask, 0, store_now(d->store),
	    e)) == -1)
		return -1;
	if (r != BUDGET_YES)
		return refuse(d, mail, (enum budget)r, e);
	if ((morning = quiet_until(d, mail)) != 0)
		return automatic_later(d, mail, morning, e) == -1 ? -1 : 1;
	if (hand_over(d, password, &leaving, l, end, e) == 0)
		return settle(d, mail, end, e) == -1 ? -1 : 1;
	if (e->code == ERR_CONFLICT)
		return 1;	/* the other worker has it */
	if (e->code != ERR_INPUT)
		return -1;
	log_err("automatic", e);
	return drop(d, mail, "text", e);
}

/* One that is signed. As notice_turn(). */
static int
work(struct desk *d, const struct secret *postman,
    const struct secret *password, const struct automatic *mail,
    struct notice_end *end, struct err *e)
{
	struct letter l;
	const char *why;
	int r;

	why = address(d, postman, mail, &l, &r, e);
	if (why != NULL)
		r = drop(d, mail, why, e);
	else if (r == 0)
		r = send_one(d, password, mail, &l, end, e);
	letter_free(&l);
	return r;
}

int
notice_turn(struct desk *d, const struct secret *postman,
    const struct secret *password, struct notice_end *end, struct err *e)
{
	struct automatic mail;
	int r;

	memset(end, 0, sizeof(*end));
	memset(&mail, 0, sizeof(mail));
	if ((r = automatic_next(d, &mail, e)) <= 0)
		return r;
	/* By the newest list: a new role key, or a person who left. */
	if (desk_refresh(d, e) == -1 ||
	    (r = automatic_next(d, &mail, e)) <= 0)
		return r == 0 ? 0 : -1;
	if (r == 2)
		return drop(d, &mail, mail.over != NULL ? mail.over :
		    "statement", e);
	return work(d, postman, password, &mail, end, e);
}
