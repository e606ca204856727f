/*
 * What else somebody can do with an open mailbox: wish for another person,
 * say that an answer was not good, take the letters along, erase all of it
 * and take that back.  Each is a POST that carries the code, which nobody
 * else can put into a page; what another site sends comes not so far.
 * Twice is once.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/strand.h"
#include "daemon/desk/wish.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/saying.h"
#include "daemon/web/web.h"
#include "daemon/web/when.h"
#include "lib/buf.h"
#include "lib/err.h"

#define FILE_MAX	((size_t)32 * 1024 * 1024)
#define BETWEEN		"\n----------\n\n"

/* A sentence with "until" in it, not a minute too late. The caller frees. */
static char *
say_until(const struct visit *v, const char *key, int64_t until)
{
	char *when = when_moment(v->desk, v->language, until);
	char *text = saying_fill(v->language->words, key, "until", when,
	    NULL);

	free(when);
	return text;
}

static int64_t
three_days(const struct visit *v)
{
	return store_now(v->web->desk.store) + ERASE_WAIT_S;
}

void
visit_add_action(const struct visit *v, json_t *list, const char *what,
    const char *label, const char *about)
{
	json_t *one = json_object();
	char *text = say_until(v, about, three_days(v));

	visit_set_text(one, "value", what);
	visit_set_text(one, "label", visit_word(v, label));
	visit_set_text(one, "about", text);
	if (json_array_append_new(list, one) == -1)
		mem_out();
	free(text);
}

static int
has_answer(const struct strand *s)
{
	size_t i;

	for (i = 0; i < s->nitems; i++) {
		if (s->items[i].ours)
			return 1;
	}
	return 0;
}

void
visit_set_actions(const struct visit *v, json_t *o)
{
	json_t *list = json_array();

	visit_set_modes(v, o, list);
	visit_add_action(v, list, "other", "do_other", "do_other_about");
	if (has_answer(v->strand))
		visit_add_action(v, list, "unhappy", "do_unhappy",
		    "do_unhappy_about");
	visit_add_action(v, list, "download", "do_download",
	    "do_download_about");
	visit_add_action(v, list, "erase", "do_erase", "do_erase_about");
	visit_set(o, "has_actions", json_true());
	visit_set(o, "actions", list);
}

void
visit_show_erased(struct visit *v)
{
	const struct strand *s = v->strand;
	json_t *o = visit_values(v, "box");
	char *text = say_until(v, s->erase_kept ? "erase_kept" :
	    s->erase_own ? "erase_done" : "erase_by_us", s->erased_until);

	visit_set_text(o, "said", text);
	visit_set_text(o, "text", visit_field(v, "text"));
	visit_set(o, "own", json_boolean(s->erase_own));
	free(text);
	visit_render(v, 200, "erased", o);
}

/* It is as it is shown now; news is said of a mailbox that is not empty. */
static void
show_now(struct visit *v, const char *news)
{
	int opened = visit_open_strand(v);

	if (opened == 1)
		visit_show_box(v, news, NULL);
	else if (opened == 0)
		visit_show_open(v, visit_word(v, "open_wrong"));
	else
		visit_show_message(v, 503, "busy_title", "busy_text");
}

/* What was done, or that the machine cannot just now. */
void
visit_changed(struct visit *v, const char *what, int result,
    const char *news, const struct err *e)
{
	if (result == -1 && e->code != ERR_GONE && e->code != ERR_DENIED) {
		log_err(what, e);
		v->web->failed |= e->code == ERR_IO;
		visit_show_message(v, 503, "busy_title", "busy_text");
		return;
	}
	if (result == 0)
		log_info("wish case=%s what=%s", v->strand->case_id, what);
	show_now(v, result == 0 ? news : NULL);
}

static void
wish(struct visit *v, enum wish_kind kind, const char *news)
{
	struct err e = ERR_INIT;

	if (visit_open(v))
		visit_changed(v, wish_word(kind), wish_by_code(&v->web->desk,
		    v->strand->case_id, v->strand->participant, kind, &e),
		    news, &e);
}

void
visit_other(struct visit *v)
{
	wish(v, WISH_OTHER, "do_other_done");
}

void
visit_unhappy(struct visit *v)
{
	wish(v, WISH_UNHAPPY, "do_unhappy_done");
}

static void
show_sure(struct visit *v)
{
	json_t *o = visit_values(v, "sure");
	char *text = say_until(v, "erase_text", three_days(v));

	visit_set_text(o, "title", visit_word(v, "erase_title"));
	visit_set_text(o, "text", text);
	visit_set_text(o, "value", "erase");
	visit_set_text(o, "yes", visit_word(v, "erase_yes"));
	visit_set_text(o, "no", visit_word(v, "erase_no"));
	free(text);
	visit_render(v, 200, "sure", o);
}

void
visit_sure(struct visit *v)
{
	if (!visit_open(v))
		return;
	if (v->strand->erased_until != 0)
		visit_show_erased(v);
	else
		show_sure(v);
}

void
visit_erase(struct visit *v)
{
	struct err e = ERR_INIT;

	if (strcmp(visit_field(v, "sure"), "yes") != 0)
		visit_sure(v);
	else if (visit_open(v))
		visit_changed(v, "erase", erase_by_code(&v->web->desk,
		    v->strand->case_id, v->strand->participant, &e), NULL,
		    &e);
}

void
visit_unerase(struct visit *v)
{
	struct err e = ERR_INIT;

	/* What was typed meanwhile is there again rather than the news. */
	if (visit_open(v))
		visit_changed(v, "unerase", erase_back_by_code(&v->web->desk,
		    v->strand->case_id, v->strand->participant, &e),
		    visit_field(v, "text")[0] != '\0' ? NULL :
		    "unerase_done", &e);
}

static void
put_item(const struct visit *v, const struct strand_item *item,
    struct buf *out)
{
	char *when = when_moment(v->desk, v->language, item->at);
	size_t i;

	(void)buf_adds(out, visit_word(v, item->ours ? "box_we" :
	    "box_you"));
	(void)buf_adds(out, ", ");
	(void)buf_adds(out, when);
	(void)buf_adds(out, "\n\n");
	(void)buf_adds(out, item->text);
	for (i = 0; i < item->nfiles; i++) {
		(void)buf_adds(out, "\n[");
		(void)buf_adds(out, item->files[i].name);
		(void)buf_adds(out, "]");
	}
	free(when);
}

/* All of this page, oldest first, under a name that tells nothing. */
void
visit_download(struct visit *v)
{
	const struct strand *s;
	struct buf out, header;
	size_t i;

	visit_read_page(v, "before");
	if (!visit_open(v))
		return;
	s = v->strand;
	if (s->nitems == 0) {
		visit_show_box(v, NULL, NULL);
		return;
	}
	buf_init(&out, FILE_MAX);
	buf_init(&header, 256);
	if (s->older > 0) {
		(void)buf_adds(&out, visit_word(v, "box_older"));
		(void)buf_adds(&out, BETWEEN);
	}
	for (i = 0; i < s->nitems; i++) {
		if (i > 0)
			(void)buf_adds(&out, BETWEEN);
		put_item(v, &s->items[i], &out);
	}
	(void)buf_adds(&out, "\n");
	(void)buf_adds(&header, "attachment; filename=\"");
	(void)buf_adds(&header, visit_word(v, "code_file_name"));
	(void)buf_adds(&header, "\"");
	http_add_header(v->answer, "Content-Disposition", header.bytes);
	buf_free(&header);
	v->answer->status = 200;
	v->answer->type = "text/plain; charset=utf-8";
	v->answer->bytes = buf_take(&out, &v->answer->len);
}
