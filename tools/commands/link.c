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

int
link_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME], other[CASE_ID_LEN + 1];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0)
		goto out;
	result = s->args.nwords > 1 ? get_typed(&c, s->args.words[1], other,
	    e) : find_other(&c, 0, other, e);
	if (result == -1 || (result = add_statement(&c, other, "confirmed",
	    e)) == -1 || (result = change_post(&c, "link", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s belongs to %s now, where its "
	    "letters are shown and answered; 'teduh unlink %s' takes it "
	    "apart again"), name, other, casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}

int
unlink_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME], other[CASE_ID_LEN + 1];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0)
		goto out;
	if ((result = find_other(&c, 1, other, e)) == -1 ||
	    (result = add_statement(&c, other, "undone", e)) == -1 ||
	    (result = change_post(&c, "unlink", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s does not belong to %s; 'teduh "
	    "link %s %s' puts them together"), name, other,
	    casefile_id(c.cf), other);
out:
	change_end(&c);
	return result;
}
