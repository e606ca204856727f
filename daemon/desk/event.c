/*
 * Events of a case: plain rows for colleagues to see.  They prove nothing;
 * the audit chain does, which has an entry for each in the same transaction.
 */
#include "daemon/desk/desk.h"
#include "daemon/desk/event.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"

int
event_add(struct desk *d, const struct actor *actor, const char *case_id,
    const char *kind, const char *detail, struct err *e)
{
	const char *who = actor == NULL || actor->person == NULL ? d->role :
	    actor->person->name;
	int64_t n = store_run(d->store, STMT_EVENT_ADD, ARGS(V_TEXT(case_id),
	    V_INT(store_now(d->store)), V_TEXT(who), V_TEXT(kind),
	    V_TEXT(detail)), NULL, NULL, e);

	if (n == 0)
		err_set(e, ERR_GONE, "there is no case '%s'", case_id);
	return n == 1 ? 0 : -1;
}

json_t *
event_list(struct desk *d, const char *case_id, struct err *e)
{
	return rows_array(d->store, STMT_EVENT_JSON, ARGS(V_TEXT(case_id)),
	    e);
}
