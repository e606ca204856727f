/*
 * Links between cases.  Items never move: a confirmed link only says where
 * the letters of a case are waited for and answered, so it is undone as
 * easily as it was made.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/link.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/link.h"

int
link_add(struct desk *d, const struct deposit *dep, struct err *e)
{
	if (dep->link[0] == '\0')
		return 0;
	return store_run(d->store, STMT_LINK_ADD, ARGS(V_TEXT(dep->case_id),
	    V_TEXT(dep->link), V_TEXT(dep->link_kind), V_INT(dep->at),
	    V_TEXT(dep->role)), NULL, NULL, e) == -1 ? -1 : 0;
}

json_t *
link_list(struct desk *d, const char *case_id, struct err *e)
{
	return rows_array(d->store, STMT_LINK_JSON, ARGS(V_TEXT(case_id)),
	    e);
}

struct one {
	char	id[CASE_ID_LEN + 1];
	char	word[ROSTER_NAME_MAX + 1];	/* a kind, or a desk */
};

static int
get_one(void *ctx, const struct row *row, struct err *e)
{
	struct one *one = ctx;

	(void)e;
	(void)snprintf(one->id, sizeof(one->id), "%.8s", row_text(row, 0));
	(void)snprintf(one->word, sizeof(one->word), "%s", row_text(row, 1));
	return 1;
}

/* The case to which this one is linked, in one->id; else "". 0 or -1. */
static int
get_main(struct desk *d, const char *case_id, struct one *one, struct err *e)
{
	memset(one, 0, sizeof(*one));
	return store_run(d->store, STMT_LINK_MAIN, ARGS(V_TEXT(case_id)),
	    get_one, one, e) == -1 ? -1 : 0;
}

int
link_passes(struct desk *d, const char *case_id, int64_t at, struct err *e)
{
	struct one main;

	if (get_main(d, case_id, &main, e) == -1)
		return -1;
	if (main.id[0] == '\0')
		return 0;
	return store_run(d->store, STMT_LINK_WAIT, ARGS(V_TEXT(main.id),
	    V_INT(at)), NULL, NULL, e) == -1 ||
	    due_settle(d, main.id, e) == -1 ||
	    store_run(d->store, STMT_LINK_REST, ARGS(V_TEXT(case_id)), NULL,
	    NULL, e) == -1 ? -1 : 0;
}

int
link_is_main(struct desk *d, const char *case_id, struct err *e)
{
	struct one main;

	if (get_main(d, case_id, &main, e) == -1)
		return -1;
	if (main.id[0] == '\0')
		return 0;
	err_set(e, ERR_CONFLICT, "case %s is linked to %s: answer there, or "
	    "'teduh unlink %s' first", case_id, main.id, case_id);
	return -1;
}

struct unread {
	struct desk		*desk;
	const char		*name, *case_id;	/* of the desk */
	const struct letter_read *read;
	size_t			 nread;
	int			 found;
	struct epoch_former	 former;
};

/* Undone counts only when a person of the case's desk, then, signed it. */
static int
is_undone(const struct unread *u, const struct row *row)
{
	const struct roster_person *p;
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const void *statement;
	size_t len;

	statement = row_blob(row, 3, &len);
	if (strcmp(row_text(row, 2), "undone") != 0 || statement == NULL ||
	    row_bytes(row, 4, signer, sizeof(signer)) == -1 ||
	    row_bytes(row, 5, signature, sizeof(signature)) == -1)
		return 0;
	p = roster_person_by_key(u->desk->roster, signer);
	return p != NULL && epoch_knows(&u->former, u->name, p) &&
	    link_holds(p, row_text(row, 0), row_text(row, 1), "undone",
	    statement, len, signature);
}

static int
check_read(void *ctx, const struct row *row, struct err *e)
{
	struct unread *u = ctx;
	const char *id = row_text(row, 0);

	(void)e;
	if (strcmp(id, u->case_id) == 0)
		id = row_text(row, 1);
	if (letter_read_find(u->read, u->nread, id) != NULL)
		return 0;
	u->found = !is_undone(u, row);
	return u->found;
}

int
link_unread(struct desk *d, const char *desk, const char *case_id,
    const struct letter_read *read, size_t n, struct err *e)
{
	struct unread u = { .desk = d, .name = desk, .case_id = case_id,
	    .read = read, .nread = n };

	if (epoch_former(d, case_id, &u.former, e) == -1)
		return -1;
	return store_run(d->store, STMT_LINK_ALL, ARGS(V_TEXT(case_id)),
	    check_read, &u, e) == -1 ? -1 : u.found;
}

