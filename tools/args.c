/*
 * Reads the command line.  Options may stand anywhere, so that
 * `teduh --json queue` and `teduh queue --json` are the same; which of them a
 * command takes is known only when the command is, and is checked last.  A
 * word that begins with a hyphen and is no option is an error, never a guess.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/text.h"
#include "tools/args.h"
#include "tools/words.h"

#define ARGUMENT_MAX	4096	/* bytes; a path may have so many */
#define SECOND_WORDS	256	/* bytes of a line of them */

#define AT(member)	offsetof(struct args, member)

static const struct args_known options[] = {
	{ "--json", NULL, 0, 0, AT(json) },
	{ "--quiet", "-q", 0, 0, AT(quiet) },
	{ "--help", "-h", 0, 0, AT(help) },
	{ "--no-pager", NULL, 0, 0, AT(no_pager) },
	{ "--passphrase-fd", NULL, 1, 0, AT(passphrase_fd) },
	{ "--name", NULL, 1, OPT_NAME, AT(name) },
	{ "--ca", NULL, 1, OPT_CA, AT(ca) },
	{ "--paper", NULL, 1, OPT_PAPER, AT(paper) },
	{ "--role", NULL, 1, OPT_ROLE, AT(role) },
	{ "--desk", NULL, 1, OPT_DESK, AT(desks) },
	{ "--raw", NULL, 1, OPT_RAW, AT(raw) },
	{ "--attachments", NULL, 1, OPT_ATTACHMENTS, AT(attachments) },
	{ "--to", NULL, 1, OPT_TO, AT(to) },
	{ "--attach", NULL, 1, OPT_ATTACH, AT(attach) },
	{ "--body", NULL, 1, OPT_BODY, AT(body) },
	{ "--subject", NULL, 1, OPT_SUBJECT, AT(subject) },
	{ "--submit", NULL, 0, OPT_SUBMIT, AT(submit) },
	{ "--yes", NULL, 0, OPT_YES, AT(yes) },
	{ "--for", NULL, 1, OPT_FOR, AT(span) },
	{ "--file", NULL, 1, OPT_FILE, AT(file) },
	{ "--message", "-m", 1, OPT_MESSAGE, AT(message) },
	{ "--all", NULL, 0, OPT_ALL, AT(all) },
	{ "--after-care", NULL, 0, OPT_AFTER_CARE, AT(after_care) },
	{ "--from", NULL, 1, OPT_FROM, AT(from) },
	{ "--reply-to", NULL, 0, OPT_REPLY_TO, AT(reply_to) },
	{ "--mode", NULL, 1, OPT_MODE, AT(mode) },
	{ "--hold", NULL, 0, OPT_HOLD, AT(hold) },
	{ "--lift", NULL, 0, OPT_LIFT, AT(lift) },
	{ "--undo", NULL, 0, OPT_UNDO, AT(undo) },
	{ "--propose", NULL, 0, OPT_PROPOSE, AT(propose) },
	{ "--diff", NULL, 0, OPT_DIFF, AT(diff) },
	{ "--review", NULL, 1, OPT_REVIEW, AT(review) },
	{ "--self", NULL, 1, OPT_SELF, AT(self) },
	{ "--crisis", NULL, 0, OPT_CRISIS, AT(as_crisis) },
	{ "--crisis-path", NULL, 1, OPT_CRISIS_PATH, AT(crisis) },
	{ "--template", NULL, 1, OPT_TEMPLATE, AT(template) },
	{ "--month", NULL, 1, OPT_MONTH, AT(month) },
	{ "--reason", NULL, 1, OPT_REASON, AT(reason) },
	{ "--state", NULL, 1, OPT_STATE, AT(state) },
	{ "--tag", NULL, 1, OPT_TAG, AT(tag) },
	{ "--overdue", NULL, 0, OPT_OVERDUE, AT(overdue) },
	{ "--mine", NULL, 0, OPT_MINE, AT(mine) },
	{ "--unclaimed", NULL, 0, OPT_UNCLAIMED, AT(unclaimed) },
	{ "--language", NULL, 1, OPT_LANGUAGE, AT(language) },
	{ "--until", NULL, 1, OPT_UNTIL, AT(until) },
	{ "--take", NULL, 0, OPT_TAKE, AT(take) },
	{ "--csv", NULL, 0, OPT_CSV, AT(csv) },
	{ "--ground", NULL, 1, OPT_GROUND, AT(ground) },
	{ "--for-person", NULL, 0, OPT_FOR_PERSON, AT(for_person) },
};

