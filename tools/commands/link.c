/*
 * Two cases of one desk belong together, or they do not.  The service only
 * proposes; what counts is what a person signs here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "lib/identity.h"
#include "lib/link.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/commands/link_ask.h"
#include "tools/session.h"
#include "tools/words.h"

/* Signed, into the body of the request. */
static int
add_statement(struct change *c, const char *other, const char *kind,
    struct err *e)
{
	const struct roster_person *me = session_person(c->s, e);
	unsigned char signature[SIGN_LEN];
	struct link_statement is;
	char *text;
	size_t len;

	if (me == NULL)
		return -1;
	memset(&is, 0, sizeof(is));
	(void)snprintf(is.case_id, sizeof(is.case_id), "%s",
	    casefile_id(c->cf));
	(void)snprintf(is.other, sizeof(is.other), "%s", other);
	(void)snprintf(is.kind, sizeof(is.kind), "%s", kind);
	(void)snprintf(is.by, sizeof(is.by), "%s", me->name);
	is.at = client_now(c->s->client);
	text = link_print(&is, &len);
	signature_make(c->s->me->signer, PURPOSE_LINK, text, len, signature);
	(void)json_object_set_new(c->body, "statement", json_string(text));
	wire_set_hex(c->body, "signature", signature, SIGN_LEN);
	free(text);
	return 0;
}

int
link_is_open(const json_t *link)
{
	const char *kind = json_string_value(json_object_get(link, "kind"));

	return kind != NULL && (strcmp(kind, "token") == 0 ||
	    strcmp(kind, "proposal") == 0);
}

/*
 * The one case that stands for this one in the list: proposed (or brought by
 * a token), or with undoing also confirmed. 0, -1.
 */
static int
find_other(const struct change *c, int undoing, char other[CASE_ID_LEN + 1],
    struct err *e)
{
	const char *id = casefile_id(c->cf), *mine, *to, *kind;
	const json_t *o;
	size_t i, n = 0;

	json_array_foreach(json_object_get(casefile_json(c->cf), "links"), i,
	    o) {
		if (wire_get_string(o, "case", &mine, NULL) == -1 ||
		    wire_get_string(o, "other", &to, NULL) == -1 ||
		    wire_get_string(o, "kind", &kind, NULL) == -1 ||
		    strcmp(mine, id) != 0 || !deposit_case_valid(to) ||
		    strcmp(kind, "undone") == 0)
			continue;
		/* What is confirmed is what is meant by undoing. */
		if (undoing && strcmp(kind, "confirmed") == 0) {
			memcpy(other, to, CASE_ID_LEN + 1);
			return 0;
		}
		if (n++ == 0)
			memcpy(other, to, CASE_ID_LEN + 1);
	}
	if (n == 1)
		return 0;
	if (undoing)
		err_set(e, ERR_CONFLICT, _("the case %s is linked to no "
		    "other, and no link is proposed"), id);
	else
		err_set(e, ERR_CONFLICT, _("no link is proposed for the case "
		    "%s: say to which one it belongs, teduh link %s CASE"),
		    id, id);
	return -1;
}

/* The second case as typed; it must be one of those that this person reads. */
static int
get_typed(struct change *c, const char *typed, char other[CASE_ID_LEN + 1],
    struct err *e)
{
	struct casefile *cf;
	struct code_ref ref;

	if (commands_case_ref(&ref, typed, e) == -1 ||
	    (cf = session_case(c->s, ref.case_prefix, 1, e)) == NULL)
		return -1;
	(void)snprintf(other, CASE_ID_LEN + 1, "%s", casefile_id(cf));
	casefile_free(cf);
	if (strcmp(other, casefile_id(c->cf)) != 0)
		return 0;
	err_set(e, ERR_INPUT, _("%s is the case itself: name the other one, "
	    "to which its letters belong"), other);
	return -1;
}

/* The case of c, signed and sent, not said yet. */
static int
post(struct change *c, const char *other, int belongs, struct err *e)
{
	return add_statement(c, other, belongs ? "confirmed" : "undone",
	    e) == -1 ? -1 : change_post(c, belongs ? "link" : "unlink", e);
}

