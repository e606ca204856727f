/*
 * Keeps the compiled rules of each desk.  The text comes from our own parent,
 * which has read it without complaint; still nothing here ends the reader.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config_rules.h"
#include "daemon/reader/match.h"
#include "daemon/reader/sets.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/rules.h"

struct set {
	char		*desk;
	struct rules	 rules;
	struct match	*match;		/* NULL: they cannot be used */
};

static struct set	*sets;
static size_t		 nsets;
static struct err	 wrong;		/* of the first set, for the parent */

const char *
sets_wrong(void)
{
	return wrong.text;
}

/* The name in front of a file, and its text in *text. */
static const char *
file_name(char **text, const char *desk)
{
	char *name = *text + strlen(CONFIG_RULES_FILE);
	size_t n;

	if (strncmp(*text, CONFIG_RULES_FILE, strlen(CONFIG_RULES_FILE)) != 0)
		return desk;
	n = strcspn(name, "\n");
	*text = name + n + (name[n] == '\n');
	name[n] = '\0';
	return name;
}

/* File by file: names that one gives to words are its own. */
static int
add_files(struct rules *rules, const char *desk, char *text, struct err *e)
{
	const char *name;
	char *end;
	int result = 0;

	for (; result == 0 && *text != '\0'; text = end) {
		if ((end = strstr(text, CONFIG_RULES_END)) == NULL)
			end = text + strlen(text);
		else {
			*end = '\0';
			end += strlen(CONFIG_RULES_END);
		}
		name = file_name(&text, desk);
		result = rules_add(rules, name, text, e);
	}
	return result;
}

static void
take_one(const char *desk, size_t n, char *text)
{
	struct err e = ERR_INIT;
	struct set *s;

	if ((sets = realloc(sets, (nsets + 1) * sizeof(*sets))) == NULL)
		mem_out();
	s = &sets[nsets++];
	memset(s, 0, sizeof(*s));
	s->desk = mem_dup(desk, n);
	rules_init(&s->rules);
	text += *text == '\n';
	if (add_files(&s->rules, s->desk, text, &e) == 0)
		s->match = match_new(&s->rules, &e);
	if (s->match == NULL && wrong.code == ERR_NONE)
		wrong = e;
}

/* Where the next desk's part begins, or the end. */
static char *
next_desk(char *text)
{
	size_t n = strlen(CONFIG_RULES_DESK);

	for (; *text != '\0'; text += strcspn(text, "\n"), text +=
	    *text == '\n')
		if (strncmp(text, CONFIG_RULES_DESK, n) == 0)
			break;
	return text;
}

void
sets_take(char *text, size_t len)
{
	char *at, *end, kept, *name;
	size_t n;

	if (memchr(text, '\0', len) != NULL)
		return;
	for (at = next_desk(text); *at != '\0'; at = end) {
		name = at + strlen(CONFIG_RULES_DESK);
		n = strcspn(name, "\n");
		at = name + n;
		end = next_desk(at);
		kept = *end;
		*end = '\0';
		take_one(name, n, at);
		*end = kept;
	}
}

void
sets_load(void)
{
	struct stat st;
	char *text;
	size_t at = 0, len;
	ssize_t n = 1;

	if (fstat(SETS_FD, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_size > CONFIG_RULES_MAX)
		return;
	len = (size_t)st.st_size;
	text = mem_alloc(len + 1);
	while (at < len && n != 0) {
		n = pread(SETS_FD, text + at, len - at, (off_t)at);
		if (n == -1 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	(void)close(SETS_FD);
	sets_take(text, at);
	free(text);
}

void
sets_free(void)
{
	size_t i;

	for (i = 0; i < nsets; i++) {
		free(sets[i].desk);
		match_free(sets[i].match);
		rules_free(&sets[i].rules);
	}
	free(sets);
	sets = NULL;
	nsets = 0;
	memset(&wrong, 0, sizeof(wrong));
}

static json_t *
all_failed(void)
{
	return json_pack("[{s:s, s:n, s:b}]", "rule", "rules", "found",
	    "failed", 1);
}

/* The letter's own text, and what was typed beside it. */
static json_t *
match_both(const struct match *m, const char *subject, const char *text,
    const char *more)
{
	json_t *hits;
	struct buf all;

	if (more == NULL)
		return match_letter(m, subject, text);
	buf_init(&all, strlen(text) + strlen(more) + 3);
	(void)buf_adds(&all, text);
	(void)buf_adds(&all, "\n\n");
	(void)buf_adds(&all, more);
	hits = match_letter(m, subject, all.bytes);
	buf_free(&all);
	return hits;
}

json_t *
sets_match(const char *desk, const char *subject, const char *text,
    const char *more)
{
	size_t i;

	if (text == NULL)
		text = "";
	for (i = 0; desk != NULL && i < nsets; i++)
		if (strcmp(sets[i].desk, desk) == 0)
			return sets[i].match == NULL ? all_failed() :
			    match_both(sets[i].match, subject, text, more);
	return json_array();
}
