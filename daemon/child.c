/*
 * Becoming a role: take what the keeper laid out, close the doors, begin.
 *
 * Secrets are read only after the process is no longer dumpable; the file
 * system is closed (where the kernel can) before the role sees any input.
 * DATA can be written, what libraries and name look-ups read can be read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/child.h"
#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/sandbox.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define CONFIG_FD	3
#define SECRETS_FD	4
#define READY_FD	5
#define LISTENER_FD	6	/* or of access tokens */
#define READER_FD	7
#define READER		"/proc/self/fd/7"	/* whoever may walk to it */
#define PATHS_MAX	32
#define MEMORY_MAX	(2048ul * 1024 * 1024)	/* of address space */

static const struct {
	const char	*name;
	int		(*main)(const struct role_args *);
	int		(*probe)(const struct role_args *);
} roles[] = {
	{ "intake", intake_main, intake_probe },
	{ "api", api_main, api_probe },
	{ "web", web_main, web_probe },
	{ "post", post_main, post_probe },
	{ "clock", clock_main, NULL },
	{ "bell", bell_main, NULL },
};

static struct config *
take_config(const char *path, struct err *e)
{
	struct config *config;
	struct stat st;
	char *text;
	ssize_t n = -1;

	if (fstat(CONFIG_FD, &st) == -1 || st.st_size > CONFIG_MAX) {
		err_set(e, ERR_BUG, "no configuration was handed on");
		return NULL;
	}
	text = mem_alloc((size_t)st.st_size + 1);
	n = pread(CONFIG_FD, text, (size_t)st.st_size, 0);
	(void)close(CONFIG_FD);
	if (n != st.st_size) {
		err_set(e, ERR_IO, "cannot read the configuration handed on");
		free(text);
		return NULL;
	}
	config = config_parse(path, text, e);
	free(text);
	return config;
}

static void
add(struct sandbox_path *paths, size_t *n, const char *path, int write)
{
	if (path == NULL || *n == PATHS_MAX)
		return;
	paths[*n].path = path;
	paths[(*n)++].write = write;
}

static int
close_doors(const struct config *config, const struct role_args *args,
    const char *role, struct err *e)
{
	static const char *const system[] = { "/usr", "/lib", "/lib64",
	    "/etc/ssl", "/etc/ca-certificates", "/etc/gnutls",
	    "/etc/ld.so.cache", "/etc/localtime", "/etc/resolv.conf",
	    "/etc/hosts", "/etc/host.conf", "/etc/gai.conf",
	    "/etc/nsswitch.conf", "/etc/services",
	    "/run/systemd/resolve", "/dev/urandom", "/proc" };
	struct sandbox_path paths[PATHS_MAX];
	const struct config_mailbox *box;
	size_t n = 0, i;

	/* It runs what an administrator configured, which needs files. */
	if (strcmp(role, "bell") == 0)
		return sandbox_enter(NULL, 0, MEMORY_MAX, e);
	for (i = 0; i < sizeof(system) / sizeof(system[0]); i++)
		add(paths, &n, system[i], 0);
	add(paths, &n, "/dev/null", 1);
	add(paths, &n, args->reader, 0);
	add(paths, &n, config->data, 1);
	if (strcmp(role, "api") == 0) {
		add(paths, &n, config->api.cert, 0);
		add(paths, &n, config->api.key, 0);
		add(paths, &n, config->alarm.texts, 0);
	} else if (strcmp(role, "web") == 0) {
		add(paths, &n, config->web.cert, 0);
		add(paths, &n, config->web.key, 0);
		add(paths, &n, config->web.pages, 0);
		add(paths, &n, config->web.words, 0);
		add(paths, &n, config->alarm.texts, 0);
	} else if (strcmp(role, "post") == 0) {
		add(paths, &n, config->relay.ca, 0);
		add(paths, &n, config->alarm.texts, 0);
	} else if (strcmp(role, "intake") == 0) {
		box = config_mailbox(config, args->name);
		add(paths, &n, box == NULL ? NULL : box->ca, 0);
		add(paths, &n, config->alarm.texts, 0);
	} else if (strcmp(role, "clock") == 0) {
		add(paths, &n, config->alarm.texts, 0);
	}
	return sandbox_enter(paths, n, MEMORY_MAX, e);
}

static int
fail(const struct err *e)
{
	log_err("start", e);
	return e->code == ERR_INPUT ? EX_CONFIG : EX_SOFTWARE;
}

static int
run(const char *role, struct role_args *args)
{
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (strcmp(roles[i].name, role) != 0)
			continue;
		if (args->token == NULL)
			return roles[i].main(args);
		if (roles[i].probe != NULL)
			return roles[i].probe(args);
	}
	return EX_USAGE;
}

int
child_main(char *const argv[])
{
	const char *role = argv[2];
	struct role_args args;
	struct config *config = NULL;
	struct secrets *secrets = NULL;
	struct err e = ERR_INIT;
	char label[96];
	int listener = LISTENER_FD, code;

	memset(&args, 0, sizeof(args));
	(void)snprintf(label, sizeof(label), "%s%s%s", role,
	    strcmp(argv[3], "-") == 0 ? "" : " ",
	    strcmp(argv[3], "-") == 0 ? "" : argv[3]);
	log_open(label);
	crash_open(role);
	role_signals();
	wire_init();
	if (seal_init(&e) == -1 || seal_harden_process(&e) == -1 ||
	    (config = take_config(argv[4], &e)) == NULL ||
	    (secrets = secrets_from_fd(SECRETS_FD, &e)) == NULL) {
		code = fail(&e);
		goto out;
	}
	(void)close(SECRETS_FD);
	(void)fcntl(READY_FD, F_SETFD, FD_CLOEXEC);
	args.config = config;
	args.secrets = secrets;
	args.name = argv[3];
	if (fcntl(READER_FD, F_SETFD, FD_CLOEXEC) == 0)
		args.reader = READER;
	args.once = strcmp(argv[6], "1") == 0;
	if (strncmp(argv[6], CHILD_LOOK, strlen(CHILD_LOOK)) == 0)
		args.token = argv[6] + strlen(CHILD_LOOK);
	args.ready_fd = READY_FD;
	args.listeners = &listener;
	args.nlisteners = strcmp(argv[5], "1") == 0;
	args.tokens = strcmp(argv[5], "t") == 0 ? LISTENER_FD : -1;
	if (args.nlisteners > 0 || args.tokens != -1)
		(void)fcntl(LISTENER_FD, F_SETFD, FD_CLOEXEC);
	code = close_doors(config, &args, role, &e) == -1 ? fail(&e) :
	    run(role, &args);
out:
	secrets_free(secrets);
	config_free(config);
	return code;
}
