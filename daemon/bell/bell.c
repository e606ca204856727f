/*
 * Role bell: runs the command that is to hear of alarms, and the heartbeat.
 * It exists because clock, which decides what is told, is shut in: it may
 * execute nothing and see no file but the store's.  bell may execute, and so
 * holds no key, no password and no socket; what it says are words of fixed
 * lists and names of the configuration.
 *
 * It also watches clock, which watches all others.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/bell/run.h"
#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/health.h"
#include "daemon/desk/ring.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define TURN_MS		2000
#define ROUNDS_S	60

struct bell {
	struct desk		 desk;
	struct breath		 breath;
	struct breath_watch	 watch;
	int64_t			 rounds_at;	/* next look at clock */
	int64_t			 beat_at;	/* last heartbeat */
	int64_t			 clock_told_at;	/* 0: clock breathes */
};

/* 1 when the command has heard it. */
static int
ring(struct bell *b, const struct alarm *a)
{
	const struct alarm_kind *kind = alarm_kind(a->kind);
	const char *level = kind == NULL || kind->level == ALARM_CRITICAL ?
	    "critical" : "warning";
	const char *more[] = { ring_word(a->news), a->kind, a->subject,
	    a->detail, level, NULL };
	char line[512];
	int code;

	(void)snprintf(line, sizeof(line), "%s\n",
	    kind == NULL ? a->kind : kind->meaning);
	code = run_program(b->desk.config->alarm.command, more, line);
	if (code != 0)
		log_warn("command kind=%s code=%d", a->kind, code);
	return code == 0;
}

/* 1 told one, 0 none is waiting, -1. */
static int
ring_one(struct bell *b, struct err *e)
{
	struct ring one;
	int r, heard;

	if (b->desk.config->alarm.command == NULL ||
	    (r = ring_next(&b->desk, &one, e)) == 0)
		return 0;
	if (r == -1)
		return -1;
	heard = ring(b, &one.alarm);
	if (role_stopping() && !heard)
		return 0;	/* cut by our own end: it comes again */
	return ring_done(&b->desk, &one, heard, e) == -1 ? -1 : 1;
}

static int
is_clock_silent(struct bell *b, struct err *e)
{
	json_t *list, *row;
	int silent = 0;
	size_t i;

	if ((list = breath_list(&b->desk, 1, b->watch.awake_since, e)) ==
	    NULL)
		return -1;
	json_array_foreach(list, i, row) {
		if (strcmp(json_string_value(json_object_get(row, "role")),
		    "clock") == 0)
			silent = json_is_true(json_object_get(row,
			    "silent"));
	}
	json_decref(list);
	return silent;
}

/* Nobody but bell can tell that clock is silent. */
static int
watch_clock(struct bell *b, struct err *e)
{
	struct alarm alarm = { "role-silent", "clock", "-", 0, ALARM_BEGINS,
	    0 };
	int64_t now = store_now(b->desk.store);
	int silent = is_clock_silent(b, e);

	if (silent == -1)
		return -1;
	if (!silent) {
		b->clock_told_at = 0;
		return alarm_clear(&b->desk, "role-silent", "clock", e);
	}
	if (alarm_raise(&b->desk, "role-silent", "clock", "-", e) == -1)
		return -1;
	if (b->clock_told_at != 0 && now >= b->clock_told_at &&
	    now - b->clock_told_at < ALARM_AGAIN_S)
		return 0;
	log_alarm("begins kind=role-silent subject=clock");
	b->clock_told_at = now;
	if (b->desk.config->alarm.command != NULL)
		(void)ring(b, &alarm);
	return 0;
}

/* Only while all is well: its absence is what the other side hears. */
static int
beat(struct bell *b, struct err *e)
{
	const struct config_alarm *alarm = &b->desk.config->alarm;
	int64_t now = store_now(b->desk.store);
	char words[HEALTH_MAX];
	int code;

	if (alarm->heartbeat == NULL || (now >= b->beat_at &&
	    now - b->beat_at < alarm->heartbeat_every_s))
		return 0;
	if (health_words(&b->desk, b->watch.awake_since, words, e) == -1)
		return -1;
	b->beat_at = now;
	if (words[0] != '\0') {
		log_warn("heartbeat withheld because=%s", words);
		return 0;
	}
	code = run_program(alarm->heartbeat, NULL, "ok\n");
	if (code != 0)
		log_warn("heartbeat code=%d", code);
	return 0;
}

static int
turn(struct bell *b, struct err *e)
{
	int64_t now = store_now(b->desk.store);
	int r;

	breath_look(&b->watch, now);
	while ((r = ring_one(b, e)) == 1)
		;
	if (r == -1 || beat(b, e) == -1)
		return -1;
	if (now < b->rounds_at && b->rounds_at - now <= ROUNDS_S)
		return 0;
	b->rounds_at = now + ROUNDS_S;
	if (watch_clock(b, e) == -1)
		return -1;
	return breath_take(&b->breath, &b->desk, "-", e);
}

static int
run(struct bell *b, const struct role_args *args)
{
	struct err e = ERR_INIT;

	while (!role_stopping()) {
		if (turn(b, &e) == -1) {
			log_err("turn", &e);
			if (e.code != ERR_RETRY || args->once)
				return err_exit(e.code);
		}
		if (args->once)
			break;
		role_pause(TURN_MS);
	}
	return EX_OK;
}

int
bell_main(const struct role_args *args)
{
	struct err e = ERR_INIT;
	struct bell b;
	int code;

	role_signals();
	memset(&b, 0, sizeof(b));
	if (desk_open(&b.desk, "bell", args->config, args->secrets, DESK_PIN,
	    &e) == -1) {
		log_err("start", &e);
		code = err_exit(e.code);
	} else {
		role_ready(args);
		code = run(&b, args);
	}
	desk_close(&b.desk);
	return code;
}
