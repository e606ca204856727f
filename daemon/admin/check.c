/*
 * teduh-admin check: is the store whole?  To be asked after an I/O error,
 * before teduhd is started again; also while it runs.
 */
#include <stdio.h>
#include <sysexits.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/store/store.h"
#include "lib/err.h"

int
admin_check(const struct admin *admin, int argc, char *const argv[])
{
	struct store *store;
	struct err e = ERR_INIT;
	int code = EX_OK;

	(void)argv;
	if (argc != 1)
		return admin_usage("check takes nothing else");
	store = store_open(admin->config->data, STORE_USE, &e);
	if (store == NULL || store_check(store, &e) == -1)
		code = admin_fail(&e);
	else
		(void)puts("the store is whole");
	store_close(store);
	return code;
}
