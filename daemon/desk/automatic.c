/*
 * Automatic mail as rows.  What is believed of a row is its signed
 * statement; the columns beside it order the work.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/event.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/letter.h"

#define ABOUT_MAX	(2 * ALARM_WORD_MAX + 2)

int
automatic_put(struct desk *d, const struct automatic *m, const char *about,
    int64_t next_at, const unsigned char signer[SIGN_PUBLIC],
    const unsigned char signature[SIGN_LEN], struct err *e)
{
	char statement[AUTOMATIC_STATEMENT_MAX];

	automatic_print(m, statement);
	return store_run(d->store, STMT_AUTOMATIC_ADD,
	    ARGS(V_BLOB(m->id, SEAL_ID), V_TEXT(about), V_INT(next_at),
	    V_TEXT(statement), V_BLOB(signer, SIGN_PUBLIC),
	    V_BLOB(signature, SIGN_LEN),
	    V_BLOB(m->box_len == 0 ? NULL : m->box, m->box_len)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

int
automatic_add(struct desk *d, struct automatic *m, const char *about,
    int64_t next_at, struct err *e)
{
	char statement[AUTOMATIC_STATEMENT_MAX];
	unsigned char signature[SIGN_LEN];

	m->at = store_now(d->store);
	automatic_print(m, statement);
	signature_make(d->signer, PURPOSE_AUTOMATIC, statement,
	    strlen(statement), signature);
	return automatic_put(d, m, about, next_at, d->signer->pub, signature,
	    e);
}

int
automatic_alarm(struct desk *d, const struct alarm *alarm, struct err *e)
{
	char **to = d->config->alarm.to;
	char about[ABOUT_MAX];
	struct automatic m;
	int64_t i;

	(void)snprintf(about, sizeof(about), "%s %s", alarm->kind,
	    alarm->subject);
	if (store_run(d->store, STMT_AUTOMATIC_REPLACE, ARGS(V_TEXT(about)),
	    NULL, NULL, e) == -1)
		return -1;
	for (i = 0; to != NULL && to[i] != NULL; i++) {
		memset(&m, 0, sizeof(m));
		seal_random(m.id, sizeof(m.id));
		(void)snprintf(m.language, sizeof(m.language), "%s",
		    d->config->alarm.language);
		m.recipient = i;
		m.alarm = *alarm;
		if (automatic_add(d, &m, about, store_now(d->store),
		    e) == -1)
			return -1;
	}
	return 0;
}

struct taking {
	struct desk		*desk;
	struct automatic	*mail;
	int			 good;
};

/* Who may ask for this template: a role, or a person of the desk. */
static int
may_sign(const struct roster *roster, const struct automatic *m,
    const unsigned char signer[SIGN_PUBLIC])
{
	const struct roster_person *person;

	switch (m->template) {
	case AUTOMATIC_ACKNOWLEDGEMENT:
		return roster_is_role_key(roster, "intake", signer, 1);
	case AUTOMATIC_NOTICE:
	case AUTOMATIC_AFTER_CARE:
		person = roster_person_by_key(roster, signer);
		return person != NULL && person->active &&
		    person->rank != RANK_ADMIN &&
		    roster_on_desk(person, m->desk);
	default:
		return roster_is_role_key(roster, "clock", signer, 1);
	}
}

/* The sealed address beside the statement; none when there is none. */
static int
take_box(struct automatic *m, const struct row *row)
{
	const void *bytes;

	if (row_type(row, 5) == VALUE_NULL)
		return automatic_is_sealed(m->template) ? -1 : 0;
	bytes = row_blob(row, 5, &m->box_len);
	if (m->box_len > sizeof(m->box)) {
		m->box_len = 0;
		return -1;
	}
	memcpy(m->box, bytes, m->box_len);
	return automatic_is_sealed(m->template) ? 0 : -1;
}

