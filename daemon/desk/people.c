/*
 * One person states whom we write to, another one signs it, post deposits
 * it.  Nothing here changes an address: until post has looked at both
 * signatures there is a sealed item and a row that says for whom it waits.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft_inside.h"
#include "daemon/desk/event.h"
#include "daemon/desk/people.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/statement.h"

#define BOX_MAX	1024

struct stated {
	unsigned char	item[SEAL_ID];
	char		author[ROSTER_NAME_MAX + 1];
	char		state[16];
};

static int
get_stated(void *ctx, const struct row *row, struct err *e)
{
	struct stated *s = ctx;

	if (row_bytes(row, 0, s->item, SEAL_ID) == -1) {
		err_set(e, ERR_DENIED, "a statement without an item");
		return -1;
	}
	(void)snprintf(s->author, sizeof(s->author), "%s", row_text(row, 1));
	(void)snprintf(s->state, sizeof(s->state), "%s", row_text(row, 2));
	return 1;
}

static int
get_number(const json_t *body, int64_t *no, struct err *e)
{
	return wire_get_int(body, "participant", 1, STATEMENT_PEOPLE_MAX, no,
	    e);
}

static int
load(struct desk *d, const char *case_id, int64_t no, struct stated *s,
    struct err *e)
{
	int64_t n;

	memset(s, 0, sizeof(*s));
	n = store_run(d->store, STMT_PERSON_GET, ARGS(V_TEXT(case_id),
	    V_INT(no)), get_stated, s, e);
	if (n == 0)
		err_set(e, ERR_GONE, "no statement about p%" PRId64 " of the "
		    "case %s waits: 'teduh people list %s' shows what does",
		    no, case_id, case_id);
	return n > 0 ? 0 : -1;
}

/* The audit entry, and the line that colleagues see in the case. */
static int
tell(struct desk *d, const struct actor *actor, const char *case_id,
    const char *what, int64_t no, struct err *e)
{
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "p%" PRId64, no);
	return audit_add(d, actor, what, case_id, detail, e) == -1 ? -1 :
	    event_add(d, actor, case_id, what, detail, e);
}

static int
state_within(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	struct written w;
	int64_t no, n;
	int result = -1;

	if (written_parse(&w, body, e) == -1 ||
	    get_number(body, &no, e) == -1 ||
	    written_add(d, actor, &w, case_id, "statement", 0, no, e) == -1)
		goto out;
	n = store_run(d->store, STMT_PERSON_ADD, ARGS(V_TEXT(case_id),
	    V_INT(no), V_BLOB(w.item, SEAL_ID), V_TEXT(actor->person->name),
	    V_INT(store_now(d->store))), NULL, NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "a statement about p%" PRId64 " of "
		    "the case %s waits already: 'teduh people discard %s --to "
		    "p%" PRId64 "' takes it away", no, case_id, case_id, no);
	if (n == 1)
		result = tell(d, actor, case_id, "stated", no, e);
out:
	written_free(&w);
	return result;
}

json_t *
people_state(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, case_id, state_within, body, e);
}

/* The postman's grant, and the second signature beside the first. */
static int
release(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct stated *s, const json_t *body, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	struct buf box;
	int64_t n = -1;

	if (wire_get_base64(body, "postman", BOX_MAX, &box, e) == -1 ||
	    wire_get_hex(body, "signature", signature, SIGN_LEN, e) == -1 ||
	    (n = store_run(d->store, STMT_PERSON_SECOND,
	    ARGS(V_TEXT(case_id), V_INT(no), V_BLOB(s->item, SEAL_ID),
	    V_INT(store_now(d->store))), NULL, NULL, e)) == -1)
		goto out;
	if (n == 0) {
		err_set(e, ERR_CONFLICT, "the statement about p%" PRId64
		    " is %s, not submitted", no, s->state);
		n = -1;
	} else if (store_run(d->store, STMT_PERSON_SIGN,
	    ARGS(V_BLOB(s->item, SEAL_ID),
	    V_BLOB(actor->person->sign, SIGN_PUBLIC),
	    V_BLOB(signature, SIGN_LEN)), NULL, NULL, e) == -1)
		n = -1;
	else
		n = store_run(d->store, STMT_GRANT_ADD,
		    ARGS(V_BLOB(s->item, SEAL_ID), V_TEXT("postman"),
		    V_TEXT("content"), V_INT(0),
		    V_BLOB(box.bytes, box.len)), NULL, NULL, e);
out:
	buf_free(&box);
	return n == -1 ? -1 : 0;
}

static int
second_within(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	unsigned char item[SEAL_ID];
	struct stated s;
	int64_t no;

	if (get_number(body, &no, e) == -1 ||
	    wire_get_hex(body, "item", item, SEAL_ID, e) == -1 ||
	    load(d, case_id, no, &s, e) == -1 ||
	    draft_may_review(d, actor, case_id, e) == -1)
		return -1;
	if (strcmp(s.author, actor->person->name) == 0) {
		err_set(e, ERR_DENIED, "you stated this yourself: whom a case "
		    "writes to is always signed by two persons");
		return -1;
	}
	if (!seal_equal(item, s.item, SEAL_ID)) {
		err_set(e, ERR_CONFLICT, "the statement about p%" PRId64
		    " was changed since you read it: read it again with "
		    "'teduh people list %s'", no, case_id);
		return -1;
	}
	return release(d, actor, case_id, no, &s, body, e) == -1 ? -1 :
	    tell(d, actor, case_id, "seconded", no, e);
}

json_t *
people_second(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, case_id, second_within, body, e);
}

static int
discard_within(struct desk *d, const struct actor *actor,
    const char *case_id, const json_t *body, struct err *e)
{
	struct stated s;
	int64_t no, n;

	if (get_number(body, &no, e) == -1 ||
	    load(d, case_id, no, &s, e) == -1)
		return -1;
	if (strcmp(s.author, actor->person->name) != 0 &&
	    draft_may_review(d, actor, case_id, e) == -1)
		return -1;
	n = store_run(d->store, STMT_PERSON_DELETE, ARGS(V_TEXT(case_id),
	    V_INT(no), V_BLOB(s.item, SEAL_ID)), NULL, NULL, e);
	if (n == -1 || written_drop(d, s.item, e) == -1)
		return -1;
	return tell(d, actor, case_id, "withdrawn", no, e);
}

json_t *
people_discard(struct desk *d, const struct actor *actor,
    const char *case_id, const json_t *body, struct err *e)
{
	return case_change(d, actor, case_id, discard_within, body, e);
}

int
people_waiting(struct desk *d, const char *desk, json_t *out, struct err *e)
{
	json_t *list = rows_array(d->store, STMT_PERSON_WAITING,
	    ARGS(V_TEXT(desk)), e);
	int result = list == NULL ? -1 : json_array_extend(out, list);

	json_decref(list);
	return result;
}
