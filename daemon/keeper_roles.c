/*
 * Which roles there are, and what each may hold.
 *
 * The table `holds` is the whole answer to "who has which key"; a role gets
 * these, its own password and the pin, in a memfd made while we can still
 * open the secrets folder.  Without a pin nobody has said yet whom to trust:
 * only api runs, with no secret at all, and waits for the founder.
 *
 * When another configuration is taken while the roles run, root is gone: the
 * new list borrows descriptors of the old one, which nobody here looks into.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/keeper_parts.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

static const struct {
	const char	*role;
	const char	*secret[4];
} holds[] = {
	{ "intake", { "pepper", "intake.key", NULL, NULL } },
	{ "api", { NULL, NULL, NULL, NULL } },
	{ "web", { "pepper", "web.key", NULL, NULL } },
	{ "post", { "pepper", "post.key", "postman.key", NULL } },
	{ "clock", { "clock.key", NULL, NULL, NULL } },
	{ "bell", { NULL, NULL, NULL, NULL } },
};

/* What making one role needs. */
struct making {
	struct keeper_roles	*roles;
	const struct keeper_config *from;
	const struct config	*config;
	const char		*only;
	const struct keeper_old	*old;
};

static int
put_loaded(struct secrets *s, const struct config *config, const char *name,
    const char *file, size_t size, struct err *e)
{
	struct secret *value = secrets_load(config->secrets, file, size, e);

	if (value == NULL)
		return -1;
	secrets_put(s, name, value);
	return 0;
}

/* Another descriptor of the same; -1 with *e. */
static int
borrow(int fd, struct err *e)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy == -1)
		err_set(e, ERR_RETRY, "cannot hold a descriptor: %s",
		    strerror(errno));
	return copy;
}

static int
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const struct keeper_role *
find_secrets(const struct keeper_role *list, size_t n, const char *role,
    const char *file)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(list[i].role, role) == 0 &&
		    is_same(list[i].secret, file))
			return &list[i];
	}
	return NULL;
}

/* Of a role that runs and holds the same. */
static int
borrow_secrets(const struct making *m, const char *role, const char *file,
    struct err *e)
{
	const struct keeper_roles *old = m->old->roles;
	const struct keeper_role *r;

	if ((r = find_secrets(old->role, old->n, role, file)) != NULL ||
	    (r = find_secrets(old->spare, old->nspare, role, file)) != NULL)
		return borrow(r->secrets_fd, e);
	err_set(e, ERR_DENIED, "only root can read '%s/%s'",
	    m->config->secrets, file == NULL ? "" : file);
	return -1;
}

/*
 * The secrets of one role as a memfd. as, file: name and file of its
 * password, or NULL.
 */
static int
secrets_of(const struct making *m, const char *role, const char *as,
    const char *file, struct err *e)
{
	struct secrets *s;
	const char *const *name = NULL;
	int fd = -1;
	size_t i;

	if (m->old != NULL && m->old->sealed)
		return borrow_secrets(m, role, file, e);
	s = secrets_new();
	for (i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
		if (strcmp(holds[i].role, role) == 0)
			name = holds[i].secret;
	}
	for (; name != NULL && *name != NULL; name++) {
		if (put_loaded(s, m->config, *name, *name, SEAL_KEY, e) == -1)
			goto out;
	}
	if (m->roles->has_pin && put_loaded(s, m->config, "pin", "pin",
	    SEAL_HASH, e) == -1)
		goto out;
	if (file != NULL && put_loaded(s, m->config, as, file, 0, e) == -1)
		goto out;
	fd = secrets_to_fd(s, e);
out:
	secrets_free(s);
	return fd;
}

/* "intake" and "intake:NAME" want intake NAME. */
static int
is_wanted(const struct making *m, const char *role, const char *name)
{
	size_t n = strlen(role);

	if (m->only == NULL)
		return 1;
	if (strncmp(m->only, role, n) != 0)
		return 0;
	return m->only[n] == '\0' ||
	    (m->only[n] == ':' && strcmp(m->only + n + 1, name) == 0);
}

/* "FILE:LINE: " in front of what went wrong there. */
static int
at_line(const struct making *m, int line, struct err *e)
{
	err_prefix(e, "%s:%d", m->config->path, line);
	return -1;
}

