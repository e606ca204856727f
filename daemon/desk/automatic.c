/*
 * Automatic mail to staff as rows.  What is believed of a row is its signed
 * statement; the columns beside it order the work.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define STATEMENT_MAX	1024
#define ABOUT_MAX	(2 * ALARM_WORD_MAX + 2)

static const char *const news[] = { "begins", "stands", "ends" };

static void
print(const struct automatic *m, char out[STATEMENT_MAX])
{
	char id[2 * SEAL_ID + 1];

	wire_hex(id, m->id, SEAL_ID);
	(void)snprintf(out, STATEMENT_MAX, "template=alarm\nlanguage=%s\n"
	    "recipient=%" PRId64 "\nid=%s\nat=%" PRId64 "\nnews=%s\n"
	    "kind=%s\nsubject=%s\ndetail=%s\nsince=%" PRId64 "\n",
	    m->language, m->recipient, id, m->at, news[m->alarm.news],
	    m->alarm.kind, m->alarm.subject, m->alarm.detail,
	    m->alarm.since);
}

static int
add_one(struct desk *d, const struct alarm *alarm, const char *about,
    int64_t recipient, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	char statement[STATEMENT_MAX];
	struct automatic m;

	memset(&m, 0, sizeof(m));
	seal_random(m.id, sizeof(m.id));
	(void)snprintf(m.language, sizeof(m.language), "%s",
	    d->config->alarm.language);
	m.recipient = recipient;
	m.at = store_now(d->store);
	m.alarm = *alarm;
	print(&m, statement);
	signature_make(d->signer, PURPOSE_AUTOMATIC, statement,
	    strlen(statement), signature);
	return store_run(d->store, STMT_AUTOMATIC_ADD,
	    ARGS(V_BLOB(m.id, SEAL_ID), V_TEXT(about), V_INT(m.at),
	    V_TEXT(statement), V_BLOB(d->signer->pub, SIGN_PUBLIC),
	    V_BLOB(signature, SIGN_LEN)), NULL, NULL, e) == -1 ? -1 : 0;
}

int
automatic_alarm(struct desk *d, const struct alarm *alarm, struct err *e)
{
	char **to = d->config->alarm.to;
	char about[ABOUT_MAX];
	int64_t i;

	(void)snprintf(about, sizeof(about), "%s %s", alarm->kind,
	    alarm->subject);
	if (store_run(d->store, STMT_AUTOMATIC_REPLACE, ARGS(V_TEXT(about)),
	    NULL, NULL, e) == -1)
		return -1;
	for (i = 0; to != NULL && to[i] != NULL; i++) {
		if (add_one(d, alarm, about, i, e) == -1)
			return -1;
	}
	return 0;
}

/* "name=VALUE\n" at *at; the value into out. */
static int
take_line(const char **at, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), len;

	if (strncmp(*at, name, n) != 0 || (*at)[n] != '=')
		return -1;
	*at += n + 1;
	len = strcspn(*at, "\n");
	if (len >= size || (*at)[len] != '\n')
		return -1;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at += len + 1;
	return 0;
}

/* What was read must print to the same bytes: there is one spelling. */
static int
parse(struct automatic *m, const char *statement)
{
	char word[80], again[STATEMENT_MAX];
	const char *at = statement;
	int i;

	memset(m, 0, sizeof(*m));
	if (take_line(&at, "template", word, sizeof(word)) == -1 ||
	    take_line(&at, "language", m->language,
	    sizeof(m->language)) == -1 ||
	    take_line(&at, "recipient", word, sizeof(word)) == -1)
		return -1;
	m->recipient = strtoll(word, NULL, 10);
	if (take_line(&at, "id", word, sizeof(word)) == -1 ||
	    wire_unhex(m->id, SEAL_ID, word) == -1 ||
	    take_line(&at, "at", word, sizeof(word)) == -1)
		return -1;
	m->at = strtoll(word, NULL, 10);
	if (take_line(&at, "news", word, sizeof(word)) == -1)
		return -1;
	for (i = 0; i < 3 && strcmp(news[i], word) != 0; i++)
		;
	m->alarm.news = i == 3 ? ALARM_BEGINS : (enum alarm_news)i;
	if (take_line(&at, "kind", m->alarm.kind,
	    sizeof(m->alarm.kind)) == -1 ||
	    take_line(&at, "subject", m->alarm.subject,
	    sizeof(m->alarm.subject)) == -1 ||
	    take_line(&at, "detail", m->alarm.detail,
	    sizeof(m->alarm.detail)) == -1 ||
	    take_line(&at, "since", word, sizeof(word)) == -1)
		return -1;
	m->alarm.since = strtoll(word, NULL, 10);
	print(m, again);
	return strcmp(again, statement) == 0 &&
	    alarm_kind(m->alarm.kind) != NULL ? 0 : -1;
}

struct taking {
	struct desk		*desk;
	struct automatic	*mail;
	int			 good;
};

static int
get_one(void *ctx, const struct row *row, struct err *e)
{
	struct taking *t = ctx;
	unsigned char id[SEAL_ID], signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const char *statement = row_text(row, 1);
	int64_t age;

	if (row_bytes(row, 0, id, sizeof(id)) == -1) {
		err_set(e, ERR_DENIED, "an automatic mail without an id");
		return -1;
	}
	t->good = statement != NULL &&
	    row_bytes(row, 2, signer, sizeof(signer)) == 0 &&
	    row_bytes(row, 3, signature, sizeof(signature)) == 0 &&
	    row_type(row, 4) != VALUE_INT &&
	    roster_is_role_key(t->desk->roster, "clock", signer, 1) &&
	    signature_check(signer, PURPOSE_AUTOMATIC, statement,
	    strlen(statement), signature) &&
	    parse(t->mail, statement) == 0 &&
	    memcmp(t->mail->id, id, SEAL_ID) == 0;
	age = store_now(t->desk->store) - t->mail->at;
	if (age > AUTOMATIC_KEEP_S || age < -AUTOMATIC_KEEP_S)
		t->good = 0;
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
	return t.good ? 1 : 2;
}

static int
finish(struct desk *d, int64_t n, struct err *e)
{
	if (n != -1 && store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
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
	return finish(d, n, e);
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
	if (n == 1 && audit_add(d, NULL, "automatic", NULL, word, e) == -1)
		n = -1;
	return finish(d, n, e);
}

int
automatic_later(struct desk *d, const struct automatic *mail,
    int64_t next_at, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	return finish(d, store_run(d->store, STMT_AUTOMATIC_LATER,
	    ARGS(V_BLOB(mail->id, SEAL_ID), V_INT(next_at)), NULL, NULL, e),
	    e);
}
