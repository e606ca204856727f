/*
 * What teduh can do, from the table of commands.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

/* What the options of one command mean. */
static const struct {
	unsigned int	 option;
	const char	*name, *what;
} options[] = {
	{ OPT_RAW, "--raw ITEM", N_("the mail as it came, for '> FILE'") },
	{ OPT_ATTACHMENTS, "--attachments FOLDER",
	    N_("save the attached files there") },
	{ OPT_TO, "--to p1", N_("to whom, when there are several") },
	{ OPT_ATTACH, "--attach FILE", N_("send this file too") },
	{ OPT_BODY, "--body FILE",
	    N_("take the text from a file ('-': standard input)") },
	{ OPT_SUBJECT, "--subject S", N_("another subject than the desk's") },
	{ OPT_SUBMIT, "--submit", N_("and hand it to a supervisor at once") },
	{ OPT_MESSAGE, "-m WHY", N_("what the author should change") },
	{ OPT_NAME, "--name NAME", N_("your name, for the first of all") },
	{ OPT_CA, "--ca FILE", N_("the certificate that the service has") },
	{ OPT_ROLE, "--role ROLE",
	    N_("trainee, counsellor, supervisor or admin") },
	{ OPT_DESK, "--desk DESK", N_("on which desk") },
};

void
help_command(const struct command *c)
{
	char line[512];
	size_t i;

	(void)snprintf(line, sizeof(line), "teduh %s%s%s", c->name,
	    *c->usage == '\0' ? "" : " ", c->usage);
	render_say(stdout, line);
	(void)printf("    %s\n", _(c->what));
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (c->options & options[i].option)
			(void)printf("    %-21s %s\n", options[i].name,
			    _(options[i].what));
}

static void
help_all(void)
{
	const struct command *c;

	for (c = commands_table; c->name != NULL; c++)
		(void)printf("teduh %-14s %s\n", c->name, _(c->what));
	(void)putchar('\n');
	render_say(stdout, _("'teduh help COMMAND' says more. A case or draft "
	    "is called by its id or its beginning: 7K2M, 7K2M.d1. Everything "
	    "takes --json, -q, --passphrase-fd N and --help, and ends with 0 "
	    "(done), 1 (refused), 2 (called wrongly) or 75 (try again)."));
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
