/*
 * teduh-admin migrate: after an upgrade, the store of the older teduhd
 * becomes one of this teduhd.  Nobody else may have the store open: the
 * keeper's lock is held meanwhile.
 */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/store/store.h"
#include "lib/err.h"

/* The lock, or -1. */
static int
take_lock(const struct config *config, struct err *e)
{
	int lock = admin_lock(config, e);

	if (lock == -1 && e->code == ERR_RETRY)
		err_set(e, ERR_RETRY, "teduhd (or another migration) works on "
		    "'%s': stop it first", config->data);
	return lock;
}

int
admin_migrate(const struct admin *admin, int argc, char *const argv[])
{
	const struct config *config = admin->config;
	struct err e = ERR_INIT;
	long from = 0;
	int lock, r;

	(void)argv;
	if (argc != 1)
		return admin_usage("migrate takes nothing else");
	if ((lock = take_lock(config, &e)) == -1)
		return admin_fail(&e);
	r = store_migrate(config->data, &from, &e);
	(void)close(lock);
	if (r == -1)
		return admin_fail(&e);
	if (r == 1)
		(void)printf("the store in '%s' has schema %ld already\n",
		    config->data, from);
	else
		(void)printf("the store in '%s' went from schema %ld to %d and "
		    "is whole; next: start teduhd\n", config->data, from,
		    SCHEMA_VERSION);
	return EX_OK;
}
