/*
 * The keeper: sets everything up, starts the roles, and then only waits.
 *
 * Order matters: secrets and listeners as root, the lock before anything is
 * touched, root given up before the store is opened, the store recovered and
 * checked before any role can write to it.  Afterwards the keeper reads
 * nothing but signals, the roles' newlines and, on SIGHUP, the
 * configuration, so that there is little to break it with; after a start as
 * root it holds sealed memory that it no longer looks into.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/desk/foreign.h"
#include "daemon/desk/founding.h"
#include "daemon/desk/retire.h"
#include "daemon/keeper.h"
#include "daemon/keeper_parts.h"
#include "daemon/log.h"
#include "daemon/sandbox.h"
#include "daemon/secrets.h"
#include "daemon/store/lock.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/seal.h"

struct keeper {
	const struct keeper_options *options;
	struct keeper_config	*now;
	const struct config	*config;	/* of now, until roles run */
	struct keeper_roles	 roles;
	struct keeper_start	 start;
	unsigned char		 pin[SEAL_HASH];
	int			 lock;
};

/* The exit code for what went wrong before anything served. */
static int
start_exit(const struct err *e)
{
	switch (e->code) {
	case ERR_RETRY:
	case ERR_CONFLICT:
		return EX_TEMPFAIL;
	case ERR_IO:
		return EX_IOERR;
	case ERR_BUG:
		return EX_SOFTWARE;
	default:
		return EX_CONFIG;
	}
}

/*
 * One keeper per DATA; the file is never removed.  Without a store nothing
 * is made, because init wants an empty folder.
 */
static int
lock_data(struct keeper *k, struct err *e)
{
	char path[PATH_MAX];
	struct stat st, own;

	(void)snprintf(path, sizeof(path), "%s/store.db", k->config->data);
	if (stat(k->config->data, &st) == -1 || lstat(path, &own) == -1) {
		err_set(e, ERR_GONE, "no store in '%s': %s; run "
		    "'teduh-admin init' first", k->config->data,
		    strerror(errno));
		return -1;
	}
	(void)snprintf(path, sizeof(path), "%s/keeper.lock", k->config->data);
	if ((k->lock = lock_open(path, e)) == -1)
		return -1;
	/* A file with another name is not ours to give away. */
	if (fstat(k->lock, &own) == -1 || !S_ISREG(own.st_mode) ||
	    own.st_nlink != 1) {
		err_set(e, ERR_IO, "'%s' is not a file of its own", path);
		return -1;
	}
	if (geteuid() == 0 && fchown(k->lock, st.st_uid, st.st_gid) == -1) {
		err_set(e, ERR_IO, "cannot give away '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	if (lock_take(k->lock, 0, e) == 0)
		return 0;
	if (e->code == ERR_RETRY)
		err_set(e, ERR_RETRY, "another teduhd (or a migration or "
		    "restore) runs on '%s'", k->config->data);
	return -1;
}

static int
load_pin(struct keeper *k, struct err *e)
{
	struct secret *pin;

	if (!k->roles.has_pin)
		return 0;
	pin = secrets_load(k->config->secrets, "pin", SEAL_HASH, e);
	if (pin == NULL)
		return -1;
	memcpy(k->pin, pin->bytes, sizeof(k->pin));
	secret_free(pin);
	return 0;
}

/* The configuration was taken; failing to say so stops nothing. */
static void
say_taken(const struct keeper *k)
{
	struct err e = ERR_INIT;

	if (keeper_file_bad(k->config->data, NULL, &e) == -1)
		log_err("configuration", &e);
}

/* A log left by a dead daemon is recovered here, and by nobody else. */
static int
check_store(struct keeper *k, struct err *e)
{
	struct store *store;
	int result;

	store = store_open(k->config->data, STORE_RECOVER, e);
	if (store == NULL) {
		if (e->code == ERR_GONE)
			err_set(e, ERR_GONE, "no store in '%s'; run "
			    "'teduh-admin init' first", k->config->data);
		return -1;
	}
	result = retire_check(store, e);
	if (result == 0)
		result = foreign_restart(store, e);
	if (result == 0 && k->roles.has_pin)
		result = founding_check_pin(store, k->pin, e);
	if (result == 0)
		say_taken(k);
	store_close(store);
	return result;
}

static void
say_begin(const struct keeper *k)
{
	if (geteuid() != 0)
		log_info("user: started by an ordinary user, so the secrets "
		    "folder is not separated from the roles");
	if (!k->roles.has_pin)
		log_warn("no pin yet: only api runs and letters wait on the "
		    "mail server; after 'teduh join' run 'teduh-admin pin "
		    "HASH' and start teduhd again");
}

static int
set_up(struct keeper *k, struct err *e)
{
	if (lock_data(k, e) == -1 ||
	    keeper_roles_make(&k->roles, k->now, k->start.only, NULL,
	    e) == -1 || load_pin(k, e) == -1)
		return -1;
	say_begin(k);
	if (keeper_open_reader(&k->start, e) == -1 ||
	    sandbox_become(k->config->user, e) == -1 ||
	    seal_harden_process(e) == -1 ||
	    keeper_try_rules(&k->start, k->config, e) == -1 ||
	    keeper_file_ports(&k->roles, k->config, e) == -1)
		return -1;
	return check_store(k, e);
}

static int
begin(struct keeper *k, struct err *e)
{
	const struct keeper_options *o = k->options;

	k->start.program = o->program;
	k->start.config_path = o->config_path;
	k->start.only = o->role;
	k->start.once = o->once;
	k->start.sealed = geteuid() == 0;
	if (seal_init(e) == -1 || seal_harden_process(e) == -1 ||
	    (k->now = keeper_config_read(o->config_path, e)) == NULL)
		return -1;
	k->config = k->now->config;
	return set_up(k, e);
}

/* One that comes before the roles run is heard when they do. */
static void
hold_hangup(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

int
keeper_main(const struct keeper_options *options)
{
	struct keeper k;
	struct err e = ERR_INIT;
	int code;

	memset(&k, 0, sizeof(k));
	k.options = options;
	k.lock = -1;
	log_open("keeper");
	hold_hangup();
	if (begin(&k, &e) == -1) {
		(void)fprintf(stderr, "%s%s\n", k.now == NULL ? "" :
		    "teduhd: ", e.text);
		code = start_exit(&e);
	} else {
		code = keeper_watch(&k.start, &k.now, &k.roles,
		    options->ready_fd);
	}
	keeper_roles_free(&k.roles);
	keeper_config_free(k.now);
	if (k.lock != -1)
		(void)close(k.lock);
	return code;
}
