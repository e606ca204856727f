/*
 * Bounces, reports about delivery, complaints: which letter they are about
 * and what follows for its case.
 *
 * Whoever got a letter knows its token and its Message-ID, so a report can be
 * forged by that person, about that letter, and by nobody else; it never
 * touches another case.  The person is never mailed about it.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/bounce.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define RETURN_TOKEN_LEN	17	/* 'b' in front */

/* The letter that a token of ours belongs to. */
struct letter_ref {
	char		case_id[CASE_ID_LEN + 1];
	unsigned char	item[SEAL_ID];
	int		clash;		/* two tokens of two letters */
};

static int
get_ref(void *ctx, const struct row *row, struct err *e)
{
	struct letter_ref *ref = ctx;
	const char *id = row_text(row, 0);
	size_t n = id == NULL ? 0 : strnlen(id, CASE_ID_LEN);

	memcpy(ref->case_id, id == NULL ? "" : id, n);
	ref->case_id[n] = '\0';
	if (row_bytes(row, 1, ref->item, SEAL_ID) == 0)
		return 1;
	err_set(e, ERR_DENIED, "a token without a letter");
	return -1;
}

/* 1 when it leads to a letter; *ref says which, or that two disagree. */
static int
look_up(struct desk *d, const char *kind, const char *value,
    struct letter_ref *ref, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct letter_ref found;
	int64_t n;

	if (value == NULL)
		return 0;
	memset(&found, 0, sizeof(found));
	desk_hash_token(d, kind, value, hash);
	n = store_run(d->store, STMT_TOKEN_LETTER, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_TEXT(kind)), get_ref, &found, e);
	if (n <= 0)
		return (int)n;
	if (ref->case_id[0] == '\0')
		*ref = found;
	else if (!seal_equal(ref->item, found.item, SEAL_ID))
		ref->clash = 1;
	return 1;
}

static int
find_letter(struct desk *d, const json_t *view, const json_t *report,
    struct letter_ref *ref, struct err *e)
{
	const json_t *tokens = json_object_get(view, "tokens"), *token;
	const char *value;
	size_t i;

	memset(ref, 0, sizeof(*ref));
	json_array_foreach(tokens, i, token) {
		value = json_string_value(token);
		if (value != NULL && strlen(value) == RETURN_TOKEN_LEN &&
		    look_up(d, "return-path", value, ref, e) == -1)
			return -1;
	}
	if (look_up(d, "return-path", json_string_value(json_object_get(
	    report, "token")), ref, e) == -1 ||
	    look_up(d, "message-id", json_string_value(json_object_get(
	    report, "message_id")), ref, e) == -1)
		return -1;
	return ref->case_id[0] != '\0' && !ref->clash;
}

static int
is_word(const json_t *o, const char *name, const char *word)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL && strcmp(s, word) == 0;
}

static enum bounce_kind
kind_of(const json_t *report)
{
	if (is_word(report, "kind", "feedback"))
		return BOUNCE_COMPLAINT;
	if (is_word(report, "action", "failed"))
		return BOUNCE_FAILED;
	if (is_word(report, "action", "delayed"))
		return BOUNCE_DELAYED;
	if (is_word(report, "action", "delivered") ||
	    is_word(report, "action", "relayed") ||
	    is_word(report, "action", "expanded"))
		return BOUNCE_DELIVERED;
	return BOUNCE_UNCLEAR;
}

static int
get_state(void *ctx, const struct row *row, struct err *e)
{
	int *bounced = ctx;

	(void)e;
	*bounced = strcmp(row_text(row, 0), "bounced") == 0;
	return 1;
}

static int
newest_key(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct bounce *b = ctx;

	(void)hash;
	(void)e;
	b->epoch = dep->epoch;
	memcpy(b->case_key, dep->case_key, SEAL_KEY);
	return 1;
}

int
bounce_find(struct desk *d, const json_t *view, struct bounce *b,
    struct err *e)
{
	const json_t *report = json_object_get(view, "report");
	const char *code;
	struct letter_ref ref;
	int found, bounced = 0;

	memset(b, 0, sizeof(*b));
	if (!is_word(view, "class", "bounce") &&
	    !is_word(report, "kind", "feedback"))
		return 0;
	found = find_letter(d, view, report, &ref, e);
	if (found <= 0)
		return found;
	memcpy(b->case_id, ref.case_id, sizeof(b->case_id));
	memcpy(b->item, ref.item, SEAL_ID);
	code = json_string_value(json_object_get(report, "status"));
	(void)snprintf(b->code, sizeof(b->code), "%s", code == NULL ? "-" :
	    code);
	b->kind = kind_of(report);
	if (store_run(d->store, STMT_DELIVERY_STATE,
	    ARGS(V_BLOB(b->item, SEAL_ID)), get_state, &bounced, e) == -1)
		return -1;
	if (bounced && b->kind != BOUNCE_COMPLAINT)
		b->kind = BOUNCE_AGAIN;
	if (chain_walk(d, b->case_id, newest_key, b, e) == 0 &&
	    epoch_newest(d, b->case_id, &b->epoch, b->case_key, e) == 0)
		return 1;
	/* Tampered or gone: nothing is put there, nothing is lost. */
	return e->code == ERR_DENIED || e->code == ERR_GONE ? 0 : -1;
}

/* Must a human look? */
static int
opens(const struct bounce *b)
{
	return b->kind == BOUNCE_FAILED || b->kind == BOUNCE_UNCLEAR ||
	    b->kind == BOUNCE_COMPLAINT;
}

