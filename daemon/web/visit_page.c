/*
 * Pages of the web door: which values go into the holes of which page.
 *
 * What somebody typed comes back in every page that still has its form, so
 * that no mistake, ours or theirs, costs a word.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/template.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/page.h"
#include "daemon/web/saying.h"
#include "daemon/web/token.h"
#include "daemon/web/web.h"
#include "daemon/web/web_letter.h"
#include "lib/buf.h"
#include "lib/err.h"

#define HTML		"text/html; charset=utf-8"
#define PAGE_MAX	((size_t)1024 * 1024)
#define PAD		4096	/* a page is a multiple of this long */
#define PAD_OPEN	"<!--"
#define PAD_CLOSE	"-->\n"

/* As the form has them, and as staff read them. */
static const struct {
	const char	*value, *group;
} ages[] = {
	{ "12", "0-12" }, { "18", "13-18" }, { "26", "19-26" },
	{ "27", "27+" }, { "none", "" }, { NULL, NULL }
};

const char *
visit_age(const char *value)
{
	size_t i;

	for (i = 0; ages[i].value != NULL; i++)
		if (strcmp(ages[i].value, value) == 0)
			return ages[i].group;
	return "";
}

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

/* A sentence with one value; the text is freed. */
static void
set_filled(const struct visit *v, json_t *o, const char *key,
    const char *saying, const char *name, char *value)
{
	char *text = saying_fill(v->language->words, saying, name, value,
	    NULL);

	visit_set_text(o, key, text);
	free(text);
	free(value);
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

json_t *
visit_values(const struct visit *v, const char *page)
{
	json_t *o = json_object();

	visit_set_text(o, "language", v->language->code);
	visit_set_text(o, "page", page);
	visit_set_text(o, "base", v->web->base);
	visit_set_text(o, "place", v->place);
	visit_set_text(o, "leave", v->web->args->config->web.leave);
	visit_set_text(o, "nav", strcmp(page, "form") == 0 ? "letter" : "go");
	visit_set(o, "is_form", json_boolean(strcmp(page, "form") == 0));
	visit_set(o, "words", json_incref(v->language->words));
	visit_set(o, "languages", list_of_languages(v));
	visit_set(o, "contacts", json_incref(v->language->contacts));
	return o;
}

/* The length of a page tells nothing of what is in it. */
static void
pad(struct buf *b)
{
	size_t over = (b->len + strlen(PAD_OPEN) + strlen(PAD_CLOSE)) % PAD;
	size_t n = over == 0 ? 0 : PAD - over;

	(void)buf_adds(b, PAD_OPEN);
	for (; n > 0; n--)
		(void)buf_addc(b, '.');
	(void)buf_adds(b, PAD_CLOSE);
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
	pad(&b);
	json_decref(values);
	v->answer->status = status;
	v->answer->type = HTML;
	v->answer->bytes = buf_take(&b, &v->answer->len);
}

static json_t *
list_of_ages(const struct visit *v)
{
	const char *chosen = visit_field(v, "age");
	json_t *list = json_array(), *one;
	char key[32];
	size_t i;

	for (i = 0; ages[i].value != NULL; i++) {
		(void)snprintf(key, sizeof(key), "age_%s", ages[i].value);
		one = json_object();
		visit_set_text(one, "value", ages[i].value);
		visit_set_text(one, "label", json_string_value(json_object_get(
		    v->language->words, key)));
		visit_set(one, "chosen", json_boolean(strcmp(chosen,
		    ages[i].value) ==
		    0));
		if (json_array_append_new(list, one) == -1)
			mem_out();
	}
	return list;
}

/* What was typed before: it is all there again. */
static void
set_typed(const struct visit *v, json_t *o)
{
	int files = web_letter_files(&v->form) > 0;
	int more = files || visit_field(v, "age")[0] != '\0' ||
	    visit_field(v, "gender")[0] != '\0';

	visit_set_text(o, "text", visit_field(v, "text"));
	visit_set_text(o, "gender", visit_field(v, "gender"));
	visit_set(o, "ages", list_of_ages(v));
	visit_set(o, "more_open", json_boolean(more));
	visit_set(o, "files_lost", json_boolean(files));
}

/*
 * The token goes on with the random bytes that it had, so that the same
 * letter keeps its code whatever happens to the page in between.
 */
static void
set_token(const struct visit *v, json_t *o)
{
	const struct desk *d = &v->web->desk;
	const char *name = v->desk->desk->name;
	int64_t now = store_now(d->store);
	struct form_token old;
	char token[TOKEN_LEN];
	enum token_state state;

	state = token_check(d, name, now, form_value(&v->form, "token"),
	    &old);
	token_make(d, name, state == TOKEN_YOUNG || state == TOKEN_GOOD ?
	    old.at : now, state == TOKEN_BAD ? NULL : old.random, token);
	visit_set_text(o, "token", token);
}

void
visit_show_form(struct visit *v, const char *problem)
{
	const struct config *config = v->web->args->config;
	const struct config_desk *desk = v->desk->desk;
	json_t *o = visit_values(v, "form");
	char max[24];

	(void)snprintf(max, sizeof(max), "%zu", VISIT_TEXT_MAX);
	set_typed(v, o);
	set_token(v, o);
	set_filled(v, o, "waiting", "wait_new", "span", template_span(config,
	    desk->name, v->language->code, desk->due_first_s));
	if (problem != NULL)
		set_filled(v, o, "problem", problem, "max", mem_strdup(max));
	visit_render(v, problem != NULL && strcmp(problem, "error_saved") ==
	    0 ? 503 : 200, "form", o);
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
