/*
 * teduh-admin retire: the old server after a move.
 *
 * As root the signing key of the role clock is read, so that the audit entry
 * is one that everybody can check; the rest is the service's user's, under
 * the keeper's lock: no teduhd runs meanwhile.  That the *other* one of two
 * is retired is said to the one that goes on, while it runs.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/retire.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/seal.h"

#define ROLE	"clock"

enum what { RETIRE, UNDO, OTHER };

/* What is typed, asked and said of each, behind the data folder's name. */
static const struct saying {
	const char	*option, *question, *done;
} sayings[] = {
	{ "", "teduhd will not start here any more: nothing is fetched, "
	    "nothing is sent.",
	    "is retired: teduhd does not start on it\n"
	    "next: a last backup of it, 'teduh-admin backup DIR', and "
	    "'teduh-admin restore DIR' on the new server" },
	{ "--undo ", "is the service that took over stopped for good? Two on "
	    "one mailbox take each other's letters.",
	    "is not retired any more; it is in quarantine: letters come in, "
	    "nothing goes out\n"
	    "1. start teduhd\n"
	    "2. a supervisor looks and signs: teduh restore accept\n"
	    "3. answers that were on their way wait in 'teduh review'" },
	{ "--other ", "is the other service on its mailboxes stopped and "
	    "retired? What both have may be sent twice otherwise.",
	    "is the one that goes on: answers leave again after the next "
	    "look into the mailbox, within minutes" },
};

struct job {
	const struct config	*config;
	struct secret		*seed;
	enum what		 what;
	int			 yes;
};

/* The lock, or -1. */
static int
take_lock(const struct config *config, struct err *e)
{
	int lock = admin_lock(config, e);

	if (lock == -1 && e->code == ERR_RETRY)
		err_set(e, ERR_RETRY, "teduhd runs on '%s': stop it for good "
		    "first ('systemctl disable --now teduhd')",
		    config->data);
	return lock;
}

static int
change(const struct job *j, struct err *e)
{
	struct desk d;
	int result = -1;

	memset(&d, 0, sizeof(d));
	d.config = j->config;
	d.role = ROLE;
	d.roster = roster_new();
	d.signer = d.own = signer_from_seed(j->seed);
	d.store = store_open(j->config->data, j->what == OTHER ? STORE_USE :
	    STORE_RECOVER, e);
	if (d.store != NULL)
		result = j->what == RETIRE ? retire_begin(&d, e) :
		    j->what == UNDO ? retire_end(&d, e) :
		    retire_other(&d, e);
	desk_close(&d);
	if (result != 1 || j->what != UNDO)
		return result == 1 ? 0 : result;
	err_set(e, ERR_GONE, "the service in '%s' is not retired: there is "
	    "nothing to undo", j->config->data);
	return -1;
}

/* As the service's user. */
static int
work(void *ctx, struct err *e)
{
	const struct job *j = ctx;
	char path[PATH_MAX];
	int lock = -1, result;

	/* Without a store there is nothing, and nothing is made. */
	(void)snprintf(path, sizeof(path), "%s/store.db", j->config->data);
	if (access(path, F_OK) == -1) {
		err_set(e, ERR_GONE, "there is no store in '%s'; see 'data' "
		    "in the configuration", j->config->data);
		return -1;
	}
	if (j->what != OTHER && (lock = take_lock(j->config, e)) == -1)
		return -1;
	result = change(j, e);
	if (lock != -1)
		(void)close(lock);
	return result;
}

/* A typed yes, or --yes. 0, 1 no, -1. */
static int
ask(const struct job *j, struct err *e)
{
	char typed[64] = "";

	if (j->yes)
		return 0;
	if (!isatty(STDIN_FILENO)) {
		err_set(e, ERR_INPUT, "to do this without being asked, type: "
		    "teduh-admin retire %s--yes", sayings[j->what].option);
		return -1;
	}
	(void)fprintf(stderr, "'%s': %s Type 'yes': ", j->config->data,
	    sayings[j->what].question);
	if (fgets(typed, sizeof(typed), stdin) == NULL)
		typed[0] = '\0';
	typed[strcspn(typed, "\n")] = '\0';
	if (strcmp(typed, "yes") == 0)
		return 0;
	(void)fputs("Nothing was changed.\n", stderr);
	return 1;
}

int
admin_retire(const struct admin *admin, int argc, char *const argv[])
{
	struct job j;
	struct err e = ERR_INIT;
	int i, r = -1;

	memset(&j, 0, sizeof(j));
	j.config = admin->config;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--undo") == 0 && j.what == RETIRE)
			j.what = UNDO;
		else if (strcmp(argv[i], "--other") == 0 &&
		    j.what == RETIRE)
			j.what = OTHER;
		else if (strcmp(argv[i], "--yes") == 0)
			j.yes = 1;
		else
			return admin_usage("retire takes --undo or --other, "
			    "and --yes");
	}
	if (secrets_check(j.config->secrets, &e) == 0 &&
	    (j.seed = secrets_load(j.config->secrets, ROLE ".key", SEAL_KEY,
	    &e)) != NULL && (r = ask(&j, &e)) == 0)
		r = admin_as_user(j.config, work, &j, &e);
	secret_free(j.seed);
	if (r == -1)
		return admin_fail(&e);
	if (r == 0)
		(void)printf("'%s' %s\n", j.config->data,
		    sayings[j.what].done);
	return r == 0 ? EX_OK : EX_TEMPFAIL;
}
