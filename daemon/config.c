/*
 * The configuration file: what may stand in it, and what it comes to.
 *
 * libconfuse reads the syntax; the tables below are the whole list of keys.
 * Every problem is one sentence with file and line, and nothing is guessed:
 * what is unknown, given twice or not built yet is refused.  Shared by the
 * keeper, every role and teduh-admin; never logs.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_alarm.h"
#include "daemon/config_calendar.h"
#include "daemon/config_first.h"
#include "daemon/config_keep.h"
#include "daemon/config_form.h"
#include "daemon/config_parse.h"
#include "daemon/config_quiet.h"
#include "daemon/config_watch.h"
#include "daemon/config_web.h"
#include "daemon/config_text.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/roster.h"

#define TEXT(key)	CFG_STR(key, NULL, CFGF_NODEFAULT)
#define LIST(key)	CFG_STR_LIST(key, NULL, CFGF_NODEFAULT)
#define TITLED		(CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)

#define FROM_NAME_MAX	100
#define HOLD_MAX_S	86400

static cfg_opt_t api_keys[] = {
	TEXT("listen"), TEXT("url"), TEXT("cert"), TEXT("key"), CFG_END()
};
static cfg_opt_t web_keys[] = {
	TEXT("listen"), TEXT("url"), TEXT("cert"), TEXT("key"),
	TEXT("workers"), TEXT("pages"), TEXT("words"), TEXT("leave"),
	TEXT("trust_forwarded"), CFG_END()
};
static cfg_opt_t desk_keys[] = {
	LIST("languages"), TEXT("from_name"), TEXT("from_address"),
	TEXT("subject"), TEXT("due_first"), TEXT("due_later"),
	TEXT("alarm_after"), TEXT("hold"), LIST("first_line"),
	TEXT("acknowledge"), TEXT("timezone"), TEXT("quiet"), LIST("areas"),
	LIST("questions"), TEXT("capacity"), LIST("duty"), LIST("calendar"),
	TEXT("due_high"), TEXT("due_crisis"), LIST("reasons"),
	LIST("retention"), TEXT("retention_raw"), TEXT("first_right"),
	CFG_END()
};
static cfg_opt_t mailbox_keys[] = {
	TEXT("desk"), TEXT("listen"), TEXT("host"), TEXT("port"), TEXT("tls"),
	TEXT("ca"), TEXT("user"), TEXT("secret"), TEXT("token_command"),
	LIST("folders"),
	TEXT("after"), TEXT("authserv_id"), TEXT("canary"),
	TEXT("silent_after"), TEXT("purge_after"), CFG_END()
};
static cfg_opt_t relay_keys[] = {
	TEXT("host"), TEXT("port"), TEXT("tls"), TEXT("ca"), TEXT("user"),
	TEXT("secret"), TEXT("token_command"), TEXT("workers"), CFG_END()
};
static cfg_opt_t alarm_keys[] = {
	LIST("to"), TEXT("command"), TEXT("heartbeat"),
	TEXT("heartbeat_every"), TEXT("language"), TEXT("texts"), CFG_END()
};
static cfg_opt_t limits_keys[] = {
	TEXT("flood"), CFG_END()
};
static cfg_opt_t top_keys[] = {
	TEXT("data"), TEXT("secrets"), TEXT("user"),
	CFG_SEC("api", api_keys, CFGF_NONE),
	CFG_SEC("web", web_keys, CFGF_NONE),
	CFG_SEC("desk", desk_keys, TITLED),
	CFG_SEC("mailbox", mailbox_keys, TITLED),
	CFG_SEC("relay", relay_keys, CFGF_NONE),
	CFG_SEC("alarm", alarm_keys, CFGF_NONE),
	CFG_SEC("limits", limits_keys, CFGF_NONE),
	CFG_END()
};

/* libconfuse hands its callbacks no pointer of ours. */
static struct config_parse *current;

