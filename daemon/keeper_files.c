/*
 * What the keeper writes into DATA, as the service's user: who listens where,
 * for whoever asked for a free port, and whether the configuration that lies
 * there was taken, for clock, which makes an alarm of it.  The keeper itself
 * opens no store once the roles run.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/keeper_parts.h"
#include "lib/err.h"
#include "lib/wire.h"

/* Whole or not at all: a crash leaves the one or the other. */
static int
write_file(const char *data, const char *name, const char *text, size_t len,
    struct err *e)
{
	char path[PATH_MAX], aside[PATH_MAX];
	int fd, bad;

	errno = 0;
	(void)snprintf(path, sizeof(path), "%s/%s", data, name);
	(void)snprintf(aside, sizeof(aside), "%s/keeper.new", data);
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd != -1) {
		bad = write(fd, text, len) != (ssize_t)len;
		bad |= close(fd) == -1;
		if (!bad && rename(aside, path) == 0)
			return 0;
	}
	/* A short write has no errno: there was no room. */
	err_set(e, errno == 0 || errno == ENOSPC || errno == EDQUOT ?
	    ERR_RETRY : ERR_IO, "cannot write '%s': %s", path,
	    strerror(errno == 0 ? ENOSPC : errno));
	return -1;
}

int
keeper_file_ports(const struct keeper_roles *roles,
    const struct config *config, struct err *e)
{
	char name[CONFIG_HOST_MAX + 16];
	const char *role;
	json_t *ports;
	char *text;
	size_t len, i;
	int result;

	ports = json_pack("{s:n, s:n}", "api", "web");
	for (i = 0; i < roles->n; i++) {
		role = roles->role[i].role;
		if (strcmp(role, "api") != 0 && strcmp(role, "web") != 0)
			continue;
		if (keeper_listen_name(roles->role[i].listener,
		    roles->role[i].listen, name, sizeof(name), e) == -1) {
			json_decref(ports);
			return -1;
		}
		(void)json_object_set_new(ports, role, json_string(name));
	}
	text = wire_print(ports, &len);
	json_decref(ports);
	result = write_file(config->data, "ports.json", text, len, e);
	free(text);
	return result;
}

int
keeper_file_bad(const char *data, const char *why, struct err *e)
{
	char path[PATH_MAX];

	if (why != NULL) {
		(void)snprintf(path, sizeof(path), "%s/state", data);
		(void)mkdir(path, 0700);
		return write_file(data, "state/configuration-bad", why,
		    strlen(why), e);
	}
	(void)snprintf(path, sizeof(path), "%s/state/configuration-bad",
	    data);
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	err_set(e, ERR_IO, "cannot remove '%s': %s", path, strerror(errno));
	return -1;
}
