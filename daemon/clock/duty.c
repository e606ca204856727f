/*
 * What should not be, and what has no use any more.
 *
 * Alarms that follow from the state of the store are decided here alone, each
 * round anew, so that none is left standing when its reason is gone; those
 * about a mail server are raised by the roles that talk to it.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "daemon/clock/clock.h"
#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/backup.h"
#include "daemon/desk/budget.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/due.h"
#include "daemon/desk/help_now.h"
#include "daemon/desk/item.h"
#include "daemon/desk/oncall.h"
#include "daemon/desk/readers.h"
#include "daemon/desk/ringing.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/log.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define MIB		((uint64_t)1024 * 1024)
#define DISK_NONE	(256 * MIB)	/* less is an alarm on any disk */
#define DISK_LITTLE	(1024 * MIB)	/* ... and this with under a tenth */
#define CRISIS_SIGN_S	86400	/* until a crisis letter is signed */
#define SUPERVISORS	2

/* Raise with a number, or clear when it is none. */
static int
decide(struct desk *d, int bad, const char *kind, const char *subject,
    int64_t number, struct err *e)
{
	char detail[24];

	if (!bad)
		return alarm_clear(d, kind, subject, e);
	(void)snprintf(detail, sizeof(detail), "%" PRId64, number);
	return alarm_raise(d, kind, subject, detail, e);
}

/* detail: when it last served, so that it does not change with each look. */
static int
look_at_roles(struct clock *c, struct err *e)
{
	const char *role, *name;
	json_t *list, *row;
	char subject[ALARM_WORD_MAX + 1];
	int result = 0;
	size_t i;

	if ((list = breath_list(&c->desk, 1, c->watch.awake_since, e)) ==
	    NULL)
		return -1;
	json_array_foreach(list, i, row) {
		role = json_string_value(json_object_get(row, "role"));
		name = json_string_value(json_object_get(row, "name"));
		if (result == -1 || strcmp(role, "clock") == 0)
			continue;
		(void)snprintf(subject, sizeof(subject), "%s%s%s", role,
		    strcmp(name, "-") == 0 ? "" : " ",
		    strcmp(name, "-") == 0 ? "" : name);
		result = decide(&c->desk, json_is_true(json_object_get(row,
		    "silent")), "role-silent", subject, json_integer_value(
		    json_object_get(row, "at")), e);
	}
	json_decref(list);
	return result;
}

static int
count_supervisors(const struct roster *r, const char *desk)
{
	const struct roster_person *p;
	size_t i;
	int n = 0;

	for (i = 0; i < roster_count(r); i++) {
		p = roster_at(r, i);
		n += p->active && p->rank == RANK_SUPERVISOR &&
		    roster_on_desk(p, desk);
	}
	return n;
}

/* Letters that left in a crisis: told at once, and again after a day. */
static int
look_at_crisis(struct clock *c, const char *desk, struct err *e)
{
	int64_t sent, late, now = store_now(c->desk.store);

	return rows_int(c->desk.store, STMT_CRISIS_WAITING,
	    ARGS(V_TEXT(desk), V_INT(now)), 0, &sent, e) == -1 ||
	    rows_int(c->desk.store, STMT_CRISIS_WAITING, ARGS(V_TEXT(desk),
	    V_INT(now - CRISIS_SIGN_S)), 0, &late, e) == -1 ||
	    decide(&c->desk, sent > 0, "crisis-sent", desk, sent, e) == -1 ||
	    decide(&c->desk, late > 0, "crisis-unsigned", desk, late, e) ==
	    -1 ? -1 : 0;
}

static int
look_at_desk(struct clock *c, const struct config_desk *desk, struct err *e)
{
	int64_t overdue, unknown, blocked, ringing, few;
	int nobody;
	int supervisors = count_supervisors(c->desk.roster, desk->name);

	if (due_late(&c->desk, desk, &overdue, e) == -1 ||
	    ringing_look(&c->desk, e) == -1 ||
	    ringing_count(&c->desk, desk, &ringing, e) == -1 ||
	    (nobody = ringing_nobody(&c->desk, desk, e)) == -1 ||
	    readers_few(&c->desk, desk->name, &few, e) == -1 ||
	    rows_int(c->desk.store, STMT_DELIVERY_STUCK,
	    ARGS(V_TEXT(desk->name), V_TEXT("unknown")), 0, &unknown,
	    e) == -1 ||
	    rows_int(c->desk.store, STMT_DELIVERY_STUCK,
	    ARGS(V_TEXT(desk->name), V_TEXT("blocked")), 0, &blocked,
	    e) == -1)
		return -1;
	if (look_at_crisis(c, desk->name, e) == -1)
		return -1;
	return decide(&c->desk, overdue > 0, "case-overdue", desk->name,
	    overdue, e) == -1 ||
	    decide(&c->desk, ringing > 0, "crisis-waits", desk->name,
	    ringing, e) == -1 ||
	    decide(&c->desk, nobody, "duty-empty", desk->name, 0, e) == -1 ||
	    decide(&c->desk, few > 0, "readers-few", desk->name, few, e) ==
	    -1 ||
	    decide(&c->desk, unknown > 0, "delivery-unknown", desk->name,
	    unknown, e) == -1 ||
	    decide(&c->desk, blocked > 0, "delivery-blocked", desk->name,
	    blocked, e) == -1 ||
	    decide(&c->desk, supervisors < SUPERVISORS, "supervisors-few",
	    desk->name, supervisors, e) == -1 ? -1 : 0;
}