/* The keys of a section, for a sentence. */
static void
list_keys(const cfg_t *sec, struct buf *out)
{
	const cfg_opt_t *opt;

	for (opt = sec->opts; opt->name != NULL; opt++)
		(void)buf_addf(out, "%s%s", out->len == 0 ? "" : ", ",
		    opt->name);
}

/* What is a text, and not a key, says where it stands. */
static const char *
elsewhere(const char *problem)
{
	return strstr(problem, "'contacts'") == NULL ? "" : ". Whom to call "
	    "stands in the text 'desks/DESK/LANGUAGE/contacts.txt' in the "
	    "folder 'texts' of section alarm";
}

static void __attribute__((format(printf, 2, 0)))
on_error(cfg_t *sec, const char *format, va_list ap)
{
	char text[160];
	struct buf keys;

	(void)vsnprintf(text, sizeof(text), format, ap);
	buf_init(&keys, 256);
	if (strncmp(format, "no such option", 14) == 0)
		list_keys(sec, &keys);
	config_parse_problem(current, sec->line, "%s%s%s%s", text,
	    keys.len == 0 ? "" : "; allowed here: ", keys.bytes,
	    keys.len == 0 ? "" : elsewhere(text));
	buf_free(&keys);
}

/*
 * Called for every value: remember its line, refuse the second one. (Of a
 * list for each element and its end, so there the second one replaces.)
 */
static int
on_value(cfg_t *sec, cfg_opt_t *opt)
{
	int many = (opt->flags & (CFGF_MULTI | CFGF_LIST)) != 0;
	char line[16];

	if (opt->comment != NULL && !many) {
		config_parse_problem(current, sec->line, "'%s' was given "
		    "before, in line %s", opt->name, opt->comment);
		return -1;
	}
	(void)snprintf(line, sizeof(line), "%d", sec->line);
	if (opt->comment == NULL)
		(void)cfg_opt_setcomment(opt, line);
	return 0;
}

static void
watch(cfg_opt_t *opts)
{
	for (; opts->name != NULL; opts++)
		opts->validcb = on_value;
}

/* libconfuse's tree of the text, or NULL with p->bad. */
static cfg_t *
read_tree(struct config_parse *p, const char *text)
{
	char *plain;
	cfg_t *cfg;

	if ((plain = config_text_plain(p->name, text, p->e)) == NULL) {
		p->bad = 1;
		return NULL;
	}
	watch(api_keys);
	watch(web_keys);
	watch(desk_keys);
	watch(mailbox_keys);
	watch(relay_keys);
	watch(alarm_keys);
	watch(limits_keys);
	watch(top_keys);
	current = p;
	cfg = cfg_init(top_keys, CFGF_NONE);
	/* It takes over the user's locale; our sentences have one language. */
	(void)setlocale(LC_ALL, "C");
	(void)cfg_set_error_function(cfg, on_error);
	if (cfg_parse_buf(cfg, plain) != CFG_SUCCESS)
		config_parse_problem(p, cfg->line, "this cannot be read");
	current = NULL;
	free(plain);
	return cfg;
}

/* What cfg_getsec() gives for a section that does not stand there. */
static int
is_there(cfg_t *cfg, const char *section)
{
	return cfg_opt_getcomment(cfg_getopt(cfg, section)) != NULL;
}

static int
is_unix(const char *listen)
{
	return strncmp(listen, "unix:", 5) == 0;
}

