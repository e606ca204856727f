/*
 * What a role gives up before it meets the world.
 *
 * Landlock is used as far as the running kernel knows it: every right of its
 * ABI is taken and the named paths get back what they need.  A kernel without
 * it is served all the same; a kernel that has it and refuses is an error.
 */
#include <config.h>	/* not our neighbour of that name */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/sandbox.h"
#include "lib/err.h"
#include "lib/seal.h"

#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset)

/* Rights by number, because the header may be older than the kernel. */
#define RIGHT_EXECUTE		(1ULL << 0)
#define RIGHT_WRITE_FILE	(1ULL << 1)
#define RIGHT_READ_FILE		(1ULL << 2)
#define RIGHT_READ_DIR		(1ULL << 3)
#define RIGHT_REMOVE_DIR	(1ULL << 4)
#define RIGHT_REMOVE_FILE	(1ULL << 5)
#define RIGHT_MAKE_DIR		(1ULL << 7)
#define RIGHT_MAKE_REG		(1ULL << 8)
#define RIGHT_REFER		(1ULL << 13)	/* ABI 2 */
#define RIGHT_TRUNCATE		(1ULL << 14)	/* ABI 3 */

#define RIGHTS_ABI_1	((1ULL << 13) - 1)
#define RIGHTS_FILE	(RIGHT_EXECUTE | RIGHT_WRITE_FILE |		\
			    RIGHT_READ_FILE | RIGHT_TRUNCATE)
#define RIGHTS_READ	(RIGHT_EXECUTE | RIGHT_READ_FILE | RIGHT_READ_DIR)
#define RIGHTS_WRITE	(RIGHT_READ_FILE | RIGHT_READ_DIR |		\
			    RIGHT_WRITE_FILE | RIGHT_REMOVE_DIR |	\
			    RIGHT_REMOVE_FILE | RIGHT_MAKE_DIR |	\
			    RIGHT_MAKE_REG | RIGHT_REFER | RIGHT_TRUNCATE)

static int
allow(int rules, const struct sandbox_path *path, uint64_t handled,
    struct err *e)
{
	struct landlock_path_beneath_attr attr;
	struct stat st;
	long rc;

	memset(&attr, 0, sizeof(attr));
	attr.parent_fd = open(path->path, O_PATH | O_CLOEXEC);
	if (attr.parent_fd == -1 && errno == ENOENT)
		return 0;
	if (attr.parent_fd == -1 || fstat(attr.parent_fd, &st) == -1) {
		err_set(e, ERR_IO, "cannot see '%s': %s", path->path,
		    strerror(errno));
		if (attr.parent_fd != -1)
			(void)close(attr.parent_fd);
		return -1;
	}
	attr.allowed_access = handled &
	    (path->write ? RIGHTS_WRITE : RIGHTS_READ);
	if (!S_ISDIR(st.st_mode))
		attr.allowed_access &= RIGHTS_FILE;
	rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
	    &attr, 0);
	if (rc == -1)
		err_set(e, ERR_IO, "cannot allow '%s': %s", path->path,
		    strerror(errno));
	(void)close(attr.parent_fd);
	return rc == -1 ? -1 : 0;
}

static int
close_files(const struct sandbox_path *paths, size_t n, struct err *e)
{
	struct landlock_ruleset_attr attr;
	uint64_t handled = RIGHTS_ABI_1;
	long abi, rules;
	int result = -1;
	size_t i;

	abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1)
		return 0;	/* a kernel without it */
	if (abi >= 2)
		handled |= RIGHT_REFER;
	if (abi >= 3)
		handled |= RIGHT_TRUNCATE;
	memset(&attr, 0, sizeof(attr));
	attr.handled_access_fs = handled;
	rules = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules == -1) {
		err_set(e, ERR_IO, "cannot make file rules: %s",
		    strerror(errno));
		return -1;
	}
	for (i = 0; i < n; i++) {
		if (paths[i].path != NULL &&
		    allow((int)rules, &paths[i], handled, e) == -1)
			goto out;
	}
	if (syscall(SYS_landlock_restrict_self, (int)rules, 0) == -1) {
		err_set(e, ERR_IO, "cannot close the file system: %s",
		    strerror(errno));
		goto out;
	}
	result = 0;
out:
	(void)close((int)rules);
	return result;
}

#else

static int
close_files(const struct sandbox_path *paths, size_t n, struct err *e)
{
	(void)paths;
	(void)n;
	(void)e;
	return 0;
}

#endif

static int
limit_memory(size_t max, struct err *e)
{
#ifndef SANITIZERS		/* their shadow is terabytes of addresses */
	struct rlimit r = { max, max };

	if (max != 0 && setrlimit(RLIMIT_AS, &r) == -1) {
		err_set(e, ERR_IO, "cannot limit memory: %s",
		    strerror(errno));
		return -1;
	}
#else
	(void)max;
	(void)e;
#endif
	return 0;
}

int
sandbox_enter(const struct sandbox_path *paths, size_t n, size_t memory_max,
    struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) {
		err_set(e, ERR_IO, "cannot give up new privileges: %s",
		    strerror(errno));
		return -1;
	}
	if (seal_harden_process(e) == -1 || limit_memory(memory_max, e) == -1)
		return -1;
	return paths == NULL ? 0 : close_files(paths, n, e);
}

int
sandbox_become(const char *user, struct err *e)
{
	const struct passwd *pw;

	if (geteuid() != 0)
		return 0;
	errno = 0;
	if ((pw = getpwnam(user)) == NULL) {
		err_set(e, ERR_INPUT, "there is no user '%s' on this "
		    "machine; see 'user' in the configuration", user);
		return -1;
	}
	if (pw->pw_uid == 0) {
		err_set(e, ERR_INPUT, "'user' must not be root");
		return -1;
	}
	if (initgroups(user, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1) {
		err_set(e, ERR_IO, "cannot become user '%s': %s", user,
		    strerror(errno));
		return -1;
	}
	if (setuid(0) == 0) {
		err_set(e, ERR_BUG, "root could be had back");
		return -1;
	}
	return 0;
}
