/*
 * Asking for a case to be erased, taking it back, keeping it.  Until clock
 * ends it nothing is lost: a row says so, and everything that sends, shows
 * or adds looks at the row or at the flag.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/event.h"
#include "daemon/desk/link.h"
#include "daemon/desk/retention.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wish.h"

static int
get_erasure(void *ctx, const struct row *row, struct err *e)
{
	static const struct {
		const char		*word;
		enum erase_state	 state;
	} states[] = { { "asked", ERASE_ASKED }, { "held", ERASE_HELD },
	    { "refused", ERASE_REFUSED } };
	const char *word = row_text(row, 0);
	struct erasure *x = ctx;
	size_t i;

	(void)e;
	x->state = ERASE_OVER;
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(word, states[i].word) == 0)
			x->state = states[i].state;
	}
	(void)snprintf(x->by, sizeof(x->by), "%s", row_text(row, 1));
	x->at = row_int(row, 2);
	x->ends = row_int(row, 3);
	return 1;
}

int
erase_look(struct desk *d, const char *case_id, struct erasure *x,
    struct err *e)
{
	memset(x, 0, sizeof(*x));
	return store_run(d->store, STMT_ERASURE_GET, ARGS(V_TEXT(case_id)),
	    get_erasure, x, e) == -1 ? -1 : 0;
}

/* Who wishes it, in the case and in the audit. */
struct asking {
	const struct actor	*actor;		/* NULL: role web */
	struct wish		 wish;
	const char		*text;
	size_t			 len;
	const unsigned char	*signer, *signature;
	char			 by[ROSTER_NAME_MAX + 1];
};

/* Within a transaction; the row is new. */
static int
begin(struct desk *d, const char *id, const struct asking *a, struct err *e)
{
	int64_t n;

	n = store_run(d->store, STMT_ERASE_FLAG, ARGS(V_TEXT(id)), NULL, NULL,
	    e);
	if (n == 0)
		err_set(e, ERR_GONE, "there is no case '%s'", id);
	if (n != 1 || store_run(d->store, STMT_ERASE_AUTOMATIC,
	    ARGS(V_TEXT(id)), NULL, NULL, e) == -1 ||
	    link_drop(d, id, e) == -1 || claim_drop(d, id, e) == -1 ||
	    event_add(d, a->actor, id, "erase-asked", a->by, e) == -1)
		return -1;
	return audit_add(d, a->actor, "erase-ask", id, a->by, e);
}

/* 1 it is asked now, 0 it was; -1. Within a transaction. */
static int
ask(struct desk *d, const char *id, const struct asking *a, struct err *e)
{
	int64_t n, at = a->wish.at;
	int held;

	n = store_run(d->store, STMT_ERASURE_ADD, ARGS(V_TEXT(id),
	    V_TEXT(a->by), V_INT(at), V_INT(at + ERASE_WAIT_S),
	    V_BLOB(a->text, a->len), V_BLOB(a->signer, SIGN_PUBLIC),
	    V_BLOB(a->signature, SIGN_LEN)), NULL, NULL, e);
	if (n != 1)
		return (int)n;
	if (begin(d, id, a, e) == -1 ||
	    (held = retention_is_held(d, id, e)) == -1)
		return -1;
	/* Whoever asks: what is held waits until it is lifted. */
	return held == 1 && store_run(d->store, STMT_ERASURE_MOVE,
	    ARGS(V_TEXT(id), V_TEXT("held"), V_TEXT("asked")), NULL, NULL,
	    e) == -1 ? -1 : 1;
}

int
erase_begin(struct desk *d, const char *id, const struct wish *w,
    const struct wish_signed *is, struct err *e)
{
	struct asking a;

	memset(&a, 0, sizeof(a));
	a.wish = *w;
	a.wish.at = store_now(d->store);
	a.text = is->text;
	a.len = is->len;
	a.signer = is->signer;
	a.signature = is->signature;
	(void)snprintf(a.by, sizeof(a.by), "%s", w->by);
	return ask(d, id, &a, e) == -1 ? -1 : 0;
}

