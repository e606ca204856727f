/*
 * teduh-admin drill: small trials against the real mail servers.
 *
 * bounce: what the provider keeps of our envelopes; what was found is kept in
 * the store, and post goes by it.  loop: a letter of ours, marked as a
 * machine's, goes out and comes in again as any other, and must cause no
 * automatic mail.  teduhd sends and looks (daemon/probe.h) and must not run
 * otherwise.  Exit 0: all well, 1: something to know, 2: something is wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/admin/finding.h"
#include "daemon/config.h"
#include "daemon/desk/provider.h"
#include "daemon/program.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/text.h"

#define LINE_MAX_BYTES	8192
#define ERRAND_MAX	512

struct drill {
	const struct admin	*admin;
	json_t			*findings;
	struct provider_counts	 counts;
	int			 worst;
};

/* Takes over the finding. */
static void
found(struct drill *d, json_t *o)
{
	const char *level = json_string_value(json_object_get(o, "level"));
	int n;

	if (level == NULL || !json_is_string(json_object_get(o, "what")) ||
	    !json_is_string(json_object_get(o, "name")) ||
	    !json_is_string(json_object_get(o, "text"))) {
		json_decref(o);
		return;
	}
	n = strcmp(level, "good") == 0 ? 0 : strcmp(level, "warn") == 0 ? 1 :
	    2;
	if (n > d->worst)
		d->worst = n;
	finding_print(o);
	(void)json_array_append_new(d->findings, o);
}

static void
say(struct drill *d, const char *level, const char *what, const char *text)
{
	found(d, json_pack("{s:s, s:s, s:s, s:s}", "level", level, "what",
	    what, "name", "-", "text", text));
}

/* Run teduhd with these arguments; its standard output to `out`, or ours. */
static pid_t
start(const char *program, char *const argv[], int out)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (out == -1 || dup2(out, STDOUT_FILENO) != -1)
		(void)execv(program, argv);
	_exit(EX_OSERR);
}

static int
ended_well(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == EX_OK;
}

/* teduhd sends and looks. 0, or -1 when it could not: it has said why. */
static int
look_around(struct drill *d, const char *errand, struct err *e)
{
	char program[PATH_MAX], path[PATH_MAX], probe[ERRAND_MAX];
	char name[] = "teduhd", flag[] = "-c", line[LINE_MAX_BYTES];
	char *argv[] = { name, flag, path, probe, NULL };
	int ends[2] = { -1, -1 };
	FILE *f = NULL;
	json_t *o;
	pid_t pid;

	(void)snprintf(path, sizeof(path), "%s", d->admin->config_path);
	(void)snprintf(probe, sizeof(probe), "--probe=%s", errand);
	if (program_find("teduhd", SBINDIR, program, e) == -1)
		return -1;
	if (pipe2(ends, O_CLOEXEC) == -1 ||
	    (f = fdopen(ends[0], "r")) == NULL ||
	    (pid = start(program, argv, ends[1])) == -1) {
		err_set(e, ERR_IO, "cannot start '%s': %s", program,
		    strerror(errno));
		if (f != NULL)
			(void)fclose(f);
		if (ends[1] != -1)
			(void)close(ends[1]);
		return -1;
	}
	(void)close(ends[1]);
	while (fgets(line, sizeof(line), f) != NULL)
		if ((o = json_loads(line, 0, NULL)) != NULL)
			found(d, o);
	(void)fclose(f);
	if (ended_well(pid))
		return 0;
	err_set(e, ERR_RETRY, "teduhd could not send and look");
	return -1;
}

/* One pass of a mailbox's intake, as always: it reads, stores, decides. */
static int
take_letters(struct drill *d, const char *mailbox, struct err *e)
{
	char program[PATH_MAX], path[PATH_MAX], role[LINE_MAX_BYTES];
	char name[] = "teduhd", flag[] = "-c", option[] = "-r";
	char once[] = "--once";
	char *argv[] = { name, flag, path, option, role, once, NULL };
	pid_t pid;

	(void)snprintf(path, sizeof(path), "%s", d->admin->config_path);
	(void)snprintf(role, sizeof(role), "intake:%s", mailbox);
	if (program_find("teduhd", SBINDIR, program, e) == -1)
		return -1;
	if ((pid = start(program, argv, -1)) != -1 && ended_well(pid))
		return 0;
	err_set(e, ERR_RETRY, "teduhd could not take the letter out of "
	    "mailbox '%s'", mailbox);
	return -1;
}

/* Of those on a mail server; one that listens has nothing to fetch. */
static int
take_all(struct drill *d, struct err *e)
{
	const struct config *c = d->admin->config;
	size_t i;

	for (i = 0; i < c->nmailboxes; i++)
		if (c->mailboxes[i].host != NULL &&
		    take_letters(d, c->mailboxes[i].name, e) == -1)
			return -1;
	return 0;
}

/* As the service's user. */
static int
keep_facts(void *ctx, struct err *e)
{
	const struct drill *d = ctx;
	struct store *store = store_open(d->admin->config->data, STORE_USE, e);
	int result = -1;

	if (store != NULL)
		result = provider_keep(store, d->findings, e);
	store_close(store);
	return result;
}

static int
count(void *ctx, struct err *e)
{
	struct drill *d = ctx;
	struct store *store = store_open(d->admin->config->data, STORE_USE, e);
	int result = -1;

	if (store != NULL)
		result = provider_count(store, &d->counts, e);
	store_close(store);
	return result;
}

static int
drill_bounce(struct drill *d, const char *to, struct err *e)
{
	char errand[ERRAND_MAX];

	if (to != NULL && text_address_check(to, e) == -1)
		return -1;
	(void)snprintf(errand, sizeof(errand), "bounce%s%s", to == NULL ? "" :
	    ",", to == NULL ? "" : to);
	if (look_around(d, errand, e) == -1)
		return -1;
	return admin_as_user(d->admin->config, keep_facts, d, e);
}

static int
drill_loop(struct drill *d, struct err *e)
{
	const struct config *config = d->admin->config;
	struct provider_counts before;
	int64_t letters, mails;
	char text[256];

	if (count(d, e) == -1)
		return -1;
	before = d->counts;
	if (look_around(d, "loop", e) == -1 || take_all(d, e) == -1 ||
	    count(d, e) == -1)
		return -1;
	letters = d->counts.letters - before.letters;
	mails = d->counts.automatic - before.automatic;
	(void)snprintf(text, sizeof(text), "%" PRId64 " marked letters came "
	    "in as letters, %" PRId64 " automatic mails come of it", letters,
	    mails);
	say(d, letters < (int64_t)config->ndesks || mails != 0 ? "bad" :
	    "good", "loop", text);
	return 0;
}

int
admin_drill(const struct admin *admin, int argc, char *const argv[])
{
	struct drill d = { .admin = admin };
	struct err e = ERR_INIT;
	const char *what = argc > 1 ? argv[1] : "", *to = NULL;
	int result;

	if (strcmp(what, "bounce") == 0 && argc == 4 &&
	    strcmp(argv[2], "--to") == 0)
		to = argv[3];
	else if (argc != 2 || (strcmp(what, "bounce") != 0 &&
	    strcmp(what, "loop") != 0))
		return admin_usage("drill takes 'bounce' with --to ADDRESS "
		    "or without, or 'loop'");
	d.findings = json_array();
	result = strcmp(what, "loop") == 0 ? drill_loop(&d, &e) :
	    drill_bounce(&d, to, &e);
	json_decref(d.findings);
	return result == -1 ? admin_fail(&e) : d.worst;
}