const struct args_known *
args_known(size_t i)
{
	return i < sizeof(options) / sizeof(options[0]) ? &options[i] : NULL;
}

static int usage(struct err *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static int
usage(struct err *e, const char *form, ...)
{
	va_list ap;

	va_start(ap, form);
	err_vset(e, ERR_INPUT, form, ap);
	va_end(ap);
	return -1;
}

/* The option that arg names; *value is what follows a "=", or NULL. */
static const struct args_known *
find_option(const char *arg, const char **value)
{
	size_t i, n = strcspn(arg, "=");

	*value = arg[n] == '=' ? arg + n + 1 : NULL;
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const struct args_known *o = &options[i];

		if (strlen(o->name) == n && strncmp(o->name, arg, n) == 0)
			return o;
		if (o->other != NULL && strcmp(o->other, arg) == 0)
			return o;
	}
	return NULL;
}

static int
set_fd(struct args *a, const char *value, struct err *e)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (a->passphrase_fd != -1)
		return usage(e, _("the option '%s' stands twice: give it "
		    "once"), "--passphrase-fd");
	if (*value < '0' || *value > '9' || *end != '\0' || n > INT_MAX)
		return usage(e, _("--passphrase-fd wants the number of an "
		    "open descriptor, not '%s'"), value);
	a->passphrase_fd = (int)n;
	return 0;
}

/* Nothing that long is a name, a file or an id; only a text may be. */
static int
too_long(const char *value, struct err *e)
{
	return usage(e, _("the word that begins with '%.20s' is longer than "
	    "%d bytes, which nothing here is: look at it again"), value,
	    ARGUMENT_MAX);
}

static int
add(const char **list, size_t *n, size_t max, const char *value,
    struct err *e)
{
	if (*n == max)
		return usage(e, _("'%s' is one too many: say fewer at once"),
		    value);
	if (strlen(value) > ARGUMENT_MAX)
		return too_long(value, e);
	list[(*n)++] = value;
	return 0;
}

static int
set_option(struct args *a, const struct args_known *o, const char *value,
    struct err *e)
{
	void *at = (char *)a + o->at;

	if (value != NULL && o->bit != OPT_MESSAGE &&
	    strlen(value) > ARGUMENT_MAX)
		return too_long(value, e);
	if (o->bit == OPT_DESK || o->bit == OPT_ATTACH) {
		a->given |= o->bit;
		return o->bit == OPT_DESK ?
		    add(a->desks, &a->ndesks, ROSTER_DESKS_MAX, value, e) :
		    add(a->attach, &a->nattach, LETTER_ATTACHMENTS_MAX,
		    value, e);
	}
	if (a->given & o->bit)
		return usage(e, _("the option '%s' stands twice: give it "
		    "once"), o->name);
	a->given |= o->bit;
	if (!o->takes)
		*(int *)at = 1;
	else if (o->bit == 0)
		return set_fd(a, value, e);
	else
		*(const char **)at = value;
	return 0;
}

/* "list, add, change": what may follow this word. */
static void
second_words(const struct command *table, const char *word, char *out,
    size_t size)
{
	const struct command *c;
	size_t n = strlen(word), len = 0;

	*out = '\0';
	for (c = table; c->name != NULL && len < size; c++) {
		if (strncmp(c->name, word, n) == 0 && c->name[n] == ' ')
			len += (size_t)snprintf(out + len, size - len,
			    "%s%s", len == 0 ? "" : ", ", c->name + n + 1);
	}
}