struct saying {
	struct link_statement	 is;
	const char		*text;
	unsigned char		 signature[SIGN_LEN];
};

/* What the person signed, about this case and one more that they read. */
static int
get_saying(struct desk *d, const struct actor *actor, const char *id,
    const char *kind, const json_t *body, struct saying *s, struct err *e)
{
	if (wire_get_string(body, "statement", &s->text, e) == -1 ||
	    wire_get_hex(body, "signature", s->signature, SIGN_LEN,
	    e) == -1 || link_parse(&s->is, s->text, strlen(s->text),
	    e) == -1)
		return -1;
	if (!link_holds(actor->person, id, s->is.other, kind, s->text,
	    strlen(s->text), s->signature) ||
	    strcmp(id, s->is.other) == 0) {
		err_set(e, ERR_DENIED, "the statement about the link is not "
		    "signed by who sends it, or is about other cases");
		return -1;
	}
	return case_access(d, actor, s->is.other, e);
}

static int
same_desk(struct desk *d, const char *a, const char *b, struct err *e)
{
	struct one x, y;

	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	if (store_run(d->store, STMT_LINK_DESK, ARGS(V_TEXT(a)), get_one, &x,
	    e) == -1 || store_run(d->store, STMT_LINK_DESK, ARGS(V_TEXT(b)),
	    get_one, &y, e) == -1)
		return -1;
	if (x.id[0] != '\0' && strcmp(x.word, y.word) == 0)
		return 0;
	err_set(e, ERR_CONFLICT, "cases %s and %s are not of one desk, or one "
	    "is erased: they cannot be linked", a, b);
	return -1;
}

/* One step and no chains: what is linked is linked to a case that is not. */
static int
can_link(struct desk *d, const char *id, const char *other, struct err *e)
{
	struct one one;
	int64_t n;

	if (same_desk(d, id, other, e) == -1 ||
	    get_main(d, id, &one, e) == -1)
		return -1;
	if (one.id[0] != '\0') {
		err_set(e, ERR_CONFLICT, "case %s is linked to %s already: "
		    "'teduh unlink %s' first", id, one.id, id);
		return -1;
	}
	if (link_is_main(d, other, e) == -1)
		return -1;
	n = store_run(d->store, STMT_LINK_UNDER, ARGS(V_TEXT(id)), get_one,
	    &one, e);
	if (n > 0)
		err_set(e, ERR_CONFLICT, "case %s is linked to %s: 'teduh "
		    "unlink %s' first, or link the other way round", one.id,
		    id, one.id);
	if (n != 0)
		return -1;
	n = store_run(d->store, STMT_CASE_BUSY, ARGS(V_TEXT(id)), NULL, NULL,
	    e);
	if (n > 0)
		err_set(e, ERR_CONFLICT, "in case %s an answer is being "
		    "written or under way: discard it, or wait until it is "
		    "sent", id);
	return n == 0 ? 0 : -1;
}

static int
put(struct desk *d, const struct actor *actor, const struct saying *s,
    const char *event, struct err *e)
{
	const struct roster_person *p = actor->person;
	char detail[CASE_ID_LEN + 1];

	memcpy(detail, s->is.other, sizeof(detail));
	if (store_run(d->store, STMT_LINK_PUT, ARGS(V_TEXT(s->is.case_id),
	    V_TEXT(s->is.other), V_TEXT(s->is.kind),
	    V_INT(store_now(d->store)), V_TEXT(p->name),
	    V_BLOB(s->text, strlen(s->text)), V_BLOB(p->sign, SIGN_PUBLIC),
	    V_BLOB(s->signature, SIGN_LEN)), NULL, NULL, e) == -1 ||
	    event_add(d, actor, s->is.case_id, event, detail, e) == -1 ||
	    event_add(d, actor, s->is.other, event, s->is.case_id, e) == -1)
		return -1;
	return audit_add(d, actor, event, s->is.case_id, detail, e);
}

