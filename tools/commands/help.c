/*
 * What teduh can do, from the table of commands.  A normal day comes first
 * and is explained; of the rest the first screen gives the names alone, so
 * that it fits 24 lines.  A command that stands in no group is found under
 * the last heading.
 */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

#define OPTION_COLUMNS	21
#define WHAT_MIN	20	/* columns, beside a word */
#define LINES_MAX	4096

/* What the options of one command mean. */
static const struct {
	uint64_t	 option;
	const char	*name, *what;
} options[] = {
	{ OPT_ALL, "--all", N_("every letter whole, no quote folded") },
	{ OPT_RAW, "--raw ITEM", N_("the mail as it came, for '> FILE'") },
	{ OPT_ATTACHMENTS, "--attachments FOLDER",
	    N_("save the attached files there") },
	{ OPT_TO, "--to WHO", N_("p1 of the case; or a colleague's name") },
	{ OPT_ATTACH, "--attach FILE", N_("send this file too") },
	{ OPT_BODY, "--body FILE",
	    N_("take the text from a file ('-': standard input)") },
	{ OPT_TEMPLATE, "--template NAME",
	    N_("begin with this text, and fill its holes") },
	{ OPT_SUBJECT, "--subject S", N_("another subject than the desk's") },
	{ OPT_FILE, "--file FILE", N_("there, instead of terminal or pipe") },
	{ OPT_FOR, "--for SPAN", N_("so long: 30m, 2h; one hour without it") },
	{ OPT_FROM, "--from ITEM", N_("the address of that letter's writer") },
	{ OPT_REPLY_TO, "--reply-to",
	    N_("not the writer's: where the letter wants answers") },
	{ OPT_YES, "--yes", N_("without being asked") },
	{ OPT_UNDO, "--undo", N_("take that back, while it can be") },
	{ OPT_HOLD, "--hold", N_("keep it (supervisors), with -m WHY") },
	{ OPT_LIFT, "--lift", N_("let it go again (supervisors)") },
	{ OPT_REASON, "--reason REASON",
	    N_("why, in a word of the desk's; how long it is kept then") },
	{ OPT_STATE, "--state STATE", N_("new or open") },
	{ OPT_TAG, "--tag TAG", N_("with this tag") },
	{ OPT_OVERDUE, "--overdue", N_("those that are late") },
	{ OPT_MINE, "--mine", N_("those that you have claimed") },
	{ OPT_UNCLAIMED, "--unclaimed", N_("those that nobody has claimed") },
	{ OPT_LANGUAGE, "--language LANGUAGE", N_("in this one: id, et, en") },
	{ OPT_UNTIL, "--until DATE", N_("2026-12-24, or 3d from now on") },
	{ OPT_TAKE, "--take",
	    N_("from a colleague who is away; a supervisor from anybody") },
	{ OPT_MONTH, "--month MONTH",
	    N_("of this month, as in 2026-11; the last 31 days without it") },
	{ OPT_CSV, "--csv", N_("for a spreadsheet") },
	{ OPT_GROUND, "--ground WHY", N_("the law, the order, the consent") },
	{ OPT_FOR_PERSON, "--for-person",
	    N_("only what that person wrote and was answered") },
	{ OPT_SUBMIT, "--submit", N_("and hand it to a supervisor at once") },
	{ OPT_MESSAGE, "-m WHY", N_("a note in the case, for colleagues") },
	{ OPT_NAME, "--name NAME", N_("your name, for the first of all") },
	{ OPT_PAPER, "--paper FILE", N_("the page of your key, where no "
	    "terminal is to type it at") },
	{ OPT_CA, "--ca FILE", N_("the certificate that the service has") },
	{ OPT_ROLE, "--role ROLE",
	    N_("trainee, counsellor, supervisor or admin") },
	{ OPT_DESK, "--desk DESK", N_("on which desk") },
	{ OPT_REVIEW, "--review HOW",
	    N_("always, trainees (of a desk), never; a person also desk") },
	{ OPT_SELF, "--self ANSWER",
	    N_("yes or no: may a supervisor approve an own answer") },
	{ OPT_PROPOSE, "--propose",
	    N_("write remarks and changes into its words") },
	{ OPT_DIFF, "--diff",
	    N_("what changed since it was submitted before") },
	{ OPT_CRISIS, "--crisis",
	    N_("send it first, and have it signed afterwards") },
	{ OPT_CRISIS_PATH, "--crisis-path ANSWER",
	    N_("yes or no: may be sent first in a crisis, signed afterwards") },
};