static void
take_api(struct config_parse *p, cfg_t *cfg, struct config_api *api)
{
	char host[CONFIG_HOST_MAX], port[6];
	cfg_t *sec = cfg_getsec(cfg, "api");

	if (!is_there(cfg, "api")) {
		config_parse_problem(p, cfg->line, "the file ends here "
		    "without the section 'api'");
		return;
	}
	api->cert = config_parse_path(p, sec, "cert");
	api->key = config_parse_path(p, sec, "key");
	api->text = config_parse_print(sec);
	api->listen_line = config_parse_line(sec, "listen");
	api->cert_line = config_parse_line(sec, "cert");
	api->key_line = config_parse_line(sec, "key");
	api->url = config_parse_listen(p, sec, "url");
	if (api->url != NULL && !is_unix(api->url) &&
	    strncmp(api->url, "https://", 8) != 0)
		config_parse_problem(p, config_parse_line(sec, "url"),
		    "'url' is '%.64s'; allowed are unix:PATH and "
		    "https://HOST:PORT", api->url);
	config_parse_must(p, sec, "listen");
	api->listen = config_parse_listen(p, sec, "listen");
	if (p->bad || is_unix(api->listen))
		return;
	if (config_host_port(api->listen, host, port) == -1)
		config_parse_problem(p, config_parse_line(sec, "listen"),
		    "'listen' is '%.64s'; allowed are unix:PATH and "
		    "HOST:PORT with a port from 0 to 65535", api->listen);
	if (api->cert == NULL || api->key == NULL)
		config_parse_problem(p, config_parse_line(sec, "listen"),
		    "to listen on '%.64s' this section needs 'cert' and "
		    "'key'; without them only unix:PATH is allowed",
		    api->listen);
}

static void
check_name(struct config_parse *p, cfg_t *sec, const char *name)
{
	if (!roster_name_valid(name))
		config_parse_problem(p, sec->line, "the %s ending here has "
		    "the name '%.64s'; allowed are 1 to %d of a-z 0-9 . _ - "
		    "with a letter in front", cfg_name(sec), name,
		    ROSTER_NAME_MAX);
}

static char *
take_languages(struct config_parse *p, cfg_t *sec)
{
	char **list = config_parse_list(p, sec, "languages");
	struct buf words;
	size_t i;

	if (list == NULL)
		return mem_strdup("en");
	buf_init(&words, 1024);
	for (i = 0; list[i] != NULL; i++) {
		if (!config_parse_is_language(list[i]))
			config_parse_problem(p, config_parse_line(sec,
			    "languages"), "'%.32s' is not a language code "
			    "such as id, et or en", list[i]);
		if (buf_addf(&words, "%s%s", i == 0 ? "" : " ", list[i]) ==
		    -1)
			config_parse_problem(p, config_parse_line(sec,
			    "languages"), "'languages' is too long");
		free(list[i]);
	}
	free(list);
	return buf_take(&words, NULL);
}

static void
check_len(struct config_parse *p, cfg_t *sec, const char *key,
    const char *value, size_t max)
{
	if (value != NULL && strlen(value) > max)
		config_parse_problem(p, config_parse_line(sec, key),
		    "'%s' is too long: at most %zu bytes", key, max);
}

static enum config_acknowledge
take_acknowledge(struct config_parse *p, cfg_t *sec)
{
	static const char *const words[] = { "neutral", "full", "off" };
	char *value = config_parse_text(p, sec, "acknowledge");
	int i = 0;

	while (value != NULL && i < 3 && strcmp(words[i], value) != 0)
		i++;
	if (i == 3)
		config_parse_problem(p, config_parse_line(sec,
		    "acknowledge"), "'acknowledge' is '%.32s'; allowed are "
		    "neutral, full and off", value);
	free(value);
	return i == 3 ? ACKNOWLEDGE_OFF : (enum config_acknowledge)i;
}

static void
take_due(struct config_parse *p, cfg_t *sec, struct config_desk *desk)
{
	desk->due_first_s = config_parse_span(p, sec, "due_first",
	    48 * 3600);
	desk->due_later_s = config_parse_span(p, sec, "due_later",
	    5 * 86400);
	desk->due_high_s = config_parse_span(p, sec, "due_high", 12 * 3600);
	desk->due_crisis_s = config_parse_span(p, sec, "due_crisis",
	    4 * 3600);
	desk->alarm_after_s = config_parse_span(p, sec, "alarm_after",
	    32 * 3600);
	config_calendar_take(p, sec, desk);
}

