/*
 * Moving a case to another desk.  Who reads a case follows from the desk
 * beside it and from the team key that its keys are sealed to; both change in
 * one transaction, or neither does.  The desk alone can be changed by whoever
 * writes to the store: roles and the other desk believe the signed record.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/casework.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/move.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/told.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define BOX_MAX		1024
#define KEYS_MAX	1000

struct move {
	const char	*id;
	json_t		*epoch;				/* of the body */
	struct epoch	 record;			/* what it says */
	char		 from[ROSTER_NAME_MAX + 1];	/* where it is now */
	char		 state[16];
	int64_t		 urgency, keys;
	int		 held, erased;
	int64_t		 links, people, crises, disclosures;
};

static int
get_facts(void *ctx, const struct row *row, struct err *e)
{
	struct move *m = ctx;

	(void)e;
	(void)snprintf(m->from, sizeof(m->from), "%s", row_text(row, 0));
	(void)snprintf(m->state, sizeof(m->state), "%s", row_text(row, 1));
	m->urgency = row_int(row, 2);
	m->erased = row_int(row, 3) != 0;
	m->held = row_int(row, 4) != 0;
	m->keys = row_int(row, 5);
	m->links = row_int(row, 6);
	m->people = row_int(row, 7);
	m->crises = row_int(row, 8);
	m->disclosures = row_int(row, 9);
	return 1;
}

/* The case as it is, and what the signed record says; it is checked later. */
static int
read_move(struct desk *d, struct move *m, const json_t *body, struct err *e)
{
	struct buf bytes;
	int result = -1;

	buf_init(&bytes, EPOCH_MAX);
	if (wire_get_object(body, "epoch", &m->epoch, e) == 0 &&
	    wire_get_base64(m->epoch, "statement", EPOCH_MAX, &bytes,
	    e) == 0 && epoch_parse(&m->record, bytes.bytes, bytes.len,
	    e) == 0)
		result = store_run(d->store, STMT_MOVE_FACTS,
		    ARGS(V_TEXT(m->id)), get_facts, m, e) == -1 ? -1 : 0;
	buf_free(&bytes);
	return result;
}

/* Somebody must be able to open it there. */
static int
has_reader(const struct desk *d, const char *desk)
{
	const struct roster_person *p;
	size_t i;

	for (i = 0; i < roster_count(d->roster); i++) {
		p = roster_at(d->roster, i);
		if (p->active && p->rank != RANK_ADMIN &&
		    roster_on_desk(p, desk))
			return 1;
	}
	return 0;
}

static int
check_desk(const struct desk *d, const struct move *m, struct err *e)
{
	const char *to = m->record.desk;

	if (config_desk(d->config, to) == NULL)
		err_set(e, ERR_INPUT, "there is no desk '%s'", to);
	else if (!has_reader(d, to))
		err_set(e, ERR_CONFLICT, "nobody reads the desk '%s' yet: "
		    "invite somebody there first", to);
	else if (strcmp(m->from, to) == 0)
		err_set(e, ERR_CONFLICT, "case %s is with the desk '%s' "
		    "already", m->id, to);
	else
		return 0;
	return -1;
}

/* Nothing that only people of the desk that gives it could finish. */
static int
check_settled(struct desk *d, const struct move *m, struct err *e)
{
	const char *id = m->id;

	if (m->erased)
		err_set(e, ERR_CONFLICT, "case %s is to be erased: it stays "
		    "with its desk", id);
	else if (m->held)
		err_set(e, ERR_CONFLICT, "case %s is kept under a hold: "
		    "'teduh lift %s' first", id, id);
	else if (strcmp(m->state, "closed") == 0)
		err_set(e, ERR_CONFLICT, "case %s is closed: 'teduh reopen "
		    "%s' first", id, id);
	else if (m->links > 0)
		err_set(e, ERR_CONFLICT, "case %s is linked to another case, "
		    "or a link is proposed, and links stay within a desk: "
		    "'teduh unlink %s' first", id, id);
	else if (m->people > 0)
		err_set(e, ERR_CONFLICT, "in case %s a statement about a "
		    "person waits: confirm or discard it first, 'teduh people "
		    "list %s' shows it", id, id);
	else if (m->disclosures > 0)
		err_set(e, ERR_CONFLICT, "in case %s a disclosure waits for "
		    "its second signature: let a supervisor confirm it first",
		    id);
	else if (m->crises > 0)
		err_set(e, ERR_CONFLICT, "in case %s an answer that left in a "
		    "crisis waits for its second signature: let a supervisor "
		    "sign it first", id);
	else
		return casework_idle(d, id, e);
	return -1;
}