static void
fill(struct keeper_role *r, const struct making *m, const char *role,
    const char *name, const char *file)
{
	r->role = role;
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	r->from = m->from;
	r->secret = file == NULL ? NULL : mem_strdup(file);
	r->listener = r->ready_fd = r->secrets_fd = r->token_fd = -1;
}

void
keeper_role_token(struct keeper_role *r, char *const *command)
{
	struct buf text;
	size_t i;

	if (command == NULL)
		return;
	buf_init(&text, CONFIG_MAX);
	for (i = 0; command[i] != NULL; i++)
		(void)buf_addf(&text, "%s%s", i == 0 ? "" : " ", command[i]);
	r->token = buf_take(&text, NULL);
}

/* Put it at the end of the list. as, file: see secrets_of(). */
static struct keeper_role *
add(const struct making *m, const char *role, const char *name,
    const char *as, const char *file, struct err *e)
{
	struct keeper_role *r = &m->roles->role[m->roles->n++];

	fill(r, m, role, name, file);
	r->wants = keeper_wants(m->config, role, name);
	r->secrets_fd = secrets_of(m, role, as, file, e);
	return r->secrets_fd == -1 ? NULL : r;
}

/* Who listens there already; that one has an open listener. */
static const struct keeper_role *
find_holder(const struct keeper_roles *list, const char *listen)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (is_same(list->role[i].listen, listen))
			return &list->role[i];
	return NULL;
}

/* Made here, or shared: workers of one role wait on one socket. */
static int
open_listener(const struct making *m, struct keeper_role *r,
    const char *listen, int line, struct err *e)
{
	const struct keeper_role *holder = find_holder(m->roles, listen);

	if (holder == NULL && m->old != NULL)
		holder = find_holder(m->old->roles, listen);
	r->listen = mem_strdup(listen);
	if (holder != NULL) {
		r->listener = borrow(holder->listener, e);
		return r->listener == -1 ? -1 : 0;
	}
	r->listener = keeper_listen(listen, m->config->user, e);
	if (r->listener == -1)
		return at_line(m, line, e);
	r->fresh = 1;
	return 0;
}

static int
add_intake(const struct making *m, const struct config_mailbox *box,
    struct err *e)
{
	struct keeper_role *r;

	if (!is_wanted(m, "intake", box->name))
		return 0;
	r = add(m, "intake", box->name, "imap", box->secret, e);
	if (r == NULL)
		return box->secret == NULL ? -1 :
		    at_line(m, box->secret_line, e);
	keeper_role_token(r, box->token_command);
	return box->listen == NULL ? 0 :
	    open_listener(m, r, box->listen, box->listen_line, e);
}

static int
add_api(const struct making *m, struct err *e)
{
	const struct config_api *api = &m->config->api;
	struct keeper_role *r;

	if (!is_wanted(m, "api", "-"))
		return 0;
	if ((r = add(m, "api", "-", NULL, NULL, e)) == NULL)
		return -1;
	return open_listener(m, r, api->listen, api->listen_line, e);
}

static int
add_web(const struct making *m, int worker, struct err *e)
{
	const struct config_web *web = &m->config->web;
	struct keeper_role *r;
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", worker);
	if (!is_wanted(m, "web", name))
		return 0;
	if ((r = add(m, "web", name, NULL, NULL, e)) == NULL)
		return -1;
	return open_listener(m, r, web->listen, web->listen_line, e);
}

static int
add_post(const struct making *m, int worker, struct err *e)
{
	const struct config_relay *relay = &m->config->relay;
	struct keeper_role *r;
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", worker);
	if (!is_wanted(m, "post", name))
		return 0;
	if ((r = add(m, "post", name, "smtp", relay->secret, e)) == NULL)
		return relay->secret == NULL ? -1 :
		    at_line(m, relay->secret_line, e);
	keeper_role_token(r, relay->token_command);
	return 0;
}

/* clock, bell: one each, with neither password nor listener. */
static int
add_plain(const struct making *m, const char *role, struct err *e)
{
	return is_wanted(m, role, "-") &&
	    add(m, role, "-", NULL, NULL, e) == NULL ? -1 : 0;
}

/*
 * The secrets that another configuration may need once root is gone: of a
 * mailbox or relay without a password, and of bell.
 */
