/*
 * Alarms: rows, and the table of their kinds.
 *
 * A row stands from the first raising to the end that was told; an alarm
 * that comes back before that goes on as the same one, so that trouble that
 * flickers is not told each time.  Nothing here knows a channel: clock takes
 * what is to be told and tells it.
 */
#include <string.h>

#include "daemon/desk/alarm.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"

static const struct alarm_kind kinds[] = {
	{ "automatic-breaker", ALARM_WARNING,
	    "far more automatic mails than usual were to leave, so none "
	    "leaves until somebody has looked" },
	{ "automatic-uncounted", ALARM_WARNING,
	    "automatic mails cannot be counted any more, so none leaves to "
	    "people who write" },
	{ "canary-lost", ALARM_CRITICAL,
	    "a letter that the service wrote to itself did not come back, so "
	    "that mail does not pass" },
	{ "case-overdue", ALARM_WARNING,
	    "cases of this desk wait longer than was promised" },
	{ "case-unopened", ALARM_WARNING,
	    "a case does not open with the key of its team, so nobody of the "
	    "desk can read it" },
	{ "complaint", ALARM_WARNING,
	    "a mail provider passes on that a letter of ours was called "
	    "unwanted" },
	{ "configuration-bad", ALARM_WARNING,
	    "a changed configuration was not taken, and the old one goes "
	    "on" },
	{ "crisis-sent", ALARM_WARNING,
	    "a letter left in a crisis before a second person had signed "
	    "it" },
	{ "crisis-unsigned", ALARM_CRITICAL,
	    "a letter that left in a crisis has waited for its second "
	    "signature for a day" },
	{ "crisis-waits", ALARM_CRITICAL,
	    "a letter that must not wait is claimed by nobody" },
	{ "delivery-blocked", ALARM_WARNING,
	    "an approved letter does not leave until somebody looks" },
	{ "delivery-unknown", ALARM_WARNING,
	    "nobody knows whether a letter left, so a human must decide" },
	{ "disk-low", ALARM_CRITICAL,
	    "the disk of the data folder is nearly full" },
	{ "duty-empty", ALARM_WARNING,
	    "nobody is on the duty list of this desk now" },
	{ "erasure-refused", ALARM_WARNING,
	    "a case was to be erased and nobody has signed that wish, so it "
	    "is kept" },
	{ "foreign-service", ALARM_CRITICAL,
	    "another service works on this mailbox, so no answer is sent "
	    "from here until it is retired" },
	{ "help-now", ALARM_WARNING,
	    "nobody has checked for long whom people can call right now, and "
	    "the web door says so" },
	{ "ledger-gap", ALARM_CRITICAL,
	    "the balance of this mailbox does not hold: not every mail that "
	    "was seen has become a letter" },
	{ "mailbox-not-read", ALARM_CRITICAL,
	    "this mailbox was not read for a quarter of an hour" },
	{ "mailbox-refused", ALARM_CRITICAL,
	    "the mail server refuses the login, or shows a certificate that "
	    "is not good" },
	{ "mailbox-silent", ALARM_WARNING,
	    "no letter has come to this mailbox for longer than is usual at "
	    "this time" },
	{ "readers-few", ALARM_WARNING,
	    "fewer than two people can open cases of this desk" },
	{ "recovery-none", ALARM_WARNING,
	    "there is no recovery key, so that lost keys could lock "
	    "everybody out" },
	{ "relay-missing", ALARM_WARNING,
	    "there is no relay, so that no answer can leave by mail" },
	{ "relay-trouble", ALARM_CRITICAL,
	    "the relay takes no mail from us" },
	{ "role-silent", ALARM_CRITICAL,
	    "a part of the service has not done its work" },
	{ "supervisors-few", ALARM_WARNING,
	    "a desk has fewer than two supervisors" },
	{ "token-ends", ALARM_WARNING,
	    "the login at the mail provider ends soon: somebody must log in "
	    "again before" },
	{ "token-refused", ALARM_CRITICAL,
	    "there is no access token for the mail provider, or it is "
	    "refused: somebody must log in again" },
	{ "uidvalidity-changing", ALARM_CRITICAL,
	    "the mail server counts the letters of a folder anew again and "
	    "again, so this folder is left alone for a day" },
};
#define NKINDS	(sizeof(kinds) / sizeof(kinds[0]))

const struct alarm_kind *
alarm_kinds(size_t *n)
{
	*n = NKINDS;
	return kinds;
}

