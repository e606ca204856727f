/*
 * The keeper's other errand: instead of work the roles get one look at what
 * the configuration names, and say what they find.  Each gets its password
 * and nothing else: no key, no pepper, no pin.
 *
 * Test letters would come into the queue if the service took them first, so
 * for these the lock that a running service holds is taken.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/keeper.h"
#include "daemon/keeper_parts.h"
#include "daemon/log.h"
#include "daemon/probe.h"
#include "daemon/sandbox.h"
#include "daemon/secrets.h"
#include "daemon/store/lock.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define LOOK_MS	100

struct errand {
	struct keeper_config	*now;
	const struct config	*config;	/* of now */
	struct keeper_start	 start;
	struct keeper_role	*roles;
	size_t			 n;
	struct keeper_tokens	*tokens;
	int			 lock;
	char			 token[PROBE_LOOK_MAX];
};

/* What cannot be started is a finding, too. */
static void
add(struct errand *d, const char *role, const char *name, const char *as,
    const char *file, char *const *command)
{
	struct keeper_role *r = &d->roles[d->n];
	struct secrets *s = secrets_new();
	struct secret *password = NULL;
	struct err e = ERR_INIT;

	if (file != NULL && (password = secrets_load(d->config->secrets, file,
	    0, &e)) == NULL) {
		probe_say(PROBE_BAD, as, name, "%s", e.text);
		goto out;
	}
	if (password != NULL)
		secrets_put(s, as, password);
	r->role = role;
	r->from = d->now;
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	r->listener = r->ready_fd = r->token_fd = -1;
	keeper_role_token(r, command);
	if ((r->secrets_fd = secrets_to_fd(s, &e)) == -1)
		probe_say(PROBE_BAD, role, name, "%s", e.text);
	else
		d->n++;
out:
	secrets_free(s);
}

/* The relay first: it sends what the mailboxes then look for. */
static void
add_all(struct errand *d)
{
	const struct config *c = d->config;
	size_t i;

	d->roles = mem_alloc((3 + c->nmailboxes) * sizeof(*d->roles));
	add(d, "api", "-", "api", NULL, NULL);
	if (c->web.listen != NULL)
		add(d, "web", "-", "web", NULL, NULL);
	if (c->relay.host != NULL)
		add(d, "post", "1", "smtp", c->relay.secret,
		    c->relay.token_command);
	for (i = 0; i < c->nmailboxes; i++)
		if (c->mailboxes[i].host != NULL)
			add(d, "intake", c->mailboxes[i].name, "imap",
			    c->mailboxes[i].secret,
			    c->mailboxes[i].token_command);
}

static int
take_lock(struct errand *d, struct err *e)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/keeper.lock", d->config->data);
	if ((d->lock = lock_open(path, e)) == -1)
		return -1;
	if (lock_take(d->lock, 0, e) == 0)
		return 0;
	err_set(e, ERR_RETRY, "teduhd runs on '%s' and would take the test "
	    "letter for a letter: stop it first", d->config->data);
	return -1;
}

/* Behind the token: see probe_is(). */
static void
set_errand(char *out, const char *what)
{
	const char *comma = strchr(what, ',');

	if (strcmp(what, "letter") != 0)
		(void)snprintf(out, PROBE_LOOK_MAX - PROBE_TOKEN, "%c%s",
		    what[0], comma == NULL ? "" : comma + 1);
}

static int
set_up(struct errand *d, const struct keeper_options *o, const char *what,
    struct err *e)
{
	unsigned char random[PROBE_TOKEN / 2];
	int letter = *what != '\0';

	if (seal_init(e) == -1 || seal_harden_process(e) == -1 ||
	    (d->now = keeper_config_read(o->config_path, e)) == NULL ||
	    secrets_check(d->now->config->secrets, e) == -1)
		return -1;
	d->config = d->now->config;
	d->start.program = o->program;
	d->start.look = d->token;
	if (letter) {
		seal_random(random, sizeof(random));
		wire_hex(d->token, random, sizeof(random));
		set_errand(d->token + PROBE_TOKEN, what);
	}
	add_all(d);
	if (keeper_open_reader(&d->start, e) == -1 ||
	    sandbox_become(d->config->user, e) == -1 ||
	    seal_harden_process(e) == -1)
		return -1;
	return letter ? take_lock(d, e) : 0;
}

/* Until it ends, with access tokens when it asks for them. */
static int
wait_for(struct errand *d, struct keeper_role *r)
{
	struct pollfd fds[2];
	int status = 0, one;
	size_t n;
	pid_t pid;

	for (;;) {
		while ((pid = waitpid(-1, &one, r->token_fd == -1 ? 0 :
		    WNOHANG)) > 0) {
			if (pid == r->pid)
				return one;
			keeper_tokens_reap(d->tokens, pid, one);
		}
		if (pid == -1 && errno != EINTR)
			return status;
		keeper_tokens_turn(d->tokens, r, 1);
		n = keeper_tokens_fds(d->tokens, r, 1, fds, 2);
		(void)poll(fds, (nfds_t)n, LOOK_MS);
	}
}

static void
look(struct errand *d, struct keeper_role *r)
{
	struct err e = ERR_INIT;
	int status = 0;

	if (keeper_spawn(&d->start, r, &e) == -1) {
		probe_say(PROBE_BAD, r->role, r->name, "%s", e.text);
		return;
	}
	status = wait_for(d, r);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EX_OK)
		probe_say(PROBE_BAD, r->role, r->name, "the look ended in an "
		    "unusual way: see the log");
}

int
keeper_probe(const struct keeper_options *o, const char *errand)
{
	struct err e = ERR_INIT;
	struct errand d;
	size_t i;
	int code = EX_OK;

	memset(&d, 0, sizeof(d));
	d.lock = -1;
	log_open("probe");
	wire_init();
	if (set_up(&d, o, errand, &e) == -1) {
		(void)fprintf(stderr, "%s%s\n", d.now == NULL ? "" :
		    "teduhd: ", e.text);
		code = err_exit(e.code);
	}
	d.tokens = keeper_tokens_new();
	for (i = 0; code == EX_OK && i < d.n; i++)
		look(&d, &d.roles[i]);
	keeper_tokens_free(d.tokens);
	for (i = 0; i < d.n; i++) {
		keeper_role_free(&d.roles[i]);
	}
	free(d.roles);
	if (d.lock != -1)
		(void)close(d.lock);
	keeper_config_free(d.now);
	return code;
}
