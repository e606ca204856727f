/*
 * teduh-admin resume: somebody has looked, automatic mail may go on.
 *
 * The breaker is a line in post's own file (desk/budget.h), and this is the
 * only way to take it out; what says that the file was damaged goes with it.
 * teduhd runs meanwhile.
 */
#include <stdio.h>
#include <sysexits.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/desk/budget.h"
#include "lib/err.h"

int
admin_resume(const struct admin *admin, int argc, char *const argv[])
{
	struct err e = ERR_INIT;
	int was_open;

	(void)argv;
	if (argc != 1)
		return admin_usage("resume takes no words");
	if ((was_open = budget_resume(admin->config->data, &e)) == -1)
		return admin_fail(&e);
	(void)puts(was_open ? "automatic mail goes on; what was to leave "
	    "meanwhile to people who wrote is not sent later" :
	    "automatic mail was not stopped");
	return EX_OK;
}