/* Within a transaction. actor NULL: role web, for this strand. */
static int
take_back(struct desk *d, const struct actor *actor, const char *id,
    const char *by, struct err *e)
{
	int64_t n;
	int held;

	n = store_run(d->store, STMT_ERASURE_DELETE, ARGS(V_TEXT(id)), NULL,
	    NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "case %s is not to be erased", id);
	if (n != 1 || (held = retention_is_held(d, id, e)) == -1 ||
	    store_run(d->store, STMT_ERASE_UNFLAG, ARGS(V_TEXT(id)), NULL,
	    NULL, e) == -1 || (held && store_run(d->store, STMT_ERASE_HOLD,
	    ARGS(V_TEXT(id)), NULL, NULL, e) == -1) ||
	    event_add(d, actor, id, "erase-undone", by, e) == -1)
		return -1;
	return audit_add(d, actor, "erase-undo", id, by, e);
}

void
erase_name(char out[ROSTER_NAME_MAX + 1], int64_t participant)
{
	(void)snprintf(out, ROSTER_NAME_MAX + 1, "p%" PRId64, participant);
}

int
erase_by_code(struct desk *d, const char *id, int64_t participant,
    struct err *e)
{
	unsigned char signature[SIGN_LEN];
	struct asking a;
	char *text;
	int result;

	memset(&a, 0, sizeof(a));
	erase_name(a.by, participant);
	(void)snprintf(a.wish.case_id, sizeof(a.wish.case_id), "%s", id);
	(void)snprintf(a.wish.by, sizeof(a.wish.by), "%s", d->role);
	a.wish.kind = WISH_ERASE;
	a.wish.participant = participant;
	a.wish.at = store_now(d->store);
	a.text = text = wish_print(&a.wish, &a.len);
	signature_make(d->signer, PURPOSE_WISH, text, a.len, signature);
	a.signer = d->signer->pub;
	a.signature = signature;
	crash_point("erase: ask before");
	result = store_begin(d->store, e) == -1 ? -1 :
	    store_end(d->store, ask(d, id, &a, e), e);
	free(text);
	if (result == 0)
		crash_point("erase: ask after");
	return result;
}

int
erase_back_by_code(struct desk *d, const char *id, int64_t participant,
    struct err *e)
{
	char by[ROSTER_NAME_MAX + 1];
	struct erasure x;
	int result;

	erase_name(by, participant);
	if (store_begin(d->store, e) == -1)
		return -1;
	if ((result = erase_look(d, id, &x, e)) == 0) {
		if (x.state == ERASE_OVER || (x.state != ERASE_NONE &&
		    strcmp(x.by, by) != 0)) {
			err_set(e, ERR_DENIED, "case %s is not this person's "
			    "to take back", id);
			result = -1;
		} else if (x.state != ERASE_NONE)
			result = take_back(d, NULL, id, by, e);
	}
	return store_end(d->store, result, e);
}

struct signed_wish {
	struct asking	 asking;
	unsigned char	 signature[SIGN_LEN];
};

/* What the person signed, about this case and just now. */
static int
get_wish(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct signed_wish *s, struct err *e)
{
	struct asking *a = &s->asking;
	struct wish_signed is;
	int64_t now = store_now(d->store);

	memset(s, 0, sizeof(*s));
	if (wire_get_string(body, "statement", &a->text, e) == -1 ||
	    wire_get_hex(body, "signature", s->signature, SIGN_LEN, e) == -1)
		return -1;
	a->actor = actor;
	a->len = strlen(a->text);
	a->signer = actor->person->sign;
	a->signature = s->signature;
	is.text = a->text;
	is.len = a->len;
	memcpy(is.signer, a->signer, SIGN_PUBLIC);
	memcpy(is.signature, s->signature, SIGN_LEN);
	if (wish_holds(d->roster, id, &is, &a->wish) &&
	    a->wish.participant == 0 &&
	    a->wish.at >= now - ERASE_SKEW_S &&
	    a->wish.at <= now + ERASE_SKEW_S) {
		(void)snprintf(a->by, sizeof(a->by), "%s", a->wish.by);
		a->wish.at = now;
		return 0;
	}
	err_set(e, ERR_DENIED, "the wish to erase is not signed by who sends "
	    "it, is about another case, or is not of just now");
	return -1;
}

