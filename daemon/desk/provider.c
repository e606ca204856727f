/*
 * Facts about the provider: a name, and whether it holds.  Plain, because
 * they say nothing of anybody.
 */
#include <string.h>

#include "daemon/desk/provider.h"
#include "daemon/desk/rows.h"
#include "daemon/probe.h"
#include "daemon/store/store.h"
#include "lib/err.h"

static int
is_fact(const char *what)
{
	static const char *const facts[] = { PROBE_NULL_SENDER,
	    PROBE_PLUS_ADDRESS, PROBE_RETURN_PATH, PROBE_KEPT_ID };
	size_t i;

	for (i = 0; what != NULL && i < sizeof(facts) / sizeof(facts[0]); i++)
		if (strcmp(what, facts[i]) == 0)
			return 1;
	return 0;
}

int
provider_keep(struct store *s, const json_t *findings, struct err *e)
{
	const json_t *one;
	const char *what, *level;
	size_t i;

	if (store_begin(s, e) == -1)
		return -1;
	json_array_foreach(findings, i, one) {
		what = json_string_value(json_object_get(one, "what"));
		level = json_string_value(json_object_get(one, "level"));
		if (is_fact(what) && store_run(s, STMT_PROVIDER_PUT,
		    ARGS(V_TEXT(what), V_INT(level != NULL &&
		    strcmp(level, "good") == 0), V_INT(store_now(s))), NULL,
		    NULL, e) == -1) {
			store_rollback(s);
			return -1;
		}
	}
	if (store_commit(s, e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

int
provider_refuses_null_sender(struct store *s, struct err *e)
{
	int64_t kept;

	if (rows_int(s, STMT_PROVIDER_GET, ARGS(V_TEXT(PROBE_NULL_SENDER)), 1,
	    &kept, e) == -1)
		return -1;
	return kept == 0;
}

int
provider_count(struct store *s, struct provider_counts *out, struct err *e)
{
	return rows_int(s, STMT_PROVIDER_LETTERS, NO_ARGS, 0, &out->letters,
	    e) == -1 || rows_int(s, STMT_PROVIDER_ANSWERS, NO_ARGS, 0,
	    &out->automatic, e) == -1 ? -1 : 0;
}