const struct alarm_kind *
alarm_kind(const char *kind)
{
	size_t i;

	for (i = 0; kind != NULL && i < NKINDS; i++) {
		if (strcmp(kinds[i].kind, kind) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* Names, ids, numbers and words; an address has an at sign. */
static int
is_word(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= ALARM_WORD_MAX && s[0] != ' ' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789 ._:+-") == n;
}

static int
check(const char *kind, const char *subject, const char *detail,
    struct err *e)
{
	if (alarm_kind(kind) != NULL && is_word(subject) && is_word(detail))
		return 0;
	err_set(e, ERR_BUG, "an alarm '%s' that must not be written",
	    alarm_kind(kind) == NULL ? "?" : kind);
	return -1;
}

struct standing {
	int64_t	last;
	char	detail[ALARM_WORD_MAX + 1];
};

static void
copy_word(char out[ALARM_WORD_MAX + 1], const char *text)
{
	size_t n = text == NULL ? 0 : strnlen(text, ALARM_WORD_MAX);

	memcpy(out, text == NULL ? "" : text, n);
	out[n] = '\0';
}

static int
get_standing(void *ctx, const struct row *row, struct err *e)
{
	struct standing *standing = ctx;

	(void)e;
	standing->last = row_int(row, 0);
	copy_word(standing->detail, row_text(row, 1));
	return 1;
}

static int
change(struct desk *d, enum statement statement, const struct value *args,
    size_t nargs, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (store_run(d->store, statement, args, nargs, NULL, NULL, e) !=
	    -1 && store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

int
alarm_raise(struct desk *d, const char *kind, const char *subject,
    const char *detail, struct err *e)
{
	int64_t now = store_now(d->store), n;
	struct standing standing;

	if (check(kind, subject, detail, e) == -1)
		return -1;
	/* Look before locking: who sees trouble sees it again and again. */
	n = store_run(d->store, STMT_ALARM_GET, ARGS(V_TEXT(kind),
	    V_TEXT(subject)), get_standing, &standing, e);
	if (n == -1)
		return -1;
	if (n == 1 && standing.last <= now &&
	    now - standing.last < ALARM_RENEW_S &&
	    strcmp(standing.detail, detail) == 0)
		return 0;
	return change(d, STMT_ALARM_RAISE, ARGS(V_TEXT(kind),
	    V_TEXT(subject), V_TEXT(detail), V_INT(now)), e);
}

int
alarm_raise_within(struct desk *d, const char *kind, const char *subject,
    const char *detail, struct err *e)
{
	if (check(kind, subject, detail, e) == -1)
		return -1;
	return store_run(d->store, STMT_ALARM_RAISE, ARGS(V_TEXT(kind),
	    V_TEXT(subject), V_TEXT(detail), V_INT(store_now(d->store))),
	    NULL, NULL, e) == -1 ? -1 : 0;
}

int
alarm_clear(struct desk *d, const char *kind, const char *subject,
    struct err *e)
{
	struct standing standing;
	int64_t n;

	if (check(kind, subject, "-", e) == -1)
		return -1;
	n = store_run(d->store, STMT_ALARM_GET, ARGS(V_TEXT(kind),
	    V_TEXT(subject)), get_standing, &standing, e);
	if (n <= 0)
		return (int)n;
	return change(d, STMT_ALARM_END, ARGS(V_TEXT(kind), V_TEXT(subject),
	    V_INT(store_now(d->store))), e);
}

int
alarm_clear_within(struct desk *d, const char *kind, const char *subject,
    struct err *e)
{
	if (check(kind, subject, "-", e) == -1)
		return -1;
	return (int)store_run(d->store, STMT_ALARM_END, ARGS(V_TEXT(kind),
	    V_TEXT(subject), V_INT(store_now(d->store))), NULL, NULL, e);
}

int
alarm_stands(struct desk *d, const char *kind, const char *subject,
    struct err *e)
{
	return (int)store_run(d->store, STMT_ALARM_GET, ARGS(V_TEXT(kind),
	    V_TEXT(subject)), NULL, NULL, e);
}

json_t *
alarm_list(struct desk *d, struct err *e)
{
	const struct alarm_kind *kind;
	json_t *list, *alarm;
	size_t i;

	list = rows_array(d->store, STMT_ALARM_JSON, NO_ARGS, e);
	json_array_foreach(list, i, alarm) {
		kind = alarm_kind(json_string_value(json_object_get(alarm,
		    "kind")));
		(void)json_object_set_new(alarm, "level", json_string(
		    kind == NULL || kind->level == ALARM_CRITICAL ?
		    "critical" : "warning"));
		(void)json_object_set_new(alarm, "meaning", json_string(
		    kind == NULL ? "" : kind->meaning));
	}
	return list;
}

static int
get_alarm(void *ctx, const struct row *row, struct err *e)
{
	struct alarm *alarm = ctx;
	int ended = row_type(row, 6) == VALUE_INT;
	int told = row_type(row, 7) == VALUE_INT;

	(void)e;
	copy_word(alarm->kind, row_text(row, 0));
	copy_word(alarm->subject, row_text(row, 1));
	copy_word(alarm->detail, row_text(row, 2));
	alarm->since = row_int(row, 3);
	alarm->news = ended ? ALARM_ENDS : told ? ALARM_STANDS :
	    ALARM_BEGINS;
	alarm->silent = ended && !told;
	return 1;
}

static int64_t
get_next(struct desk *d, struct alarm *alarm, struct err *e)
{
	int64_t now = store_now(d->store);

	memset(alarm, 0, sizeof(*alarm));
	/* A clock that was put back must not keep an alarm quiet. */
	return store_run(d->store, STMT_ALARM_NEXT,
	    ARGS(V_INT(now - ALARM_AGAIN_S), V_INT(now)), get_alarm, alarm,
	    e);
}

int
alarm_take(struct desk *d, struct alarm *alarm, struct err *e)
{
	int64_t n = get_next(d, alarm, e);

	if (n <= 0)
		return (int)n;
	if (alarm->news == ALARM_ENDS)
		n = store_run(d->store, STMT_ALARM_DELETE,
		    ARGS(V_TEXT(alarm->kind), V_TEXT(alarm->subject)), NULL,
		    NULL, e);
	else
		n = store_run(d->store, STMT_ALARM_TOLD,
		    ARGS(V_TEXT(alarm->kind), V_TEXT(alarm->subject),
		    V_INT(store_now(d->store))), NULL, NULL, e);
	return n == -1 ? -1 : 1;
}

int
alarm_waiting(struct desk *d, struct err *e)
{
	struct alarm alarm;

	return (int)get_next(d, &alarm, e);
}
