/*
 * The unlocked key in a process of its own, where the kernel keeps none: it
 * holds one seed in locked memory, answers this user on one socket in a
 * private folder, and ends when its time is over or when it is told to.  It
 * reads one byte of whoever asks, and nothing else.
 *
 *   'k' -> the 32 bytes of the seed     'd' -> 'd', and the agent ends
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/seal.h"
#include "tools/unlocked.h"
#include "tools/words.h"

#define PATIENCE_S	2	/* for one who asks */
#define WAITING		8
#define LOOK_MS		5000	/* is our socket still in its place? */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL	0	/* there be_patient() sees to it */
#endif

/* Where an agent is asked, and which file that is. */
struct place {
	struct sockaddr_un	un;
	dev_t			dev;
	ino_t			ino;
};

static int
address(struct sockaddr_un *un, const char *folder, const char *name)
{
	int n;

	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	n = snprintf(un->sun_path, sizeof(un->sun_path), "%s/teduh-%.16s",
	    folder, name);
	return n > 0 && (size_t)n < sizeof(un->sun_path) ? 0 : -1;
}

/* A socket of nobody but this user's. */
static int
is_ours(int fd)
{
#ifdef __linux__
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	    peer.uid == geteuid();
#else
	uid_t uid;
	gid_t gid;

	return getpeereid(fd, &uid, &gid) == 0 && uid == geteuid();
#endif
}

static void
be_patient(int fd)
{
	const struct timeval wait = { PATIENCE_S, 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
#ifdef SO_NOSIGPIPE
	(void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &(int){ 1 },
	    sizeof(int));
#endif
}

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Another one may have been put there by an `unlock` since. */
static int
is_in_place(const struct place *p)
{
	struct stat st;

	return lstat(p->un.sun_path, &st) == 0 && st.st_dev == p->dev &&
	    st.st_ino == p->ino;
}

static void
leave_place(const struct place *p)
{
	if (is_in_place(p))
		(void)unlink(p->un.sun_path);
}

/*
 * One who asks. 1 when the agent shall end: its socket is gone before it says
 * so, because whoever ends it may make the next one at once.
 */
static int
answer(int fd, const struct place *place, const struct secret *seed)
{
	char what = 0;
	int over = 0;

	be_patient(fd);
	if (!is_ours(fd) || read(fd, &what, 1) != 1)
		return 0;
	if (what == 'k')
		(void)!write(fd, seed->bytes, seed->len);
	else if (what == 'd') {
		over = 1;
		leave_place(place);
		(void)!write(fd, &what, 1);
	}
	return over;
}

/* Nobody can ask, or end, an agent whose socket is not in its place. */
static void
serve(int listener, const struct place *place, const struct secret *seed,
    int64_t seconds)
{
	int64_t end = monotonic_ms() + seconds * 1000, left;
	struct pollfd p = { listener, POLLIN, 0 };
	int fd, over = 0;

	while (!over && is_in_place(place) &&
	    (left = end - monotonic_ms()) > 0) {
		if (poll(&p, 1, left > LOOK_MS ? LOOK_MS : (int)left) != 1)
			continue;
		if ((fd = accept(listener, NULL, NULL)) == -1)
			continue;
		over = answer(fd, place, seed);
		(void)close(fd);
	}
}

/*
 * The second child: nobody's terminal, nobody's folder, nothing open.  Locks
 * on memory do not come along over fork(): the seed is taken into memory of
 * its own, and what was inherited is wiped.
 */
static void
become_agent(int listener, const struct place *place,
    const struct secret *seed, int64_t seconds)
{
	struct secret *own = secret_copy(seed->bytes, seed->len);
	int null = open("/dev/null", O_RDWR), fd;

	seal_wipe(seed->bytes, seed->len);
	(void)setsid();
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	for (fd = 0; fd <= 2; fd++)
		(void)dup2(null, fd);
	for (fd = 3; fd < 64; fd++)
		if (fd != listener)
			(void)close(fd);
	if (chdir("/") == 0 && seal_harden_process(NULL) == 0)
		serve(listener, place, own, seconds);
	leave_place(place);
	secret_free(own);
	_exit(0);
}

static int
listen_at(struct place *p)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	mode_t mask = umask(077);
	struct stat st;

	(void)unlink(p->un.sun_path);	/* of one that was ended */
	if (fd != -1 && (bind(fd, (const struct sockaddr *)&p->un,
	    sizeof(p->un)) == -1 || listen(fd, WAITING) == -1 ||
	    lstat(p->un.sun_path, &st) == -1)) {
		(void)close(fd);
		fd = -1;
	}
	(void)umask(mask);
	if (fd != -1) {
		p->dev = st.st_dev;
		p->ino = st.st_ino;
	}
	return fd;
}

int
agent_put(const char *folder, const char *name, const struct secret *seed,
    int64_t seconds, struct err *e)
{
	struct place place;
	int listener = -1;
	pid_t pid;

	if (address(&place.un, folder, name) == -1 ||
	    (listener = listen_at(&place)) == -1) {
		err_set(e, ERR_IO, _("the key cannot be kept unlocked: no "
		    "socket can be made in '%s'"), folder);
		return -1;
	}
	if ((pid = fork()) == 0) {
		if (fork() == 0)
			become_agent(listener, &place, seed, seconds);
		_exit(0);
	}
	(void)close(listener);
	if (pid == -1) {
		leave_place(&place);
		err_set(e, ERR_RETRY, _("the key cannot be kept unlocked: no "
		    "process can be started (%s)"), strerror(errno));
		return -1;
	}
	(void)waitpid(pid, NULL, 0);
	return 0;
}

/* A connection to our agent, or -1. */
static int
reach(const char *folder, const char *name)
{
	struct sockaddr_un un;
	int fd;

	if (address(&un, folder, name) == -1 ||
	    (fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return -1;
	be_patient(fd);
	if (connect(fd, (const struct sockaddr *)&un, sizeof(un)) == 0 &&
	    is_ours(fd))
		return fd;
	(void)close(fd);
	return -1;
}

/* It may end while it is asked; that must not end us. */
static int
ask(int fd, const char *what)
{
	return send(fd, what, 1, MSG_NOSIGNAL) == 1;
}

struct secret *
agent_get(const char *folder, const char *name)
{
	struct secret *seed = NULL;
	size_t have = 0;
	ssize_t n;
	int fd = reach(folder, name);

	if (fd == -1)
		return NULL;
	seed = secret_new(SEAL_KEY);
	if (ask(fd, "k"))
		while (have < seed->len && (n = read(fd, seed->bytes + have,
		    seed->len - have)) > 0)
			have += (size_t)n;
	(void)close(fd);
	if (have == seed->len)
		return seed;
	secret_free(seed);
	return NULL;
}

int
agent_drop(const char *folder, const char *name)
{
	int fd = reach(folder, name), dropped = 0;
	char said = 0;

	if (fd == -1)
		return 0;
	if (ask(fd, "d") && read(fd, &said, 1) == 1)
		dropped = said == 'd';
	(void)close(fd);
	return dropped;
}