static int
check_rank(const struct actor *actor, struct err *e)
{
	if (actor->person->rank != RANK_TRAINEE)
		return 0;
	err_set(e, ERR_DENIED, "a trainee gives no case to another desk: ask "
	    "a counsellor or a supervisor of the desk");
	return -1;
}

/* One key of before, as its holder sealed it to the other team. */
static int
put_key(struct desk *d, const struct move *m, int64_t epoch,
    const json_t *o, struct err *e)
{
	int64_t its, n = -1;
	struct buf box;

	if (wire_get_base64(o, "box", BOX_MAX, &box, e) == 0 &&
	    wire_get_int(o, "epoch", epoch, epoch, &its, e) == 0)
		n = store_run(d->store, STMT_MOVE_KEY, ARGS(V_TEXT(m->id),
		    V_INT(its), V_INT(m->record.team_epoch),
		    V_BLOB(box.bytes, box.len)), NULL, NULL, e);
	buf_free(&box);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "the case %s has another key "
		    "meanwhile; run the command again", m->id);
	return n == 1 ? 0 : -1;
}

static int
put_keys(struct desk *d, const struct move *m, const json_t *body,
    struct err *e)
{
	json_t *list, *o;
	size_t i;

	if (wire_get_array(body, "keys", KEYS_MAX, &list, e) == -1)
		return -1;
	if ((int64_t)json_array_size(list) != m->keys) {
		err_set(e, ERR_CONFLICT, "the case %s has another key "
		    "meanwhile; run the command again", m->id);
		return -1;
	}
	json_array_foreach(list, i, o)
		if (put_key(d, m, (int64_t)i + 1, o, e) == -1)
			return -1;
	return 0;
}

static int
put_case(struct desk *d, const struct actor *actor, const struct move *m,
    struct err *e)
{
	char both[2 * ROSTER_NAME_MAX + 2];

	(void)snprintf(both, sizeof(both), "%s %s", m->from, m->record.desk);
	if (store_run(d->store, STMT_MOVE_CASE, ARGS(V_TEXT(m->id),
	    V_TEXT(m->record.desk)), NULL, NULL, e) == -1 ||
	    claim_drop(d, m->id, e) == -1 ||
	    due_moved(d, m->id, m->from, e) == -1 ||
	    (m->urgency >= DUE_REAL_FROM &&
	    told_moved(d, m->id, m->from, e) == -1) ||
	    event_add(d, actor, m->id, "moved", both, e) == -1)
		return -1;
	return audit_add(d, actor, "move", m->id, both, e);
}

static int
move_within(struct desk *d, const struct actor *actor, struct move *m,
    const json_t *body, struct err *e)
{
	if (case_access(d, actor, m->id, e) == -1 ||
	    check_rank(actor, e) == -1 || read_move(d, m, body, e) == -1 ||
	    check_desk(d, m, e) == -1 || check_settled(d, m, e) == -1 ||
	    claim_give(d, actor, m->id, body, e) == -1 ||
	    written_note(d, actor, m->id, body, e) == -1 ||
	    put_keys(d, m, body, e) == -1 ||
	    epoch_add(d, actor, m->id, m->from, m->epoch, e) == -1)
		return -1;
	return put_case(d, actor, m, e);
}

json_t *
move_case(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	struct move m = { .id = id };
	struct actor me;

	crash_point("move: before");
	if (staff_begin(d, actor, &me, e) == -1 ||
	    staff_end(d, move_within(d, &me, &m, body, e), e) == -1)
		return NULL;
	crash_point("move: after");
	return json_pack("{s:s, s:s, s:s}", "case", id, "from", m.from,
	    "desk", m.record.desk);
}
