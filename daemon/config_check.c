/*
 * teduhd -t: what would go wrong after the start, said before it.
 *
 * The configuration is parsed as the keeper does it; then each file that it
 * names is opened and read as what it is said to be.  All findings are
 * printed, not only the first, so that one look is enough.  Nothing is
 * changed, and no value of a secret is kept or shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_check.h"
#include "daemon/desk/template.h"
#include "daemon/config_first.h"
#include "daemon/role.h"
#include "daemon/rules_check.h"
#include "daemon/secrets.h"
#include "daemon/trust.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define KEY_MAX		65536	/* as the role api has it */

struct check {
	const char		*path;		/* as it was given */
	const struct config	*config;
	int			 has_pin;
	int			 bad;		/* findings so far */
};

/* line 0: it stands in no line. */
static void __attribute__((format(printf, 3, 4)))
find(struct check *c, int line, const char *format, ...)
{
	va_list ap;

	c->bad++;
	if (line > 0)
		(void)fprintf(stderr, "%s:%d: ", c->path, line);
	else
		(void)fprintf(stderr, "%s: ", c->path);
	va_start(ap, format);
	(void)vfprintf(stderr, format, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

/* A file of certificates: its text, or NULL and it was said why not. */
static char *
read_certificate(struct check *c, int line, const char *file)
{
	struct err e = ERR_INIT;
	size_t len;
	char *text = config_read(file, &len, &e);

	if (text == NULL) {
		find(c, line, "%s", e.text);
	} else if (trust_until(text, len, 1) == -1) {
		find(c, line, "'%s' holds no certificate; it must be one in "
		    "PEM", file);
		free(text);
		text = NULL;
	}
	return text;
}

static void
check_ca(struct check *c, int line, const char *file)
{
	if (file != NULL)
		free(read_certificate(c, line, file));
}

/* Straight into locked memory: the text with a NUL behind it. */
static struct secret *
read_key(struct check *c, int line, const char *file)
{
	struct secret *text = secret_new(KEY_MAX + 1);
	size_t len = 0;
	ssize_t n = -1;
	int fd;

	if ((fd = open(file, O_RDONLY | O_CLOEXEC)) != -1) {
		while (len < KEY_MAX && (n = read(fd, text->bytes + len,
		    KEY_MAX - len)) > 0)
			len += (size_t)n;
	}
	if (fd == -1 || n == -1)
		find(c, line, "cannot read '%s': %s", file, strerror(errno));
	else if (len == KEY_MAX)
		find(c, line, "'%s' is too large for a key", file);
	if (fd != -1)
		(void)close(fd);
	if (n == 0 && len < KEY_MAX) {
		text->bytes[len] = '\0';
		return text;
	}
	secret_free(text);
	return NULL;
}

static gnutls_datum_t
datum_of(void *text)
{
	gnutls_datum_t datum;

	datum.data = text;
	datum.size = (unsigned int)strlen(text);
	return datum;
}

/* Certificate and key of a listener, and where they are named. */
struct pair {
	const char	*cert, *key;
	int		 cert_line, key_line;
};

/* Both are read as the library will read them, and must be a pair. */
static void
check_pair(struct check *c, const struct pair *p, char *cert,
    const struct secret *key)
{
	gnutls_certificate_credentials_t pair = NULL;
	gnutls_datum_t cert_text = datum_of(cert);
	gnutls_datum_t key_text = datum_of(key->bytes);
	int result = gnutls_certificate_allocate_credentials(&pair);

	if (result == 0)
		result = gnutls_certificate_set_x509_key_mem(pair, &cert_text,
		    &key_text, GNUTLS_X509_FMT_PEM);
	if (result == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
		find(c, p->key_line, "'%s' is not the key of the "
		    "certificate '%s'", p->key, p->cert);
	else if (result < 0)
		find(c, p->key_line, "'%s' cannot be read as the key of "
		    "'%s': %s", p->key, p->cert,
		    gnutls_strerror(result));
	if (pair != NULL)
		gnutls_certificate_free_credentials(pair);
}

static void
check_tls(struct check *c, const struct pair *p)
{
	struct secret *key = NULL;
	char *cert = NULL;

	if (p->cert != NULL)
		cert = read_certificate(c, p->cert_line, p->cert);
	if (p->key != NULL)
		key = read_key(c, p->key_line, p->key);
	if (cert != NULL && key != NULL)
		check_pair(c, p, cert, key);
	secret_free(key);
	free(cert);
}

static void
check_api(struct check *c)
{
	const struct config_api *api = &c->config->api;
	const struct pair pair = { api->cert, api->key, api->cert_line,
	    api->key_line };

	check_tls(c, &pair);
}

static void
check_web(struct check *c)
{
	const struct config_web *web = &c->config->web;
	const struct pair pair = { web->cert, web->key, web->cert_line,
	    web->key_line };
	struct err e = ERR_INIT;

	if (web->listen == NULL)
		return;
	check_tls(c, &pair);
	if (web_check(c->config, &e) == -1)
		find(c, web->pages_line, "%s", e.text);
}

/* A text of automatic mail is a file of its own, with lines of its own. */
static void
find_in_text(void *ctx, const char *path, int line, const char *what)
{
	struct check *c = ctx;

	c->bad++;
	if (line > 0)
		(void)fprintf(stderr, "%s:%d: %s\n", path, line, what);
	else
		(void)fprintf(stderr, "%s: %s\n", path, what);
}

static void
check_texts(struct check *c)
{
	const struct config_alarm *alarm = &c->config->alarm;
	struct stat st;

	if (alarm->texts_line == 0 && alarm->to == NULL &&
	    c->config->relay.host == NULL)
		return;		/* nobody reads them */
	if (stat(alarm->texts, &st) == -1)
		find(c, alarm->texts_line, "cannot open '%s': %s",
		    alarm->texts, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		find(c, alarm->texts_line, "'%s' is not a folder",
		    alarm->texts);
	else
		template_check(c->config, find_in_text, c);
}

/* A rule that nobody can read is not left out: it is put right. */
static void
check_rules(struct check *c)
{
	if (rules_check_apart(c->config) == -1)
		c->bad++;
}

/* Until there is a pin only api runs, which needs none of them. */
static void
check_secret(struct check *c, int line, const char *file, size_t size)
{
	struct err e = ERR_INIT;
	struct secret *secret;

	if (file == NULL)
		return;
	secret = secrets_load(c->config->secrets, file, size, &e);
	if (secret == NULL && (c->has_pin || e.code != ERR_GONE))
		find(c, line, "%s", e.text);
	secret_free(secret);
}

/* Whether it gives a token is what teduh-admin doctor finds out. */
static void
check_command(struct check *c, int line, char *const *command)
{
	if (command != NULL && access(command[0], X_OK) == -1)
		find(c, line, "cannot run '%s': %s", command[0],
		    strerror(errno));
}

static void
check_secrets(struct check *c)
{
	static const char *const keys[] = { "pepper", "intake.key",
	    "post.key", "postman.key", "clock.key" };
	const struct config *config = c->config;
	struct err e = ERR_INIT;
	struct secret *pin;
	size_t i;

	if (access(config->secrets, R_OK | X_OK) == -1) {
		(void)printf("%s: secrets were not looked at: cannot open "
		    "'%s': %s\n", c->path, config->secrets, strerror(errno));
		return;
	}
	if (secrets_check(config->secrets, &e) == -1) {
		find(c, 0, "%s", e.text);
		return;
	}
	pin = secrets_load(config->secrets, "pin", SEAL_HASH, &e);
	c->has_pin = pin != NULL;
	if (pin == NULL && e.code != ERR_GONE)
		find(c, 0, "%s", e.text);
	secret_free(pin);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		check_secret(c, 0, keys[i], SEAL_KEY);
	for (i = 0; i < config->nmailboxes; i++)
		check_secret(c, config->mailboxes[i].secret_line,
		    config->mailboxes[i].secret, 0);
	check_secret(c, config->relay.secret_line, config->relay.secret, 0);
}

static void
check_all(struct check *c)
{
	const struct config *config = c->config;
	size_t i;

	check_api(c);
	check_web(c);
	for (i = 0; i < config->nmailboxes; i++) {
		check_ca(c, config->mailboxes[i].ca_line,
		    config->mailboxes[i].ca);
		check_command(c, config->mailboxes[i].token_line,
		    config->mailboxes[i].token_command);
	}
	check_ca(c, config->relay.ca_line, config->relay.ca);
	check_command(c, config->relay.token_line,
	    config->relay.token_command);
	check_texts(c);
	check_rules(c);
	check_secrets(c);
}

/* No finding, but what somebody who reads the file must know. */
static void
say_deletion(const char *path, const struct config *config)
{
	const struct config_mailbox *box;
	size_t i;

	for (i = 0; i < config->nmailboxes; i++) {
		box = &config->mailboxes[i];
		if (box->after == AFTER_DELETE || box->purge_after_s > 0)
			(void)printf("%s:%d: letters of mailbox '%s' are "
			    "deleted at the provider when they stand in a "
			    "completed backup, and none before there is one "
			    "('teduh-admin status')\n", path,
			    box->after_line, box->name);
	}
}

/* The texts are there, but not the first line of a desk's letters. */
static void
say_first_lines(const char *path, const struct config *config)
{
	char *words, *word, *rest, *line;
	struct stat st;
	int good;
	size_t i;

	if (stat(config->alarm.texts, &st) == -1)
		return;
	for (i = 0; i < config->ndesks; i++) {
		words = mem_strdup(config->desks[i].languages);
		rest = NULL;
		for (word = strtok_r(words, " ", &rest); word != NULL;
		    word = strtok_r(NULL, " ", &rest)) {
			line = config_first_line(config, &config->desks[i],
			    word, &good);
			free(line);
			if (good)
				continue;
			(void)printf("%s:%d: letters of desk '%s' in '%s' "
			    "begin with the built-in English first line, "
			    "because '%s/%s/first-line.txt' is not there or "
			    "has no line of %d characters; write one, or set "
			    "'first_line'\n", path, config->alarm.texts_line,
			    config->desks[i].name, word, config->alarm.texts,
			    word, FIRST_LINE_MIN);
		}
		free(words);
	}
}

int
config_check_main(const char *path)
{
	struct check c = { path, NULL, 0, 0 };
	struct config *config = NULL;
	struct err e = ERR_INIT;
	char *text = NULL;

	if (seal_init(&e) == 0 && seal_harden_process(&e) == 0 &&
	    (text = config_read(path, NULL, &e)) != NULL)
		config = config_parse(path, text, &e);
	free(text);
	if (config == NULL) {
		(void)fprintf(stderr, "%s\n", e.text);
		return EX_CONFIG;
	}
	c.config = config;
	check_all(&c);
	if (c.bad == 0) {
		say_deletion(path, config);
		say_first_lines(path, config);
	}
	config_free(config);
	if (c.bad > 0)
		return EX_CONFIG;
	(void)printf("%s: configuration is good\n", path);
	return EX_OK;
}
