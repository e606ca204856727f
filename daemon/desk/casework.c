/*
 * Notes, closing, tags.  States move by one statement each, which
 * names what must be so; when it changes no row, what is there is read to say
 * why.  Every word of a person is in a sealed item.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/care.h"
#include "daemon/desk/case.h"
#include "daemon/desk/casework.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/event.h"
#include "daemon/desk/retention.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/statistics.h"
#include "daemon/desk/wish.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

static int
note_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	if (written_note(d, actor, id, body, e) == -1)
		return -1;
	return audit_add(d, actor, "note", id, NULL, e);
}

json_t *
casework_note(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, note_within, body, e);
}

struct busy {
	int64_t	no;
	char	draft[16], delivery[16];
};

static int
get_busy(void *ctx, const struct row *row, struct err *e)
{
	struct busy *busy = ctx;
	const char *delivery = row_text(row, 2);

	(void)e;
	busy->no = row_int(row, 0);
	(void)snprintf(busy->draft, sizeof(busy->draft), "%s",
	    row_text(row, 1));
	(void)snprintf(busy->delivery, sizeof(busy->delivery), "%s",
	    delivery == NULL ? "" : delivery);
	return 1;
}

int
casework_idle(struct desk *d, const char *id, struct err *e)
{
	struct busy busy = { 0, "", "" };

	if (store_run(d->store, STMT_CASE_BUSY, ARGS(V_TEXT(id)), get_busy,
	    &busy, e) == -1)
		return -1;
	if (busy.no == 0)
		return 0;
	if (strcmp(busy.draft, "approved") != 0)
		err_set(e, ERR_CONFLICT, "in case %s the draft %s.d%" PRId64
		    " is %s: let it be sent, or discard it first", id, id,
		    busy.no, busy.draft);
	else
		err_set(e, ERR_CONFLICT, "in case %s the answer %s.d%" PRId64
		    " is still under way (%s): 'teduh show %s' says what it "
		    "waits for", id, id, busy.no, busy.delivery, id);
	return -1;
}

/* Why a case was not closed, or not opened again. */
static int
why_not(struct desk *d, const char *id, const char *state, struct err *e)
{
	if (strcmp(state, "closed") == 0 && casework_idle(d, id, e) == -1)
		return -1;
	err_set(e, ERR_CONFLICT, "case %s is %s already", id, state);
	return -1;
}

/* Nothing is settled unseen: body has what was there when it was looked at. */
static int
check_unseen(struct desk *d, const char *id, const json_t *body,
    struct err *e)
{
	int64_t seen, newest;

	if (json_object_get(body, "seen") == NULL)
		return 0;
	if (wire_get_int(body, "seen", 0, INT64_MAX / 2, &seen, e) == -1 ||
	    rows_int(d->store, STMT_CASE_NEWEST, ARGS(V_TEXT(id)), 0,
	    &newest, e) == -1)
		return -1;
	if (newest <= seen)
		return 0;
	err_set(e, ERR_CONFLICT, "somebody wrote in case %s meanwhile: read "
	    "it with 'teduh show %s', then close it", id, id);
	return -1;
}

struct old_face {
	unsigned char	item[SEAL_ID];
	int		found;
};

static int
get_face(void *ctx, const struct row *row, struct err *e)
{
	struct old_face *old = ctx;

	(void)e;
	old->found = row_bytes(row, 0, old->item, SEAL_ID) == 0;
	return 1;
}

static int
put_face(struct desk *d, const char *id, const struct written *w,
    const json_t *body, struct err *e)
{
	struct old_face old = { { 0 }, 0 };
	int64_t fence, revision, n;

	if (wire_get_int(body, "fence", 0, INT64_MAX, &fence, e) == -1 ||
	    wire_get_int(body, "revision", 1, INT32_MAX, &revision,
	    e) == -1 || store_run(d->store, STMT_FACE_ITEM,
	    ARGS(V_TEXT(id)), get_face, &old, e) == -1)
		return -1;
	n = store_run(d->store, STMT_FACE_PUT, ARGS(V_TEXT(id),
	    V_BLOB(w->item, SEAL_ID), V_INT(fence), V_INT(revision)), NULL,
	    NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "the tags or the claim of case %s "
		    "changed meanwhile; look at it again", id);
	if (n != 1)
		return -1;
	return old.found ? written_drop(d, old.item, e) : 0;
}

/* The face that the body has, {fence, revision, face}. */
static int
add_face(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	struct written w;
	json_t *face;
	int result = -1;

	memset(&w, 0, sizeof(w));
	if (wire_get_object(body, "face", &face, e) == 0 &&
	    written_parse(&w, face, e) == 0 &&
	    written_add(d, actor, &w, id, "face", 0, 0, e) == 0)
		result = put_face(d, id, &w, body, e);
	written_free(&w);
	return result;
}

static int
close_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t n;
	int care;

	if (claim_not_other(d, actor, id, e) == -1 ||
	    check_unseen(d, id, body, e) == -1 ||
	    written_note_opt(d, actor, id, body, e) == -1 ||
	    (json_is_object(json_object_get(body, "face")) &&
	    add_face(d, actor, id, body, e) == -1) ||
	    care_forget(d, id, e) == -1 || wish_forget(d, id, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CASE_CLOSE, ARGS(V_TEXT(id)), NULL, NULL,
	    e);
	if (n == 0)
		return why_not(d, id, "closed", e);
	if (n == -1 || claim_drop(d, id, e) == -1 ||
	    event_add(d, actor, id, "closed", NULL, e) == -1 ||
	    (care = care_ask(d, actor, id, body, e)) == -1 ||
	    retention_close(d, actor, id, body, e) == -1 ||
	    statistics_put(d, id, body, e) == -1)
		return -1;
	return audit_add(d, actor, "close", id, care ? "after-care" : NULL,
	    e);
}

json_t *
casework_close(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	json_t *answer = case_change(d, actor, id, close_within, body, e);

	/* A human has looked; the alarm would only be told once more. */
	if (answer != NULL)
		(void)alarm_clear(d, "complaint", id, NULL);
	return answer;
}

static int
reopen_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t n, now = store_now(d->store);

	if (claim_not_other(d, actor, id, e) == -1 ||
	    written_note_opt(d, actor, id, body, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CASE_REOPEN, ARGS(V_TEXT(id),
	    V_INT(now)), NULL, NULL, e);
	if (n == 0)
		return why_not(d, id, "open", e);
	if (n == -1 || due_settle(d, id, e) == -1 ||
	    event_add(d, actor, id, "reopened", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "reopen", id, NULL, e);
}

json_t *
casework_reopen(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, reopen_within, body, e);
}

static int
export_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	(void)body;
	if (event_add(d, actor, id, "exported", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "export", id, NULL, e);
}

json_t *
casework_export(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, export_within, body, e);
}

static int
face_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	if (claim_not_other(d, actor, id, e) == -1 ||
	    add_face(d, actor, id, body, e) == -1 ||
	    event_add(d, actor, id, "tagged", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "face", id, NULL, e);
}

json_t *
casework_face(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, face_within, body, e);
}
