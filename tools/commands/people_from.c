/*
 * An address that stands in a letter, instead of a typed one: nobody mistypes
 * it.  It is what the letter claims, and is shown as that before a person
 * takes it; where the letter wants answers is taken only when that was said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/statement.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/people.h"
#include "tools/keys.h"
#include "tools/linked.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

#define LINE_BYTES	(4 * RENDER_WORD)

/* The case to which the letter belongs, when a person linked it. */
static struct casefile *
open_linked(struct session *s, const struct casefile *cf,
    const char *prefix, struct err *e)
{
	struct linked *links = mem_alloc(LINKED_MAX * sizeof(*links));
	size_t i, n = linked_list(s, cf, links);
	struct casefile *found = NULL;

	for (i = 0; i < n; i++)
		if (links[i].confirmed && !links[i].belongs &&
		    strncmp(links[i].id, prefix, strlen(prefix)) == 0)
			break;
	if (i < n)
		found = session_case(s, links[i].id, 1, e);
	else
		err_set(e, ERR_INPUT, _("'%s' is not a letter of the case %s, "
		    "or of one that is linked to it"), s->args.from,
		    casefile_id(cf));
	free(links);
	return found;
}

/* Opened and verified; NULL with *e. */
static struct casefile_item *
read_letter(struct casefile *cf, int64_t seq, const char *typed,
    struct err *e)
{
	struct casefile_item *item = casefile_item(cf, seq);
	int result;

	if (item == NULL)
		err_set(e, ERR_GONE, _("there is no '%s': 'teduh show %s' "
		    "lists the letters"), typed, casefile_id(cf));
	else if (item->kind != ITEM_LETTER)
		err_set(e, ERR_INPUT, _("'%s' is not a letter: an address is "
		    "taken from what came to us"), typed);
	else if ((result = casefile_read(cf, item, e)) == 0)
		return item;
	else if (result == 1)
		err_set(e, ERR_DENIED, _("the letter '%s' could not be "
		    "verified, so no address is taken from it: %s"), typed,
		    item->problem);
	return NULL;
}

/* {name, address} of the letter; NULL with *e. */
static const json_t *
find_party(const struct session *s, const struct casefile_item *item,
    struct err *e)
{
	const json_t *who = json_object_get(item->view, s->args.reply_to ?
	    "reply_to" : "from");
	const char *address = json_string_value(json_object_get(who,
	    "address"));

	if (address == NULL && s->args.reply_to)
		err_set(e, ERR_GONE, _("the letter '%s' asks for answers "
		    "nowhere else: leave --reply-to out"), s->args.from);
	else if (address == NULL)
		err_set(e, ERR_GONE, _("the letter '%s' does not say clearly "
		    "who wrote it: type the address that you know"),
		    s->args.from);
	else
		return who;
	return NULL;
}

/* Nobody vouches for a Reply-To. */
static void
say(const struct session *s, const struct casefile_item *item,
    const json_t *who)
{
	char name[RENDER_WORD], address[RENDER_WORD], line[LINE_BYTES];
	const char *proof;

	if (s->args.json || s->args.quiet)
		return;
	(void)render_word(name, who, "name");
	(void)render_word(address, who, "address");
	if (s->args.reply_to)
		proof = _("Its letter asks for answers there, which proves "
		    "nothing.");
	else if (json_is_true(json_object_get(item->view, "verified")))
		proof = _("Our mail server has checked that the letter comes "
		    "from there.");
	else
		proof = _("Nobody has checked that the letter comes from "
		    "there.");
	(void)snprintf(line, sizeof(line), "%s: %s%s<%s>. %s", s->args.from,
	    name, *name == '\0' ? "" : " ", address, proof);
	render_say(stdout, line);
}

/* 0, 1 no, -1. */
static int
ask(const struct session *s, struct err *e)
{
	const struct keys_choice yes = { words_in_context(C_("key", "y")),
	    _("take this address") };

	if (s->args.yes)
		return 0;
	if (!keys_possible(&s->args)) {
		err_set(e, ERR_INPUT, "%s", _("to take an address from a "
		    "letter without being asked, add --yes"));
		return -1;
	}
	if (keys_ask(&yes, 1, _("nothing")) == 0)
		return 0;
	render_say(stdout, _("Nothing was changed."));
	return 1;
}

int
people_from(struct session *s, struct casefile *cf, struct statement_doc *doc,
    struct err *e)
{
	const char *typed = s->args.from, *name;
	struct casefile *other = NULL;
	const struct casefile_item *item;
	const json_t *who;
	struct code_ref ref;
	int result = -1;

	if (commands_item_ref(&ref, typed, casefile_id(cf), e) == -1)
		return -1;
	if (strncmp(ref.case_prefix, casefile_id(cf),
	    strlen(ref.case_prefix)) != 0 &&
	    (cf = other = open_linked(s, cf, ref.case_prefix, e)) == NULL)
		return -1;
	if ((item = read_letter(cf, ref.item, typed, e)) == NULL ||
	    (who = find_party(s, item, e)) == NULL)
		goto out;
	if (people_set_address(doc, json_string_value(json_object_get(who,
	    "address")), e) == -1) {
		err_prefix(e, _("the letter '%s'"), typed);
		goto out;
	}
	name = json_string_value(json_object_get(who, "name"));
	if (name != NULL && *name != '\0' &&
	    people_set_name(doc, name, e) == -1)
		goto out;
	say(s, item, who);
	result = ask(s, e);
out:
	casefile_free(other);
	return result;
}
