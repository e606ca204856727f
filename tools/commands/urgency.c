/*
 * Say how urgent a case is, and why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/identity.h"
#include "lib/urgency.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

/* The signed number, and the letter up to which it takes the case. */
static void
add_statement(struct change *c, int64_t urgency)
{
	const struct casefile_item *newest = casefile_newest(c->cf);
	unsigned char signature[SIGN_LEN];
	struct urgency_statement is;
	char *text;
	size_t len;

	memset(&is, 0, sizeof(is));
	memcpy(is.case_id, casefile_id(c->cf), sizeof(is.case_id));
	(void)snprintf(is.by, sizeof(is.by), "%s", c->s->service.name);
	is.urgency = urgency;
	is.at = client_now(c->s->client);
	if (newest != NULL && !casefile_doubtful(c->cf))
		memcpy(is.after, newest->hash, SEAL_HASH);
	text = urgency_print(&is, &len);
	signature_make(c->s->me->signer, PURPOSE_URGENCY, text, len,
	    signature);
	(void)json_object_set_new(c->body, "urgency", json_integer(urgency));
	(void)json_object_set_new(c->body, "statement", json_string(text));
	wire_set_hex(c->body, "signature", signature, SIGN_LEN);
	free(text);
}

int
urgency_run(struct session *s, struct err *e)
{
	const char *typed = s->args.words[1];
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if (strlen(typed) != 1 || *typed < '0' || *typed > '3') {
		err_set(e, ERR_INPUT, _("the urgency is 0 (ordinary), 1 "
		    "(soon), 2 (high) or 3 (crisis), not '%s'"), typed);
		return EXIT_USAGE;
	}
	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0)
		goto out;
	add_statement(&c, *typed - '0');
	if ((result = change_post(&c, "urgency", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s has urgency %s now, and your "
	    "note says why; 'teduh queue' shows its place"), name, typed);
out:
	change_end(&c);
	return result;
}
