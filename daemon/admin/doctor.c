/*
 * teduh-admin doctor: does what the configuration names work, today?
 *
 * Whatever needs a password or a library of the roles is looked at by teduhd
 * itself (daemon/probe.h), one finding a line; here it is read, the machine
 * itself is looked at (disk, folders, clock), and all of it is shown, the
 * moment it is known.  Exit 0: nothing to do, 1: something to look at, 2:
 * something does not work.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/admin/doctor_door.h"
#include "daemon/admin/finding.h"
#include "daemon/config.h"
#include "daemon/desk/backup.h"
#include "daemon/desk/help_now.h"
#include "daemon/program.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define LINE_MAX_BYTES	8192
#define MIB		(1024 * 1024)
#define DISK_LOW	10	/* per cent free */
#define DISK_OUT	2
#define DISK_LOW_MIB	1024
#define DISK_OUT_MIB	100

enum level { GOOD, WARN, BAD };

struct doctor {
	const struct admin	*admin;
	int			 json;
	json_t			*findings;
	enum level		 worst;
};

/* Takes over the finding. */
static void
found(struct doctor *d, json_t *o)
{
	static const char *const words[] = { "good", "warn", "bad" };
	const char *level = json_string_value(json_object_get(o, "level"));
	const char *name = json_string_value(json_object_get(o, "name"));
	const char *text = json_string_value(json_object_get(o, "text"));
	const char *what = json_string_value(json_object_get(o, "what"));
	enum level l = BAD;

	if (level == NULL || name == NULL || text == NULL || what == NULL) {
		json_decref(o);
		return;
	}
	while (l > GOOD && strcmp(words[l], level) != 0)
		l--;
	if (l > d->worst)
		d->worst = l;
	if (d->json) {
		(void)json_array_append_new(d->findings, o);
		return;
	}
	finding_print(o);
	json_decref(o);
}

static void
say_of(struct doctor *d, enum level level, const char *what,
    const char *name, const char *text)
{
	static const char *const words[] = { "good", "warn", "bad" };

	found(d, json_pack("{s:s, s:s, s:s, s:s}", "level", words[level],
	    "what", what, "name", name, "text", text));
}

static void
say(struct doctor *d, enum level level, const char *what, const char *text)
{
	say_of(d, level, what, "-", text);
}

static void
look_disk(struct doctor *d)
{
	const char *data = d->admin->config->data;
	struct statvfs v;
	char text[256];
	uint64_t mib, part;
	enum level level = GOOD;

	if (statvfs(data, &v) == -1) {
		(void)snprintf(text, sizeof(text), "cannot look at '%.128s': "
		    "%s; was 'teduh-admin init' run?", data, strerror(errno));
		say(d, BAD, "disk", text);
		return;
	}
	mib = (uint64_t)v.f_bavail * v.f_frsize / MIB;
	part = v.f_blocks == 0 ? 0 : (uint64_t)v.f_bavail * 100 / v.f_blocks;
	if (part < DISK_OUT || mib < DISK_OUT_MIB)
		level = BAD;
	else if (part < DISK_LOW || mib < DISK_LOW_MIB)
		level = WARN;
	(void)snprintf(text, sizeof(text), "%" PRIu64 " MiB (%" PRIu64 " %%) "
	    "are free where the data lies%s", mib, part, level == GOOD ? "" :
	    level == WARN ? ": make room soon" : ": letters will wait on the "
	    "mail server until there is room");
	say(d, level, "disk", text);
}

static void
look_folders(struct doctor *d)
{
	const struct config *c = d->admin->config;
	struct err e = ERR_INIT;
	struct stat st;
	char text[256];

	if (stat(c->data, &st) == 0 && (st.st_mode & 077) != 0) {
		(void)snprintf(text, sizeof(text), "others may look into "
		    "'%.128s': chmod 0700 it", c->data);
		say(d, WARN, "folders", text);
	}
	if (secrets_check(c->secrets, &e) == -1) {
		say(d, BAD, "folders", e.text);
		return;
	}
	if (geteuid() != 0)
		say(d, WARN, "folders", "run by an ordinary user: the secrets "
		    "folder is not separated from the service");
	else
		say(d, GOOD, "folders", "the secrets folder is closed to all "
		    "but root");
}

/* What the kernel knows of whoever keeps the time. */
static void
look_clock(struct doctor *d)
{
	struct timex t;

	memset(&t, 0, sizeof(t));
	if (adjtimex(&t) == -1)
		say(d, WARN, "clock", "the kernel does not say whether the "
		    "clock is kept right");
	else if (t.status & STA_UNSYNC)
		say(d, WARN, "clock", "nothing keeps the clock right: install "
		    "chrony or systemd-timesyncd, because due times and "
		    "signatures go by it");
	else
		say(d, GOOD, "clock", "the clock is kept right");
}

/* As the service's user: is there a backup? */
static int
ask_backup(void *ctx, struct err *e)
{
	const struct doctor *d = ctx;
	struct store *store = store_open(d->admin->config->data, STORE_USE, e);
	int64_t seq = 0;
	int result = -1;

	if (store != NULL)
		result = backup_covers(store, &seq, e);
	store_close(store);
	if (result == 0 && seq == 0) {
		err_set(e, ERR_GONE, "there is no backup yet, so 'after = "
		    "delete' deletes no letter: run 'teduh-admin backup'");
		return -1;
	}
	return result;
}

