/*
 * Around the parsed configuration: reading the file before, finding things
 * in it, letting it go.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_alarm.h"
#include "daemon/config_calendar.h"
#include "daemon/config_form.h"
#include "daemon/config_keep.h"
#include "daemon/config_web.h"
#include "daemon/config_parse.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"

char *
config_read(const char *path, size_t *len, struct err *e)
{
	struct buf text;
	int fd, result = -1;

	buf_init(&text, CONFIG_MAX);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		err_set(e, ERR_INPUT, "cannot open '%s': %s", path,
		    strerror(errno));
		goto out;
	}
	if (io_read(fd, &text) == -1) {
		if (errno == EFBIG)
			err_set(e, ERR_INPUT, "'%s' is too large for a "
			    "configuration: at most 1 MiB", path);
		else
			err_set(e, ERR_INPUT, "cannot read '%s': %s", path,
			    strerror(errno));
	} else if (memchr(text.bytes, '\0', text.len) != NULL)
		err_set(e, ERR_INPUT, "'%s' has a NUL and is not a text",
		    path);
	else
		result = 0;
out:
	if (fd != -1)
		(void)close(fd);
	if (result == -1) {
		buf_free(&text);
		return NULL;
	}
	return buf_take(&text, len);
}

int
config_host_port(const char *listen, char host[CONFIG_HOST_MAX],
    char port[6])
{
	const char *colon = strrchr(listen, ':'), *digit;
	size_t n;

	if (colon == NULL || colon == listen)
		return -1;
	for (digit = colon + 1; *digit >= '0' && *digit <= '9'; digit++)
		;
	n = (size_t)(digit - colon - 1);
	if (*digit != '\0' || n < 1 || n > 5 ||
	    strtol(colon + 1, NULL, 10) > 65535)
		return -1;
	(void)snprintf(port, 6, "%s", colon + 1);
	n = (size_t)(colon - listen);
	if (listen[0] == '[' && listen[n - 1] == ']') {
		listen++;
		n -= 2;
	} else if (memchr(listen, ':', n) != NULL) {
		return -1;
	}
	if (n == 0 || n >= CONFIG_HOST_MAX)
		return -1;
	memcpy(host, listen, n);
	host[n] = '\0';
	return 0;
}

int
config_speaks(const struct config_desk *desk, const char *language)
{
	const char *at = desk->languages;
	size_t n;

	for (; language != NULL && *at != '\0'; at += n + (at[n] == ' ')) {
		n = strcspn(at, " ");
		if (strlen(language) == n && strncmp(at, language, n) == 0)
			return 1;
	}
	return 0;
}

/* In Estonian, Latvian and Lithuanian mail of old, 1257 is the likely one. */
static int
is_baltic(const struct config_desk *desk)
{
	return config_speaks(desk, "et") || config_speaks(desk, "lv") ||
	    config_speaks(desk, "lt");
}

const char *
config_charsets(const struct config_desk *desk)
{
	return is_baltic(desk) ?
	    "utf-8 windows-1257 windows-1252" : "utf-8 windows-1252";
}

int
config_posts(const struct config *config)
{
	if (config->relay.host != NULL)
		return config->relay.workers;
	return config->web.listen != NULL;
}

int
config_has_bell(const struct config *config)
{
	return config->alarm.command != NULL ||
	    config->alarm.heartbeat != NULL;
}

const struct config_desk *
config_desk(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->ndesks; i++) {
		if (config->desks[i].name != NULL &&
		    strcmp(config->desks[i].name, name) == 0)
			return &config->desks[i];
	}
	return NULL;
}

const struct config_mailbox *
config_mailbox(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->nmailboxes; i++) {
		if (strcmp(config->mailboxes[i].name, name) == 0)
			return &config->mailboxes[i];
	}
	return NULL;
}

void
config_find_text(const struct config *config, const char *desk,
    const char *language, const char *file, char path[CONFIG_TEXT_PATH])
{
	const char *folder = config->alarm.texts;

	(void)snprintf(path, CONFIG_TEXT_PATH, "%s/desks/%s/%s/%s", folder,
	    desk, language, file);
	if (access(path, F_OK) == -1)
		(void)snprintf(path, CONFIG_TEXT_PATH, "%s/%s/%s", folder,
		    language, file);
}

static void
free_desk(struct config_desk *desk)
{
	free(desk->name);
	free(desk->languages);
	free(desk->timezone);
	free(desk->from_name);
	free(desk->from_address);
	free(desk->subject);
	config_parse_free_list(desk->first_line);
	config_form_free(desk);
	config_calendar_free(desk);
	config_keep_free(desk);
}

static void
free_mailbox(struct config_mailbox *box)
{
	size_t i;

	free(box->name);
	free(box->text);
	free(box->desk);
	free(box->listen);
	free(box->host);
	free(box->ca);
	free(box->user);
	free(box->secret);
	config_parse_free_list(box->token_command);
	for (i = 0; box->folders != NULL && box->folders[i] != NULL; i++)
		free(box->folders[i]);
	free(box->folders);
	free(box->after_folder);
	free(box->authserv_id);
}

void
config_free(struct config *config)
{
	size_t i;

	if (config == NULL)
		return;
	for (i = 0; i < config->ndesks; i++)
		free_desk(&config->desks[i]);
	for (i = 0; i < config->nmailboxes; i++)
		free_mailbox(&config->mailboxes[i]);
	free(config->desks);
	free(config->mailboxes);
	free(config->desks_text);
	free(config->api.text);
	free(config->api.listen);
	free(config->api.url);
	free(config->api.cert);
	free(config->api.key);
	config_web_free(&config->web);
	free(config->relay.text);
	free(config->relay.host);
	free(config->relay.ca);
	free(config->relay.user);
	free(config->relay.secret);
	config_parse_free_list(config->relay.token_command);
	config_alarm_free(&config->alarm);
	free(config->path);
	free(config->data);
	free(config->secrets);
	free(config->user);
	free(config);
}