static int
ask_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	struct signed_wish s;
	int r;

	if (actor->person->rank == RANK_TRAINEE) {
		err_set(e, ERR_DENIED, "a trainee cannot have a case erased: "
		    "ask a counsellor or supervisor of the desk");
		return -1;
	}
	if (get_wish(d, actor, id, body, &s, e) == -1 ||
	    claim_not_other(d, actor, id, e) == -1 ||
	    written_note_opt(d, actor, id, body, e) == -1 ||
	    (r = ask(d, id, &s.asking, e)) == -1)
		return -1;
	if (r == 1)
		return 0;
	err_set(e, ERR_CONFLICT, "case %s is to be erased already: 'teduh "
	    "erase' says when", id);
	return -1;
}

json_t *
erase_ask(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, ask_within, body, e);
}

static int
is_supervisor(const struct actor *actor)
{
	return actor->person->rank == RANK_SUPERVISOR;
}

static int
undo_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	const char *name = actor->person->name;
	struct erasure x;

	if (written_note_opt(d, actor, id, body, e) == -1 ||
	    erase_look(d, id, &x, e) == -1)
		return -1;
	if (x.state == ERASE_NONE || is_supervisor(actor) ||
	    strcmp(x.by, name) == 0)
		return take_back(d, actor, id, name, e);
	err_set(e, ERR_DENIED, "that case %s be erased is taken back by who "
	    "asked for it, or by a supervisor of the desk", id);
	return -1;
}

json_t *
erase_undo(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	json_t *answer = case_change(d, actor, id, undo_within, body, e);

	/* A human has looked. */
	if (answer != NULL)
		(void)alarm_clear(d, "erasure-refused", id, NULL);
	return answer;
}

/* What keeping a case and letting it go have in common. */
static int
move(struct desk *d, const struct actor *actor, const char *id, int hold,
    struct err *e)
{
	const char *to = hold ? "held" : "asked";
	int64_t n;
	int held;

	if (!is_supervisor(actor)) {
		err_set(e, ERR_DENIED, "only supervisors of the desk keep a "
		    "case from being erased, or let it go");
		return -1;
	}
	if ((held = retention_is_held(d, id, e)) == -1)
		return -1;
	if (held) {
		err_set(e, ERR_CONFLICT, "case %s is held, whatever is asked: "
		    "'teduh lift %s' lets it go", id, id);
		return -1;
	}
	n = store_run(d->store, STMT_ERASURE_MOVE, ARGS(V_TEXT(id),
	    V_TEXT(to), V_TEXT(hold ? "asked" : "held")), NULL, NULL, e);
	if (n == 0 && hold)
		err_set(e, ERR_CONFLICT, "case %s is not to be erased, or is "
		    "held already: there is nothing to hold", id);
	else if (n == 0)
		err_set(e, ERR_CONFLICT, "case %s is not held", id);
	if (n != 1 || store_run(d->store, hold ? STMT_ERASE_HOLD :
	    STMT_ERASE_LIFT, ARGS(V_TEXT(id)), NULL, NULL, e) == -1 ||
	    event_add(d, actor, id, hold ? "erase-held" : "erase-lifted",
	    NULL, e) == -1)
		return -1;
	return audit_add(d, actor, hold ? "erase-hold" : "erase-lift", id,
	    NULL, e);
}

static int
hold_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return written_note(d, actor, id, body, e) == -1 ? -1 :
	    move(d, actor, id, 1, e);
}

json_t *
erase_hold(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, hold_within, body, e);
}

static int
lift_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return written_note_opt(d, actor, id, body, e) == -1 ? -1 :
	    move(d, actor, id, 0, e);
}

json_t *
erase_lift(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, lift_within, body, e);
}

json_t *
erase_show(struct desk *d, const char *case_id, struct err *e)
{
	json_t *list, *o;

	if ((list = rows_array(d->store, STMT_ERASURE_OF_CASE,
	    ARGS(V_TEXT(case_id)), e)) == NULL)
		return NULL;
	o = json_array_size(list) == 0 ? json_null() :
	    json_incref(json_array_get(list, 0));
	json_decref(list);
	return o;
}

json_t *
erase_list(struct desk *d, const struct actor *actor, struct err *e)
{
	json_t *all = json_array(), *list;
	size_t i;

	for (i = 0; i < d->config->ndesks; i++) {
		const char *desk = d->config->desks[i].name;

		if (!case_may_read(actor, desk))
			continue;
		if ((list = rows_array(d->store, STMT_ERASURE_JSON,
		    ARGS(V_TEXT(desk)), e)) == NULL) {
			json_decref(all);
			return NULL;
		}
		(void)json_array_extend(all, list);
		json_decref(list);
	}
	return all;
}
