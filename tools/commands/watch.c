/*
 * What happens, a line at once: for a window beside the work, or a script.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/err.h"
#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

#define EVENTS_MAX	1000
#define LINE_BYTES	(4 * RENDER_WORD)
#define AGAIN_S		2	/* while the service is away */

/* What the audit's words mean; others are printed as they are. */
static const struct {
	const char	*action, *what;
} all[] = {
	{ "letter", N_("a letter came") },
	{ "claim", N_("took the case") },
	{ "release", N_("gave it back to the queue") },
	{ "pass", N_("passed it back, with a note") },
	{ "hand", N_("handed it on") },
	{ "move", N_("gave it to another desk") },
	{ "take", N_("took it over from a colleague") },
	{ "expire", N_("the time of a claim is over") },
	{ "note", N_("wrote a note") },
	{ "urgency", N_("set the urgency") },
	{ "face", N_("changed tags or the summary") },
	{ "draft", N_("saved a draft") },
	{ "submit", N_("submitted an answer") },
	{ "approve", N_("approved an answer") },
	{ "return", N_("gave an answer back") },
	{ "undo", N_("called an answer back") },
	{ "discard", N_("threw a draft away") },
	{ "close", N_("closed the case") },
	{ "reopen", N_("opened the case again") },
	{ "pause", N_("paused the case") },
	{ "pause-end", N_("the pause is over") },
	{ "unopened", N_("found that it opens for nobody of the desk") },
	{ "opened", N_("found that it opens again") },
	{ "untray", N_("took it out of the tray") },
	{ "export", N_("exported the case") }
};

static const char *
say(const char *action)
{
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].action, action) == 0)
			return _(all[i].what);
	return action;
}

static void
put_line(const json_t *event)
{
	char id[RENDER_WORD], desk[RENDER_WORD], who[RENDER_WORD];
	char action[RENDER_WORD], detail[RENDER_WORD], line[LINE_BYTES];
	char hour[16] = "";
	time_t at = (time_t)json_integer_value(json_object_get(event, "at"));
	struct tm tm;

	if (localtime_r(&at, &tm) != NULL)
		(void)strftime(hour, sizeof(hour), "%H:%M:%S", &tm);
	(void)render_word(detail, event, "detail");
	(void)snprintf(line, sizeof(line), "%s  %s  %s  %s: %s%s%s%s", hour,
	    render_word(id, event, "case"), render_word(desk, event, "desk"),
	    render_word(who, event, "actor"), say(render_word(action, event,
	    "action")), *detail == '\0' ? "" : " (", detail,
	    *detail == '\0' ? "" : ")");
	(void)printf("%s\n", line);
}

static void
put_json(const json_t *event)
{
	json_t *o = json_deep_copy(event);
	char text[32];

	wire_time(text, json_integer_value(json_object_get(o, "at")));
	wire_set(o, "at", json_string(text));
	(void)json_dumpf(o, stdout, JSON_COMPACT | JSON_SORT_KEYS);
	(void)putchar('\n');
	json_decref(o);
}

static void
wait_a_little(void)
{
	const struct timespec t = { AGAIN_S, 0 };

	(void)nanosleep(&t, NULL);
}

/* 0 the answer was printed and *from is behind it; -1. */
static int
ask(struct session *s, int64_t *from, struct err *e)
{
	json_t *answer, *events, *one;
	char path[64];
	size_t i;
	int result = -1;

	(void)snprintf(path, sizeof(path), "/v1/watch?from=%" PRId64, *from);
	if ((answer = client_get(s->client, path, e)) == NULL)
		return -1;
	if (wire_get_array(answer, "events", EVENTS_MAX, &events, e) == -1 ||
	    wire_get_int(answer, "next", 0, WIRE_TOP, from, e) == -1)
		goto out;
	json_array_foreach(events, i, one) {
		if (s->args.json)
			put_json(one);
		else
			put_line(one);
	}
	if (fflush(stdout) == EOF) {
		err_set(e, ERR_IO, "%s", _("nobody reads what is printed"));
		goto out;
	}
	result = 0;
out:
	json_decref(answer);
	return result;
}

int
watch_run(struct session *s, struct err *e)
{
	int64_t from = 0;

	if (session_open(s, e) == -1)
		return -1;
	client_hush(s->client, 1);	/* to wait is what it does */
	for (;;) {
		if (ask(s, &from, e) == 0)
			continue;
		if (e->code != ERR_RETRY)
			return -1;
		wait_a_little();
	}
}
