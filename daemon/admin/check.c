/*
 * teduh-admin check: is the store whole, and does the audit chain hold?  To
 * be asked after an I/O error, before teduhd is started again; also while it
 * runs.  The pin is a secret's neighbour and not read here: that entry 1 is
 * the true one, teduhd checks at each start.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/err.h"

static int
check_audit(const struct config *config, struct store *store, int64_t *n,
    struct err *e)
{
	struct desk d;
	int result = -1;

	memset(&d, 0, sizeof(d));
	d.store = store;
	d.config = config;
	d.role = "admin";
	d.roster = roster_new();
	if (desk_refresh(&d, e) == 0)
		result = audit_verify(&d, n, e);
	roster_free(d.roster);
	return result;
}

int
admin_check(const struct admin *admin, int argc, char *const argv[])
{
	struct store *store;
	struct err e = ERR_INIT;
	int64_t n = 0;
	int code = EX_OK;

	(void)argv;
	if (argc != 1)
		return admin_usage("check takes nothing else");
	store = store_open(admin->config->data, STORE_USE, &e);
	if (store == NULL || store_check(store, &e) == -1 ||
	    check_audit(admin->config, store, &n, &e) == -1)
		code = admin_fail(&e);
	else
		(void)printf("the store is whole; %" PRId64 " audit entries "
		    "hold\n", n);
	store_close(store);
	return code;
}
