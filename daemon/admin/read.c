/*
 * teduh-admin read: what the reader makes of a mail.  Nothing is stored and
 * nobody is asked; the view goes to standard output as it would be sealed, or
 * as a page where a person looks.
 */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/admin/read_page.h"
#include "daemon/config.h"
#include "daemon/config_rules.h"
#include "daemon/config_words.h"
#include "daemon/desk/reading.h"
#include "daemon/desk/triage.h"
#include "daemon/program.h"
#include "daemon/sandbox.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

static const char *
authserv_of(const struct config *config, const char *desk)
{
	size_t i;

	for (i = 0; i < config->nmailboxes; i++) {
		if (strcmp(config->mailboxes[i].desk, desk) == 0 &&
		    config->mailboxes[i].authserv_id != NULL)
			return config->mailboxes[i].authserv_id;
	}
	return NULL;
}

static void
say_json(const struct reading *reading)
{
	json_t *answer = reading->view;
	char *text;

	if (reading->unreadable)
		answer = json_pack("{s:[s], s:s}", "flags", "unreadable",
		    "why", reading->why);
	text = json_dumps(answer, JSON_INDENT(2) | JSON_SORT_KEYS);
	(void)puts(text == NULL ? "{}" : text);
	free(text);
	if (reading->unreadable)
		json_decref(answer);
}

static int
say(const struct reading *reading, int json)
{
	if (json)
		say_json(reading);
	else if (reading->unreadable)
		read_page_unreadable(reading->why);
	else
		read_page(reading->view);
	return reading->unreadable ? EX_DATAERR : EX_OK;
}

/* As it would be on arrival, but for what only a desk knows. */
static void
weigh(const struct rules *rules, struct reading *reading)
{
	static const struct triage_facts none;
	struct triage t;

	if (reading->unreadable || rules == NULL)
		return;
	triage_weigh(rules, json_object_get(reading->view, "triage"), &none,
	    &t);
	(void)json_object_set(reading->view, "triage", t.fired);
	(void)json_object_set_new(reading->view, "urgency",
	    json_integer(t.urgency));
	triage_free(&t);
}

static int
read_for(const struct config *config, const struct config_desk *desk,
    int json, struct err *e)
{
	struct reading_rules rules = { config_charsets(desk),
	    authserv_of(config, desk->name), desk->from_address, NULL, NULL,
	    desk->name, NULL };
	struct config_rules *triage = config_rules_load(config, desk->name,
	    e);
	char program[PATH_MAX], *words = config_words(config, desk);
	struct reading reading;
	struct reader *reader = NULL;
	struct buf mail;
	int code = -1;

	memset(&reading, 0, sizeof(reading));
	buf_init(&mail, 256u * 1024 * 1024);
	rules.words = words;
	rules.triage = config_rules_fd(triage);
	if (triage == NULL)
		goto out;
	if (program_find_reader(program, e) == -1)
		goto out;
	/* Opened before root is given up: it may lie where only root goes. */
	reader = reading_open(program);
	if (sandbox_become(config->user, e) == -1 ||
	    seal_harden_process(e) == -1)
		goto out;
	/* What is too large for us is too large for the reader: it says so. */
	if (admin_stdin(&mail, e) == -1 && e->code != ERR_INPUT)
		goto out;
	if (reading_try_rules(reader, rules.triage, e) == -1)
		goto out;
	if (reading_read(reader, mail.bytes, mail.len, &rules, &reading,
	    e) == 0) {
		weigh(config_rules_of(triage, desk->name), &reading);
		code = say(&reading, json);
		reading_free(&reading);
	}
out:
	reading_close(reader);
	config_rules_free(triage);
	buf_free(&mail);
	free(words);
	return code;
}

int
admin_read(const struct admin *admin, int argc, char *const argv[])
{
	const struct config_desk *desk = &admin->config->desks[0];
	struct err e = ERR_INIT;
	int i, code, json = !isatty(STDOUT_FILENO);

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			json = 1;
			continue;
		}
		if (strcmp(argv[i], "--desk") != 0 || ++i == argc)
			return admin_usage("read takes --desk D and --json");
		desk = config_desk(admin->config, argv[i]);
		if (desk == NULL) {
			err_set(&e, ERR_INPUT, "there is no desk '%s' in the "
			    "configuration", argv[i]);
			(void)admin_fail(&e);
			return EX_CONFIG;
		}
	}
	code = read_for(admin->config, desk, json, &e);
	return code == -1 ? admin_fail(&e) : code;
}
