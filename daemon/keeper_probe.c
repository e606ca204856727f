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

struct errand {
	struct config		*config;
	char			 path[PATH_MAX];
	struct keeper_start	 start;
	struct keeper_role	*roles;
	size_t			 n;
	int			 lock;
	char			 token[PROBE_TOKEN + 1];
};

static int
read_config(struct errand *d, const struct keeper_options *o, struct err *e)
{
	char *text = NULL;
	size_t len;

	if ((text = config_read(o->config_path, &len, e)) == NULL)
		return -1;
	if ((d->config = config_parse(o->config_path, text, e)) != NULL &&
	    realpath(o->config_path, d->path) == NULL)
		err_set(e, ERR_IO, "cannot find '%s': %s", o->config_path,
		    strerror(errno));
	else if (d->config != NULL)
		d->start.config_fd = secrets_memory("configuration", text,
		    len, e);
	free(text);
	d->start.program = o->program;
	d->start.config_path = d->path;
	d->start.look = d->token;
	return d->start.config_fd == -1 ? -1 : 0;
}

/* What cannot be started is a finding, too. */
static void
add(struct errand *d, const char *role, const char *name, const char *as,
    const char *file)
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
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	r->listener = r->ready_fd = -1;
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

	d->roles = mem_alloc((2 + c->nmailboxes) * sizeof(*d->roles));
	add(d, "api", "-", "api", NULL);
	if (c->relay.host != NULL)
		add(d, "post", "1", "smtp", c->relay.secret);
	for (i = 0; i < c->nmailboxes; i++)
		if (c->mailboxes[i].host != NULL)
			add(d, "intake", c->mailboxes[i].name, "imap",
			    c->mailboxes[i].secret);
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
	    "letter for a letter: stop it first, or look without '--letter'",
	    d->config->data);
	return -1;
}

static int
set_up(struct errand *d, const struct keeper_options *o, int letter,
    struct err *e)
{
	unsigned char random[PROBE_TOKEN / 2];

	if (seal_init(e) == -1 || seal_harden_process(e) == -1 ||
	    read_config(d, o, e) == -1 ||
	    secrets_check(d->config->secrets, e) == -1)
		return -1;
	if (letter) {
		seal_random(random, sizeof(random));
		wire_hex(d->token, random, sizeof(random));
	}
	add_all(d);
	if (sandbox_become(d->config->user, e) == -1 ||
	    seal_harden_process(e) == -1)
		return -1;
	return letter ? take_lock(d, e) : 0;
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
	while (waitpid(r->pid, &status, 0) == -1 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EX_OK)
		probe_say(PROBE_BAD, r->role, r->name, "the look ended in an "
		    "unusual way: see the log");
}

int
keeper_probe(const struct keeper_options *o, int letter)
{
	struct err e = ERR_INIT;
	struct errand d;
	size_t i;
	int code = EX_OK;

	memset(&d, 0, sizeof(d));
	d.lock = d.start.config_fd = -1;
	log_open("probe");
	wire_init();
	if (set_up(&d, o, letter, &e) == -1) {
		(void)fprintf(stderr, "%s%s\n", d.config == NULL ? "" :
		    "teduhd: ", e.text);
		code = err_exit(e.code);
	}
	for (i = 0; code == EX_OK && i < d.n; i++)
		look(&d, &d.roles[i]);
	for (i = 0; i < d.n; i++) {
		(void)close(d.roles[i].secrets_fd);
		if (d.roles[i].ready_fd != -1)
			(void)close(d.roles[i].ready_fd);
	}
	free(d.roles);
	if (d.lock != -1)
		(void)close(d.lock);
	if (d.start.config_fd != -1)
		(void)close(d.start.config_fd);
	config_free(d.config);
	return code;
}
