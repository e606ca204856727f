/*
 * The web door as somebody before it finds it, for teduh-admin doctor: only
 * on this machine.  What a front and the world see of it, the front's own
 * tools tell.
 */
#include <errno.h>
#include <jansson.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/admin/doctor_door.h"
#include "daemon/config.h"
#include "lib/err.h"
#include "lib/wire.h"

#define UNIX		"unix:"
#define PATIENCE_S	5
#define PORTS_MAX	((size_t)4096)
#define ASK	"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" \
		"Connection: close\r\n\r\n"

/* Where it listens now: a port 0 became another one at the start. */
static void
find_where(const struct config *c, char *where, size_t size)
{
	char path[4096], *text;
	struct err e = ERR_INIT;
	const char *web;
	json_t *ports = NULL;
	size_t len = 0;

	(void)snprintf(where, size, "%s", c->web.listen);
	(void)snprintf(path, sizeof(path), "%s/ports.json", c->data);
	if ((text = config_read(path, &len, &e)) != NULL && len < PORTS_MAX)
		ports = wire_parse(text, len, &e);
	web = json_string_value(json_object_get(ports, "web"));
	if (web != NULL)
		(void)snprintf(where, size, "%s", web);
	json_decref(ports);
	free(text);
}

/* A socket that waits for nobody longer than PATIENCE_S; or -1. */
static int
connect_to(int family, const struct sockaddr *address, socklen_t len)
{
	struct timeval patience = { PATIENCE_S, 0 };
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), why;

	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof(patience)) == 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO,
	    &patience, sizeof(patience)) == 0 &&
	    connect(fd, address, len) == 0)
		return fd;
	why = errno;
	(void)close(fd);
	errno = why;
	return -1;
}

static int
connect_where(const char *where)
{
	struct addrinfo hints, *list = NULL;
	char host[CONFIG_HOST_MAX], port[6];
	struct sockaddr_un un;
	int fd;

	if (strncmp(where, UNIX, strlen(UNIX)) == 0) {
		where += strlen(UNIX);
		memset(&un, 0, sizeof(un));
		un.sun_family = AF_UNIX;
		memcpy(un.sun_path, where, strnlen(where,
		    sizeof(un.sun_path) - 1));
		return connect_to(AF_UNIX, (const struct sockaddr *)&un,
		    sizeof(un));
	}
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_NUMERICSERV;
	errno = EADDRNOTAVAIL;
	if (config_host_port(where, host, port) == -1 ||
	    getaddrinfo(host, port, &hints, &list) != 0)
		return -1;
	fd = connect_to(list->ai_family, list->ai_addr, list->ai_addrlen);
	freeaddrinfo(list);
	return fd;
}

/* The status that it gives, or -1. */
static int
ask(int fd)
{
	char line[13] = "";		/* "HTTP/1.1 200" */
	size_t n = 0;
	ssize_t got = 1;
	int status;

	if (send(fd, ASK, strlen(ASK), MSG_NOSIGNAL) !=
	    (ssize_t)strlen(ASK))
		return -1;
	while (got > 0 && n < sizeof(line) - 1) {
		got = recv(fd, line + n, sizeof(line) - 1 - n, 0);
		n += got > 0 ? (size_t)got : 0;
	}
	return sscanf(line, "HTTP/1.1 %3d", &status) == 1 ? status : -1;
}

int
doctor_door(const struct config *c, struct err *e)
{
	char where[CONFIG_HOST_MAX + 16];
	int fd, status = 200;

	find_where(c, where, sizeof(where));
	if (!admin_is_running(c)) {
		err_set(e, ERR_RETRY, "teduhd does not run, so nobody is "
		    "behind '%s'", where);
		return -1;
	}
	if ((fd = connect_where(where)) == -1) {
		err_set(e, ERR_IO, "nobody answers at '%s' (%s), although "
		    "teduhd runs: look into its log", where,
		    strerror(errno));
		return -1;
	}
	if (c->web.cert == NULL)
		status = ask(fd);
	(void)close(fd);
	if (status == 503)
		err_set(e, ERR_GONE, "the web door at '%s' says that it is "
		    "closed: look into the log", where);
	else if (status != 200)
		err_set(e, ERR_IO, "what listens at '%s' does not answer as "
		    "the web door does: look into the log", where);
	return status == 200 ? 0 : -1;
}
