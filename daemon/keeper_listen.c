/*
 * Listeners: made by the keeper, used by one role each.
 *
 * A socket file that nobody answers on is what a dead daemon left and is
 * removed; one that somebody answers on, or a file of another kind, is not
 * touched.
 */
#include <errno.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/keeper_parts.h"
#include "lib/err.h"

#define UNIX		"unix:"
#define BACKLOG		128
#define SOCKET_TYPE	(SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

static int
fail(int fd, const char *what, const char *where, struct err *e)
{
	err_set(e, errno == EADDRINUSE ? ERR_CONFLICT : errno == EACCES ||
	    errno == EPERM || errno == EROFS ? ERR_DENIED : ERR_IO,
	    "cannot %s '%s': %s", what, where, strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return -1;
}

/* 0 when the path is free now. */
static int
remove_stale(const struct sockaddr_un *un, struct err *e)
{
	struct stat st;
	int fd, rc, why;

	if (lstat(un->sun_path, &st) == -1)
		return errno == ENOENT ? 0 :
		    fail(-1, "look at", un->sun_path, e);
	if (!S_ISSOCK(st.st_mode)) {
		err_set(e, ERR_INPUT, "'%s' is there and is not a socket",
		    un->sun_path);
		return -1;
	}
	if ((fd = socket(AF_UNIX, SOCKET_TYPE, 0)) == -1)
		return fail(-1, "make a socket for", un->sun_path, e);
	rc = connect(fd, (const struct sockaddr *)un, sizeof(*un));
	why = errno;
	(void)close(fd);
	if (rc == 0 || why != ECONNREFUSED) {
		err_set(e, ERR_CONFLICT, "somebody else listens on '%s'",
		    un->sun_path);
		return -1;
	}
	if (unlink(un->sun_path) == -1)
		return fail(-1, "remove", un->sun_path, e);
	return 0;
}

/* Never through a link that somebody put there after bind(). */
static int
give_to(const char *path, const char *user)
{
	const struct passwd *pw;

	if (geteuid() != 0 || (pw = getpwnam(user)) == NULL)
		return 0;
	return lchown(path, pw->pw_uid, pw->pw_gid);
}

static int
listen_unix(const char *path, const char *user, struct err *e)
{
	struct sockaddr_un un;
	mode_t mask;
	int fd, rc;

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	if (remove_stale(&un, e) == -1)
		return -1;
	if ((fd = socket(AF_UNIX, SOCKET_TYPE, 0)) == -1)
		return fail(-1, "make a socket for", path, e);
	/* The roles, teduh-admin and who is of the user's group connect. */
	mask = umask(0117);
	rc = bind(fd, (const struct sockaddr *)&un, sizeof(un));
	(void)umask(mask);
	if (rc == -1 || give_to(path, user) == -1 ||
	    listen(fd, BACKLOG) == -1)
		return fail(fd, "listen on", path, e);
	return fd;
}

static int
listen_tcp(const char *where, struct err *e)
{
	struct addrinfo hints, *list = NULL;
	char host[CONFIG_HOST_MAX], port[6];
	int fd = -1, rc, on = 1;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
	if (config_host_port(where, host, port) == -1) {
		err_set(e, ERR_INPUT, "'%s' is not HOST:PORT", where);
		return -1;
	}
	if ((rc = getaddrinfo(host, port, &hints, &list)) != 0) {
		err_set(e, ERR_INPUT, "cannot find the host of '%s': %s",
		    where, gai_strerror(rc));
		return -1;
	}
	fd = socket(list->ai_family, SOCKET_TYPE, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, list->ai_addr, list->ai_addrlen) == -1 ||
	    listen(fd, BACKLOG) == -1)
		fd = fail(fd, "listen on", where, e);
	freeaddrinfo(list);
	return fd;
}

int
keeper_listen(const char *where, const char *user, struct err *e)
{
	if (strncmp(where, UNIX, strlen(UNIX)) == 0)
		return listen_unix(where + strlen(UNIX), user, e);
	return listen_tcp(where, e);
}

void
keeper_listen_remove(const char *where)
{
	if (strncmp(where, UNIX, strlen(UNIX)) == 0)
		(void)unlink(where + strlen(UNIX));
}

int
keeper_listen_name(int fd, const char *where, char *out, size_t size,
    struct err *e)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char port[8];
	const char *colon = strrchr(where, ':');

	if (strncmp(where, UNIX, strlen(UNIX)) == 0 || colon == NULL) {
		(void)snprintf(out, size, "%s", where);
		return 0;
	}
	if (getsockname(fd, (struct sockaddr *)&address, &len) == -1 ||
	    getnameinfo((struct sockaddr *)&address, len, NULL, 0, port,
	    sizeof(port), NI_NUMERICSERV) != 0) {
		err_set(e, ERR_IO, "cannot learn the port of '%s'", where);
		return -1;
	}
	(void)snprintf(out, size, "%.*s:%s", (int)(colon - where), where,
	    port);
	return 0;
}
