/*
 * What is told of waiting, before a letter is written and after: how long it
 * really takes, by when we promised, whether anybody reads just now.  The
 * door is never closed; it says what is so, and promises nothing for a time
 * at which nobody reads.
 */
#include <stdlib.h>

#include "daemon/config.h"
#include "daemon/config_duty.h"
#include "daemon/desk/due.h"
#include "daemon/desk/load.h"
#include "daemon/desk/template.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/saying.h"
#include "daemon/web/web.h"
#include "daemon/web/when.h"
#include "lib/err.h"

#define FRESH_S		60	/* so long a look at the store is good */

/*
 * What the store said within the last minute.  When it cannot be asked the
 * last answer stands; of that nobody need be told here.
 */
static const struct load *
look(const struct visit *v)
{
	struct web *web = v->web;
	struct load_seen *seen = &web->loads[v->desk - web->door->desks];
	int64_t now = store_now(web->desk.store);
	struct err e = ERR_INIT;
	struct load load;

	if (seen->at != 0 && now >= seen->at && now - seen->at < FRESH_S)
		return &seen->load;
	seen->at = now;
	if (load_look(&web->desk, v->desk->desk, &load, &e) == 0)
		seen->load = load;
	else {
		log_err("load", &e);
		web->failed |= e.code == ERR_IO;
	}
	return &seen->load;
}

/* A sentence with a value, which is freed; NULL leaves it out. */
static void
set(const struct visit *v, json_t *o, const char *as, const char *saying,
    const char *name, char *value)
{
	char *text = saying_fill(v->language->words, saying, name, value,
	    NULL);

	visit_set_text(o, as, text);
	free(text);
	free(value);
}

/*
 * Until when nobody reads, as config_duty_until() has it; or that somebody
 * does, and nobody would be called at night.
 */
static void
set_nobody(const struct visit *v, json_t *o, int64_t until, int uncalled)
{
	if (until == -1)
		visit_set_text(o, "nobody", visit_word(v, "nobody_now"));
	else if (until > 0)
		set(v, o, "nobody", "nobody_until", "until", when_moment(
		    v->desk, v->language, until));
	else if (uncalled)
		visit_set_text(o, "nobody", visit_word(v, "nobody_called"));
}

static void
set_span(const struct visit *v, json_t *o, const char *saying,
    int64_t seconds)
{
	set(v, o, "waiting", saying, "span", template_span(
	    v->web->args->config, v->desk->desk->name, v->language->code,
	    seconds));
}

void
visit_set_waits(const struct visit *v, json_t *o, int64_t due)
{
	const struct config_desk *desk = v->desk->desk;
	const struct load *load = look(v);
	int64_t now = store_now(v->web->desk.store);
	int64_t until = config_duty_until(desk, now);
	int late = load->wait_s > desk->due_first_s, sent = due != 0;

	set_nobody(v, o, until, load->nobody);
	if (desk->capacity > 0 && load->waiting > desk->capacity)
		visit_set(o, "full", json_pack("{s:O}", "contacts",
		    v->language->elsewhere));
	if (until == -1)
		return;		/* nothing can be promised */
	if (load->wait_s > 0)
		set_span(v, o, "wait_time", load->wait_s);
	else if (!sent && until == 0)
		set_span(v, o, "wait_new", due_at(desk, now, DUE_FIRST, 0) -
		    now);
	if (!sent)
		due = due_at(desk, now, DUE_FIRST, 0);
	if (until > due)
		due = due_at(desk, until, DUE_FIRST, 0);
	if (due > now)
		set(v, o, "due", sent ? late ? "sent_late" : "sent_due" :
		    late ? "wait_late" : "wait_by", "due", when_hour(v->desk,
		    v->language, due));
}
