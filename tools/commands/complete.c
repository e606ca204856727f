/*
 * Which words could come next: read from the table of commands and their
 * usage lines, so that a new command needs nothing here.
 */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/args.h"
#include "tools/commands/commands.h"
#include "tools/commands/complete.h"
#include "tools/words.h"

#define OUT_MAX		(256 * 1024)
#define PATIENCE_S	3	/* a person waits behind the key */
#define KIND_MAX	64

/* The command line before the last word. */
struct line {
	const struct command	*command;
	const char		*words[ARGS_WORDS_MAX];
	size_t			 nwords;	/* with the command's own */
	const struct args_known	*pending;	/* its value comes next */
	int			 only_words;	/* behind a "--" */
};

void
complete_add(struct complete *c, const char *word, const char *what)
{
	if (strncmp(word, c->last, strlen(c->last)) != 0)
		return;
	/* What does not fit is one suggestion less. */
	(void)buf_addf(&c->out, "%s%s%s\n", word, what == NULL ? "" : "\t",
	    what == NULL ? "" : what);
}

static const struct args_known *
find_option(const char *word)
{
	const struct args_known *o;
	size_t i;

	for (i = 0; (o = args_known(i)) != NULL; i++)
		if (strcmp(o->name, word) == 0 || (o->other != NULL &&
		    strcmp(o->other, word) == 0))
			return o;
	return NULL;
}

static void
read_line(struct line *l, int n, char *const words[])
{
	const struct args_known *o;
	int i;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < n; i++) {
		if (l->pending != NULL)
			l->pending = NULL;
		else if (!l->only_words && strcmp(words[i], "--") == 0)
			l->only_words = 1;
		else if (!l->only_words && words[i][0] == '-' &&
		    words[i][1] != '\0') {
			if ((o = find_option(words[i])) != NULL && o->takes)
				l->pending = o;
		} else if (l->nwords < ARGS_WORDS_MAX)
			l->words[l->nwords++] = words[i];
	}
}

/* How many words of the line are this command's name; 0: it is another. */
static size_t
names(const struct command *c, const char *const *words, size_t n)
{
	size_t first = strcspn(c->name, " ");

	if (n == 0 || strlen(words[0]) != first ||
	    strncmp(c->name, words[0], first) != 0)
		return 0;
	if (c->name[first] == '\0')
		return 1;
	return n > 1 && strcmp(c->name + first + 1, words[1]) == 0 ? 2 : 0;
}

/* Has a command before this one the same first word? */
static int
is_repeated(const struct command *c)
{
	const struct command *before;
	size_t n = strcspn(c->name, " ");

	for (before = commands_table; before != c; before++)
		if (strncmp(before->name, c->name, n) == 0 &&
		    strcspn(before->name, " ") == n)
			return 1;
	return 0;
}

/* The next word of a command's name. */
static void
add_commands(struct complete *out, const char *const *words, size_t n)
{
	const struct command *c;
	char word[KIND_MAX];
	size_t first;

	for (c = commands_table; c->name != NULL; c++) {
		first = strcspn(c->name, " ");
		if (n == 0 && !is_repeated(c)) {
			(void)snprintf(word, sizeof(word), "%.*s",
			    (int)first, c->name);
			complete_add(out, word, c->name[first] == '\0' ?
			    _(c->what) : NULL);
		} else if (n == 1 && c->name[first] == ' ' &&
		    strlen(words[0]) == first &&
		    strncmp(c->name, words[0], first) == 0)
			complete_add(out, c->name + first + 1, _(c->what));
	}
}

static void
add_options(struct complete *out, const struct command *c)
{
	const struct args_known *o;
	const char *what;
	size_t i;

	for (i = 0; (o = args_known(i)) != NULL; i++) {
		if (o->bit != 0 && (c == NULL || !(c->options & o->bit)))
			continue;
		what = o->bit == 0 ? NULL : help_option(o->bit,
		    c->name);
		complete_add(out, o->name, what);
		if (o->other != NULL)
			complete_add(out, o->other, what);
	}
}

/*
 * The next word of a usage line without its brackets; NULL at the end. Two
 * options of which one is wanted are two words.
 */
static const char *
usage_word(const char *usage, char word[KIND_MAX])
{
	const char *other;
	size_t n;

	usage += strspn(usage, " []|");
	n = strcspn(usage, " ]");
	other = strstr(usage, "|--");
	if (other != NULL && (size_t)(other - usage) < n)
		n = (size_t)(other - usage);
	if (n == 0)
		return NULL;
	(void)snprintf(word, KIND_MAX, "%.*s", (int)n, usage);
	return usage + n;
}

/*
 * What stands at a place of a usage line: behind an option, or (option NULL)
 * the argument with this number.  "CASE|ITEM" is a CASE.
 */
static int
kind_at(const struct command *c, const struct args_known *option, size_t no,
    char kind[KIND_MAX])
{
	const struct args_known *o = NULL;
	const char *usage = c->usage;

	while ((usage = usage_word(usage, kind)) != NULL) {
		if (kind[0] == '-' && islower((unsigned char)kind[1 +
		    (kind[1] == '-')])) {
			o = find_option(kind);
			continue;
		}
		if (o != NULL && o->takes) {
			if (o == option)
				break;
			o = NULL;
			continue;
		}
		o = NULL;
		if (option == NULL && no-- == 0)
			break;
	}
	kind[strcspn(kind, "|.")] = '\0';
	return usage != NULL;
}

static void
add_all(struct complete *out, struct line *l)
{
	const struct command *c;
	char kind[KIND_MAX];
	size_t used = 0;

	/* "help staff" is followed by what follows "staff". */
	if (l->nwords > 0 && strcmp(l->words[0], "help") == 0 &&
	    out->last[0] != '-') {
		add_commands(out, l->words + 1, l->nwords - 1);
		if (l->nwords == 1)
			complete_add(out, "all", NULL);
		return;
	}
	for (c = commands_table; c->name != NULL; c++)
		if ((used = names(c, l->words, l->nwords)) > 0)
			break;
	l->command = used > 0 ? c : NULL;
	if (l->pending != NULL) {
		if (l->command != NULL && kind_at(c, l->pending, 0, kind))
			complete_values(out, kind);
		return;
	}
	if (!l->only_words && out->last[0] == '-')
		add_options(out, l->command);
	else {
		/* "hours" is a command, and so is "hours week". */
		if (l->command == NULL || l->nwords == 1)
			add_commands(out, l->words, l->nwords);
		if (l->command != NULL &&
		    kind_at(c, NULL, l->nwords - used, kind))
			complete_values(out, kind);
	}
}

static void
too_long(int number)
{
	(void)number;
	_exit(0);
}

void
complete_run(int n, char *const words[])
{
	struct complete out;
	struct line line;

	if (n == 0)
		return;
	(void)signal(SIGALRM, too_long);
	(void)alarm(PATIENCE_S);
	out.last = words[n - 1];
	buf_init(&out.out, OUT_MAX);
	read_line(&line, n - 1, words);
	add_all(&out, &line);
	(void)fputs(out.out.bytes, stdout);
	buf_free(&out.out);
}
