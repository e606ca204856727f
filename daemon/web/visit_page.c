/*
 * Pages of the web door: which values go into the holes of which page, and
 * how one is made of them.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/page.h"
#include "daemon/web/saying.h"
#include "daemon/web/web.h"
#include "daemon/web/when.h"
#include "lib/buf.h"
#include "lib/err.h"

#define HTML		"text/html; charset=utf-8"
#define PAGE_MAX	((size_t)4 * 1024 * 1024)
#define PAD		4096	/* a page is a multiple of this long */
#define PAD_CODE	8192	/* where a code is typed: whatever is said */
#define PAD_BEGIN	"<!--"
#define PAD_END		"-->\n"

const char *
visit_word(const struct visit *v, const char *key)
{
	const char *text = json_string_value(json_object_get(
	    v->language->words, key));

	return text == NULL ? "" : text;
}

const char *
visit_field(const struct visit *v, const char *name)
{
	const char *value = form_value(&v->form, name);

	return value == NULL ? "" : value;
}

void
visit_set(json_t *o, const char *key, json_t *value)
{
	if (value == NULL || json_object_set_new(o, key, value) == -1)
		mem_out();
}

void
visit_set_text(json_t *o, const char *key, const char *text)
{
	visit_set(o, key, json_string(text));
}

static json_t *
list_of_languages(const struct visit *v)
{
	json_t *list = json_array(), *one;
	size_t i;

	for (i = 0; i < v->desk->nlanguages; i++) {
		const struct door_language *l = &v->desk->languages[i];

		one = json_object();
		visit_set_text(one, "code", l->code);
		visit_set_text(one, "name", json_string_value(json_object_get(
		    l->words, "language_name")));
		visit_set(one, "here", json_boolean(l == v->language));
		if (json_array_append_new(list, one) == -1)
			mem_out();
	}
	return list;
}

/* That nobody has looked at the numbers for long is said beside them. */
static void
set_old(const struct visit *v, json_t *o)
{
	const struct help_days *days = &v->language->days;
	char *date, *text;

	if (help_now_left(days, store_now(v->web->desk.store)) > 0)
		return;
	date = when_date(v->language, days->checked);
	text = saying_fill(v->language->words, "now_old", "date", date, NULL);
	visit_set_text(o, "contacts_old", text);
	free(text);
	free(date);
}

/* The form whose fields go along to the same page in another language. */
static const char *
form_of(const char *page)
{
	return strcmp(page, "form") == 0 ? "letter" :
	    strcmp(page, "open") == 0 ? "open" :
	    strcmp(page, "box") == 0 ? "again" : "go";
}

/* The code that has opened this mailbox, for its forms. */
static void
set_secret(const struct visit *v, json_t *o)
{
	struct buf code;

	if (v->strand == NULL)
		return;
	buf_init(&code, RETURN_CODE_MAX);
	if (return_code_print(&v->code, NULL, &code) == 0)
		visit_set_text(o, "secret", code.bytes);
	buf_free(&code);
}

json_t *
visit_values(const struct visit *v, const char *page)
{
	json_t *o = json_object();

	visit_set_text(o, "language", v->language->code);
	visit_set_text(o, "page", page);
	visit_set_text(o, "base", v->web->base);
	visit_set_text(o, "place", v->place);
	visit_set_text(o, "leave", v->web->args->config->web.leave);
	visit_set_text(o, "nav", form_of(page));
	visit_set(o, "is_form", json_boolean(strcmp(page, "form") == 0));
	visit_set(o, "can_open", json_boolean(strcmp(page, "open") != 0 &&
	    strcmp(page, "box") != 0 && strcmp(page, "earlier") != 0));
	visit_set(o, "words", json_incref(v->language->words));
	visit_set(o, "languages", list_of_languages(v));
	visit_set(o, "contacts", json_incref(v->language->contacts));
	set_old(v, o);
	set_secret(v, o);
	return o;
}

/* The length of a page tells nothing of what is in it. */
static void
pad(struct buf *b, size_t step)
{
	size_t over = (b->len + strlen(PAD_BEGIN) + strlen(PAD_END)) % step;
	size_t n = over == 0 ? 0 : step - over;

	(void)buf_adds(b, PAD_BEGIN);
	for (; n > 0; n--)
		(void)buf_addc(b, '.');
	(void)buf_adds(b, PAD_END);
}

void
visit_render(struct visit *v, int status, const char *page, json_t *values)
{
	struct err e = ERR_INIT;
	struct buf b;

	buf_init(&b, PAGE_MAX);
	if (pages_render(v->web->door->pages, page, values, &b, &e) == -1) {
		log_err("page", &e);
		buf_clear(&b);
		status = 500;
	}
	pad(&b, strcmp(page, "open") == 0 ? PAD_CODE : PAD);
	json_decref(values);
	v->answer->status = status;
	v->answer->type = HTML;
	v->answer->bytes = buf_take(&b, &v->answer->len);
}

void
visit_show_now(struct visit *v)
{
	visit_render(v, 200, "now", visit_values(v, "now"));
}

void
visit_show_message(struct visit *v, int status, const char *title,
    const char *text)
{
	json_t *o = visit_values(v, "message");
	const json_t *words = v->language->words;

	visit_set_text(o, "title", json_string_value(json_object_get(words,
	    title)));
	visit_set_text(o, "text", json_string_value(json_object_get(words,
	    text)));
	visit_render(v, status, "message", o);
}