static int
get_one(void *ctx, const struct row *row, struct err *e)
{
	struct taking *t = ctx;
	unsigned char id[SEAL_ID], signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const char *statement = row_text(row, 1);
	int64_t age, keep;

	if (row_bytes(row, 0, id, sizeof(id)) == -1) {
		err_set(e, ERR_DENIED, "an automatic mail without an id");
		return -1;
	}
	t->good = statement != NULL &&
	    row_bytes(row, 2, signer, sizeof(signer)) == 0 &&
	    row_bytes(row, 3, signature, sizeof(signature)) == 0 &&
	    signature_check(signer, PURPOSE_AUTOMATIC, statement,
	    strlen(statement), signature) &&
	    automatic_parse(t->mail, statement) == 0 &&
	    may_sign(t->desk->roster, t->mail, signer) &&
	    memcmp(t->mail->id, id, SEAL_ID) == 0 &&
	    take_box(t->mail, row) == 0;
	if (!t->good)		/* nothing of it is believed */
		memset(t->mail, 0, sizeof(*t->mail));
	age = store_now(t->desk->store) - t->mail->at;
	keep = AUTOMATIC_KEEP_S + (t->mail->template == AUTOMATIC_NOTICE ?
	    AUTOMATIC_AHEAD_S : 0);
	t->mail->over = !t->good ? NULL : row_type(row, 4) == VALUE_INT ?
	    "unknown" : age > keep || age < -AUTOMATIC_KEEP_S ? "expired" :
	    NULL;
	memcpy(t->mail->id, id, SEAL_ID);
	return 1;
}

int
automatic_next(struct desk *d, struct automatic *mail, struct err *e)
{
	struct taking t = { d, mail, 0 };
	int64_t n;

	n = store_run(d->store, STMT_AUTOMATIC_NEXT,
	    ARGS(V_INT(store_now(d->store))), get_one, &t, e);
	if (n <= 0)
		return (int)n;
	return t.good && mail->over == NULL ? 1 : 2;
}

int
automatic_dot(struct desk *d, const struct automatic *mail, struct err *e)
{
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, STMT_AUTOMATIC_DOT,
	    ARGS(V_BLOB(mail->id, SEAL_ID), V_INT(store_now(d->store))),
	    NULL, NULL, e);
	if (n == 0) {
		/* Another worker had it, or newer news took its place. */
		err_set(e, ERR_CONFLICT, "an automatic mail is not there any "
		    "more");
		n = -1;
	}
	return store_end(d->store, n, e);
}

static int
add_token(struct desk *d, const struct automatic *m, const char *kind,
    const char *token, struct err *e)
{
	unsigned char hash[SEAL_HASH];

	if (token == NULL)
		return 0;
	desk_hash_token(d, kind, token, hash);
	return store_run(d->store, STMT_TOKEN_ADD_NEWEST, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_TEXT(kind), V_TEXT(m->case_id),
	    V_INT(m->participant)), NULL, NULL, e) == -1 ? -1 : 0;
}

int
automatic_tokens(struct desk *d, const struct automatic *mail,
    const struct letter *l, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	return store_end(d->store, add_token(d, mail, "message-id",
	    l->message_id, e) == -1 || add_token(d, mail, "reply",
	    l->reply_token, e) == -1 ? -1 : 0, e);
}

/* Whoever asked for it shall see what became of it. */
static int
tell(struct desk *d, const struct automatic *mail, const char *word,
    struct err *e)
{
	char kind[32];

	if (mail->template != AUTOMATIC_AFTER_CARE &&
	    mail->template != AUTOMATIC_NOTICE)
		return 0;
	(void)snprintf(kind, sizeof(kind), "%s-%s",
	    automatic_word(mail->template), word[0] == '2' ? "sent" :
	    "dropped");
	return event_add(d, NULL, mail->case_id, kind, word, e);
}

int
automatic_done(struct desk *d, const struct automatic *mail,
    const char *word, struct err *e)
{
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, STMT_AUTOMATIC_DELETE,
	    ARGS(V_BLOB(mail->id, SEAL_ID)), NULL, NULL, e);
	if (n == 1 && (audit_add(d, NULL, "automatic", NULL, word,
	    e) == -1 || tell(d, mail, word, e) == -1))
		n = -1;
	return store_end(d->store, n, e);
}

int
automatic_later(struct desk *d, const struct automatic *mail,
    int64_t next_at, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	return store_end(d->store, store_run(d->store, STMT_AUTOMATIC_LATER,
	    ARGS(V_BLOB(mail->id, SEAL_ID), V_INT(next_at)), NULL, NULL, e),
	    e);
}
