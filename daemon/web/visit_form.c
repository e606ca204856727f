/*
 * The page with the form.
 *
 * What somebody typed comes back in it, so that no mistake, ours or theirs,
 * costs a word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/store/store.h"
#include "daemon/web/saying.h"
#include "daemon/web/token.h"
#include "daemon/web/web.h"
#include "daemon/web/web_letter.h"
#include "lib/buf.h"

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
visit_choice(const struct visit *v, const char *kind, const json_t *one)
{
	char name[FORM_NAME_MAX + 1];

	(void)snprintf(name, sizeof(name), "%s-%s", kind, json_string_value(
	    json_object_get(one, "value")));
	return visit_field(v, name);
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
		    ages[i].value) == 0));
		if (json_array_append_new(list, one) == -1)
			mem_out();
	}
	return list;
}

/*
 * The areas or questions of the desk with what was ticked or typed; *typed
 * when there is any.
 */
static json_t *
list_of_choices(const struct visit *v, const char *kind, const json_t *asked,
    int *typed)
{
	json_t *list = json_array(), *one, *copy;
	const char *value;
	size_t i;

	json_array_foreach(asked, i, one) {
		value = visit_choice(v, kind, one);
		*typed |= value[0] != '\0';
		if ((copy = json_copy(one)) == NULL)
			mem_out();
		visit_set_text(copy, "text", value);
		visit_set(copy, "chosen", json_boolean(value[0] != '\0'));
		if (json_array_append_new(list, copy) == -1)
			mem_out();
	}
	return list;
}

/* What was typed before: it is all there again. */
static void
set_typed(const struct visit *v, json_t *o)
{
	const struct door_language *l = v->language;
	int files = web_letter_files(&v->form) > 0;
	int more = files || visit_field(v, "age")[0] != '\0' ||
	    visit_field(v, "gender")[0] != '\0';

	visit_set_text(o, "text", visit_field(v, "text"));
	visit_set_text(o, "gender", visit_field(v, "gender"));
	visit_set(o, "ages", list_of_ages(v));
	visit_set(o, "has_areas", json_boolean(json_array_size(l->areas) >
	    0));
	visit_set(o, "areas", list_of_choices(v, "area", l->areas, &more));
	visit_set(o, "questions", list_of_choices(v, "question",
	    l->questions, &more));
	visit_set(o, "more_open", json_boolean(more));
	visit_set(o, "files_lost", json_boolean(files));
}

void
visit_set_token(const struct visit *v, json_t *o, int fresh)
{
	const struct desk *d = &v->web->desk;
	const char *name = v->desk->desk->name;
	int64_t now = store_now(d->store);
	struct form_token old;
	char token[TOKEN_LEN];
	enum token_state state;

	state = token_check(d, name, now, form_value(&v->form, "token"),
	    &old);
	token_make(d, name, !fresh && (state == TOKEN_YOUNG ||
	    state == TOKEN_GOOD) ? old.at : now, fresh ||
	    state == TOKEN_BAD ? NULL : old.random, token);
	visit_set_text(o, "token", token);
}

int
visit_set_problem(const struct visit *v, json_t *o, const char *problem)
{
	char max[24], *text;

	if (problem == NULL)
		return 200;
	(void)snprintf(max, sizeof(max), "%zu", VISIT_TEXT_MAX);
	text = saying_fill(v->language->words, problem, "max", max, NULL);
	visit_set_text(o, "problem", text);
	free(text);
	return strcmp(problem, "error_saved") == 0 ? 503 : 200;
}

void
visit_show_form(struct visit *v, const char *problem)
{
	json_t *o = visit_values(v, "form");
	int status, was_held = problem != NULL &&
	    strcmp(problem, "error_saved") == 0;

	set_typed(v, o);
	/* What went wrong behind a letter, no other site can bring about. */
	visit_set_token(v, o, v->sender == SENDER_OTHER ||
	    (v->sender == SENDER_UNKNOWN && !was_held));
	visit_set_mailto(v, o, NULL, 0);
	visit_set_waits(v, o, 0);
	status = visit_set_problem(v, o, problem);
	visit_render(v, status, "form", o);
}
