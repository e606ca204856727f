/*
 * Who is called when it must not wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/roster.h"
#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/dates.h"
#include "tools/render.h"
#include "tools/render_hours.h"
#include "tools/session.h"
#include "tools/words.h"

#define DUTY_MAX	10000

static json_t *
shape(const json_t *one)
{
	static const char *const times[] = { "begins", "ends" };
	json_t *o = json_deep_copy(one);
	char text[32];
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		wire_time(text, json_integer_value(json_object_get(o,
		    times[i])));
		wire_set(o, times[i], json_string(text));
	}
	return o;
}

static int
is_wanted(const struct args *a, const json_t *one)
{
	const char *desk = json_string_value(json_object_get(one, "desk"));
	size_t i;

	for (i = 0; i < a->ndesks; i++)
		if (desk != NULL && strcmp(desk, a->desks[i]) == 0)
			return 1;
	return a->ndesks == 0;
}

static int
print(struct session *s, const json_t *answer, struct err *e)
{
	json_t *list, *rows, *one;
	size_t i;

	if (wire_get_array(answer, "duty", DUTY_MAX, &list, e) == -1)
		return -1;
	rows = json_array();
	json_array_foreach(list, i, one)
		if (is_wanted(&s->args, one))
			(void)json_array_append_new(rows, shape(one));
	if (s->args.json)
		render_json(rows);
	else
		render_duty(rows, client_now(s->client));
	json_decref(rows);
	return 0;
}

int
duty_run(struct session *s, struct err *e)
{
	json_t *answer;
	int result;

	if (session_open(s, e) == -1)
		return -1;
	if ((result = named_desks(s, e)) != 0)
		return result;
	if ((answer = client_get(s->client, "/v1/duty", e)) == NULL)
		return -1;
	result = print(s, answer, e);
	json_decref(answer);
	return result;
}

/* --desk, or the only one that the person has. 0, -1 or EXIT_USAGE. */
static int
which_desk(struct session *s, const char **desk, struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	int result;

	if (me == NULL)
		return -1;
	if ((result = named_desks(s, e)) != 0)
		return result;
	if (s->args.ndesks == 1)
		*desk = s->args.desks[0];
	else if (s->args.ndesks == 0 && me->ndesks == 1)
		*desk = me->desks[0];
	else {
		err_set(e, ERR_INPUT, "%s", _("say for which desk: --desk "
		    "DESK"));
		return EXIT_USAGE;
	}
	return 0;
}

/* The body is taken over. */
static int
put(struct session *s, json_t *body, struct err *e)
{
	json_t *answer = NULL;
	const char *desk;
	int result = which_desk(s, &desk, e);

	if (result == 0) {
		wire_set(body, "desk", json_string(desk));
		answer = client_post(s->client, "/v1/duty", body, e);
		result = answer == NULL ? -1 : print(s, answer, e);
	}
	json_decref(answer);
	json_decref(body);
	return result;
}

int
duty_add_run(struct session *s, struct err *e)
{
	const char *const *words = s->args.words;
	int64_t now_s, begins_s, ends_s, level = 1;
	json_t *body, *o;

	if (named_name("WHO", words[0], e) != 0)
		return EXIT_USAGE;
	if (s->args.nwords == 4) {
		if (strcmp(words[3], "1") != 0 && strcmp(words[3], "2") != 0) {
			err_set(e, ERR_INPUT, "%s", _("1 is who is called "
			    "first, 2 who is called when nobody comes"));
			return EXIT_USAGE;
		}
		level = words[3][0] - '0';
	}
	if (session_open(s, e) == -1)
		return -1;
	now_s = client_now(s->client);
	if (dates_parse(words[1], now_s, 0, &begins_s, e) == -1 ||
	    dates_parse(words[2], now_s, 1, &ends_s, e) == -1)
		return -1;
	o = json_object();
	wire_set(o, "person", json_string(words[0]));
	wire_set(o, "level", json_integer(level));
	wire_set(o, "begins", json_integer(begins_s));
	wire_set(o, "ends", json_integer(ends_s));
	body = json_object();
	wire_set(body, "add", o);
	return put(s, body, e);
}

int
duty_remove_run(struct session *s, struct err *e)
{
	const char *typed = s->args.words[0];
	size_t n = strlen(typed);
	json_t *body;

	if (n == 0 || n > 9 || strspn(typed, "0123456789") != n ||
	    *typed == '0') {
		err_set(e, ERR_INPUT, _("'%.40s' is no number of a duty: "
		    "'teduh duty' lists them"), typed);
		return EXIT_USAGE;
	}
	if (session_open(s, e) == -1)
		return -1;
	body = json_object();
	wire_set(body, "drop", json_integer(strtol(typed, NULL, 10)));
	return put(s, body, e);
}
