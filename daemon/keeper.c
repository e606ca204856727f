/*
 * The keeper: sets everything up, starts the roles, and then only waits.
 *
 * Order matters: secrets and listeners as root, the lock before anything is
 * touched, root given up before the store is opened, the store recovered and
 * checked before any role can write to it.  Afterwards the keeper reads
 * nothing but signals, the roles' newlines and, on SIGHUP, the
 * configuration, so that there is little to break it with; it holds sealed
 * memory that it no longer looks into.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/desk/founding.h"
#include "daemon/desk/item.h"
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
	char			 path[PATH_MAX];	/* configuration */
	struct config		*config;
	struct keeper_roles	 roles;
	struct keeper_start	 start;
	unsigned char		 pin[SEAL_HASH];
	int			 has_pin;
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

static int
read_config(struct keeper *k, struct err *e)
{
	char *text = NULL;
	size_t len;
	int result = -1;

	/* The path as given in messages, the absolute one for the roles. */
	if ((text = config_read(k->options->config_path, &len, e)) == NULL)
		return -1;
	k->config = config_parse(k->options->config_path, text, e);
	if (k->config == NULL)
		goto out;
	if (realpath(k->options->config_path, k->path) == NULL) {
		err_set(e, ERR_IO, "cannot find '%s': %s",
		    k->options->config_path, strerror(errno));
		goto out;
	}
	k->start.program = k->options->program;
	k->start.config_path = k->path;
	k->start.once = k->options->once;
	k->start.config_fd = secrets_memory("configuration", text, len, e);
	result = k->start.config_fd == -1 ? -1 : 0;
out:
	free(text);
	return result;
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

	if (!k->has_pin)
		return 0;
	pin = secrets_load(k->config->secrets, "pin", SEAL_HASH, e);
	if (pin == NULL)
		return -1;
	memcpy(k->pin, pin->bytes, sizeof(k->pin));
	secret_free(pin);
	return 0;
}

/* What a crash or somebody's change of mind left; no reason not to start. */
static void
sweep(struct store *store)
{
	struct err e = ERR_INIT;
	int n;

	n = item_sweep(store, store_now(store) - ITEM_UPLOAD_S, &e);
	if (n == -1)
		log_err("sweep", &e);
	else if (n > 0)
		log_info("swept: items=%d", n);
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
	if (result == 0 && k->has_pin)
		result = founding_check_pin(store, k->pin, e);
	if (result == 0)
		sweep(store);
	store_close(store);
	return result;
}

static void
say_begin(const struct keeper *k)
{
	if (geteuid() != 0)
		log_info("user: started by an ordinary user, so the secrets "
		    "folder is not separated from the roles");
	if (!k->has_pin)
		log_warn("no pin yet: only api runs and letters wait on the "
		    "mail server; after 'teduh join' run 'teduh-admin pin "
		    "HASH' and start teduhd again");
}

static int
set_up(struct keeper *k, struct err *e)
{
	if (lock_data(k, e) == -1 ||
	    keeper_roles_make(&k->roles, k->config, k->options->role,
	    &k->has_pin, e) == -1 || load_pin(k, e) == -1)
		return -1;
	say_begin(k);
	if (sandbox_become(k->config->user, e) == -1 ||
	    seal_harden_process(e) == -1 ||
	    keeper_roles_ports(&k->roles, k->config, e) == -1)
		return -1;
	return check_store(k, e);
}

int
keeper_main(const struct keeper_options *options)
{
	struct keeper k;
	struct err e = ERR_INIT;
	int code;

	memset(&k, 0, sizeof(k));
	k.options = options;
	k.lock = k.start.config_fd = -1;
	log_open("keeper");
	if (seal_init(&e) == -1 || seal_harden_process(&e) == -1 ||
	    read_config(&k, &e) == -1 || set_up(&k, &e) == -1) {
		(void)fprintf(stderr, "%s%s\n",
		    k.config == NULL ? "" : "teduhd: ", e.text);
		code = start_exit(&e);
	} else {
		code = keeper_watch(&k.start, &k.roles, options->ready_fd);
	}
	keeper_roles_free(&k.roles);
	config_free(k.config);
	if (k.start.config_fd != -1)
		(void)close(k.start.config_fd);
	if (k.lock != -1)
		(void)close(k.lock);
	return code;
}
