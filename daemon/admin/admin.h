#ifndef TEDUH_ADMIN_H
#define TEDUH_ADMIN_H

#include <stddef.h>

struct buf;
struct config;
struct err;

/*
 * The commands of teduh-admin, a file each.  argv[0] is the command itself.
 * Each returns an exit code and has said everything on stderr.
 */
struct admin {
	const struct config	*config;
	const char		*config_path;
};

int	admin_init(const struct admin *, int argc, char *const argv[]);
int	admin_pin(const struct admin *, int argc, char *const argv[]);
int	admin_inject(const struct admin *, int argc, char *const argv[]);
int	admin_read(const struct admin *, int argc, char *const argv[]);
int	admin_doctor(const struct admin *, int argc, char *const argv[]);
int	admin_drill(const struct admin *, int argc, char *const argv[]);
int	admin_migrate(const struct admin *, int argc, char *const argv[]);
int	admin_reconcile(const struct admin *, int argc, char *const argv[]);
int	admin_status(const struct admin *, int argc, char *const argv[]);
int	admin_backup(const struct admin *, int argc, char *const argv[]);
int	admin_restore(const struct admin *, int argc, char *const argv[]);
int	admin_retire(const struct admin *, int argc, char *const argv[]);
int	admin_resume(const struct admin *, int argc, char *const argv[]);
int	admin_audit(const struct admin *, int argc, char *const argv[]);
int	admin_check(const struct admin *, int argc, char *const argv[]);

/*
 * For the completion of shells: print what the last word could become, by
 * what --help says; see tools/commands/complete.h for the form.
 */
void	admin_complete(const char *usage, int n, char *const words[]);

/* 0 when the folder is empty or not there, else -1 with ERR_CONFLICT. */
int	admin_check_empty(const char *path, struct err *);
/*
 * The lock that a running teduhd holds; close() it. -1 with *e: ERR_RETRY when
 * it is held, and the caller says what that means.
 */
int	admin_lock(const struct config *, struct err *);
/* 1 while somebody holds it. */
int	admin_is_running(const struct config *);
/* Print the sentence; the exit code that goes with it. */
int	admin_fail(const struct err *);
int	admin_usage(const char *);

/*
 * Run work as the service's user: in a child when we are root, here when
 * not. 0, or -1 with *e (which travels).
 */
typedef int	 admin_work(void *ctx, struct err *);
int	admin_as_user(const struct config *, admin_work *, void *ctx,
	    struct err *);
/* Say once that an ordinary user has no separated secrets. */
void	admin_say_user(void);

/* Standard input whole. 0, or -1 with ERR_INPUT when it is over the max. */
int	admin_stdin(struct buf *, struct err *);

#endif
