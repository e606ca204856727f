/*
 * The walls around the reader.
 *
 * The filter is an allow list that kills; only opening a file is refused
 * softly (EACCES), because iconv tries to when a letter names a charset that
 * nobody preloaded, and such a letter shall be read as far as it can be.
 * Memory may be had but never made executable.  A wall clock alarm and a CPU
 * limit end what does not end by itself, also when nobody watches.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/reader/jail.h"

static scmp_filter_ctx filter;
static unsigned long mapped;	/* bytes of address space before any mail */

/* No file at all, on kernels that can. Every right that ABI 1 knows. */
static void
close_files(void)
{
#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset)
	struct landlock_ruleset_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
	fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd == -1)
		return;
	(void)syscall(SYS_landlock_restrict_self, (int)fd, 0);
	(void)close((int)fd);
#endif
}

static int
allow(int call)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
}

static int
allow_fd(int call)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
	    SCMP_A0(SCMP_CMP_EQ, JAIL_FD));
}

/* prot stands in the third argument of both; no PROT_EXEC. */
static int
allow_memory(int call)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static int
make_filter(void)
{
	static const int plain[] = { SCMP_SYS(exit), SCMP_SYS(exit_group),
	    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
	    SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(getrandom),
	    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
	    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
#ifdef SANITIZERS
	    SCMP_SYS(sigaltstack),
#endif
	    SCMP_SYS(getpid), SCMP_SYS(gettid) };
	static const int soft[] = { SCMP_SYS(open), SCMP_SYS(openat),
	    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(stat),
	    SCMP_SYS(newfstatat), SCMP_SYS(readlink),
	    SCMP_SYS(readlinkat) };
	size_t i;
	int bad = 0;

	if ((filter = seccomp_init(SCMP_ACT_KILL_PROCESS)) == NULL)
		return -1;
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		bad |= allow(plain[i]);
	for (i = 0; i < sizeof(soft) / sizeof(soft[0]); i++)
		bad |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES),
		    soft[i], 0);
	bad |= allow_fd(SCMP_SYS(read));
	bad |= allow_fd(SCMP_SYS(write));
	bad |= allow_memory(SCMP_SYS(mmap));
	bad |= allow_memory(SCMP_SYS(mprotect));
	return bad == 0 ? 0 : -1;
}

/* Bytes of address space in use now. */
static unsigned long
measure(void)
{
	unsigned long pages = 0;
	FILE *f;

	if ((f = fopen("/proc/self/statm", "re")) == NULL)
		return 0;
	if (fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	(void)fclose(f);
	return pages * (unsigned long)sysconf(_SC_PAGESIZE);
}

int
jail_prepare(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 || make_filter() == -1)
		return -1;
	/* Where /proc is not to be seen: a generous guess. */
	if ((mapped = measure()) == 0)
		mapped = 256ul * 1024 * 1024;
	close_files();
	return 0;
}

/*
 * Soft and hard limit, never above what the role that started us was left
 * with.
 */
static int
limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit r;

	if (getrlimit(what, &r) == -1)
		return -1;
	if (hard < r.rlim_max)
		r.rlim_max = hard;
	r.rlim_cur = soft < r.rlim_max ? soft : r.rlim_max;
	return setrlimit(what, &r);
}

int
jail_close(void)
{
	struct itimerval wall = { { 0, 0 }, { JAIL_WALL_S, 0 } };

	(void)signal(SIGALRM, SIG_DFL);
	(void)signal(SIGXCPU, SIG_DFL);
	if (limit(RLIMIT_CORE, 0, 0) == -1 ||
	    limit(RLIMIT_FSIZE, 0, 0) == -1 ||
	    limit(RLIMIT_NOFILE, 0, 0) == -1 ||
	    limit(RLIMIT_CPU, JAIL_CPU_S, JAIL_CPU_S + 1) == -1)
		return -1;
#ifndef SANITIZERS		/* their shadow is terabytes of addresses */
	if (limit(RLIMIT_AS, mapped + JAIL_MEMORY,
	    mapped + JAIL_MEMORY) == -1)
		return -1;
#endif
	if (setitimer(ITIMER_REAL, &wall, NULL) == -1)
		return -1;
	/* abort() must look like abort(), so that its reason can be told. */
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
	    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) != 0)
		return -1;
	return seccomp_load(filter) == 0 ? 0 : -1;
}
