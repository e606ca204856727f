/*
 * teduh-admin status: how is the service, on one screen, for people and (by
 * exit code: 0 well, 1 warning, 2 critical, 3 unknown) for Nagios and its
 * kin.  Asks the store and nobody else, so it answers also when teduhd does
 * not run; it sees no secret and no content.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/help_now.h"
#include "daemon/desk/state.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

enum level { WELL, WARNING, CRITICAL, UNKNOWN };

static const char *const level_words[] = { "ok", "warning", "critical",
    "unknown" };

#define AGE_MAX	24

static int64_t
number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
word(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s == NULL ? "-" : s;
}

/* "3 min", "5 h", "2 d"; "never". */
static const char *
age(const json_t *at, int64_t now, char out[AGE_MAX])
{
	int64_t s = now - json_integer_value(at);

	if (!json_is_integer(at))
		return "never";
	if (s < 120)
		(void)snprintf(out, AGE_MAX, "%" PRId64 " s", s < 0 ? 0 : s);
	else if (s < 2 * 3600)
		(void)snprintf(out, AGE_MAX, "%" PRId64 " min", s / 60);
	else if (s < 2 * 86400)
		(void)snprintf(out, AGE_MAX, "%" PRId64 " h", s / 3600);
	else
		(void)snprintf(out, AGE_MAX, "%" PRId64 " d", s / 86400);
	return out;
}

/* A mailbox waits for a first backup to delete what stands in it. */
static int
deletes_nothing(const json_t *state)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, "mailboxes"), i, row) {
		if (json_is_true(json_object_get(row, "deletes")))
			return !json_is_integer(json_object_get(state,
			    "last_backup"));
	}
	return 0;
}

/* Soon nobody has checked whom people can call. */
static int
is_soon(const json_t *help)
{
	return number(help, "days") < HELP_NOW_SOON;
}

static enum level
judge(const json_t *state, int running)
{
	enum level level = running ? WELL : CRITICAL;
	json_t *row;
	size_t i;

	/* Nothing serves here any more, and nothing should. */
	if (!running && json_is_integer(json_object_get(state, "retired")))
		return WARNING;
	json_array_foreach(json_object_get(state, "roles"), i, row) {
		if (json_is_true(json_object_get(row, "silent")))
			level = CRITICAL;
	}
	if (level == WELL && (deletes_nothing(state) || json_is_object(
	    json_object_get(state, "quarantine"))))
		level = WARNING;
	json_array_foreach(json_object_get(state, "help_now"), i, row) {
		if (level == WELL && is_soon(row))
			level = WARNING;
	}
	json_array_foreach(json_object_get(state, "alarms"), i, row) {
		if (strcmp(word(row, "level"), "critical") == 0)
			level = CRITICAL;
		else if (level == WELL)
			level = WARNING;
	}
	return level;
}

static void
print_roles(const json_t *state, int64_t now)
{
	char when[AGE_MAX], label[80];
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, "roles"), i, row) {
		(void)snprintf(label, sizeof(label), "%s%s%s",
		    word(row, "role"),
		    strcmp(word(row, "name"), "-") == 0 ? "" : " ",
		    strcmp(word(row, "name"), "-") == 0 ? "" :
		    word(row, "name"));
		(void)printf("%-11s %-40.40s %s ago%s\n",
		    i == 0 ? "roles" : "", label,
		    age(json_object_get(row, "at"), now, when),
		    json_is_true(json_object_get(row, "silent")) ?
		    "  SILENT" : "");
	}
}

/* Of which another service on it could not be noticed (desk/foreign.h). */
static int
takes_no_mark(const json_t *mailbox)
{
	const json_t *marked = json_object_get(mailbox, "marked");

	return json_is_integer(marked) && json_integer_value(marked) == 0;
}

static void
print_desks(const json_t *state, int64_t now)
{
	char when[AGE_MAX];
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, "desks"), i, row) {
		(void)printf("%-11s %-24.24s %" PRId64 " waiting, %" PRId64
		    " too long", i == 0 ? "desks" : "", word(row, "name"),
		    number(row, "waiting"), number(row, "late"));
		if (json_is_integer(json_object_get(row, "oldest")))
			(void)printf(", oldest %s",
			    age(json_object_get(row, "oldest"), now, when));
		(void)printf("\n");
	}
	json_array_foreach(json_object_get(state, "mailboxes"), i, row)
		(void)printf("%-11s %-24.24s last mail %s%s%s\n",
		    i == 0 ? "mailboxes" : "", word(row, "name"),
		    age(json_object_get(row, "last_mail"), now, when),
		    json_is_integer(json_object_get(row, "last_mail")) ?
		    " ago" : "", takes_no_mark(row) ? ", takes no mark" : "");
}

