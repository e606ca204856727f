/*
 * Where teduhd is, for the commands that need it: a tree that was built and
 * not installed works too.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "lib/err.h"

int
admin_find_program(char out[PATH_MAX], struct err *e)
{
	char self[PATH_MAX], *slash;
	ssize_t n;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0) {
		self[n] = '\0';
		if ((slash = strrchr(self, '/')) != NULL)
			*slash = '\0';
		if (snprintf(out, PATH_MAX, "%s/teduhd", self) < PATH_MAX &&
		    access(out, X_OK) == 0)
			return 0;
	}
	(void)snprintf(out, PATH_MAX, "%s", SBINDIR "/teduhd");
	if (access(out, X_OK) == 0)
		return 0;
	err_set(e, ERR_GONE, "there is no program '%s': %s", out,
	    strerror(errno));
	return -1;
}