const char *
bounce_class(const struct bounce *b)
{
	return opens(b) ? "bounce" : "automatic";
}

/* Since when the person waits: the letter that this one was to answer. */
static int
waiting_since(struct desk *d, const struct bounce *b, int64_t at,
    int64_t *since, struct err *e)
{
	return rows_int(d->store, STMT_BOUNCE_WAITING,
	    ARGS(V_BLOB(b->item, SEAL_ID)), at, since, e);
}

/* Waiting again, at the top of its urgency, and why. */
static int
open_case(struct desk *d, const struct bounce *b, int64_t at, struct err *e)
{
	const char *flag = b->kind == BOUNCE_COMPLAINT ? "no-automatic" :
	    "delivery-problem";
	int64_t since;

	return waiting_since(d, b, at, &since, e) == -1 || store_run(d->store,
	    STMT_CASE_BOUNCED, ARGS(V_TEXT(b->case_id), V_INT(since),
	    V_TEXT(flag)), NULL, NULL, e) == -1 ? -1 : 0;
}

static int
mark_case(struct desk *d, const struct bounce *b, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	int64_t n = store_run(d->store, STMT_CASE_REPORTED,
	    ARGS(V_TEXT(b->case_id), V_BLOB(hash, SEAL_HASH),
	    V_INT(dep->at)), NULL, NULL, e);

	if (n == 0)
		err_set(e, ERR_CONFLICT, "case %s is gone while a report "
		    "about it came", b->case_id);
	if (n != 1)
		return -1;
	return opens(b) ? open_case(d, b, dep->at, e) : 0;
}

/* 1 when this report is the one that marks it. */
static int
mark_delivery(struct desk *d, const struct bounce *b, struct err *e)
{
	int64_t n;

	if (b->kind != BOUNCE_FAILED)
		return 0;
	if (store_run(d->store, STMT_DELIVERY_RETURNED,
	    ARGS(V_BLOB(b->item, SEAL_ID), V_TEXT(b->code)), NULL, NULL,
	    e) == -1)
		return -1;
	n = store_run(d->store, STMT_DELIVERY_BOUNCED,
	    ARGS(V_BLOB(b->item, SEAL_ID), V_TEXT(b->code),
	    V_INT(store_now(d->store))), NULL, NULL, e);
	/* One of unknown fate has kept its grant until now. */
	if (n == 1 && store_run(d->store, STMT_GRANT_POSTMAN_DELETE,
	    ARGS(V_BLOB(b->item, SEAL_ID)), NULL, NULL, e) == -1)
		return -1;
	return (int)n;
}

static int
audit_bounced(struct desk *d, const struct bounce *b, struct err *e)
{
	char hex[2 * SEAL_ID + 1];

	wire_hex(hex, b->item, SEAL_ID);
	return audit_add(d, NULL, "bounced", b->case_id, hex, e);
}

int
bounce_mark(struct desk *d, const struct bounce *b,
    const struct deposit *dep, const unsigned char hash[SEAL_HASH],
    struct err *e)
{
	static const char *const events[] = { "bounced", "bounce",
	    "bounced", "delayed", "delivered", "complaint" };
	int marked;

	if (mark_case(d, b, dep, hash, e) == -1 ||
	    (marked = mark_delivery(d, b, e)) == -1)
		return -1;
	if (b->kind == BOUNCE_COMPLAINT && (store_run(d->store,
	    STMT_NO_AUTOMATIC_ADD, ARGS(V_BLOB(b->item, SEAL_ID),
	    V_INT(dep->at)), NULL, NULL, e) == -1 ||
	    alarm_raise_within(d, "complaint", b->case_id, "-", e) == -1))
		return -1;
	if (event_add(d, NULL, b->case_id, events[b->kind], b->code,
	    e) == -1)
		return -1;
	return marked ? audit_bounced(d, b, e) : 0;
}

static int
get_code(void *ctx, const struct row *row, struct err *e)
{
	struct bounce *b = ctx;

	(void)e;
	(void)snprintf(b->code, sizeof(b->code), "%s", row_text(row, 0));
	return 1;
}

int
bounce_came_first(struct desk *d, const char *case_id,
    const unsigned char item[SEAL_ID], struct bounce *b, struct err *e)
{
	int64_t n;

	memset(b, 0, sizeof(*b));
	b->kind = BOUNCE_FAILED;
	(void)snprintf(b->case_id, sizeof(b->case_id), "%s", case_id);
	memcpy(b->item, item, SEAL_ID);
	n = store_run(d->store, STMT_DELIVERY_IS_RETURNED,
	    ARGS(V_BLOB(item, SEAL_ID)), get_code, b, e);
	return n == -1 ? -1 : n > 0;
}

int
bounce_catch_up(struct desk *d, const struct bounce *b, struct err *e)
{
	int marked = mark_delivery(d, b, e);

	if (marked <= 0)
		return marked;
	return open_case(d, b, store_now(d->store), e) == -1 ||
	    audit_bounced(d, b, e) == -1 ? -1 : 0;
}

int
bounce_is_ours(struct desk *d, const json_t *view, struct err *e)
{
	struct letter_ref ref;

	memset(&ref, 0, sizeof(ref));
	return look_up(d, "message-id", json_string_value(json_object_get(
	    view, "message_id")), &ref, e);
}

int
bounce_no_automatic(struct desk *d, const unsigned char address[SEAL_HASH],
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_NO_AUTOMATIC_GET,
	    ARGS(V_BLOB(address, SEAL_HASH)), NULL, NULL, e);

	return n == -1 ? -1 : n > 0;
}