static void
print_help(const json_t *state)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, "help_now"), i, row) {
		if (is_soon(row))
			(void)printf("%-11s help-now.txt of %s in '%s' is good "
			    "for %" PRId64 " d: check whom it names\n",
			    "help now", word(row, "desk"),
			    word(row, "language"), number(row, "days"));
	}
}

static void
print_rest(const json_t *state)
{
	json_t *d = json_object_get(state, "deliveries");
	json_t *disk = json_object_get(state, "disk");

	(void)printf("%-11s %" PRId64 " to go, %" PRId64 " deferred, %"
	    PRId64 " unknown, %" PRId64 " blocked, %" PRId64 " refused\n",
	    "answers", number(d, "held") + number(d, "due") +
	    number(d, "sending"), number(d, "deferred"),
	    number(d, "unknown"), number(d, "blocked"),
	    number(d, "refused"));
	if (json_is_true(json_object_get(state, "held")))
		(void)printf("%-11s none leaves before the mailbox was looked "
		    "into and is ours alone\n", "");
	(void)printf("%-11s %" PRId64 " MiB free, %" PRId64 " %%\n", "disk",
	    number(disk, "free") / (1024 * 1024), number(disk, "percent"));
	(void)printf("%-11s schema %" PRId64 ", roster entry %" PRId64
	    " %.16s\n", "store", number(state, "schema"),
	    number(json_object_get(state, "roster"), "seq"),
	    word(json_object_get(state, "roster"), "head"));
}

static void
print_backup(const json_t *state, int64_t now)
{
	const json_t *last = json_object_get(state, "last_backup");
	char when[AGE_MAX];

	(void)printf("%-11s last one %s%s\n", "backup", age(last, now, when),
	    json_is_integer(last) ? " ago" : "");
	if (deletes_nothing(state))
		(void)printf("%-11s 'after = delete' deletes no letter before "
		    "there is a backup\n", "");
	if (json_is_object(json_object_get(state, "quarantine")))
		(void)printf("%-11s put back from a backup: nothing goes out "
		    "before 'restore accept'\n", "QUARANTINE");
	last = json_object_get(state, "retired");
	if (json_is_integer(last))
		(void)printf("%-11s %s ago: the service has moved, teduhd does "
		    "not start here\n", "RETIRED", age(last, now, when));
}

static void
print_alarms(const json_t *state, int64_t now)
{
	char when[AGE_MAX];
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(state, "alarms"), i, row)
		(void)printf("%-11s %-8s %s %s (%s), for %s\n",
		    i == 0 ? "alarms" : "", word(row, "level"),
		    word(row, "kind"), word(row, "subject"),
		    word(row, "detail"),
		    age(json_object_get(row, "since"), now, when));
	if (number(state, "unsent_alarms") > 0)
		(void)printf("%-11s automatic mails that have not left: %"
		    PRId64 "\n", "", number(state, "unsent_alarms"));
}

static void
print(const json_t *state, enum level level, int running)
{
	size_t alarms = json_array_size(json_object_get(state, "alarms"));
	int64_t now = number(state, "now");

	(void)printf("teduh %s: teduhd %s, %zu alarm%s\n",
	    level_words[level], running ? "runs" : "does not run", alarms,
	    alarms == 1 ? "" : "s");
	print_roles(state, now);
	print_desks(state, now);
	print_rest(state);
	print_help(state);
	print_backup(state, now);
	print_alarms(state, now);
}

int
admin_status(const struct admin *admin, int argc, char *const argv[])
{
	int json = argc == 2 && strcmp(argv[1], "--json") == 0, running;
	struct err e = ERR_INIT;
	enum level level = UNKNOWN;
	json_t *state = NULL;
	struct desk d;
	char *text;
	size_t len;

	if (argc > 2 || (argc == 2 && !json))
		return admin_usage("status takes --json and nothing else");
	memset(&d, 0, sizeof(d));
	d.config = admin->config;
	d.role = "admin";
	d.roster = roster_new();
	running = admin_is_running(admin->config);
	d.store = store_open(admin->config->data, STORE_USE, &e);
	if (d.store == NULL || (state = state_show(&d, &e)) == NULL) {
		if (json)
			(void)puts("{\"level\":\"unknown\"}");
		else
			(void)printf("teduh unknown: %s\n", e.text);
		goto out;
	}
	level = judge(state, running);
	(void)json_object_set_new(state, "running", json_boolean(running));
	(void)json_object_set_new(state, "level",
	    json_string(level_words[level]));
	if (json) {
		text = wire_print(state, &len);
		(void)printf("%s\n", text);
		free(text);
	} else
		print(state, level, running);
out:
	json_decref(state);
	store_close(d.store);
	roster_free(d.roster);
	return (int)level;
}
