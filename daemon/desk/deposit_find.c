/*
 * Where a letter belongs.  Subject lines and case numbers never decide; a
 * token of ours (or an answer's Message-ID) and the writer's own address do,
 * and both are compared with what a role signed, not with plain columns.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_find.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/link.h"
#include "daemon/desk/reading.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"

struct token {
	char	case_id[CASE_ID_LEN + 1];
	int64_t	participant;
};

static void
copy_case_id(char out[CASE_ID_LEN + 1], const char *id)
{
	size_t n = id == NULL ? 0 : strnlen(id, CASE_ID_LEN);

	memcpy(out, id, n);
	out[n] = '\0';
}

static int
get_token(void *ctx, const struct row *row, struct err *e)
{
	struct token *token = ctx;

	(void)e;
	copy_case_id(token->case_id, row_text(row, 0));
	token->participant = row_int(row, 1);
	return 1;
}

struct member {
	struct deposit_place	*place;
	int64_t			 participant;
	unsigned char		 address[SEAL_HASH];	/* who wrote now */
	int			 known, newest_seen, own_seen, same, nobody;
};

/*
 * The newest deposit gives the key, the participant's newest the address, the
 * oldest by form the key of the return code.
 */
static int
compare_member(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	static const unsigned char none[SEAL_HASH];
	struct member *m = ctx;

	(void)hash;
	(void)e;
	if (!m->newest_seen) {
		m->newest_seen = 1;
		m->place->epoch = dep->epoch;
		memcpy(m->place->case_key, dep->case_key, SEAL_KEY);
	}
	if (dep->participant != m->participant)
		return 0;
	if (!m->own_seen) {
		m->own_seen = 1;
		m->same = m->known &&
		    seal_equal(dep->address, m->address, SEAL_HASH);
		m->nobody = seal_equal(dep->address, none, SEAL_HASH) &&
		    strcmp(dep->mode, "pickup") == 0;
		if (m->same)
			memcpy(m->place->mode, dep->mode,
			    sizeof(m->place->mode));
	}
	if ((!m->same && !m->nobody) || !dep->has_seeker)
		return !m->same && !m->nobody;
	m->place->coded = 1;
	memcpy(m->place->seeker, dep->seeker, SEAL_KEY);
	return 0;
}

/*
 * 1 when the case's deposits hold, and m->same says whether it is this
 * writer's. 0: tampered or gone; no letter is put there, none is lost. -1.
 */
static int
walk_member(struct desk *d, const struct token *token,
    struct deposit_place *place, struct member *m, struct err *e)
{
	static const unsigned char none[SEAL_HASH];

	memset(m, 0, sizeof(*m));
	place->coded = 0;
	m->place = place;
	m->participant = token->participant;
	m->known = !seal_equal(place->address, none, sizeof(none));
	memcpy(m->address, place->address, sizeof(m->address));
	if (chain_walk(d, token->case_id, compare_member, m, e) == 0 &&
	    epoch_newest(d, token->case_id, &place->epoch, place->case_key,
	    e) == 0)
		return 1;
	return e->code == ERR_DENIED || e->code == ERR_GONE ? 0 : -1;
}

static void
add_flag(struct deposit_place *place, const char *flag)
{
	size_t n = strlen(place->flags);

	if (strstr(place->flags, flag) == NULL)
		(void)snprintf(place->flags + n, sizeof(place->flags) - n,
		    "%s%s", n > 0 ? " " : "", flag);
}

static int
get_case_id(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	copy_case_id(ctx, row_text(row, 0));
	return 1;
}

static int
get_only_id(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	copy_case_id(ctx, row_text(row, 0));
	return 0;
}

/* A token of ours, in a mail that is not known to be the participant's. */
static int
stranger(struct desk *d, const struct arrival *a, const char *case_id,
    struct deposit_place *place, struct err *e)
{
	char id[CASE_ID_LEN + 1];
	int64_t n;

	n = store_run(d->store, STMT_CASE_ON_DESK, ARGS(V_TEXT(case_id),
	    V_TEXT(a->mailbox->desk)), get_case_id, id, e);
	place->coded = 0;	/* the strand's code opens nothing of it */
	add_flag(place, "tray");
	if (n == 1 && place->link[0] == '\0') {
		memcpy(place->link, id, sizeof(place->link));
		place->link_kind = "token";
	}
	return n == -1 ? -1 : 0;
}

/*
 * Somebody who came by form and now writes by mail, with the token that only
 * the page with the code showed: our own server has to prove the address.
 * The token itself names the strand; the row that found it could have been
 * made to lead to somebody else's.
 */