/* Words that follow make the command: one, or two as in "key new". */
static int
find_command(struct args *a, const struct command *table, struct err *e)
{
	const struct command *c;
	char words[SECOND_WORDS];
	size_t n, used = 0;
	int begun = 0;

	if (a->nwords == 0)
		return 0;
	for (c = table; c->name != NULL; c++) {
		n = strcspn(c->name, " ");
		if (strlen(a->words[0]) != n ||
		    strncmp(c->name, a->words[0], n) != 0)
			continue;
		begun = 1;
		if (c->name[n] == '\0')
			used = 1;
		else if (a->nwords > 1 &&
		    strcmp(c->name + n + 1, a->words[1]) == 0)
			used = 2;
		if (used > 0)
			break;
	}
	if (used == 0) {
		if (begun) {
			second_words(table, a->words[0], words,
			    sizeof(words));
			err_set(e, ERR_INPUT, _("'%s' wants one of these "
			    "words behind it: %s; see 'teduh help %s'"),
			    a->words[0], words, a->words[0]);
		} else
			err_set(e, ERR_INPUT, _("there is no command '%s': "
			    "'teduh help' lists them"), a->words[0]);
		return -1;
	}
	a->command = c;
	a->nwords -= used;
	memmove(a->words, a->words + used, a->nwords * sizeof(*a->words));
	return 0;
}

static int
check(const struct args *a, struct err *e)
{
	const struct command *c = a->command;
	char line[WORDS_LINE];
	size_t i;

	if (c == NULL || a->help)
		return 0;
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (a->given & options[i].bit & ~c->options)
			return usage(e, _("'teduh %s' does not take the "
			    "option '%s': see 'teduh help %s'"), c->name,
			    options[i].name, c->name);
	if (a->nwords < c->min || a->nwords > c->max) {
		err_set(e, ERR_INPUT, _("use it so: teduh %s%s%s"), c->name,
		    *c->usage == '\0' ? "" : " ", words_line(line, c->usage));
		return -1;
	}
	return 0;
}

static int
parse_option(struct args *a, int argc, char **argv, int *i, struct err *e)
{
	const struct args_known *o;
	const char *value;

	if ((o = find_option(argv[*i], &value)) == NULL &&
	    strlen(argv[*i]) > ARGUMENT_MAX)
		return too_long(argv[*i], e);
	if (o == NULL)
		return usage(e, _("there is no option '%s': 'teduh help "
		    "COMMAND' lists those of a command"), argv[*i]);
	if (!o->takes && value != NULL)
		return usage(e, _("the option '%s' takes no value: leave "
		    "out the '=' and what follows"), o->name);
	if (o->takes && value == NULL) {
		/* Another option is no value, unless it stands behind a '='. */
		if (*i + 1 >= argc || find_option(argv[*i + 1], &value) !=
		    NULL)
			return usage(e, _("the option '%s' wants a value "
			    "behind it"), o->name);
		value = argv[++*i];
	}
	return set_option(a, o, value, e);
}

/*
 * In "tag CASE +a -b" and in "staff flag NAME -a" the last is a word, unless
 * it is an option.
 */
static int
is_minus_word(const struct args *a, const char *arg)
{
	const char *value;

	if (arg[1] == '-' || a->nwords < 2)
		return 0;
	return find_option(arg, &value) == NULL &&
	    (strcmp(a->words[0], "tag") == 0 || (a->nwords >= 3 &&
	    strcmp(a->words[0], "staff") == 0 &&
	    strcmp(a->words[1], "flag") == 0));
}

int
args_parse(struct args *a, int argc, char **argv,
    const struct command *table, struct err *e)
{
	int i, only_words = 0;

	memset(a, 0, sizeof(*a));
	a->passphrase_fd = -1;
	for (i = 1; i < argc; i++)
		if (!text_is_utf8(argv[i], strlen(argv[i])))
			return usage(e, _("word %d behind 'teduh' is not in "
			    "UTF-8, and all words are: look at it again"), i);
	for (i = 1; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0)
			only_words = 1;
		else if (!only_words && argv[i][0] == '-' &&
		    argv[i][1] != '\0' && !is_minus_word(a, argv[i])) {
			if (parse_option(a, argc, argv, &i, e) == -1)
				return -1;
		} else if (add(a->words, &a->nwords, ARGS_WORDS_MAX, argv[i],
		    e) == -1)
			return -1;
	}
	if (find_command(a, table, e) == -1)
		return -1;
	return check(a, e);
}
