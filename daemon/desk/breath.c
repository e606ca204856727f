/*
 * Breathing: when each role last served.  Rows and their age, nothing more;
 * who is told of silence is decided by clock, bell and api.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"

int
breath_take(struct breath *b, struct desk *d, const char *name,
    struct err *e)
{
	int64_t now = store_now(d->store);

	if (b->written_at != 0 && now >= b->written_at &&
	    now - b->written_at < BREATH_EVERY_S)
		return 0;
	if (store_begin(d->store, e) == 0) {
		if (store_run(d->store, STMT_BREATH_PUT,
		    ARGS(V_TEXT(d->role), V_TEXT(name), V_INT(now)), NULL,
		    NULL, e) != -1 && store_commit(d->store, e) == 0) {
			b->written_at = now;
			return 0;
		}
		store_rollback(d->store);
	}
	return e->code == ERR_IO || e->code == ERR_BUG ? -1 : 0;
}

void
breath_look(struct breath_watch *w, int64_t now)
{
	if (w->looked_at == 0 || now < w->looked_at ||
	    now - w->looked_at > 2 * BREATH_EVERY_S)
		w->awake_since = now;
	w->looked_at = now;
}

struct listing {
	struct desk	*desk;
	json_t		*list;
	int64_t		 now, since;
};

static int
add_role(struct listing *l, const char *role, const char *name,
    struct err *e)
{
	json_t *row = json_object();
	int64_t at, from;

	(void)json_array_append_new(l->list, row);
	if (rows_int(l->desk->store, STMT_BREATH_GET, ARGS(V_TEXT(role),
	    V_TEXT(name)), 0, &at, e) == -1)
		return -1;
	from = at > l->since ? at : l->since;
	(void)json_object_set_new(row, "role", json_string(role));
	(void)json_object_set_new(row, "name", json_string(name));
	(void)json_object_set_new(row, "at", at == 0 ? json_null() :
	    json_integer(at));
	(void)json_object_set_new(row, "age", at == 0 ? json_null() :
	    json_integer(l->now > at ? l->now - at : 0));
	(void)json_object_set_new(row, "silent",
	    json_boolean(l->now - from > (strcmp(role, "intake") == 0 ?
	    BREATH_INTAKE_S : BREATH_SILENT_S)));
	return 0;
}

/* The processes of a role that has more than one. */
static int
add_workers(struct listing *l, const char *role, int workers, struct err *e)
{
	char worker[16];
	int n;

	for (n = 1; n <= workers; n++) {
		(void)snprintf(worker, sizeof(worker), "%d", n);
		if (add_role(l, role, worker, e) == -1)
			return -1;
	}
	return 0;
}

static int
add_roles(struct listing *l, const struct config *config, struct err *e)
{
	size_t i;

	if (add_role(l, "clock", "-", e) == -1 || (config_has_bell(config) &&
	    add_role(l, "bell", "-", e) == -1))
		return -1;
	for (i = 0; i < config->nmailboxes; i++) {
		if (add_role(l, "intake", config->mailboxes[i].name, e) ==
		    -1)
			return -1;
	}
	if (config->web.listen != NULL &&
	    add_workers(l, "web", config->web.workers, e) == -1)
		return -1;
	return add_workers(l, "post", config_posts(config), e);
}

json_t *
breath_list(struct desk *d, int has_pin, int64_t since, struct err *e)
{
	struct listing l = { d, json_array(), store_now(d->store), since };

	if (add_role(&l, "api", "-", e) == 0 &&
	    (!has_pin || add_roles(&l, d->config, e) == 0))
		return l.list;
	json_decref(l.list);
	return NULL;
}
