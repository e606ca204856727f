/*
 * Another way to be answered, wished for in an open mailbox.  An address
 * never comes from here: there is one already, or none is offered.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/reach.h"
#include "daemon/desk/strand.h"
#include "daemon/web/web.h"
#include "lib/err.h"

static const struct {
	const char	*mode, *what, *label, *about;
} modes[] = {
	{ "mail", "mode-mail", "do_mail", "do_mail_about" },
	{ "notice", "mode-notice", "do_notice", "do_notice_about" },
	{ "pickup", "mode-pickup", "do_pickup", "do_pickup_about" }
};

void
visit_set_modes(const struct visit *v, json_t *o, json_t *list)
{
	static const unsigned char none[SEAL_HASH];
	const struct strand *s = v->strand;
	size_t i;

	if (seal_equal(s->address, none, SEAL_HASH)) {
		visit_set_mailto(v, o, s->case_id, s->participant);
		return;
	}
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].mode, s->mode) != 0)
			visit_add_action(v, list, modes[i].what,
			    modes[i].label, modes[i].about);
}

static void
change(struct visit *v, const char *mode)
{
	struct reach wish;
	struct err e = ERR_INIT;
	int result;

	if (!visit_open(v))
		return;
	memset(&wish, 0, sizeof(wish));
	memcpy(wish.case_id, v->strand->case_id, sizeof(wish.case_id));
	wish.participant = v->strand->participant;
	(void)snprintf(wish.mode, sizeof(wish.mode), "%s", mode);
	result = reach_set(&v->web->desk, &wish, &e);
	visit_changed(v, "mode", result == 1 ? 0 : result, "do_mode_done",
	    &e);
}

void
visit_mode_mail(struct visit *v)
{
	change(v, "mail");
}

void
visit_mode_notice(struct visit *v)
{
	change(v, "notice");
}

void
visit_mode_pickup(struct visit *v)
{
	change(v, "pickup");
}