/* What the case waited for, the other waits for now. */
static int
pass_on(struct desk *d, const char *id, const char *other, struct err *e)
{
	if (store_run(d->store, STMT_LINK_PASS, ARGS(V_TEXT(id),
	    V_TEXT(other)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_LINK_REST, ARGS(V_TEXT(id)), NULL, NULL,
	    e) == -1 || store_run(d->store, STMT_CASE_UNTRAY,
	    ARGS(V_TEXT(id)), NULL, NULL, e) == -1)
		return -1;
	return claim_drop(d, id, e);
}

static int
confirm_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	struct saying s;

	if (get_saying(d, actor, id, "confirmed", body, &s, e) == -1 ||
	    can_link(d, id, s.is.other, e) == -1 ||
	    claim_not_other(d, actor, id, e) == -1 ||
	    claim_not_other(d, actor, s.is.other, e) == -1 ||
	    pass_on(d, id, s.is.other, e) == -1)
		return -1;
	return put(d, actor, &s, "linked", e);
}

json_t *
link_confirm(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, confirm_within, body, e);
}

/*
 * What a case waits for by itself: not for what was in the one that was
 * linked. A case that was closed before is so again.
 */
static int
settle(struct desk *d, const char *id, struct err *e)
{
	int64_t n = store_run(d->store, STMT_LINK_APART, ARGS(V_TEXT(id)),
	    NULL, NULL, e);

	if (n != -1 && due_settle(d, id, e) == -1)
		return -1;
	if (n == 1)
		n = store_run(d->store, STMT_LINK_WAS_CLOSED,
		    ARGS(V_TEXT(id)), NULL, NULL, e);
	if (n == 1)
		n = store_run(d->store, STMT_CASE_CLOSE, ARGS(V_TEXT(id)),
		    NULL, NULL, e);
	if (n == 1)
		return claim_drop(d, id, e);
	return n == -1 ? -1 : 0;
}

/* The link is undone: both wait for what is their own. */
static int
take_apart(struct desk *d, const char *id, const char *other, struct err *e)
{
	if (store_run(d->store, STMT_LINK_BACK, ARGS(V_TEXT(id),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1 ||
	    due_settle(d, id, e) == -1)
		return -1;
	return settle(d, other, e);
}

static int
undo_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	struct one was;
	struct saying s;
	int64_t n;

	memset(&was, 0, sizeof(was));
	if (get_saying(d, actor, id, "undone", body, &s, e) == -1 ||
	    claim_not_other(d, actor, id, e) == -1 ||
	    claim_not_other(d, actor, s.is.other, e) == -1)
		return -1;
	n = store_run(d->store, STMT_LINK_GET, ARGS(V_TEXT(id),
	    V_TEXT(s.is.other)), get_one, &was, e);
	if (n == 0 || strcmp(was.word, "undone") == 0)
		err_set(e, ERR_CONFLICT, "case %s is not linked to %s, and no "
		    "proposal stands", id, s.is.other);
	if (n <= 0 || strcmp(was.word, "undone") == 0)
		return -1;
	if (put(d, actor, &s, "unlinked", e) == -1)
		return -1;
	return strcmp(was.word, "confirmed") == 0 ?
	    take_apart(d, id, s.is.other, e) : 0;
}

json_t *
link_undo(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, undo_within, body, e);
}

struct pair {
	struct one	of;		/* with the kind */
	char		other[CASE_ID_LEN + 1];
};

static int
get_pair(void *ctx, const struct row *row, struct err *e)
{
	struct pair *p = ctx;

	(void)e;
	(void)snprintf(p->of.id, sizeof(p->of.id), "%.8s", row_text(row, 0));
	(void)snprintf(p->other, sizeof(p->other), "%.8s", row_text(row, 1));
	(void)snprintf(p->of.word, sizeof(p->of.word), "%s",
	    row_text(row, 2));
	return 1;
}

int
link_drop(struct desk *d, const char *case_id, struct err *e)
{
	struct pair p;
	int64_t n;

	for (;;) {
		memset(&p, 0, sizeof(p));
		n = store_run(d->store, STMT_LINK_ALL, ARGS(V_TEXT(case_id)),
		    get_pair, &p, e);
		if (n <= 0)
			return (int)n;
		if (store_run(d->store, STMT_LINK_DELETE, ARGS(
		    V_TEXT(p.of.id), V_TEXT(p.other)), NULL, NULL, e) == -1)
			return -1;
		if (strcmp(p.of.word, "confirmed") == 0 &&
		    take_apart(d, p.of.id, p.other, e) == -1)
			return -1;
	}
}

static int
untray_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t n;

	(void)body;
	if (claim_not_other(d, actor, id, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CASE_UNTRAY, ARGS(V_TEXT(id)), NULL,
	    NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "case %s is not in the tray", id);
	if (n != 1 || event_add(d, actor, id, "untrayed", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "untray", id, NULL, e);
}

json_t *
link_untray(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, untray_within, body, e);
}
