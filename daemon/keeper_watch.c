/*
 * Watching the roles: who serves, who died, who is started again and when.
 *
 * One poll on a signal descriptor and the roles' ready pipes; nothing wakes
 * up without a reason.  A role that dies is started again after 100 ms, then
 * 200 ms and so on to 30 s; a minute of life makes it young again.  After an
 * I/O error of one role nothing may be written any more by any.  What SIGHUP
 * sets off is decided in keeper_reload.c.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "daemon/keeper_parts.h"
#include "daemon/log.h"
#include "lib/buf.h"
#include "lib/err.h"

#define WAIT_FIRST_MS	100
#define WAIT_MAX_MS	30000
#define LIFE_MS		60000	/* of a role that has proved itself */
#define STOP_MS		15000	/* from SIGTERM to SIGKILL */

struct watch {
	const struct keeper_start *start;
	struct keeper_config	**config;
	struct keeper_roles	*roles;
	struct keeper_tokens	*tokens;
	struct keeper_reload	*reload;	/* at it, or NULL */
	int			 hangup;	/* SIGHUP came meanwhile */
	int			 signals;
	int			 ready_fd;	/* of who started us, or -1 */
	int			 told;		/* said that all serve */
	int			 stopping;
	int			 killed;	/* SIGKILL was sent */
	int64_t			 stop_ms;	/* when to send it */
	int			 code;		/* exit code so far */
};

int64_t
keeper_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* sd_notify(3) by hand: one datagram, and nobody minds when it is lost. */
static void
notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un un;
	size_t n;
	int fd;

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
	    (n = strlen(path)) >= sizeof(un.sun_path))
		return;
	memcpy(un.sun_path, path, n);
	if (path[0] == '@')
		un.sun_path[0] = '\0';
	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (const struct sockaddr *)&un, (socklen_t)
	    (offsetof(struct sockaddr_un, sun_path) + n));
	(void)close(fd);
}

static int
open_signals(struct err *e)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	if ((fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) == -1)
		err_set(e, ERR_IO, "cannot watch for signals: %s",
		    strerror(errno));
	return fd;
}

/* How many roles run now. */
static size_t
count_running(const struct watch *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->roles->n; i++)
		n += w->roles->role[i].pid != 0;
	return n;
}

static size_t
count_to_come(const struct watch *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->roles->n; i++)
		n += !w->roles->role[i].ended;
	return n;
}

static void
stop_all(struct watch *w, int signal_no)
{
	size_t i;

	for (i = 0; i < w->roles->n; i++) {
		if (w->roles->role[i].pid != 0)
			(void)kill(w->roles->role[i].pid, signal_no);
	}
	if (w->stopping)
		return;
	w->stopping = 1;
	w->stop_ms = keeper_now() + STOP_MS;
	notify("STOPPING=1");
}

static void
put_off(struct keeper_role *r)
{
	if (r->wait_ms == 0 || keeper_now() - r->started_ms > LIFE_MS)
		r->wait_ms = WAIT_FIRST_MS;
	else
		r->wait_ms *= 2;
	if (r->wait_ms > WAIT_MAX_MS)
		r->wait_ms = WAIT_MAX_MS;
	r->due_ms = keeper_now() + r->wait_ms;
}

/* Sooner or later, when its time has come. */
static int
is_to_start(const struct keeper_role *r)
{
	return r->pid == 0 && !r->ended &&
	    (r->will == KEEPER_RUNS || r->will == KEEPER_TRIED);
}

static void
start_due(struct watch *w)
{
	struct keeper_role *r;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < w->roles->n && !w->stopping; i++) {
		r = &w->roles->role[i];
		if (!is_to_start(r) || r->due_ms > keeper_now())
			continue;
		r->started_ms = keeper_now();
		if (keeper_spawn(w->start, r, &e) == -1) {
			log_err("spawn", &e);
			put_off(r);
		}
	}
}

/* What the end of one role means for all. */
static void
judge(struct watch *w, struct keeper_role *r, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;

	if (w->start->once) {
		r->ended = 1;
		if (w->code == 0)
			w->code = code;
		return;
	}
	if (code == EX_IOERR) {
		log_alarm("io: %s %s met an I/O error, so everything stops; "
		    "run 'teduh-admin check' before teduhd is started again",
		    r->role, r->name);
		w->code = EX_IOERR;
		stop_all(w, SIGTERM);
	} else if (r->will == KEEPER_ENDS || w->stopping) {
		return;
	} else if (r->will == KEEPER_TRIED && code != EX_TEMPFAIL) {
		r->ended = 1;
	} else if (code == EX_CONFIG) {
		log_alarm("configuration: %s %s cannot work with it and stays "
		    "down until teduhd takes another one or is started again",
		    r->role, r->name);
		r->ended = 1;
	} else {
		put_off(r);
		log_warn("ended: role=%s name=%s %s=%d again_in_ms=%lld",
		    r->role, r->name, WIFEXITED(status) ? "code" : "signal",
		    WIFEXITED(status) ? code : WTERMSIG(status),
		    (long long)r->wait_ms);
	}
}

static void
reap(struct watch *w)
{
	struct keeper_role *r;
	int status;
	pid_t pid;
	size_t i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		keeper_tokens_reap(w->tokens, pid, status);
		for (i = 0; i < w->roles->n; i++) {
			r = &w->roles->role[i];
			if (r->pid != pid)
				continue;
			r->pid = 0;
			judge(w, r, status);
		}
	}
}

