/*
 * Where the programs are that start each other.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/program.h"
#include "lib/err.h"

int
program_find(const char *name, const char *folder, char out[PATH_MAX],
    struct err *e)
{
	char self[PATH_MAX], *slash;
	ssize_t n;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0) {
		self[n] = '\0';
		if ((slash = strrchr(self, '/')) != NULL)
			*slash = '\0';
		if (snprintf(out, PATH_MAX, "%s/%s", self, name) < PATH_MAX &&
		    access(out, X_OK) == 0)
			return 0;
	}
	(void)snprintf(out, PATH_MAX, "%s/%s", folder, name);
	if (access(out, X_OK) == 0)
		return 0;
	err_set(e, ERR_GONE, "there is no program '%s': %s", out,
	    strerror(errno));
	return -1;
}

int
program_find_reader(char out[PATH_MAX], struct err *e)
{
	return program_find("teduh-reader", LIBEXECDIR, out, e);
}
