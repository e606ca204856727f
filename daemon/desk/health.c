/*
 * One answer to "is all well", for healthz, the heartbeat and status alike.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/alarm.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/health.h"
#include "lib/err.h"

#define SILENT	"role-silent"

static int
is_any_silent(const json_t *roles)
{
	json_t *row;
	size_t i;

	json_array_foreach(roles, i, row) {
		if (json_is_true(json_object_get(row, "silent")))
			return 1;
	}
	return 0;
}

static int
stands(const json_t *alarms, const char *kind)
{
	json_t *row;
	size_t i;

	json_array_foreach(alarms, i, row) {
		if (strcmp(json_string_value(json_object_get(row, "kind")),
		    kind) == 0)
			return 1;
	}
	return 0;
}

int
health_words(struct desk *d, int64_t since, char out[HEALTH_MAX],
    struct err *e)
{
	json_t *roles = NULL, *alarms = NULL;
	const struct alarm_kind *kinds;
	int result = -1;
	size_t n, i, len = 0, word;

	out[0] = '\0';
	if ((roles = breath_list(d, d->has_pin, since, e)) == NULL ||
	    (alarms = alarm_list(d, e)) == NULL)
		goto out;
	kinds = alarm_kinds(&n);
	for (i = 0; i < n; i++) {
		if (kinds[i].level != ALARM_CRITICAL ||
		    (!stands(alarms, kinds[i].kind) &&
		    (strcmp(kinds[i].kind, SILENT) != 0 ||
		    !is_any_silent(roles))))
			continue;
		word = strlen(kinds[i].kind);
		if (word + 2 > HEALTH_MAX - len)
			break;		/* it is not well in any case */
		if (len > 0)
			out[len++] = ' ';
		memcpy(out + len, kinds[i].kind, word + 1);
		len += word;
	}
	result = 0;
out:
	json_decref(roles);
	json_decref(alarms);
	return result;
}