/* What an option means there: one word, but of links it is all of them. */
static const char *
meaning(size_t i, const char *command)
{
	if (options[i].option == OPT_ALL && strcmp(command, "unlink") == 0)
		return _("all links that nobody has decided");
	if (options[i].option == OPT_LIFT && strcmp(command, "pause") == 0)
		return _("let it wait as others do again");
	if (options[i].option == OPT_NAME && strncmp(command, "hours", 5) ==
	    0)
		return _("a colleague's, for supervisors");
	if (options[i].option == OPT_MONTH && strcmp(command, "report") == 0)
		return _("as 2026-11; else the present one");
	if (options[i].option == OPT_TAKE && strcmp(command, "reply") == 0)
		return _("the text that was proposed");
	return _(options[i].what);
}

const char *
help_option(uint64_t option, const char *command)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].option == option)
			return meaning(i, command);
	return NULL;
}

static void
put_below(const char *indent, const char *what)
{
	struct buf lines;

	buf_init(&lines, LINES_MAX);
	(void)text_wrap(what, render_width(), indent, &lines);
	(void)fputs(lines.bytes, stdout);
	buf_free(&lines);
}

/* A word, and behind it in a column of its own what it means. */
static void
put_hanging(const char *indent, const char *word, size_t columns,
    const char *what)
{
	size_t before, used = text_width(word);
	char blanks[64];
	struct buf lines;

	if (columns < used)
		columns = used;
	before = strlen(indent) + columns + 2;
	(void)printf("%s%s", indent, word);
	(void)snprintf(blanks, sizeof(blanks), "%*s", (int)before, "");
	if (render_width() < before + WHAT_MIN || before >= sizeof(blanks)) {
		(void)putchar('\n');
		put_below("        ", what);
		return;
	}
	buf_init(&lines, LINES_MAX);
	(void)text_wrap(what, render_width(), blanks, &lines);
	(void)fputs(lines.bytes + strlen(indent) + used, stdout);
	buf_free(&lines);
}

void
help_command(const struct command *c)
{
	char line[WORDS_LINE + 64], usage[WORDS_LINE];
	size_t i;

	(void)snprintf(line, sizeof(line), "teduh %s%s%s", c->name,
	    *c->usage == '\0' ? "" : " ", words_line(usage, c->usage));
	render_say(stdout, line);
	put_below("    ", _(c->what));
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (c->options & options[i].option)
			put_hanging("    ", words_line(usage,
			    options[i].name), OPTION_COLUMNS,
			    meaning(i, c->name));
}

/* In the order in which they are met. */
static const struct group {
	const char	*title;
	const char	*names[32];
} groups[] = {
	{ N_("A normal day"), { "queue", "next", "show", "reply", "submit",
	    "drafts", "review", "approve", "return", "close" } },
	{ N_("A case"), { "claim", "release", "pass", "hand", "note", "tag",
	    "urgency", "summary", "sheet", "still-right", "check", "undo",
	    "discard", "settle", "adopt", "reopen", "export", "tray", "link",
	    "unlink", "people list", "people add", "people change",
	    "people confirm", "people discard", "pause", "erase", "hold",
	    "lift" } },
	{ N_("The work"), { "search", "watch", "hours", "hours week",
	    "hours away", "hours back", "hours cap", "duty", "duty add",
	    "duty remove", "report", "triage misses" } },
	{ N_("Your key"), { "join", "key new", "key show", "key backup",
	    "key restore", "unlock", "lock" } },
	{ N_("Supervisors"), { "staff list", "staff invite", "staff confirm",
	    "staff role", "staff flag", "staff languages", "staff areas",
	    "staff notice", "staff revoke", "staff policy", "team found",
	    "team rotate", "recovery new", "recovery rehearse",
	    "recovery open", "audit verify", "disclose ask",
	    "disclose confirm" } },
	{ N_("The rest"), { NULL } }
};

#define FAMILY_MAX	40	/* bytes of a name in a list */
#define NGROUPS		(sizeof(groups) / sizeof(groups[0]))
#define NAMES_MAX	(sizeof(groups[0].names) / sizeof(groups[0].names[0]))

