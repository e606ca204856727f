/*
 * Reading without holding.  Whoever is on a desk may read all of its cases,
 * or nobody could help a colleague; so that nobody does it unseen, the bytes
 * are given only to who holds the case or has said why.  The word is one of
 * a list: the audit holds nothing that somebody wrote.
 */
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/event.h"
#include "daemon/desk/looked.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define SOON_S	600	/* as long as a command may take */

static const char *const reasons[] = { "look", "note", "export", "review",
    "search", "work" };

static int
is_reason(const char *why)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i], why) == 0)
			return 1;
	return 0;
}

/* 1 may have the bytes for so long, 0, -1. */
static int
may_for(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t seconds, struct err *e)
{
	int64_t n = store_run(d->store, STMT_LOOKED_MAY, ARGS(V_TEXT(case_id),
	    V_TEXT(actor->person->name), V_INT(store_now(d->store) +
	    seconds)), NULL, NULL, e);

	return n == -1 ? -1 : n > 0;
}

static int
may(struct desk *d, const struct actor *actor, const char *case_id,
    struct err *e)
{
	return may_for(d, actor, case_id, 0, e);
}

int
looked_add(struct desk *d, const struct actor *actor, json_t *object,
    struct err *e)
{
	int r = may_for(d, actor, json_string_value(json_object_get(object,
	    "id")), SOON_S, e);

	(void)json_object_set_new(object, "readable", json_boolean(r == 1));
	return r == -1 ? -1 : 0;
}

int
looked_forget(struct desk *d, const char *case_id, struct err *e)
{
	return store_run(d->store, STMT_LOOKED_FORGET,
	    ARGS(V_TEXT(case_id)), NULL, NULL, e) == -1 ? -1 : 0;
}

int
looked_check(struct desk *d, const struct actor *actor, const char *case_id,
    struct err *e)
{
	int r = may(d, actor, case_id, e);

	if (r == 0)
		err_set(e, ERR_CONFLICT, "you do not hold case %s, and have "
		    "not said why you read it: a newer teduh does that by "
		    "itself", case_id);
	return r == 1 ? 0 : -1;
}

/*
 * Once for the time that it is good, and where a colleague works on it:
 * whatever somebody says, nobody has to do it once he has read.  Drafts are
 * there to be reviewed, and a search goes through all cases.
 */
static int
tell(struct desk *d, const struct actor *actor, const char *case_id,
    const char *why, struct err *e)
{
	const char *name = actor->person->name;
	int64_t n, now = store_now(d->store);

	if (strcmp(why, "review") == 0 || strcmp(why, "search") == 0)
		return 0;
	n = store_run(d->store, STMT_LOOKED_TOLD, ARGS(V_TEXT(case_id),
	    V_TEXT(name), V_INT(now - LOOKED_S)), NULL, NULL, e);
	if (n != 0)
		return n == -1 ? -1 : 0;
	n = store_run(d->store, STMT_LOOKED_HELD, ARGS(V_TEXT(case_id),
	    V_TEXT(name), V_INT(now)), NULL, NULL, e);
	return n <= 0 ? (int)n : event_add(d, actor, case_id, "read", why, e);
}

static int
say_within(struct desk *d, const struct actor *actor, const char *case_id,
    const char *action, const char *why, struct err *e)
{
	int64_t now = store_now(d->store);

	if (case_access(d, actor, case_id, e) == -1 ||
	    tell(d, actor, case_id, why, e) == -1 ||
	    store_run(d->store, STMT_LOOKED_SWEEP, ARGS(V_INT(now)), NULL,
	    NULL, e) == -1 ||
	    store_run(d->store, STMT_LOOKED_PUT, ARGS(V_TEXT(case_id),
	    V_TEXT(actor->person->name), V_INT(now + LOOKED_S)), NULL, NULL,
	    e) == -1)
		return -1;
	return audit_add(d, actor, action, case_id, why, e);
}

json_t *
looked_say(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	struct actor me;
	const char *why;

	if (wire_get_string(body, "why", &why, e) == -1)
		return NULL;
	if (!is_reason(why)) {
		err_set(e, ERR_INPUT, "'why' is none of the reasons for "
		    "reading a case");
		return NULL;
	}
	if (staff_begin(d, actor, &me, e) == -1 || staff_end(d,
	    say_within(d, &me, case_id, "read", why, e), e) == -1)
		return NULL;
	return json_object();
}

int
looked_search(struct desk *d, const struct actor *actor, struct actor *now,
    const char *case_id, struct err *e)
{
	int r = may(d, actor, case_id, e);

	*now = *actor;
	if (r != 0)
		return r == 1 ? 0 : -1;
	if (staff_begin(d, actor, now, e) == -1)
		return -1;
	return staff_end(d, say_within(d, now, case_id, "views", "search", e),
	    e);
}
