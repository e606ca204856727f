/*
 * The duty list.
 */
#include <inttypes.h>
#include <stdio.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/oncall.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define AHEAD_MAX_S	((int64_t)400 * 86400)
#define LENGTH_MAX_S	((int64_t)31 * 86400)
#define KEEP_S		((int64_t)180 * 86400)	/* who was called then */

json_t *
oncall_list(struct desk *d, const struct actor *actor, struct err *e)
{
	json_t *all = json_array(), *list, *answer;
	size_t i;

	for (i = 0; i < d->config->ndesks; i++) {
		const char *desk = d->config->desks[i].name;

		if (!case_may_read(actor, desk))
			continue;
		if ((list = rows_array(d->store, STMT_DUTY_JSON, ARGS(
		    V_TEXT(desk), V_INT(store_now(d->store))), e)) == NULL) {
			json_decref(all);
			return NULL;
		}
		(void)json_array_extend(all, list);
		json_decref(list);
	}
	answer = json_object();
	wire_set(answer, "duty", all);
	return answer;
}

static int
add(struct desk *d, const struct actor *actor, const char *desk,
    const json_t *body, struct err *e)
{
	int64_t level, begins, ends, now = store_now(d->store);
	struct actor who = { NULL, NULL };
	const char *name;
	json_t *o;

	if (wire_get_object(body, "add", &o, e) == -1 ||
	    wire_get_string(o, "person", &name, e) == -1 ||
	    wire_get_int(o, "level", 1, 2, &level, e) == -1 ||
	    wire_get_int(o, "begins", 1, WIRE_TOP, &begins, e) == -1 ||
	    wire_get_int(o, "ends", 1, WIRE_TOP, &ends, e) == -1)
		return -1;
	who.person = roster_person(d->roster, name);
	if (!case_may_read(&who, desk)) {
		err_set(e, ERR_INPUT, "there is no colleague '%.32s' who reads "
		    "the desk '%.32s'", name, desk);
		return -1;
	}
	if (ends <= begins || ends <= now || ends > now + AHEAD_MAX_S ||
	    ends - begins > LENGTH_MAX_S) {
		err_set(e, ERR_INPUT, "a duty ends after it begins, in the "
		    "future and within 400 days, and lasts 31 days at most");
		return -1;
	}
	return store_run(d->store, STMT_DUTY_ADD, ARGS(V_TEXT(desk),
	    V_INT(level), V_TEXT(name), V_INT(begins), V_INT(ends),
	    V_TEXT(actor->person->name)), NULL, NULL, e) == -1 ? -1 : 0;
}

static int
drop(struct desk *d, const char *desk, const json_t *body, struct err *e)
{
	int64_t no, n;

	if (wire_get_int(body, "drop", 1, WIRE_TOP, &no, e) == -1)
		return -1;
	n = store_run(d->store, STMT_DUTY_DROP, ARGS(V_TEXT(desk),
	    V_INT(no)), NULL, NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "the desk '%.32s' has no duty %" PRId64
		    ": 'teduh duty' lists them", desk, no);
	return n == 1 ? 0 : -1;
}

static int
put_within(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	int adds = json_object_get(body, "add") != NULL;
	const char *desk;

	if (wire_get_string(body, "desk", &desk, e) == -1)
		return -1;
	if (config_desk(d->config, desk) == NULL ||
	    !case_may_read(actor, desk) ||
	    actor->person->rank != RANK_SUPERVISOR) {
		err_set(e, ERR_DENIED, "only a supervisor of the desk '%.32s' "
		    "says who is on duty", desk);
		return -1;
	}
	if ((adds ? add(d, actor, desk, body, e) : drop(d, desk, body,
	    e)) == -1)
		return -1;
	return audit_add(d, actor, "duty", NULL, desk, e);
}

json_t *
oncall_put(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	struct actor me;

	if (staff_begin(d, actor, &me, e) == -1 ||
	    staff_end(d, put_within(d, &me, body, e), e) == -1)
		return NULL;
	return oncall_list(d, actor, e);
}

static int64_t
forget(struct desk *d, struct err *e)
{
	int64_t now = store_now(d->store), duties, weeks;

	if ((duties = store_run(d->store, STMT_DUTY_FORGET,
	    ARGS(V_INT(now - KEEP_S)), NULL, NULL, e)) == -1 ||
	    (weeks = store_run(d->store, STMT_HEAVY_FORGET,
	    ARGS(V_INT(CLAIM_WEEK(now) - CLAIM_WEEKS)), NULL, NULL, e)) == -1)
		return -1;
	return duties + weeks;
}

int
oncall_sweep(struct desk *d, struct err *e)
{
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	n = forget(d, e);
	return store_end(d->store, n, e) == -1 ? -1 : (int)n;
}