/* detail: the language, and until when; without a door nobody is shown it. */
static int
look_at_help(struct clock *c, const struct config_desk *desk, struct err *e)
{
	char language[HELP_LANGUAGE] = "", detail[ALARM_WORD_MAX + 1];
	struct err why = ERR_INIT;
	struct help_days days;
	char day[16] = "unreadable";
	time_t until;
	struct tm tm;

	if (c->desk.config->web.listen == NULL)
		return alarm_clear(&c->desk, "help-now", desk->name, e);
	if (help_now_shortest(c->desk.config, desk, language, &days, &why) ==
	    0) {
		if (help_now_left(&days, store_now(c->desk.store)) > 0)
			return alarm_clear(&c->desk, "help-now", desk->name,
			    e);
		until = (time_t)days.good_until;
		if (gmtime_r(&until, &tm) != NULL)
			(void)strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	}
	(void)snprintf(detail, sizeof(detail), "%s %s", language, day);
	return alarm_raise(&c->desk, "help-now", desk->name, detail, e);
}

static int
look_at_disk(struct clock *c, struct err *e)
{
	struct statvfs fs;
	uint64_t left;

	if (statvfs(store_data(c->desk.store), &fs) == -1)
		return 0;	/* whoever writes there will say it */
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	return decide(&c->desk, left < DISK_NONE || (left < DISK_LITTLE &&
	    fs.f_bavail < fs.f_blocks / 10), "disk-low", "data",
	    (int64_t)(fs.f_blocks == 0 ? 0 : fs.f_bavail * 100 /
	    fs.f_blocks), e);
}

/* Post opens it and only a human closes it. */
static int
look_at_breaker(struct clock *c, struct err *e)
{
	int64_t since = budget_breaker(store_data(c->desk.store), e);

	return since == -1 ? -1 : decide(&c->desk, since > 0,
	    "automatic-breaker", "-", since, e);
}

/* Where automatic mails are counted; without it none may leave. */
static int
look_at_budget(struct clock *c, struct err *e)
{
	int file = budget_file(store_data(c->desk.store),
	    store_now(c->desk.store), e);

	if (file == -1)
		return -1;
	return file == BUDGET_YES ?
	    alarm_clear(&c->desk, "automatic-uncounted", "-", e) :
	    alarm_raise(&c->desk, "automatic-uncounted", "-",
	    budget_word((enum budget)file), e);
}

/* What the keeper says of it; it opens no store. */
static int
look_at_configuration(struct clock *c, struct err *e)
{
	static const char *const words[] = { "bad", "restart", "role" };
	char path[PATH_MAX], word[16] = "";
	const char *detail = words[0];
	size_t i;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/state/configuration-bad",
	    store_data(c->desk.store));
	if ((f = fopen(path, "re")) == NULL)
		return alarm_clear(&c->desk, "configuration-bad", "-", e);
	if (fgets(word, sizeof(word), f) == NULL)
		word[0] = '\0';
	(void)fclose(f);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0)
			detail = words[i];
	}
	return alarm_raise(&c->desk, "configuration-bad", "-", detail, e);
}

int
duty_look(struct clock *c, struct err *e)
{
	const struct config *config = c->desk.config;
	size_t i;

	if (desk_refresh(&c->desk, e) == -1)
		return -1;
	for (i = 0; i < config->ndesks; i++) {
		if (look_at_desk(c, &config->desks[i], e) == -1 ||
		    look_at_help(c, &config->desks[i], e) == -1)
			return -1;
	}
	if (decide(&c->desk, roster_seq(c->desk.roster) > 0 &&
	    roster_recovery(c->desk.roster) == NULL, "recovery-none", "-", 0,
	    e) == -1)
		return -1;
	if (look_at_roles(c, e) == -1 || look_at_disk(c, e) == -1 ||
	    look_at_breaker(c, e) == -1 || look_at_budget(c, e) == -1 ||
	    look_at_configuration(c, e) == -1)
		return -1;
	/* Who is written to by form alone needs none. */
	return decide(&c->desk, config->relay.host == NULL &&
	    (config->nmailboxes > 0 || config->web.listen == NULL),
	    "relay-missing", "-", 0, e);
}

int
duty_sweep(struct clock *c, struct err *e)
{
	struct desk *d = &c->desk;
	struct err why = ERR_INIT;
	int items, rows, settled, left, duties;

	items = item_sweep(d->store, store_now(d->store) - ITEM_UPLOAD_S, e);
	if (items == -1 || (rows = staff_sweep(d, e)) == -1 ||
	    (settled = delivery_settle_old(d, e)) == -1 ||
	    (duties = oncall_sweep(d, e)) == -1)
		return -1;
	if ((left = backup_sweep(store_data(d->store), &why)) == -1)
		log_err("backup-sweep", &why);	/* no reason to stop */
	else if (left > 0)
		log_warn("swept: an unfinished backup in the data folder");
	if (items + rows + settled + duties > 0)
		log_info("swept items=%d rows=%d settled=%d", items,
		    rows + duties, settled);
	return 0;
}
