/*
 * Where a colleague is told by mail that there is work: an address on the
 * list of staff, sealed to the postman.  It is typed, or comes on standard
 * input, so that it stands in no list of processes; an empty line takes it
 * away.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/text.h"
#include "tools/commands/commands.h"
#include "tools/prompt.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

#define LINE_SIZE	258	/* an address, a newline */

/* NULL in *address: none is wanted. 0, or -1. */
static int
read_address(char line[LINE_SIZE], const char **address, struct err *e)
{
	int n = prompt_line(_("address for notices (empty: none): "), line,
	    LINE_SIZE, e);

	if (n == -1)
		return -1;
	if (n == 0) {
		err_set(e, ERR_INPUT, "%s", _("standard input ended before "
		    "an address came"));
		return -1;
	}
	*address = *line == '\0' ? NULL : line;
	return *address == NULL ? 0 : text_address_check(line, e);
}

static int
change_once(struct session *s, const char *name, const char *address,
    struct err *e)
{
	const struct roster_person *found = staffing_active(s, name, e);
	struct roster_person p;
	json_t *secrets;
	int result;

	if (found == NULL)
		return -1;
	p = *found;
	if (staffing_may_decide(s, &p, e) == -1 ||
	    roster_notice_seal(s->roster, &p, address, e) == -1)
		return -1;
	secrets = json_array();
	result = staffing_send(s, &p, secrets, 0, e);
	json_decref(secrets);
	return result;
}

int
staff_notice_run(struct session *s, struct err *e)
{
	const char *name = s->args.words[0], *address;
	char line[LINE_SIZE];
	int result, tries = 0;
	int64_t seq;

	if (session_open(s, e) == -1 || read_address(line, &address, e) == -1)
		return -1;
	do {
		seq = roster_seq(s->roster);
		result = change_once(s, name, address, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == -1)
		return -1;
	commands_done(s, json_pack("{s:s, s:b}", "name", name, "notice",
	    address != NULL), address == NULL ? _("%s gets no notices from "
	    "now on.") : _("%s gets short mails that there is work, without "
	    "a word of what."), name);
	return 0;
}