static const struct command *
find(const char *name)
{
	const struct command *c;

	for (c = commands_table; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int
is_grouped(const struct command *c)
{
	size_t i, k;

	for (i = 0; i < NGROUPS; i++)
		for (k = 0; k < NAMES_MAX && groups[i].names[k] != NULL; k++)
			if (strcmp(groups[i].names[k], c->name) == 0)
				return 1;
	return 0;
}

/* The commands of a group that this teduh has. */
static size_t
members(const struct group *g, const struct command **out, size_t max)
{
	const struct command *c;
	size_t i, n = 0;

	for (i = 0; i < NAMES_MAX && g->names[i] != NULL; i++)
		if (n < max && (c = find(g->names[i])) != NULL)
			out[n++] = c;
	if (g->names[0] == NULL)
		for (c = commands_table; c->name != NULL && n < max; c++)
			if (!is_grouped(c))
				out[n++] = c;
	return n;
}

/* "  queue   who is waiting" */
static void
put_explained(const struct group *g)
{
	const struct command *list[NAMES_MAX];
	size_t i, n = members(g, list, NAMES_MAX), columns = 0, width;

	for (i = 0; i < n; i++)
		if ((width = strlen(list[i]->name)) > columns)
			columns = width;
	if (n > 0)
		(void)printf("%s\n", _(g->title));
	for (i = 0; i < n; i++)
		put_hanging("  ", list[i]->name, columns, _(list[i]->what));
}

/* 1 when both are of one family: "key new" and "key show", "duty", too. */
static int
are_kin(const struct command *a, const struct command *b)
{
	size_t n = strcspn(a->name, " ");

	return strcspn(b->name, " ") == n && strncmp(a->name, b->name, n) == 0;
}

/* Families by their first word, once: 'teduh help key' has them all. */
static size_t
families(const struct command **list, size_t n,
    char out[][FAMILY_MAX])
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (i > 0 && are_kin(list[i - 1], list[i]))
			continue;
		if (i + 1 < n && are_kin(list[i], list[i + 1]))
			(void)snprintf(out[k++], FAMILY_MAX, "%.*s ...",
			    (int)strcspn(list[i]->name, " "), list[i]->name);
		else
			(void)snprintf(out[k++], FAMILY_MAX, "%s",
			    list[i]->name);
	}
	return k;
}

/* "  A case   claim, release, note, people ..." */
static void
put_names(const struct group *g, size_t columns)
{
	const struct command *list[NAMES_MAX];
	char names[NAMES_MAX][FAMILY_MAX];
	size_t i, n = families(list, members(g, list, NAMES_MAX), names);
	size_t at, width;

	if (n == 0)
		return;
	(void)printf("  %s%*s", _(g->title), (int)(columns -
	    text_width(_(g->title))), "");
	at = columns + 2;
	for (i = 0; i < n; i++) {
		width = strlen(names[i]) + 1;
		if (at + 2 + width > render_width() && i > 0) {
			(void)printf(",\n%*s", (int)columns + 2, "");
			at = columns + 2;
		} else if (i > 0) {
			(void)putchar(',');
			at++;
		}
		(void)printf("%s%s", at == columns + 2 ? "  " : " ",
		    names[i]);
		at += width + (at == columns + 2);
	}
	(void)putchar('\n');
}

/* What fits the first screen. */
static void
help_day(void)
{
	size_t i, width, columns = 0;

	put_explained(&groups[0]);
	(void)printf("\n%s\n", _("And when it is needed"));
	for (i = 1; i < NGROUPS; i++)
		if ((width = text_width(_(groups[i].title))) > columns)
			columns = width;
	for (i = 1; i < NGROUPS; i++)
		put_names(&groups[i], columns);
	(void)putchar('\n');
	render_say(stdout, _("'teduh help COMMAND' says more, 'teduh help "
	    "all' has everything."));
}

static void
help_all(void)
{
	size_t i;

	for (i = 0; i < NGROUPS; i++) {
		put_explained(&groups[i]);
		(void)putchar('\n');
	}
	render_say(stdout, _("'teduh help COMMAND' says more. A case or draft "
	    "is called by its id or its beginning: 7K2M, 7K2M.d1. Everything "
	    "takes --json, -q, --passphrase-fd N and --help, and ends with 0 "
	    "(done), 1 (refused), 2 (called wrongly) or 75 (try again)."));
}

/* All that begin with this word; or just the one that the words name. */
static int
help_named(const struct args *a)
{
	const struct command *c;
	size_t n;
	int found = 0;

	for (c = commands_table; c->name != NULL; c++) {
		n = strcspn(c->name, " ");
		if (strlen(a->words[0]) != n ||
		    strncmp(c->name, a->words[0], n) != 0)
			continue;
		if (a->nwords > 1 && (c->name[n] == '\0' ||
		    strcmp(c->name + n + 1, a->words[1]) != 0))
			continue;
		help_command(c);
		found = 1;
	}
	return found;
}

int
help_run(struct session *s, struct err *e)
{
	const struct args *a = &s->args;

	if (a->nwords == 0)
		help_day();
	else if (a->nwords == 1 && strcmp(a->words[0], "all") == 0)
		help_all();
	else if (!help_named(a)) {
		err_set(e, ERR_INPUT, _("there is no command '%s%s%s'; 'teduh "
		    "help all' lists them"), a->words[0], a->nwords > 1 ?
		    " " : "", a->nwords > 1 ? a->words[1] : "");
		return -1;
	}
	return 0;
}
