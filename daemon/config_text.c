/*
 * The text of a configuration file, before libconfuse sees it.
 *
 * libconfuse 3.3 miscounts lines behind comments and takes a section that
 * is never closed for a whole one.  So comments are blanked here, lines kept
 * in place, and what is not closed is named by the line where it opens.
 * Variables are refused, for every role must read the same file alike.
 * Quoting is libconfuse's: a backslash takes the next character along, and
 * // or a C comment begins only where a word could.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config_text.h"
#include "lib/buf.h"
#include "lib/err.h"

#define DEPTH_MAX	8

struct scan {
	const char	*name;
	char		*at;
	int		 line;
	int		 open[DEPTH_MAX];	/* lines of open braces */
	int		 depth;
	int		 word;		/* inside an unquoted word */
};

static int
problem(const struct scan *s, int line, const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "%s:%d: %s", s->name, line, what);
	return -1;
}

static void
blank(struct scan *s)
{
	if (*s->at == '\n')
		s->line++;
	else
		*s->at = ' ';
	s->at++;
}

static int
skip_quoted(struct scan *s, struct err *e)
{
	char quote = *s->at++;
	int from = s->line;

	for (; *s->at != quote; s->at++) {
		if (*s->at == '\\' && s->at[1] != '\0')
			s->at++;
		if (*s->at == '\0')
			return problem(s, from, "this quote is never closed",
			    e);
		if (quote == '"' && s->at[0] == '$' && s->at[1] == '{')
			return problem(s, s->line, "'${' would stand for a "
			    "variable, and a role has another environment "
			    "than the keeper: write the value, or use '...'",
			    e);
		if (*s->at == '\n')
			s->line++;
	}
	s->at++;
	s->word = 0;
	return 0;
}

static int
skip_comment(struct scan *s, struct err *e)
{
	int from = s->line;

	if (s->at[1] != '*') {
		while (*s->at != '\0' && *s->at != '\n')
			blank(s);
		return 0;
	}
	blank(s);
	blank(s);
	while (*s->at != '\0' && (s->at[0] != '*' || s->at[1] != '/'))
		blank(s);
	if (*s->at == '\0')
		return problem(s, from, "this comment is never closed", e);
	blank(s);
	blank(s);
	return 0;
}

static int
take_brace(struct scan *s, struct err *e)
{
	s->word = 0;
	if (*s->at++ == '{') {
		if (s->depth == DEPTH_MAX)
			return problem(s, s->line, "braces stand too deep "
			    "here", e);
		s->open[s->depth++] = s->line;
		return 0;
	}
	if (s->depth == 0)
		return problem(s, s->line, "this '}' closes nothing", e);
	s->depth--;
	return 0;
}

static int
step(struct scan *s, struct err *e)
{
	switch (*s->at) {
	case '"':
	case '\'':
		return skip_quoted(s, e);
	case '{':
	case '}':
		return take_brace(s, e);
	case '#':
		return skip_comment(s, e);
	case '/':
		if (!s->word && (s->at[1] == '/' || s->at[1] == '*'))
			return skip_comment(s, e);
		break;
	case '\n':
		s->line++;
		break;
	default:
		break;
	}
	s->word = strchr(" \t\r\n=,+()", *s->at) == NULL;
	s->at++;
	return 0;
}

char *
config_text_plain(const char *name, const char *text, struct err *e)
{
	char *copy = mem_strdup(text);
	struct scan s;

	memset(&s, 0, sizeof(s));
	s.name = name;
	s.at = copy;
	s.line = 1;
	while (*s.at != '\0') {
		if (step(&s, e) == -1)
			goto bad;
	}
	if (s.depth > 0) {
		(void)problem(&s, s.open[s.depth - 1],
		    "this '{' is never closed", e);
		goto bad;
	}
	return copy;
bad:
	free(copy);
	return NULL;
}
