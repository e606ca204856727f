/*
 * Say that a case is given to somebody outside: to whom, on what ground, by
 * two persons.  It stands in the case for good, and holds it; the case
 * itself is handed over by `export`.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/disclosures.h"
#include "tools/note.h"
#include "tools/prompt.h"
#include "tools/session.h"
#include "tools/words.h"

#define TO_MAX		200
#define QUESTION_MAX	2048

/* 0, or EXIT_USAGE. */
static int
check_words(const struct session *s, struct err *e)
{
	const char *to = s->args.to;

	if (to == NULL || s->args.ground == NULL) {
		err_set(e, ERR_INPUT, "%s", _("say to whom and on what "
		    "ground: teduh disclose ask CASE --to WHO --ground WHY"));
		return EXIT_USAGE;
	}
	if (*to != '\0' && strlen(to) <= TO_MAX && text_is_line(to))
		return 0;
	err_set(e, ERR_INPUT, _("to whom is one line of at most %d bytes"),
	    TO_MAX);
	return EXIT_USAGE;
}

int
disclose_ask_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	json_t *note;
	int result;

	if ((result = check_words(s, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0)
		goto out;
	result = -1;
	if ((c.about = note_text(s->args.ground, strlen(s->args.ground),
	    e)) == NULL || (note = note_upload_disclosure(s, c.cf,
	    s->args.to, c.about, e)) == NULL)
		goto out;
	(void)json_object_set_new(c.body, "note", note);
	if ((result = change_post(&c, "disclose", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s: the disclosure waits for a "
	    "supervisor, who reads it and runs: teduh disclose confirm %s"),
	    name, casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}

/* A typed yes, or --yes. 0, 1 no, -1. */
static int
ask(const struct session *s, const struct casefile *cf,
    const struct casefile_item *item, struct err *e)
{
	const char *to = json_string_value(json_object_get(item->view, "to"));
	const char *ground = json_string_value(json_object_get(item->view,
	    "text"));
	char question[QUESTION_MAX], how[QUESTION_MAX];

	if (s->args.yes)
		return 0;
	(void)snprintf(question, sizeof(question), _("%s asks that the case "
	    "%s be disclosed to %.200s, on this ground:\n%.1000s\nSign that "
	    "with your name? Type '%s': "), item->author, casefile_id(cf),
	    to == NULL ? "?" : to, ground == NULL ? "?" : ground, _("yes"));
	(void)snprintf(how, sizeof(how), _("to confirm it without being "
	    "asked, type: teduh disclose confirm %s --yes"),
	    casefile_id(cf));
	return prompt_yes(question, how, e);
}

int
disclose_confirm_run(struct session *s, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	const struct casefile_item *item;
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0)
		goto out;
	result = -1;
	if ((item = disclosures_waiting(c.cf, e)) == NULL)
		goto out;
	if (strcmp(item->author, s->service.name) == 0) {
		err_set(e, ERR_DENIED, "%s", _("you asked for it yourself: "
		    "another supervisor confirms it"));
		goto out;
	}
	if ((result = ask(s, c.cf, item, e)) != 0)
		goto out;
	signature_make(s->me->signer, PURPOSE_DISCLOSE, item->bytes,
	    item->len, signature);
	wire_set_hex(c.body, "item", item->id, SEAL_ID);
	wire_set_hex(c.body, "signature", signature, SIGN_LEN);
	if ((result = change_post(&c, "disclose/second", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is disclosed, by two persons, "
	    "and held; 'teduh export %s FOLDER' writes it out"), name,
	    casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}
