#ifndef TEDUH_KEEPER_PARTS_H
#define TEDUH_KEEPER_PARTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct config;
struct err;

/*
 * What the files of the keeper share: the list of its roles, and how one of
 * them gets its descriptors and starts.
 */
#define KEEPER_NAME_MAX	64

struct keeper_role {
	const char	*role;		/* "intake", "api", "post", "clock" */
	char		 name[KEEPER_NAME_MAX];	/* mailbox, worker, or "-" */
	int		 secrets_fd;	/* sealed memfd */
	int		 listener;	/* or -1 */

	pid_t		 pid;		/* 0: does not run */
	int		 ready_fd;	/* read end, or -1 */
	int		 ready;		/* has served since the keeper began */
	int		 starts;	/* how often it was started */
	int		 ended;		/* will not be started again */
	int64_t		 started_ms;
	int64_t		 wait_ms;	/* back-off, doubled by each death */
	int64_t		 due_ms;	/* when to start it (monotonic) */
};

struct keeper_roles {
	struct keeper_role *role;
	size_t		 n;
};

/*
 * The roles that this configuration wants, each with its secrets read and
 * its listener open; to be called before root is given up.  Without a pin
 * that is api alone. only (may be NULL): "intake", "intake:MAILBOX", "api",
 * "post", "clock", "bell". has_pin is set. 0, or -1 with *e.
 */
int	keeper_roles_make(struct keeper_roles *, const struct config *,
	    const char *only, int *has_pin, struct err *);
void	keeper_roles_free(struct keeper_roles *);
/* DATA/ports.json: where api listens. */
int	keeper_roles_ports(const struct keeper_roles *,
	    const struct config *, struct err *);

/*
 * A listening, non-blocking, close-on-exec socket on "unix:PATH" (mode 0660,
 * the service user's) or "HOST:PORT". -1 with *e: ERR_CONFLICT when somebody
 * answers there already.
 */
int	keeper_listen(const char *listen, const char *user, struct err *);
/* "unix:PATH" as it is, or "HOST:PORT" with the port that was given. */
int	keeper_listen_name(int fd, const char *listen, char *out, size_t size,
	    struct err *);

/* What keeper_spawn() needs beside the role. */
struct keeper_start {
	const char	*program;	/* absolute path of teduhd */
	const char	*config_path;	/* absolute */
	int		 config_fd;	/* sealed memfd with its text */
	int		 once;
	const char	*look;		/* NULL: work; else only look, with
					   the token of a test letter, or "" */
};

/* Start it: pid, ready_fd, starts are set. 0, or -1 with *e. */
int	keeper_spawn(const struct keeper_start *, struct keeper_role *,
	    struct err *);

/*
 * Start all, keep them running, until a signal or an I/O error ends it (or,
 * with once, until each has ended). Writes a newline to ready_fd (-1: none)
 * and tells systemd when all serve. Returns the exit code.
 */
int	keeper_watch(const struct keeper_start *, struct keeper_roles *,
	    int ready_fd);

#endif
