/*
 * Saying how urgent a case is, and asking what of it is signed.  A statement
 * is kept as it was signed; the plain number is never believed where more
 * hangs on it than a place in the queue.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/quiet.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/urgency.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/urgency.h"

struct saying {
	struct urgency_statement is;
	const char	*text;
	unsigned char	 signature[SIGN_LEN];
};

static int
parse(struct saying *s, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t urgency;

	if (wire_get_int(body, "urgency", 0, URGENCY_CRISIS, &urgency,
	    e) == -1 ||
	    wire_get_string(body, "statement", &s->text, e) == -1 ||
	    wire_get_hex(body, "signature", s->signature, SIGN_LEN, e) == -1)
		return -1;
	if (urgency_holds(actor->person, id, s->text, strlen(s->text),
	    s->signature, &s->is) && s->is.urgency == urgency)
		return 0;
	err_set(e, ERR_DENIED, "the statement of urgency is not signed by "
	    "who sends it, or is about something else");
	return -1;
}

/* Nobody wrote since it was signed. */
static int
check_newest(struct desk *d, const char *id, const struct saying *s,
    struct err *e)
{
	static const unsigned char none[SEAL_HASH];
	int64_t n;

	if (seal_equal(s->is.after, none, SEAL_HASH))
		return 0;
	if (rows_int(d->store, STMT_URGENCY_NEWEST, ARGS(V_TEXT(id),
	    V_BLOB(s->is.after, SEAL_HASH)), 0, &n, e) == -1)
		return -1;
	if (n == 1)
		return 0;
	err_set(e, ERR_CONFLICT, "somebody wrote in case %s meanwhile: read "
	    "it with 'teduh show %s', then repeat the command", id, id);
	return -1;
}

/* 1 when one of the staff said so before, and it stands; 0; -1. */
static int
is_said(struct desk *d, const char *id, int64_t urgency, struct err *e)
{
	int64_t n;

	return rows_int(d->store, STMT_URGENCY_SAID, ARGS(V_TEXT(id),
	    V_INT(urgency)), 0, &n, e) == -1 ? -1 : (int)n;
}

static int
keep(struct desk *d, const struct actor *actor, const struct saying *s,
    struct err *e)
{
	const struct urgency_statement *is = &s->is;
	int64_t was;

	return due_urgency_of(d, is->case_id, &was, e) == -1 ||
	    store_run(d->store, STMT_URGENCY_PUT, ARGS(V_TEXT(is->case_id),
	    V_INT(is->urgency), V_TEXT(is->by), V_INT(store_now(d->store)),
	    V_BLOB(s->text, strlen(s->text)),
	    V_BLOB(actor->person->sign, SIGN_PUBLIC),
	    V_BLOB(s->signature, SIGN_LEN)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_CASE_URGENCY, ARGS(V_TEXT(is->case_id),
	    V_INT(is->urgency), V_INT(-is->urgency)), NULL, NULL,
	    e) == -1 ||
	    due_urgency(d, is->case_id, was, e) == -1 ? -1 : 0;
}

static int
say_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	struct saying s;
	char detail[8];
	int said;

	if (parse(&s, actor, id, body, e) == -1 ||
	    written_note(d, actor, id, body, e) == -1 ||
	    check_newest(d, id, &s, e) == -1 ||
	    (said = is_said(d, id, s.is.urgency, e)) == -1)
		return -1;
	(void)snprintf(detail, sizeof(detail), "%" PRId64, s.is.urgency);
	if (said) {
		err_set(e, ERR_CONFLICT, "the urgency of case %s is %s "
		    "already", id, detail);
		return -1;
	}
	if (keep(d, actor, &s, e) == -1 || claim_weigh(d, id, e) == -1 ||
	    event_add(d, actor, id, "urgency", detail, e) == -1 ||
	    (s.is.urgency >= QUIET_URGENCY && quiet_wake(d, id, e) == -1))
		return -1;
	return audit_add(d, actor, "urgency", id, detail, e);
}

json_t *
urgency_say(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, say_within, body, e);
}

/* What is signed of a case. */
struct signed_urgency {
	const struct roster	*roster;
	const char		*case_id;
	struct epoch_former	 former;
	struct urgency_statement is;
	int			 holds, found;	/* the deposit that it names */
	int64_t			 later;		/* the most of those after it */
};

static int
get_statement(void *ctx, const struct row *row, struct err *e)
{
	struct signed_urgency *s = ctx;
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const struct roster_person *p;
	const void *text;
	size_t len;

	(void)e;
	text = row_blob(row, 0, &len);
	s->holds = text != NULL &&
	    row_bytes(row, 1, signer, sizeof(signer)) == 0 &&
	    row_bytes(row, 2, signature, sizeof(signature)) == 0 &&
	    (p = roster_person_by_key(s->roster, signer)) != NULL &&
	    p->active && epoch_knows(&s->former, row_text(row, 3), p) &&
	    urgency_holds(p, s->case_id, text, len, signature, &s->is);
	return 1;
}

static int
add_deposit(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct signed_urgency *s = ctx;

	(void)e;
	if (s->holds && seal_equal(hash, s->is.after, SEAL_HASH)) {
		s->found = 1;
		return 1;
	}
	if (dep->urgency > s->later)
		s->later = dep->urgency;
	return 0;
}

int
urgency_signed(struct desk *d, const char *case_id, int64_t *urgency,
    struct err *e)
{
	struct signed_urgency s = { .roster = d->roster, .case_id = case_id };

	*urgency = 0;
	if (epoch_former(d, case_id, &s.former, e) == -1 ||
	    store_run(d->store, STMT_URGENCY_GET, ARGS(V_TEXT(case_id)),
	    get_statement, &s, e) == -1 ||
	    chain_walk(d, case_id, add_deposit, &s, e) == -1)
		return -1;
	*urgency = s.later;
	if (s.found && s.is.urgency > s.later)
		*urgency = s.is.urgency;
	return 0;
}

/* One list of one desk behind those that are there; *more when it is cut. */
static int
add_list(struct desk *d, enum statement st, const char *desk, int64_t from,
    json_t *all, int *more, struct err *e)
{
	json_t *list = rows_array(d->store, st, ARGS(V_TEXT(desk),
	    V_INT(from), V_INT(URGENCY_MISSES_MAX)), e);

	if (list == NULL)
		return -1;
	if (json_array_size(list) == URGENCY_MISSES_MAX)
		*more = 1;
	(void)json_array_extend(all, list);
	json_decref(list);
	return 0;
}

json_t *
urgency_misses(struct desk *d, const struct actor *actor, int64_t from,
    struct err *e)
{
	json_t *judged = json_array(), *tagged = json_array();
	json_t *answer = NULL;
	int more = 0;
	size_t i;

	if (store_read(d->store, e) == -1)
		goto out;
	for (i = 0; i < d->config->ndesks; i++) {
		const char *desk = d->config->desks[i].name;

		if (case_may_read(actor, desk) && (add_list(d,
		    STMT_TRIAGE_JUDGED, desk, from, judged, &more, e) == -1 ||
		    add_list(d, STMT_TRIAGE_TAGGED, desk, from, tagged, &more,
		    e) == -1))
			goto out;
	}
	answer = json_pack("{s:I, s:O, s:O, s:b}", "now",
	    (json_int_t)store_now(d->store), "judged", judged, "tagged",
	    tagged, "more", more);
out:
	store_rollback(d->store);
	json_decref(judged);
	json_decref(tagged);
	return answer;
}
