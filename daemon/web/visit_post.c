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

/* The key of the sentence that says why this cannot be sent. */
static const char *
why_not(const struct visit *v)
{
	const char *text = visit_field(v, "text");

	if (v->form.fault == FORM_LONG)
		return "error_long";
	if (v->form.fault == FORM_FILES || v->form.fault == FORM_LARGE)
		return "error_files";
	if (text[strspn(text, " \t\r\n")] == '\0')
		return "error_empty";
	return "error_saved";
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
	else if (strcmp(what, "send") == 0)
		visit_show_form(v, why_not(v));
	else
		visit_show_form(v, NULL);
}