/* Only what stands in a backup is deleted at the provider. */
static void
look_backup(struct doctor *d)
{
	const struct config *c = d->admin->config;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < c->nmailboxes; i++)
		if (c->mailboxes[i].after == AFTER_DELETE)
			break;
	if (i == c->nmailboxes)
		return;
	if (admin_as_user(c, ask_backup, d, &e) == -1)
		say(d, WARN, "backup", e.text);
	else
		say(d, GOOD, "backup", "letters that stand in the last backup "
		    "are deleted at the provider ('after = delete')");
}

static int
ask_door(void *ctx, struct err *e)
{
	const struct doctor *d = ctx;

	return doctor_door(d->admin->config, e);
}

/* Its certificate is looked at by teduhd. */
static void
look_door(struct doctor *d)
{
	const struct config *c = d->admin->config;
	struct err e = ERR_INIT;

	if (c->web.listen == NULL)
		return;
	if (admin_as_user(c, ask_door, d, &e) == 0)
		say(d, GOOD, "web", "the web door answers on this machine");
	else
		say(d, e.code == ERR_RETRY ? WARN : BAD, "web", e.text);
}

/* How many the file names; it was read a moment ago. */
static size_t
count_help(const struct config *c, const struct config_desk *desk,
    const char *language)
{
	char path[CONFIG_TEXT_PATH];
	struct help_days days;
	struct err e = ERR_INIT;
	json_t *list;
	size_t n;

	config_find_text(c, desk->name, language, HELP_NOW, path);
	list = help_now_load(path, &days, &e);
	n = json_array_size(list);
	json_decref(list);
	return n;
}

/* Whom people can call right now: a number that has died is worse than none. */
static void
look_help(struct doctor *d)
{
	const struct config *c = d->admin->config;
	char language[HELP_LANGUAGE] = "", text[512];
	struct err e = ERR_INIT;
	struct help_days days;
	enum level level;
	int64_t left;
	size_t i;

	for (i = 0; c->web.listen != NULL && i < c->ndesks; i++) {
		level = BAD;
		if (help_now_shortest(c, &c->desks[i], language, &days, &e) ==
		    -1) {
			(void)snprintf(text, sizeof(text), "%s", e.text);
		} else {
			left = help_now_left(&days, time(NULL));
			level = left < HELP_NOW_SOON ? WARN : GOOD;
			(void)snprintf(text, sizeof(text), "whom the web door "
			    "names in '%s' is good for %" PRId64 " days%s "
			    "(it names %zu)", language, left, level == GOOD ?
			    "" : ": check each, and write the days into "
			    HELP_NOW, count_help(c, &c->desks[i], language));
		}
		say_of(d, level, "help-now", c->desks[i].name, text);
	}
}

/* Each line of teduhd a finding; anything else is none. */
static void
take_findings(struct doctor *d, FILE *f)
{
	char line[LINE_MAX_BYTES];
	json_t *o;

	while (fgets(line, sizeof(line), f) != NULL) {
		if ((o = json_loads(line, 0, NULL)) != NULL)
			found(d, o);
	}
}

static pid_t
start_probe(const struct doctor *d, const char *program, int letter, int out)
{
	char name[] = "teduhd", config[] = "-c", plain[] = "--probe";
	char letters[] = "--probe=letter", path[PATH_MAX];
	char *argv[] = { name, config, path, letter ? letters : plain, NULL };
	pid_t pid = -1;

	if (snprintf(path, sizeof(path), "%s", d->admin->config_path) >=
	    (int)sizeof(path) || (pid = fork()) != 0)
		return pid;
	if (dup2(out, STDOUT_FILENO) != -1)
		(void)execv(program, argv);
	_exit(EX_OSERR);
}

/* What teduhd finds, as it finds it. 0 or -1. */
static int
look_around(struct doctor *d, int letter, struct err *e)
{
	char program[PATH_MAX];
	int ends[2] = { -1, -1 }, status = 0, result = -1;
	FILE *f = NULL;
	pid_t pid;

	if (program_find("teduhd", SBINDIR, program, e) == -1)
		return -1;
	if (pipe2(ends, O_CLOEXEC) == -1 ||
	    (f = fdopen(ends[0], "r")) == NULL ||
	    (pid = start_probe(d, program, letter, ends[1])) == -1) {
		err_set(e, ERR_IO, "cannot start '%s': %s", program,
		    strerror(errno));
		goto out;
	}
	(void)close(ends[1]);
	ends[1] = -1;
	take_findings(d, f);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	/* It has said on stderr why it found nothing. */
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EX_OK)
		say(d, BAD, "teduhd", "could not look at the mail servers");
	result = 0;
out:
	if (f != NULL)
		(void)fclose(f);
	else if (ends[0] != -1)
		(void)close(ends[0]);
	if (ends[1] != -1)
		(void)close(ends[1]);
	return result;
}

int
admin_doctor(const struct admin *admin, int argc, char *const argv[])
{
	struct doctor d = { admin, 0, NULL, GOOD };
	struct err e = ERR_INIT;
	int i, letter = 0;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			d.json = 1;
		else if (strcmp(argv[i], "--letter") == 0)
			letter = 1;
		else
			return admin_usage("doctor takes --letter and --json");
	}
	d.findings = json_array();
	look_disk(&d);
	look_folders(&d);
	look_clock(&d);
	look_backup(&d);
	look_door(&d);
	look_help(&d);
	if (look_around(&d, letter, &e) == -1)
		say(&d, BAD, "teduhd", e.text);
	if (d.json) {
		(void)json_dumpf(d.findings, stdout, JSON_INDENT(2));
		(void)putchar('\n');
	}
	json_decref(d.findings);
	return (int)d.worst;
}