static void
take_desk(struct config_parse *p, cfg_t *sec, struct config_desk *desk)
{
	desk->name = mem_strdup(cfg_title(sec));
	check_name(p, sec, desk->name);
	desk->languages = take_languages(p, sec);
	desk->from_address = config_parse_address(p, sec, "from_address");
	desk->from_name = config_parse_text(p, sec, "from_name");
	check_len(p, sec, "from_name", desk->from_name, FROM_NAME_MAX);
	if (desk->from_name == NULL)
		desk->from_name = mem_strdup(desk->name);
	desk->subject = config_parse_text(p, sec, "subject");
	check_len(p, sec, "subject", desk->subject, LETTER_SUBJECT_MAX);
	if (desk->subject == NULL)
		desk->subject = mem_strdup(desk->from_name);
	desk->first_line = config_first_take(p, sec, desk->languages);
	take_due(p, sec, desk);
	desk->hold_s = config_parse_span(p, sec, "hold", 0);
	if (desk->hold_s > HOLD_MAX_S)
		config_parse_problem(p, config_parse_line(sec, "hold"),
		    "'hold' is at most 1d: a letter that waits longer is "
		    "too late");
	desk->first_right_s = config_parse_span(p, sec, "first_right",
	    24 * 3600);
	desk->acknowledge = take_acknowledge(p, sec);
	config_quiet_take(p, sec, desk);
	config_form_take(p, sec, desk);
	config_keep_take(p, sec, desk);
}

static void
take_after(struct config_parse *p, cfg_t *sec, struct config_mailbox *box)
{
	char *value = config_parse_text(p, sec, "after");
	int line = config_parse_line(sec, "after");
	size_t i;

	box->after = AFTER_MOVE;
	box->after_line = line;
	if (value == NULL) {
		box->after_folder = mem_strdup("Teduh");
	} else if (strcmp(value, "keep") == 0) {
		box->after = AFTER_KEEP;
	} else if (strcmp(value, "delete") == 0) {
		box->after = AFTER_DELETE;
	} else if (strncmp(value, "move:", 5) == 0 && value[5] != '\0') {
		box->after_folder = mem_strdup(value + 5);
	} else {
		config_parse_problem(p, line, "'after' is '%.64s'; allowed "
		    "are move:FOLDER, keep and delete", value);
	}
	free(value);
	if (box->after_folder == NULL)
		return;
	for (i = 0; box->folders[i] != NULL; i++) {
		if (strcmp(box->folders[i], box->after_folder) == 0)
			config_parse_problem(p, line, "letters cannot be "
			    "moved to '%.64s', which 'folders' watches",
			    box->after_folder);
	}
}

static void
take_imap(struct config_parse *p, cfg_t *sec, struct config_mailbox *box)
{
	box->tls = config_parse_tls(p, sec);
	box->port = config_parse_number(p, sec, "port", 65535,
	    box->tls == TLS_IMPLICIT ? 993 : 143);
	box->ca = config_parse_path(p, sec, "ca");
	box->user = config_parse_need(p, sec, "user");
	box->secret = config_parse_secret(p, sec, "secret");
	box->token_command = config_parse_command(p, sec, "token_command");
	box->token_line = config_parse_line(sec, "token_command");
	if (!p->bad && (box->secret == NULL) == (box->token_command == NULL))
		config_parse_problem(p, sec->line, "mailbox '%s' ends here "
		    "with %s; allowed is exactly one of 'secret' and "
		    "'token_command'", box->name, box->secret == NULL ?
		    "neither" : "both");
	box->ca_line = config_parse_line(sec, "ca");
	box->secret_line = config_parse_line(sec, "secret");
	box->folders = config_parse_list(p, sec, "folders");
	if (box->folders == NULL) {
		box->folders = mem_alloc(2 * sizeof(*box->folders));
		box->folders[0] = mem_strdup("INBOX");
		box->folders_default = 1;
	}
	take_after(p, sec, box);
	config_watch_purge(p, sec, box);
}

