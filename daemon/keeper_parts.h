#ifndef TEDUH_KEEPER_PARTS_H
#define TEDUH_KEEPER_PARTS_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct config;
struct err;

/*
 * What the files of the keeper share: the configuration, the list of its
 * roles, how one of them gets its descriptors and starts, and how another
 * configuration is taken while they run.
 */

/* One reading of the configuration file. */
struct keeper_config {
	struct config	*config;
	char		 path[PATH_MAX];	/* absolute, for the roles */
	int		 fd;			/* sealed memfd with its text */
};

/* path: as given, and so in messages. NULL with *e. */
struct keeper_config *keeper_config_read(const char *path, struct err *);
void	keeper_config_free(struct keeper_config *);	/* NULL is fine */

#define KEEPER_NAME_MAX	64

/* What is to become of a role. */
enum keeper_will {
	KEEPER_RUNS,		/* started, and again when it dies */
	KEEPER_WAITS,		/* not started yet */
	KEEPER_TRIED,		/* started; not again once it has failed */
	KEEPER_ENDS		/* was told to end; not started again */
};

struct keeper_role {
	const char	*role;		/* "intake", "api", "post", "clock" */
	char		 name[KEEPER_NAME_MAX];	/* mailbox, worker, or "-" */
	const struct keeper_config *from;	/* not owned */
	char		*wants;		/* keeper_wants() */
	char		*secret;	/* file of its password, or NULL */
	int		 secrets_fd;	/* sealed memfd */
	char		*listen;	/* where, or NULL */
	int		 listener;	/* or -1 */
	char		*token;		/* its token_command, or NULL */
	int		 token_fd;	/* where it asks for one, or -1 */
	int64_t		 asks;		/* id of its question, 0: none */
	int		 fresh;		/* the listener was made with it */

	enum keeper_will will;
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
	struct keeper_role *spare;	/* never started: secrets of roles
					   without a password, for later */
	size_t		 nspare;
	int		 has_pin;
};

/* What roles that run lend to another list. */
struct keeper_old {
	const struct keeper_roles *roles;	/* their listeners */
	int			 sealed;	/* their secrets too, because
						   only root can read them */
};

/*
 * The roles that this configuration wants, each with its secrets read and
 * its listener open; at the start to be called before root is given up, and
 * with old NULL.  Without a pin that is api alone. only (may be NULL):
 * "intake", "intake:MAILBOX", "api", "web", "post", "clock", "bell". 0, or
 * -1 with *e: ERR_DENIED what only root may do; *roles is to be freed all the
 * same.
 */
int	keeper_roles_make(struct keeper_roles *, const struct keeper_config *,
	    const char *only, const struct keeper_old *old, struct err *);
void	keeper_roles_free(struct keeper_roles *);
void	keeper_role_free(struct keeper_role *);
/* It logs in with tokens of this command (argv); NULL: it does not. */
void	keeper_role_token(struct keeper_role *, char *const *command);
/* "intake youth-mail", "api". */
void	keeper_role_label(const struct keeper_role *, char *, size_t);

/*
 * All of the configuration that a role of this name depends on, with marks
 * of the files it reads when it starts: as long as that is equal the role
 * need not be started anew. free() it.
 */
char	*keeper_wants(const struct config *, const char *role,
	    const char *name);

/* DATA/ports.json: where api and web listen. 0, or -1 with *e. */
int	keeper_file_ports(const struct keeper_roles *,
	    const struct config *, struct err *);
/*
 * DATA/state/configuration-bad: a word why the configuration was not taken,
 * for clock; NULL: it was. 0, or -1 with *e.
 */
int	keeper_file_bad(const char *data, const char *why, struct err *);

/*
 * A listening, non-blocking, close-on-exec socket on "unix:PATH" (mode 0660,
 * the service user's) or "HOST:PORT". -1 with *e: ERR_CONFLICT when somebody
 * answers there already, ERR_DENIED when we may not.
 */
int	keeper_listen(const char *listen, const char *user, struct err *);
/* Take the file of "unix:PATH" away, as far as we may. */
void	keeper_listen_remove(const char *listen);
/* "unix:PATH" as it is, or "HOST:PORT" with the port that was given. */
int	keeper_listen_name(int fd, const char *listen, char *out, size_t size,
	    struct err *);

/*
 * Access tokens (token.h): the commands that roles have in their
 * configuration, each run once at a time, and the roles' questions answered.
 * All of it without waiting: turn after every poll, with these descriptors in
 * it (how many were put) and no later than due (monotonic ms, -1: no limit).
 */
struct keeper_tokens;
struct pollfd;
struct keeper_tokens *keeper_tokens_new(void);
void	keeper_tokens_free(struct keeper_tokens *);	/* NULL is fine */
void	keeper_tokens_turn(struct keeper_tokens *, struct keeper_role *,
	    size_t n);
size_t	keeper_tokens_fds(const struct keeper_tokens *,
	    const struct keeper_role *, size_t n, struct pollfd *,
	    size_t max);
int64_t	keeper_tokens_due(const struct keeper_tokens *);
/* A command runs: it may be storing something, and is waited for. */
int	keeper_tokens_busy(const struct keeper_tokens *);
/* A child has ended; nothing when it is none of these commands. */
void	keeper_tokens_reap(struct keeper_tokens *, pid_t, int status);

/* What the keeper was started with. */
struct keeper_start {
	const char	*program;	/* absolute path of teduhd */
	int		 reader;	/* the reader's program, opened */
	const char	*config_path;	/* as given */
	const char	*only;		/* see keeper_roles_make() */
	int		 once;
	int		 sealed;	/* root was given up */
	const char	*look;		/* NULL: work; else only look, with
					   the token of a test letter, or "" */
};

/*
 * Open the reader's program, as long as we are who may walk to it. 0, or -1
 * with *e.
 */
int	keeper_open_reader(struct keeper_start *, struct err *);
/* Whether that program can use the rules of triage (rules_check.h). */
int	keeper_try_rules(const struct keeper_start *, const struct config *,
	    struct err *);
/* Start it: pid, ready_fd, starts are set. 0, or -1 with *e. */
int	keeper_spawn(const struct keeper_start *, struct keeper_role *,
	    struct err *);

/*
 * Another configuration, taken while the roles run (keeper_reload.c).
 * Begin: *config is the present one, *roles are at work, and the new ones
 * are put behind them. NULL when nothing came of it, which was logged.
 */
struct keeper_reload;
struct keeper_reload *keeper_reload_begin(const struct keeper_start *,
	    const struct keeper_config *config, struct keeper_roles *roles);
/*
 * As far as it goes without waiting. 0: it waits; 1: it is over, *config and
 * *roles are those that hold now and the reload is freed.
 */
int	keeper_reload_turn(struct keeper_reload *,
	    struct keeper_config **config, struct keeper_roles *roles);
/* When to look again (monotonic milliseconds), -1: at the next news. */
int64_t	keeper_reload_due(const struct keeper_reload *);
void	keeper_reload_free(struct keeper_reload *);	/* NULL is fine */

/*
 * Start all, keep them running, until a signal or an I/O error ends it (or,
 * with once, until each has ended). Writes a newline to ready_fd (-1: none)
 * and tells systemd when all serve. Configuration and roles are those that
 * hold at the end. Returns the exit code.
 */
int	keeper_watch(const struct keeper_start *, struct keeper_config **,
	    struct keeper_roles *, int ready_fd);
/* Milliseconds of the monotonic clock. */
int64_t	keeper_now(void);

#endif