static void
take_signals(struct watch *w)
{
	struct signalfd_siginfo info;

	while (read(w->signals, &info, sizeof(info)) ==
	    (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGTERM:
		case SIGINT:
			log_info("stop: signal=%u", info.ssi_signo);
			stop_all(w, SIGTERM);
			break;
		case SIGHUP:
			w->hangup = 1;
			break;
		default:
			break;		/* SIGCHLD: reaped below */
		}
	}
	reap(w);
}

static void
tell_ready(struct watch *w)
{
	size_t i;

	for (i = 0; i < w->roles->n; i++) {
		if (!w->roles->role[i].ready)
			return;
	}
	w->told = 1;
	log_info("ready: roles=%zu", w->roles->n);
	if (w->ready_fd != -1) {
		while (write(w->ready_fd, "\n", 1) == -1 && errno == EINTR)
			;
		(void)close(w->ready_fd);
		w->ready_fd = -1;
	}
	notify("READY=1");
}

static void
take_ready(struct keeper_role *r)
{
	char byte = 0;
	ssize_t n = read(r->ready_fd, &byte, 1);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == 1 && byte == '\n')
		r->ready = 1;
	(void)close(r->ready_fd);
	r->ready_fd = -1;
}

/* Milliseconds until something is to be done, -1 when nothing is. */
static int
time_left(const struct watch *w)
{
	int64_t due = -1, reload, now = keeper_now();
	int64_t tokens = keeper_tokens_due(w->tokens);
	const struct keeper_role *r;
	size_t i;

	if (w->stopping)
		due = w->killed ? -1 : w->stop_ms;
	for (i = 0; i < w->roles->n && !w->stopping; i++) {
		r = &w->roles->role[i];
		if (is_to_start(r) && (due == -1 || r->due_ms < due))
			due = r->due_ms;
	}
	if (w->reload != NULL && !w->stopping &&
	    (reload = keeper_reload_due(w->reload)) != -1 &&
	    (due == -1 || reload < due))
		due = reload;
	if (tokens != -1 && (due == -1 || tokens < due))
		due = tokens;
	if (due == -1)
		return -1;
	return due <= now ? 0 : (int)(due - now);
}

/* Begin, go on with, or end what SIGHUP asked for; one after the other. */
static void
turn_reload(struct watch *w)
{
	char state[64];

	if (w->reload != NULL && !w->stopping &&
	    keeper_reload_turn(w->reload, w->config, w->roles)) {
		w->reload = NULL;
		notify("READY=1");
	}
	if (!w->hangup || w->reload != NULL || w->stopping)
		return;
	w->hangup = 0;
	if (w->start->once) {
		log_warn("reload: one pass takes no other configuration");
		return;
	}
	(void)snprintf(state, sizeof(state), "RELOADING=1\n"
	    "MONOTONIC_USEC=%lld", (long long)keeper_now() * 1000);
	notify(state);
	w->reload = keeper_reload_begin(w->start, *w->config, w->roles);
	if (w->reload == NULL)
		notify("READY=1");
	else
		turn_reload(w);
}

static void
wait_for_news(struct watch *w)
{
	size_t i, most = 1 + 3 * w->roles->n, used = 1 + w->roles->n;
	struct pollfd *fds = mem_alloc(most * sizeof(*fds));
	struct keeper_role *r;
	int n;

	fds[0].fd = w->signals;
	for (i = 0; i < w->roles->n; i++)
		fds[1 + i].fd = w->roles->role[i].ready_fd;
	for (i = 0; i <= w->roles->n; i++) {
		fds[i].events = POLLIN;
		fds[i].revents = 0;
	}
	used += keeper_tokens_fds(w->tokens, w->roles->role, w->roles->n,
	    fds + used, most - used);
	n = poll(fds, (nfds_t)used, time_left(w));
	for (i = 0; n > 0 && i < w->roles->n; i++) {
		r = &w->roles->role[i];
		if (fds[1 + i].revents != 0)
			take_ready(r);
	}
	free(fds);
	if (n == -1)
		return;
	if (!w->told && w->reload == NULL)
		tell_ready(w);
	take_signals(w);
	if (w->stopping && !w->killed && keeper_now() >= w->stop_ms &&
	    count_running(w) > 0) {
		log_error("stop: %zu roles do not end and are killed",
		    count_running(w));
		w->killed = 1;
		stop_all(w, SIGKILL);
	}
}

int
keeper_watch(const struct keeper_start *start, struct keeper_config **config,
    struct keeper_roles *roles, int ready_fd)
{
	struct watch w;
	struct err e = ERR_INIT;

	memset(&w, 0, sizeof(w));
	w.start = start;
	w.config = config;
	w.roles = roles;
	w.ready_fd = ready_fd;
	if ((w.signals = open_signals(&e)) == -1) {
		log_err("signals", &e);
		return EX_IOERR;
	}
	w.tokens = keeper_tokens_new();
	for (;;) {
		turn_reload(&w);
		start_due(&w);
		keeper_tokens_turn(w.tokens, roles->role, roles->n);
		if (count_running(&w) == 0 && (w.stopping ||
		    (w.reload == NULL && count_to_come(&w) == 0)) &&
		    (!keeper_tokens_busy(w.tokens) ||
		    keeper_now() >= w.stop_ms))
			break;
		wait_for_news(&w);
	}
	if (!w.stopping && !start->once)
		w.code = EX_CONFIG;	/* every role has given up */
	keeper_reload_free(w.reload);
	keeper_tokens_free(w.tokens);
	(void)close(w.signals);
	return w.code;
}