static void
take_mailbox(struct config_parse *p, cfg_t *sec, const struct config *config,
    struct config_mailbox *box)
{
	static const char *const imap[] = { "port", "tls", "ca", "user",
	    "secret", "token_command", "folders", "after", "purge_after",
	    NULL };

	box->name = mem_strdup(cfg_title(sec));
	box->text = config_parse_print(sec);
	box->listen_line = config_parse_line(sec, "listen");
	check_name(p, sec, box->name);
	box->desk = config_parse_need(p, sec, "desk");
	if (box->desk != NULL && config_desk(config, box->desk) == NULL)
		config_parse_problem(p, config_parse_line(sec, "desk"),
		    "there is no desk '%.64s' in this file", box->desk);
	box->authserv_id = config_parse_text(p, sec, "authserv_id");
	config_watch_take(p, sec, box);
	box->host = config_parse_text(p, sec, "host");
	box->listen = config_parse_listen(p, sec, "listen");
	if (p->bad)
		return;
	if ((box->host == NULL) == (box->listen == NULL)) {
		config_parse_problem(p, sec->line, "mailbox '%s' ends here "
		    "with %s; allowed is exactly one of 'host' and 'listen'",
		    box->name, box->host == NULL ? "neither" : "both");
	} else if (box->host != NULL) {
		take_imap(p, sec, box);
	} else {
		config_parse_none(p, sec, imap, "goes with 'host' only, and "
		    "this mailbox has 'listen'");
		if (!is_unix(box->listen))
			config_parse_problem(p, config_parse_line(sec,
			    "listen"), "'listen' of a mailbox is '%.64s'; "
			    "allowed is unix:PATH", box->listen);
	}
}

static void
take_relay(struct config_parse *p, cfg_t *cfg, struct config_relay *relay)
{
	cfg_t *sec = cfg_getsec(cfg, "relay");

	relay->workers = 2;
	if (!is_there(cfg, "relay"))
		return;
	relay->text = config_parse_print(sec);
	relay->host = config_parse_need(p, sec, "host");
	relay->tls = config_parse_tls(p, sec);
	relay->port = config_parse_number(p, sec, "port", 65535,
	    relay->tls == TLS_IMPLICIT ? 465 : 587);
	relay->ca = config_parse_path(p, sec, "ca");
	relay->workers = config_parse_number(p, sec, "workers", 32, 2);
	relay->user = config_parse_text(p, sec, "user");
	relay->secret = config_parse_secret(p, sec, "secret");
	relay->ca_line = config_parse_line(sec, "ca");
	relay->secret_line = config_parse_line(sec, "secret");
	relay->token_command = config_parse_command(p, sec, "token_command");
	relay->token_line = config_parse_line(sec, "token_command");
	if ((relay->user != NULL) != (relay->secret != NULL) +
	    (relay->token_command != NULL))
		config_parse_problem(p, sec->line, "section 'relay' ends here "
		    "with only one of 'user' and 'secret'; allowed are both, "
		    "or 'user' and 'token_command', or nothing of these for "
		    "a relay without login");
}

static void
take_desks(struct config_parse *p, cfg_t *cfg, struct config *config)
{
	struct buf all;
	char *text;
	unsigned int i;

	config->ndesks = cfg_size(cfg, "desk");
	if (config->ndesks == 0 || config->ndesks > ROSTER_DESKS_MAX) {
		config_parse_problem(p, cfg->line, "the file ends here with "
		    "%zu desks; allowed are 1 to %d", config->ndesks,
		    ROSTER_DESKS_MAX);
		config->ndesks = 0;
	}
	config->desks = mem_alloc(config->ndesks * sizeof(*config->desks));
	buf_init(&all, 4 * CONFIG_MAX);
	for (i = 0; i < config->ndesks && !p->bad; i++) {
		take_desk(p, cfg_getnsec(cfg, "desk", i), &config->desks[i]);
		text = config_parse_print(cfg_getnsec(cfg, "desk", i));
		(void)buf_adds(&all, text);
		free(text);
	}
	config->desks_text = buf_take(&all, NULL);
}

