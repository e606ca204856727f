/*
 * Disclosures: two persons say that a case is given to somebody outside.
 * The rows say who and when; what they signed is in the note.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/disclosure.h"
#include "daemon/desk/event.h"
#include "daemon/desk/retention.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/signature.h"
#include "lib/wire.h"

static int
ask_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	unsigned char item[SEAL_ID];
	json_t *note;

	if (actor->person->rank == RANK_TRAINEE) {
		err_set(e, ERR_DENIED, "a trainee cannot have a case "
		    "disclosed: ask a counsellor or supervisor of the desk");
		return -1;
	}
	if (wire_get_object(body, "note", &note, e) == -1 ||
	    wire_get_hex(note, "item", item, SEAL_ID, e) == -1 ||
	    written_note(d, actor, id, body, e) == -1 ||
	    store_run(d->store, STMT_DISCLOSURE_ADD, ARGS(
	    V_BLOB(item, SEAL_ID), V_TEXT(id), V_TEXT(actor->person->name),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1 ||
	    event_add(d, actor, id, "disclose-asked", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "disclose", id, NULL, e);
}

json_t *
disclosure_ask(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, ask_within, body, e);
}

struct waiting {
	char	by[ROSTER_NAME_MAX + 1];
	int	waits;
};

static int
get_waiting(void *ctx, const struct row *row, struct err *e)
{
	struct waiting *w = ctx;

	(void)e;
	(void)snprintf(w->by, sizeof(w->by), "%s", row_text(row, 0));
	w->waits = 1;
	return 1;
}

static int
second_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	unsigned char item[SEAL_ID], signature[SIGN_LEN];
	struct waiting w = { "", 0 };

	if (wire_get_hex(body, "item", item, SEAL_ID, e) == -1 ||
	    wire_get_hex(body, "signature", signature, SIGN_LEN, e) == -1 ||
	    store_run(d->store, STMT_DISCLOSURE_WAITS,
	    ARGS(V_BLOB(item, SEAL_ID), V_TEXT(id)), get_waiting, &w,
	    e) == -1)
		return -1;
	if (!w.waits) {
		err_set(e, ERR_CONFLICT, "in case %s no such disclosure waits "
		    "for a second person: 'teduh show %s' says how it stands",
		    id, id);
		return -1;
	}
	if (strcmp(w.by, actor->person->name) == 0) {
		err_set(e, ERR_DENIED, "who asks that a case be disclosed "
		    "does not confirm it: ask another supervisor");
		return -1;
	}
	if (store_run(d->store, STMT_DISCLOSURE_SECOND, ARGS(
	    V_BLOB(item, SEAL_ID), V_TEXT(actor->person->name),
	    V_INT(store_now(d->store)),
	    V_BLOB(actor->person->sign, SIGN_PUBLIC),
	    V_BLOB(signature, SIGN_LEN)), NULL, NULL, e) == -1 ||
	    retention_keep(d, actor, id, e) == -1 ||
	    event_add(d, actor, id, "disclosed", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "disclose-second", id, NULL, e);
}

json_t *
disclosure_second(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, second_within, body, e);
}

json_t *
disclosure_list(struct desk *d, const char *id, struct err *e)
{
	return rows_array(d->store, STMT_DISCLOSURE_JSON, ARGS(V_TEXT(id)),
	    e);
}
