/*
 * Who works when, who is away and who stands in, and how much somebody has in
 * hand at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/dates.h"
#include "tools/render.h"
#include "tools/render_hours.h"
#include "tools/session.h"
#include "tools/words.h"

#define PEOPLE_MAX	10000

/* Times as people's scripts read them. */
static json_t *
shape(const json_t *one)
{
	static const char *const times[] = { "away_from", "away_until" };
	json_t *o = json_deep_copy(one);
	char text[32];
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (json_is_integer(json_object_get(o, times[i]))) {
			wire_time(text, json_integer_value(json_object_get(o,
			    times[i])));
			wire_set(o, times[i], json_string(text));
		}
	return o;
}

static int
is_of(const json_t *o, const char *name)
{
	const char *person = json_string_value(json_object_get(o, "person"));

	return name == NULL || (person != NULL && strcmp(person, name) == 0);
}

/* All of the answer, or the one with this name. */
static int
print(struct session *s, const json_t *answer, const char *name,
    struct err *e)
{
	json_t *list, *rows, *one;
	size_t i;

	if (wire_get_array(answer, "hours", PEOPLE_MAX, &list, e) == -1)
		return -1;
	rows = json_array();
	json_array_foreach(list, i, one)
		if (is_of(one, name))
			(void)json_array_append_new(rows, shape(one));
	if (s->args.json)
		render_json(name == NULL ? rows : json_array_get(rows, 0));
	else
		render_hours(rows, client_now(s->client));
	json_decref(rows);
	return 0;
}

int
hours_run(struct session *s, struct err *e)
{
	json_t *answer;
	int result;

	if (session_open(s, e) == -1 ||
	    (answer = client_get(s->client, "/v1/hours", e)) == NULL)
		return -1;
	result = print(s, answer, NULL, e);
	json_decref(answer);
	return result;
}

/* Whose hours: --name, or one's own. */
static const char *
whose(const struct session *s)
{
	return s->args.name != NULL ? s->args.name : s->service.name;
}

/* The body is taken over. */
static int
put(struct session *s, const char *person, json_t *body, struct err *e)
{
	json_t *answer;
	int result = -1;

	wire_set(body, "person", json_string(person));
	answer = client_post(s->client, "/v1/hours", body, e);
	if (answer != NULL)
		result = print(s, answer, person, e);
	json_decref(answer);
	json_decref(body);
	return result;
}

int
hours_week_run(struct session *s, struct err *e)
{
	json_t *body, *week;
	int result;
	size_t i;

	if ((result = named_name("NAME", s->args.name, e)) != 0)
		return result;
	if (session_open(s, e) == -1)
		return -1;
	week = json_array();
	for (i = 0; i < s->args.nwords; i++)
		if (strcmp(s->args.words[i], "any") != 0)
			(void)json_array_append_new(week,
			    json_string(s->args.words[i]));
	body = json_object();
	wire_set(body, "week", week);
	return put(s, whose(s), body, e);
}

int
hours_away_run(struct session *s, struct err *e)
{
	const char *const *words = s->args.words;
	int64_t now_s, from_s, until_s;
	int result, two = s->args.nwords == 2;
	json_t *body, *away;

	if ((result = named_name("NAME", s->args.name, e)) != 0 ||
	    (result = named_name("WHO", s->args.to, e)) != 0)
		return result;
	if (session_open(s, e) == -1)
		return -1;
	now_s = from_s = client_now(s->client);
	if ((two && dates_parse(words[0], now_s, 0, &from_s, e) == -1) ||
	    dates_parse(words[two], now_s, 1, &until_s, e) == -1)
		return -1;
	away = json_object();
	wire_set(away, "from", json_integer(from_s));
	wire_set(away, "until", json_integer(until_s));
	body = json_object();
	wire_set(body, "away", away);
	if (s->args.to != NULL)
		wire_set(body, "fallback", json_string(s->args.to));
	return put(s, whose(s), body, e);
}

int
hours_back_run(struct session *s, struct err *e)
{
	json_t *body;
	int result;

	if ((result = named_name("NAME", s->args.name, e)) != 0)
		return result;
	if (session_open(s, e) == -1)
		return -1;
	body = json_object();
	wire_set(body, "away", json_null());
	return put(s, whose(s), body, e);
}

/* "5", or "any": no cap. 0 or EXIT_USAGE. */
static int
add_cap(json_t *body, const char *name, const char *typed, struct err *e)
{
	size_t n = strlen(typed);

	if (strcmp(typed, "any") == 0)
		wire_set(body, name, json_null());
	else if (n > 0 && n < 4 && strspn(typed, "0123456789") == n)
		wire_set(body, name, json_integer(strtol(typed, NULL, 10)));
	else {
		err_set(e, ERR_INPUT, _("'%.40s' is no number of cases: say "
		    "0 to 999, or any"), typed);
		return EXIT_USAGE;
	}
	return 0;
}

int
hours_cap_run(struct session *s, struct err *e)
{
	const char *const *words = s->args.words;
	json_t *body = json_object();
	int result;

	if ((result = named_name("WHO", words[0], e)) != 0 ||
	    (result = add_cap(body, "cap", words[1], e)) != 0 ||
	    (s->args.nwords == 3 && (result = add_cap(body, "cap_high",
	    words[2], e)) != 0))
		goto fail;
	result = -1;
	if (session_open(s, e) == 0)
		return put(s, words[0], body, e);
fail:
	json_decref(body);
	return result;
}
