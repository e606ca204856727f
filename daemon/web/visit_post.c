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
	const char *page = visit_field(v, "page");

	if (strcmp(page, "now") == 0)
		visit_show_now(v);
	else if (strcmp(page, "open") == 0)
		visit_show_open(v, NULL);
	else
		visit_show_form(v, NULL);
}

void
visit_post(struct visit *v)
{
	const char *what = visit_field(v, "do");

	if (v->form.fault == FORM_BROKEN || v->form.fault == FORM_CHARSET ||
	    v->form.fault == FORM_FIELDS)
		visit_show_form(v, "error_broken");
	else if (visit_field(v, "to")[0] != '\0')
		show_again(v);
	else if (strcmp(what, "now") == 0)
		visit_show_now(v);
	else if (strcmp(what, "open") == 0)
		visit_show_open(v, NULL);
	else
		visit_show_form(v, NULL);
}
