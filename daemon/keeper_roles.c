/*
 * Which roles there are, and what each may hold.
 *
 * The table `holds` is the whole answer to "who has which key"; a role gets
 * these, its own password and the pin, in a memfd made while we can still
 * open the secrets folder.  Without a pin nobody has said yet whom to trust:
 * only api runs, with no secret at all, and waits for the founder.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
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
#include "lib/wire.h"

static const struct {
	const char	*role;
	const char	*secret[4];
} holds[] = {
	{ "intake", { "pepper", "intake.key", NULL, NULL } },
	{ "api", { NULL, NULL, NULL, NULL } },
	{ "post", { "pepper", "post.key", "postman.key", NULL } },
	{ "clock", { "clock.key", NULL, NULL, NULL } },
	{ "bell", { NULL, NULL, NULL, NULL } },
};

/* What making one role needs. */
struct making {
	struct keeper_roles	*roles;
	const struct config	*config;
	const char		*only;
	int			 has_pin;
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

/*
 * The secrets of one role as a memfd. as, file: name and file of its
 * password, or NULL.
 */
static int
secrets_of(const struct making *m, const char *role, const char *as,
    const char *file, struct err *e)
{
	struct secrets *s = secrets_new();
	const char *const *name = NULL;
	int fd = -1;
	size_t i;

	for (i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
		if (strcmp(holds[i].role, role) == 0)
			name = holds[i].secret;
	}
	for (; name != NULL && *name != NULL; name++) {
		if (put_loaded(s, m->config, *name, *name, SEAL_KEY, e) == -1)
			goto out;
	}
	if (m->has_pin && put_loaded(s, m->config, "pin", "pin", SEAL_HASH,
	    e) == -1)
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

static struct keeper_role *
add(const struct making *m, const char *role, const char *name, int secrets)
{
	struct keeper_role *r = &m->roles->role[m->roles->n++];

	r->role = role;
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	r->secrets_fd = secrets;
	r->listener = -1;
	r->ready_fd = -1;
	return r;
}

static int
add_intake(const struct making *m, const struct config_mailbox *box,
    struct err *e)
{
	struct keeper_role *r;
	int fd;

	if (!is_wanted(m, "intake", box->name))
		return 0;
	if ((fd = secrets_of(m, "intake", "imap", box->secret, e)) == -1)
		return -1;
	r = add(m, "intake", box->name, fd);
	if (box->listen == NULL)
		return 0;
	r->listener = keeper_listen(box->listen, m->config->user, e);
	return r->listener == -1 ? -1 : 0;
}

static int
add_api(const struct making *m, struct err *e)
{
	struct keeper_role *r;
	int fd;

	if (!is_wanted(m, "api", "-"))
		return 0;
	if ((fd = secrets_of(m, "api", NULL, NULL, e)) == -1)
		return -1;
	r = add(m, "api", "-", fd);
	r->listener = keeper_listen(m->config->api.listen, m->config->user,
	    e);
	return r->listener == -1 ? -1 : 0;
}

static int
add_post(const struct making *m, int worker, struct err *e)
{
	char name[16];
	int fd;

	(void)snprintf(name, sizeof(name), "%d", worker);
	if (!is_wanted(m, "post", name))
		return 0;
	fd = secrets_of(m, "post", "smtp", m->config->relay.secret, e);
	if (fd == -1)
		return -1;
	(void)add(m, "post", name, fd);
	return 0;
}

/* clock, bell: one each, with neither password nor listener. */
static int
add_plain(const struct making *m, const char *role, struct err *e)
{
	int fd;

	if (!is_wanted(m, role, "-"))
		return 0;
	if ((fd = secrets_of(m, role, NULL, NULL, e)) == -1)
		return -1;
	(void)add(m, role, "-", fd);
	return 0;
}

static int
look_for_pin(struct making *m, struct err *e)
{
	struct secret *pin;
	struct err why = ERR_INIT;

	pin = secrets_load(m->config->secrets, "pin", SEAL_HASH, &why);
	m->has_pin = pin != NULL;
	secret_free(pin);
	if (m->has_pin || why.code == ERR_GONE)
		return 0;
	*e = why;
	return -1;
}

static int
add_all(struct making *m, struct err *e)
{
	const struct config *config = m->config;
	int worker;
	size_t i;

	if (add_api(m, e) == -1)
		return -1;
	if (!m->has_pin)
		return 0;
	for (i = 0; i < config->nmailboxes; i++) {
		if (add_intake(m, &config->mailboxes[i], e) == -1)
			return -1;
	}
	for (worker = 1; config->relay.host != NULL &&
	    worker <= config->relay.workers; worker++) {
		if (add_post(m, worker, e) == -1)
			return -1;
	}
	if (config_has_bell(config) && add_plain(m, "bell", e) == -1)
		return -1;
	return add_plain(m, "clock", e);
}

int
keeper_roles_make(struct keeper_roles *roles, const struct config *config,
    const char *only, int *has_pin, struct err *e)
{
	struct making m = { roles, config, only, 0 };

	memset(roles, 0, sizeof(*roles));
	if (secrets_check(config->secrets, e) == -1 ||
	    look_for_pin(&m, e) == -1)
		return -1;
	*has_pin = m.has_pin;
	roles->role = mem_alloc((3 + config->nmailboxes +
	    (size_t)config->relay.workers) * sizeof(*roles->role));
	if (add_all(&m, e) == -1)
		return -1;
	if (roles->n > 0)
		return 0;
	err_set(e, ERR_INPUT, m.has_pin ? "this configuration has no role "
	    "'%s'" : "the role '%s' runs once there is a pin; see "
	    "teduh-admin(8)", only);
	return -1;
}

void
keeper_roles_free(struct keeper_roles *roles)
{
	struct keeper_role *r;
	size_t i;

	for (i = 0; i < roles->n; i++) {
		r = &roles->role[i];
		(void)close(r->secrets_fd);
		if (r->listener != -1)
			(void)close(r->listener);
		if (r->ready_fd != -1)
			(void)close(r->ready_fd);
	}
	free(roles->role);
	memset(roles, 0, sizeof(*roles));
}

static int
write_file(const char *data, const char *text, size_t len, struct err *e)
{
	char path[PATH_MAX], aside[PATH_MAX];
	int fd, bad;

	errno = 0;
	(void)snprintf(path, sizeof(path), "%s/ports.json", data);
	(void)snprintf(aside, sizeof(aside), "%s/ports.new", data);
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd != -1) {
		bad = write(fd, text, len) != (ssize_t)len;
		bad |= close(fd) == -1;
		if (!bad && rename(aside, path) == 0)
			return 0;
	}
	/* A short write has no errno: there was no room. */
	err_set(e, errno == 0 || errno == ENOSPC || errno == EDQUOT ?
	    ERR_RETRY : ERR_IO, "cannot write '%s': %s", path,
	    strerror(errno == 0 ? ENOSPC : errno));
	return -1;
}

int
keeper_roles_ports(const struct keeper_roles *roles,
    const struct config *config, struct err *e)
{
	char name[CONFIG_HOST_MAX + 16];
	json_t *ports;
	char *text;
	size_t len, i;
	int result;

	ports = json_pack("{s:n, s:n}", "api", "web");
	for (i = 0; i < roles->n; i++) {
		if (strcmp(roles->role[i].role, "api") != 0)
			continue;
		if (keeper_listen_name(roles->role[i].listener,
		    config->api.listen, name, sizeof(name), e) == -1) {
			json_decref(ports);
			return -1;
		}
		(void)json_object_set_new(ports, "api", json_string(name));
	}
	text = wire_print(ports, &len);
	json_decref(ports);
	result = write_file(config->data, text, len, e);
	free(text);
	return result;
}