static int
tells_address(const struct desk *d, const struct arrival *a,
    const char *value, const struct token *token, const struct member *m)
{
	char own[DESK_MAILTO + 1];
	const json_t *view = a->reading->view;
	const char *class = json_string_value(json_object_get(view,
	    "class"));

	desk_mailto_token(d, token->case_id, token->participant, own);
	return m->nobody && m->known && strcmp(value, own) == 0 &&
	    json_is_true(json_object_get(view, "verified")) &&
	    class != NULL && strcmp(class, "person") == 0;
}

/* 1 and *place filled when the token leads to a case of this writer. */
static int
try_token(struct desk *d, const struct arrival *a, const char *kind,
    const char *value, struct deposit_place *place, struct err *e)
{
	struct token token;
	struct member m;
	unsigned char hash[SEAL_HASH];
	int64_t n;
	int found;

	memset(&token, 0, sizeof(token));
	desk_hash_token(d, kind, value, hash);
	n = store_run(d->store, STMT_TOKEN_FIND,
	    ARGS(V_BLOB(hash, sizeof(hash)), V_TEXT(kind)), get_token, &token,
	    e);
	if (n <= 0)
		return (int)n;
	if ((found = walk_member(d, &token, place, &m, e)) != 1)
		return found;
	if (!m.same && !tells_address(d, a, value, &token, &m))
		return stranger(d, a, token.case_id, place, e);
	if (!m.same) {
		place->moves = 1;
		memcpy(place->mode, "mail", sizeof("mail"));
	}
	memcpy(place->case_id, token.case_id, sizeof(place->case_id));
	place->participant = token.participant;
	place->joins = 1;
	return 1;
}

static int
try_list(struct desk *d, const struct arrival *a, const char *kind,
    const json_t *values, struct deposit_place *place, struct err *e)
{
	const json_t *value;
	size_t i;
	int found;

	json_array_foreach(values, i, value) {
		if (!json_is_string(value))
			continue;
		found = try_token(d, a, kind, json_string_value(value),
		    place, e);
		if (found != 0)
			return found;
	}
	return 0;
}

int
deposit_report(struct desk *d, const struct arrival *a,
    struct deposit_place *place, struct err *e)
{
	const struct bounce *b = &place->bounce;

	memset(place, 0, sizeof(*place));
	if (a->reading == NULL || a->reading->unreadable)
		return 0;
	place->reports = bounce_find(d, a->reading->view, &place->bounce, e);
	if (place->reports != 1)
		return place->reports;
	memcpy(place->case_id, b->case_id, sizeof(place->case_id));
	memcpy(place->case_key, b->case_key, SEAL_KEY);
	place->epoch = b->epoch;
	place->participant = 0;
	place->joins = 1;
	return 1;
}

/* Tokens first, then what mail programs put into every answer. */
static int
try_all(struct desk *d, const struct arrival *a, struct deposit_place *place,
    struct err *e)
{
	const json_t *view = a->reading->view, *id;
	int found;

	found = try_list(d, a, "reply", json_object_get(view, "tokens"),
	    place, e);
	if (found == 0 && json_is_string(
	    id = json_object_get(view, "in_reply_to")))
		found = try_token(d, a, "message-id", json_string_value(id),
		    place, e);
	if (found == 0)
		found = try_list(d, a, "message-id",
		    json_object_get(view, "references"), place, e);
	return found;
}

/* More than so many letters of one address in an hour are kept together. */
static int
try_flood(struct desk *d, const struct arrival *a,
    struct deposit_place *place, struct err *e)
{
	struct token flood;
	struct member m;
	int64_t n;

	if (rows_int(d->store, STMT_FLOOD_COUNT, ARGS(V_BLOB(place->address,
	    SEAL_HASH), V_INT(store_now(d->store) - 3600)), 0, &n, e) == -1)
		return -1;
	if (n < d->config->flood)
		return 0;
	memset(&flood, 0, sizeof(flood));
	n = store_run(d->store, STMT_FLOOD_CASE, ARGS(V_BLOB(place->address,
	    SEAL_HASH), V_TEXT(a->mailbox->desk)), get_token, &flood, e);
	if (n == -1)
		return -1;
	add_flag(place, "flood");
	if (n == 0)
		return 1;
	if (walk_member(d, &flood, place, &m, e) == -1)
		return -1;
	place->coded &= m.same;
	if (m.same) {
		memcpy(place->case_id, flood.case_id,
		    sizeof(place->case_id));
		place->participant = flood.participant;
		place->joins = 1;
	}
	return 1;
}

/* The one open case of a known address is proposed; of two, none. */
static int
try_address(struct desk *d, const struct arrival *a,
    struct deposit_place *place, struct err *e)
{
	char id[CASE_ID_LEN + 1];
	int64_t n;