/* Two processes cannot listen on one socket. */
static void
check_sockets(struct config_parse *p, cfg_t *cfg, const struct config *config)
{
	const char *mine, *other;
	size_t i, k;

	if (config->web.listen != NULL && strcmp(config->web.listen,
	    config->api.listen) == 0 && strstr(config->web.listen, ":0") ==
	    NULL)
		config_parse_problem(p, config->web.listen_line, "'%s' is "
		    "used before in this file", config->web.listen);
	for (i = 0; i < config->nmailboxes; i++) {
		if ((mine = config->mailboxes[i].listen) == NULL)
			continue;
		other = config->api.listen;
		for (k = 0; k <= i; other = config->mailboxes[k++].listen) {
			if (other == NULL || strcmp(mine, other) != 0)
				continue;
			config_parse_problem(p, config_parse_line(
			    cfg_getnsec(cfg, "mailbox", (unsigned int)i),
			    "listen"), "'%s' is used before in this file",
			    mine);
		}
	}
}

static void
take_all(struct config_parse *p, cfg_t *cfg, struct config *config)
{
	unsigned int i;

	config_parse_must(p, cfg, "data");
	config->data = config_parse_path(p, cfg, "data");
	config_parse_must(p, cfg, "secrets");
	config->secrets = config_parse_path(p, cfg, "secrets");
	config->user = config_parse_text(p, cfg, "user");
	if (config->user == NULL)
		config->user = mem_strdup("teduh");
	config->data_line = config_parse_line(cfg, "data");
	config->secrets_line = config_parse_line(cfg, "secrets");
	config->user_line = config_parse_line(cfg, "user");
	take_api(p, cfg, &config->api);
	config_web_take(p, cfg_getsec(cfg, "web"), is_there(cfg, "web"),
	    &config->web);
	take_desks(p, cfg, config);
	config->nmailboxes = cfg_size(cfg, "mailbox");
	config->mailboxes = mem_alloc(config->nmailboxes *
	    sizeof(*config->mailboxes));
	for (i = 0; i < config->nmailboxes && !p->bad; i++)
		take_mailbox(p, cfg_getnsec(cfg, "mailbox", i), config,
		    &config->mailboxes[i]);
	take_relay(p, cfg, &config->relay);
	config_alarm_take(p, cfg_getsec(cfg, "alarm"), &config->alarm);
	config->flood = config_parse_number(p, cfg_getsec(cfg, "limits"),
	    "flood", 10000, 10);
	if (!p->bad)
		check_sockets(p, cfg, config);
}

/* The folder of a file, absolute; free it. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf b;
	char *here = NULL;

	buf_init(&b, CONFIG_MAX);
	if (*path != '/' && (here = getcwd(NULL, 0)) != NULL)
		(void)buf_adds(&b, here);
	if (*path != '/' && slash != NULL)
		(void)buf_addc(&b, '/');
	if (slash != NULL)
		(void)buf_add(&b, path, (size_t)(slash - path));
	free(here);
	return buf_take(&b, NULL);
}

struct config *
config_parse(const char *name, const char *text, struct err *e)
{
	struct config_parse p = { name, NULL, e, 0 };
	struct config *config = mem_alloc(sizeof(*config));
	cfg_t *cfg;

	config->path = mem_strdup(name);
	p.folder = folder_of(name);
	if ((cfg = read_tree(&p, text)) != NULL && !p.bad)
		take_all(&p, cfg, config);
	if (cfg != NULL)
		(void)cfg_free(cfg);
	free(p.folder);
	if (p.bad) {
		config_free(config);
		return NULL;
	}
	return config;
}
