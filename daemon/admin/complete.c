/*
 * What could stand next on the command line, for the completion of shells
 * (config/completion/): read from the very lines that --help prints, so that
 * a new command needs nothing here.  Configuration and store are not touched.
 *
 * A command is a line "  NAME ARGUMENTS  what it does"; what goes on below
 * stands further in.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/admin/admin.h"

#define WORD_MAX	64
#define COLUMN		"  "		/* between arguments and what it does */

/* Print a word if it begins so; what, up to the end of its line, may be "". */
static void
offer(const char *last, const char *word, const char *what)
{
	if (strncmp(word, last, strlen(last)) == 0)
		(void)printf("%s%s%.*s\n", word, *what == '\0' ? "" : "\t",
		    (int)strcspn(what, "\n"), what);
}

/* The next line of a command, from its name on; NULL behind the last. */
static const char *
next_command(const char *line)
{
	while ((line = strchr(line, '\n')) != NULL) {
		line++;
		if (strncmp(line, COLUMN, strlen(COLUMN)) == 0 &&
		    line[2] != ' ' && line[2] != '\0')
			return line + 2;
	}
	return NULL;
}

/* How much of a command's line is arguments. */
static size_t
arguments(const char *line)
{
	size_t n = strcspn(line, "\n");
	const char *column = strstr(line, COLUMN);

	return column != NULL && (size_t)(column - line) < n ?
	    (size_t)(column - line) : n;
}

static void
offer_commands(const char *usage, const char *last)
{
	const char *line, *what;
	char name[WORD_MAX];

	for (line = next_command(usage); line != NULL;
	    line = next_command(line)) {
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(line, " \n"), line);
		what = line + arguments(line);
		what += strspn(what, " \n");
		offer(last, name, what);
	}
}

/* The next argument of a line, its brackets and bars left out. */
static const char *
next_word(const char *p, const char *end, char word[WORD_MAX])
{
	size_t n;

	p += strspn(p, " []|");
	n = strcspn(p, " []|\n");
	if (p >= end || n == 0)
		return NULL;
	(void)snprintf(word, WORD_MAX, "%.*s", (int)n, p);
	return p + n;
}

static void
offer_kind(const char *kind)
{
	if (strcmp(kind, "FILE") == 0)
		(void)puts(":files");
	else if (strcmp(kind, "FOLDER") == 0 || strcmp(kind, "DIR") == 0)
		(void)puts(":folders");
}

/* before: the word in front of the last. */
static void
offer_arguments(const char *line, const char *before, const char *last)
{
	const char *end = line + arguments(line), *p;
	char word[WORD_MAX], option[WORD_MAX] = "";

	p = next_word(line, end, word);			/* the name */
	while (p != NULL && (p = next_word(p, end, word)) != NULL) {
		if (word[0] == '-') {
			(void)snprintf(option, sizeof(option), "%s", word);
			if (last[0] == '-')
				offer(last, word, "");
			continue;
		}
		/* A value is behind its option, an argument behind none. */
		if (option[0] == '\0' ? before[0] != '-' &&
		    last[0] != '-' : strcmp(option, before) == 0) {
			offer_kind(word);
			return;
		}
		option[0] = '\0';
	}
}

void
admin_complete(const char *usage, int n, char *const words[])
{
	static const char *const options[] = { "-c", "--help", "--version" };
	const char *line = NULL, *last;
	size_t i, len;
	int at = 0;

	if (n == 0)
		return;
	last = words[n - 1];
	while (at + 1 < n && words[at][0] == '-')
		at += strcmp(words[at], "-c") == 0 ? 2 : 1;
	if (at >= n) {
		(void)puts(":files");			/* of -c */
		return;
	}
	if (at == n - 1) {
		if (last[0] != '-')
			offer_commands(usage, last);
		for (i = 0; last[0] == '-' && i < 3; i++)
			offer(last, options[i], "");
		return;
	}
	len = strlen(words[at]);
	for (line = next_command(usage); line != NULL;
	    line = next_command(line))
		if (strncmp(line, words[at], len) == 0 &&
		    (line[len] == ' ' || line[len] == '\n'))
			break;
	if (line != NULL)
		offer_arguments(line, at == n - 2 ? "" : words[n - 2], last);
}
