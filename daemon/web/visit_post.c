/*
 * What a POST asks for.  The address is always the same; the field "do" says
 * what is wanted, "to" asks for the same page in another language.
 */
#include <string.h>

#include "daemon/web/web.h"

/* The page that this form stood on, in the language that is wanted now. */
static void
show_again(struct visit *v)
{
	if (strcmp(visit_field(v, "page"), "now") == 0)
		visit_show_now(v);
	else
		visit_show_form(v, NULL);
}

void
visit_post(struct visit *v)
{
	const char *what = visit_field(v, "do");

	if (visit_post_sent(v))
		return;
	/* Who goes on to something else leaves no code behind. */
	if (v->has_ticket && strcmp(what, "send") != 0)
		visit_forget_ticket(v);
	if (v->form.fault == FORM_BROKEN || v->form.fault == FORM_CHARSET ||
	    v->form.fault == FORM_FIELDS)
		visit_show_form(v, "error_broken");
	else if (visit_field(v, "to")[0] != '\0')
		show_again(v);
	else if (strcmp(what, "now") == 0)
		visit_show_now(v);
	else if (strcmp(what, "send") == 0)
		visit_send(v);
	else
		visit_show_form(v, NULL);
}
