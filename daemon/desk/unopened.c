/*
 * What command lines say of cases that do not open.  The audit has who said
 * so, once for each change: what stands is not said again, so a person who
 * repeats it adds no row anywhere.
 */
#include "daemon/desk/alarm.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/unopened.h"
#include "lib/err.h"

typedef int change_fn(struct desk *, const struct actor *, const char *id,
	    struct err *);

static int
ring(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	int stands = alarm_stands(d, UNOPENED_ALARM, id, e);

	if (stands != 0)
		return stands == 1 ? 0 : -1;
	if (alarm_raise_within(d, UNOPENED_ALARM, id, "-", e) == -1)
		return -1;
	return audit_add(d, actor, "unopened", id, NULL, e);
}

static int
end(struct desk *d, const struct actor *actor, const char *id, struct err *e)
{
	int stood = alarm_clear_within(d, UNOPENED_ALARM, id, e);

	return stood == 1 ? audit_add(d, actor, "opened", id, NULL, e) :
	    stood;
}

static json_t *
change(struct desk *d, const struct actor *actor, const char *id,
    change_fn *fn, struct err *e)
{
	char whole[CASE_ID_LEN + 1];
	struct actor me;
	int result;

	if (staff_begin(d, actor, &me, e) == -1)
		return NULL;
	/* What was erased resolves no more, and nobody could end its alarm. */
	result = case_access(d, &me, id, e) == -1 ||
	    case_resolve(d, &me, id, whole, e) == -1 ||
	    fn(d, &me, id, e) == -1 ? -1 : 0;
	return staff_end(d, result, e) == -1 ? NULL : json_object();
}

json_t *
unopened_report(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	return change(d, actor, id, ring, e);
}

json_t *
unopened_over(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	return change(d, actor, id, end, e);
}