static int
add_spare(const struct making *m, struct err *e)
{
	static const char *const roles[] = { "intake", "web", "post",
	    "bell" };
	struct keeper_roles *all = m->roles;
	struct keeper_role *r;
	size_t i;
	int sealed = m->old != NULL && m->old->sealed;

	if (!all->has_pin || m->only != NULL || (geteuid() != 0 && !sealed))
		return 0;
	all->spare = mem_alloc(sizeof(roles) / sizeof(roles[0]) *
	    sizeof(*all->spare));
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		r = &all->spare[all->nspare++];
		fill(r, m, roles[i], "-", NULL);
		if ((r->secrets_fd = secrets_of(m, roles[i], NULL, NULL,
		    e)) == -1)
			return -1;
	}
	return 0;
}

static int
look_for_pin(const struct making *m, struct err *e)
{
	struct secret *pin;
	struct err why = ERR_INIT;

	if (m->old != NULL && m->old->sealed) {
		m->roles->has_pin = m->old->roles->has_pin;
		return 0;
	}
	pin = secrets_load(m->config->secrets, "pin", SEAL_HASH, &why);
	m->roles->has_pin = pin != NULL;
	secret_free(pin);
	if (m->roles->has_pin || why.code == ERR_GONE)
		return 0;
	*e = why;
	return -1;
}

static int
add_all(const struct making *m, struct err *e)
{
	const struct config *config = m->config;
	int worker;
	size_t i;

	if (add_api(m, e) == -1)
		return -1;
	if (!m->roles->has_pin)
		return 0;
	for (i = 0; i < config->nmailboxes; i++) {
		if (add_intake(m, &config->mailboxes[i], e) == -1)
			return -1;
	}
	for (worker = 1; config->web.listen != NULL &&
	    worker <= config->web.workers; worker++) {
		if (add_web(m, worker, e) == -1)
			return -1;
	}
	for (worker = 1; worker <= config_posts(config); worker++) {
		if (add_post(m, worker, e) == -1)
			return -1;
	}
	if (config_has_bell(config) && add_plain(m, "bell", e) == -1)
		return -1;
	return add_plain(m, "clock", e);
}

int
keeper_roles_make(struct keeper_roles *roles,
    const struct keeper_config *from, const char *only,
    const struct keeper_old *old, struct err *e)
{
	const struct config *config = from->config;
	const struct making m = { roles, from, config, only, old };

	memset(roles, 0, sizeof(*roles));
	if (((old == NULL || !old->sealed) &&
	    secrets_check(config->secrets, e) == -1) ||
	    look_for_pin(&m, e) == -1)
		return -1;
	roles->role = mem_alloc((3 + config->nmailboxes +
	    (size_t)config->relay.workers + (size_t)config->web.workers) *
	    sizeof(*roles->role));
	if (add_all(&m, e) == -1 || add_spare(&m, e) == -1)
		return -1;
	if (roles->n > 0)
		return 0;
	err_set(e, ERR_INPUT, roles->has_pin ? "this configuration has no "
	    "role '%s'" : "the role '%s' runs once there is a pin; see "
	    "teduh-admin(8)", only);
	return -1;
}

void
keeper_role_free(struct keeper_role *r)
{
	if (r->secrets_fd != -1)
		(void)close(r->secrets_fd);
	if (r->listener != -1)
		(void)close(r->listener);
	if (r->ready_fd != -1)
		(void)close(r->ready_fd);
	if (r->token_fd != -1)
		(void)close(r->token_fd);
	free(r->wants);
	free(r->secret);
	free(r->listen);
	free(r->token);
	memset(r, 0, sizeof(*r));
	r->secrets_fd = r->listener = r->ready_fd = r->token_fd = -1;
}

void
keeper_roles_free(struct keeper_roles *roles)
{
	size_t i;

	for (i = 0; i < roles->n; i++)
		keeper_role_free(&roles->role[i]);
	for (i = 0; i < roles->nspare; i++)
		keeper_role_free(&roles->spare[i]);
	free(roles->role);
	free(roles->spare);
	memset(roles, 0, sizeof(*roles));
}

void
keeper_role_label(const struct keeper_role *r, char *out, size_t size)
{
	(void)snprintf(out, size, "%s%s%s", r->role,
	    strcmp(r->name, "-") == 0 ? "" : " ",
	    strcmp(r->name, "-") == 0 ? "" : r->name);
}