	n = store_run(d->store, STMT_CASE_OF_ADDRESS,
	    ARGS(V_BLOB(place->address, SEAL_HASH),
	    V_TEXT(a->mailbox->desk)), get_only_id, id, e);
	if (n == 1) {
		memcpy(place->link, id, sizeof(place->link));
		place->link_kind = "proposal";
	}
	return n == -1 ? -1 : 0;
}

/* The reader saw the mark of the mail server's filter. */
static int
is_spam(const struct arrival *a)
{
	const json_t *flag;
	size_t i;

	json_array_foreach(json_object_get(a->reading->view, "flags"), i,
	    flag) {
		if (strcmp(json_string_value(flag), "spam") == 0)
			return 1;
	}
	return 0;
}

/* Who it is from is not certain: a human looks at it in the tray. */
static int
is_uncertain(const char *class)
{
	return strcmp(class, "own") == 0 || strcmp(class, "bounce") == 0 ||
	    strcmp(class, "suspect") == 0;
}

int
deposit_find(struct desk *d, const struct arrival *a, const char *from,
    struct deposit_place *place, struct err *e)
{
	const char *class;
	int found;

	memset(place, 0, sizeof(*place));
	if (a->junk) {
		add_flag(place, "tray");
		add_flag(place, "junk");
	}
	if (a->reading == NULL || a->reading->unreadable)
		return 0;
	if (is_spam(a)) {
		add_flag(place, "tray");
		add_flag(place, "suspect");
	}
	if (from != NULL &&
	    desk_hash_address(d, from, place->address, e) == -1)
		return -1;
	if ((found = try_all(d, a, place, e)) != 0)
		return found == -1 ? -1 : 0;
	class = json_string_value(json_object_get(a->reading->view, "class"));
	if (from == NULL || class == NULL || is_uncertain(class)) {
		add_flag(place, "tray");
		if (from == NULL || class == NULL ||
		    strcmp(class, "suspect") == 0)
			add_flag(place, "suspect");
		return 0;
	}
	found = try_flood(d, a, place, e);
	if (found == 0 && place->link[0] == '\0')
		found = try_address(d, a, place, e);
	return found == -1 ? -1 : 0;
}

int
deposit_seen(struct desk *d, const struct arrival *a,
    const unsigned char body[SEAL_HASH], char case_id[CASE_ID_LEN + 1],
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_LEDGER_SAME,
	    ARGS(V_TEXT(a->mailbox->name), V_BLOB(body, SEAL_HASH)),
	    get_case_id, case_id, e);

	return n == -1 ? -1 : n > 0;
}

struct head {
	int64_t		 last_seq;
	unsigned char	 hash[SEAL_HASH];
	char		 desk[ROSTER_NAME_MAX + 1];
	int		 whole;
};

static int
get_head(void *ctx, const struct row *row, struct err *e)
{
	struct head *head = ctx;
	const char *desk = row_text(row, 0);

	(void)e;
	memcpy(head->desk, desk, strnlen(desk, ROSTER_NAME_MAX));
	head->last_seq = row_int(row, 2);
	head->whole = row_bytes(row, 3, head->hash, sizeof(head->hash)) == 0;
	return 1;
}

static int
read_head(struct desk *d, const char *case_id, struct head *head,
    struct err *e)
{
	memset(head, 0, sizeof(*head));
	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_head, head, e) == -1)
		return -1;
	if (!head->whole) {
		err_set(e, ERR_CONFLICT, "case %s changed while a letter came",
		    case_id);
		return -1;
	}
	return 0;
}

int
deposit_case_head(struct desk *d, const char *case_id, int64_t *seq,
    unsigned char prev[SEAL_HASH], struct err *e)
{
	struct head head;

	if (read_head(d, case_id, &head, e) == -1)
		return -1;
	*seq = head.last_seq + 1;
	memcpy(prev, head.hash, SEAL_HASH);
	return 0;
}

int
deposit_case_grow(struct desk *d, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], int joins, int unreadable,
    struct err *e)
{
	if (!joins)
		return store_run(d->store, STMT_CASE_FIRST,
		    ARGS(V_TEXT(dep->case_id), V_BLOB(hash, SEAL_HASH)),
		    NULL, NULL, e) == -1 ? -1 : 0;
	if (store_run(d->store, STMT_CASE_LETTER,
	    ARGS(V_TEXT(dep->case_id), V_BLOB(hash, SEAL_HASH),
	    V_INT(dep->at), V_TEXT(unreadable ? "unreadable" : "")), NULL,
	    NULL, e) == -1 || due_settle(d, dep->case_id, e) == -1)
		return -1;
	return link_passes(d, dep->case_id, dep->at, e);
}