/* Does somebody look into this case's own mailbox for the answer? */
static int
has_code(const struct change *c)
{
	unsigned char key[SEAL_KEY];

	return casefile_seeker(c->cf, 1, key);
}

static int
decide(struct change *c, const char *other, int belongs, struct err *e)
{
	char name[COMMANDS_NAME];

	if (post(c, other, belongs, e) == -1)
		return -1;
	commands_name(name, casefile_id(c->cf), c->cf);
	if (belongs && has_code(c))
		commands_done(c->s, change_row(c), _("%s belongs to %s now, "
		    "where its letters are shown and answered.  The code of "
		    "who wrote %s opens no answer that is given there: if "
		    "they know no other way to it, 'teduh unlink %s' and "
		    "'teduh link %s %s'"), name, other, casefile_id(c->cf),
		    casefile_id(c->cf), other, casefile_id(c->cf));
	else if (belongs)
		commands_done(c->s, change_row(c), _("%s belongs to %s now, "
		    "where its letters are shown and answered; 'teduh unlink "
		    "%s' takes it apart again"), name, other,
		    casefile_id(c->cf));
	else
		commands_done(c->s, change_row(c), _("%s does not belong to "
		    "%s; 'teduh link %s %s' puts them together"), name,
		    other, casefile_id(c->cf), other);
	return 0;
}

int
link_decide(struct session *s, const char *id, const char *other,
    int belongs, struct err *e)
{
	struct change c;
	int result;

	if ((result = change_open(&c, s, id, e)) == 0)
		result = decide(&c, other, belongs, e);
	change_end(&c);
	return result;
}

int
link_run(struct session *s, struct err *e)
{
	char other[CASE_ID_LEN + 1];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0)
		goto out;
	result = s->args.nwords > 1 ? get_typed(&c, s->args.words[1], other,
	    e) : find_other(&c, 0, other, e);
	if (result == 0)
		result = decide(&c, other, 1, e);
out:
	change_end(&c);
	return result;
}

/*
 * One of many: a case that a colleague has in hand is said and left, so that
 * it does not keep the others. 1 when it is turned down, 0, -1.
 */
static int
turn_down(struct session *s, const json_t *link, json_t *problems,
    struct err *e)
{
	const char *id, *other;
	struct change c;
	int result;

	if (wire_get_string(link, "case", &id, e) == -1 ||
	    wire_get_string(link, "other", &other, e) == -1)
		return -1;
	if ((result = change_open(&c, s, id, e)) == 0)
		result = post(&c, other, 0, e);
	change_end(&c);
	if (result == 0)
		return 1;
	if (e->code != ERR_CONFLICT)
		return -1;
	(void)json_array_append_new(problems, json_string(e->text));
	return 0;
}

/* All that may belong to the case of c and that nobody has decided. */
static int
turn_down_all(struct change *c, struct err *e)
{
	struct session *s = c->s;
	json_t *problems = json_array();
	const json_t *o;
	size_t i, done = 0;
	char name[COMMANDS_NAME];
	int n, result = -1;

	json_array_foreach(json_object_get(casefile_json(c->cf), "links"), i,
	    o) {
		if (!link_is_open(o))
			continue;
		if ((n = turn_down(s, o, problems, e)) == -1)
			goto out;
		done += (size_t)n;
	}
	if (done == 0 && json_array_size(problems) == 0) {
		err_set(e, ERR_CONFLICT, _("no link is proposed for the case "
		    "%s"), casefile_id(c->cf));
		goto out;
	}
	commands_name(name, casefile_id(c->cf), c->cf);
	commands_done(s, change_row(c), words_count("%zu case does not "
	    "belong to %s; 'teduh show %s' names it", "%zu cases do not "
	    "belong to %s; 'teduh show %s' names them", done), done, name,
	    casefile_id(c->cf));
	result = commands_problems(problems);
out:
	json_decref(problems);
	return result;
}

int
unlink_run(struct session *s, struct err *e)
{
	char other[CASE_ID_LEN + 1];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0)
		goto out;
	if (s->args.all)
		result = turn_down_all(&c, e);
	else if ((result = find_other(&c, 1, other, e)) == 0)
		result = decide(&c, other, 0, e);
out:
	change_end(&c);
	return result;
}
