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
	else if (strcmp(page, "box") == 0)
		visit_read(v);
	else if (strcmp(page, "earlier") == 0)
		visit_earlier(v);
	else if (strcmp(page, "sure") == 0)
		visit_sure(v);
	else
		visit_show_form(v, NULL);
}

static void
show_open(struct visit *v)
{
	visit_show_open(v, NULL);
}

static const struct {
	const char	*what;		/* field "do" */
	void		(*answer)(struct visit *);
} all[] = {
	{ "now", visit_show_now }, { "send", visit_send },
	{ "open", show_open }, { "read", visit_read },
	{ "fetch", visit_fetch }, { "earlier", visit_earlier },
	{ "write", visit_write },
	{ "mode-mail", visit_mode_mail },
	{ "mode-notice", visit_mode_notice },
	{ "mode-pickup", visit_mode_pickup }, { "other", visit_other },
	{ "unhappy", visit_unhappy },
	{ "download", visit_download }, { "erase", visit_erase },
	{ "unerase", visit_unerase }
};

void
visit_post(struct visit *v)
{
	const char *what = visit_field(v, "do");
	size_t i;

	/*
	 * What another site sends may be a letter, and fills no page of ours:
	 * somebody could be led to write where that site can read it.
	 */
	if (v->sender == SENDER_OTHER && strcmp(what, "send") != 0) {
		form_free(&v->form);
		visit_show_form(v, NULL);
		return;
	}
	if (visit_post_sent(v))
		return;
	/* Who goes on to something else leaves no code behind. */
	if (v->has_ticket && strcmp(what, "send") != 0)
		visit_forget_ticket(v);
	if (v->form.fault == FORM_BROKEN || v->form.fault == FORM_CHARSET ||
	    v->form.fault == FORM_FIELDS) {
		visit_show_form(v, "error_broken");
		return;
	}
	if (visit_field(v, "to")[0] != '\0') {
		show_again(v);
		return;
	}
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i].what, what) == 0) {
			all[i].answer(v);
			return;
		}
	}
	visit_show_form(v, NULL);
}
