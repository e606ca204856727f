/*
 * What teduh can do, from the table of commands.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

void
help_command(const struct command *c)
{
	(void)printf("teduh %s%s%s\n    %s\n", c->name,
	    *c->usage == '\0' ? "" : " ", c->usage, _(c->what));
}

static void
help_all(void)
{
	const struct command *c;

	(void)puts(_("teduh: letters that wait for an answer\n"));
	for (c = commands_table; c->name != NULL; c++)
		help_command(c);
	(void)puts(_("\nEverything takes --json, -q (say nothing when it is "
	    "done), --passphrase-fd N and --help.\nIt ends with 0 when it is "
	    "done, 1 when it was refused, 2 when it was called wrongly,\n75 "
	    "when it may work later."));
}

int
help_run(struct session *s, struct err *e)
{
	const struct args *a = &s->args;
	const struct command *c;
	int found = 0;

	if (a->nwords == 0) {
		help_all();
		return 0;
	}
	for (c = commands_table; c->name != NULL; c++) {
		size_t n = strcspn(c->name, " ");

		if (strlen(a->words[0]) == n &&
		    strncmp(c->name, a->words[0], n) == 0) {
			help_command(c);
			found = 1;
		}
	}
	if (!found)
		err_set(e, ERR_INPUT, _("there is no command '%s'; 'teduh "
		    "help' lists them"), a->words[0]);
	return found ? 0 : -1;
}
