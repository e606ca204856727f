/*
 * The first line of letters: partners and parents read inboxes, and a preview
 * shows the beginning of a text to whoever holds the telephone.
 *
 * It is a text of counsellors, so it stands in a file per language.  The
 * English one is here as well: a file that somebody lost must not lay bare
 * what the next letter says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_first.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define PATH_SIZE	4096

static const char built_in[] = "Hello, and thank you for your message. You "
    "will find the reply to it further down on this page, below the next "
    "empty line.";

static size_t
count_characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static int
is_fit(const char *line)
{
	return text_is_line(line) && strlen(line) <= FIRST_LINE_MAX &&
	    count_characters(line) >= FIRST_LINE_MIN;
}

static size_t
count_words(const char *s)
{
	size_t n = *s != '\0';

	for (; *s != '\0'; s++)
		n += *s == ' ';
	return n;
}

char **
config_first_take(struct config_parse *p, cfg_t *sec, const char *languages)
{
	char **list = config_parse_list(p, sec, "first_line");
	int line = config_parse_line(sec, "first_line");
	size_t n = 0;

	if (list == NULL)
		return NULL;
	for (; list[n] != NULL; n++) {
		if (!p->bad && !is_fit(list[n]))
			config_parse_problem(p, line, "'first_line' has one "
			    "of %zu characters; allowed are lines of at "
			    "least %d, so that a preview shows no more, and "
			    "at most %d bytes", count_characters(list[n]),
			    FIRST_LINE_MIN, FIRST_LINE_MAX);
	}
	if (n != count_words(languages))
		config_parse_problem(p, line, "'first_line' has %zu lines; "
		    "there must be one for each of 'languages', in the same "
		    "order", n);
	return list;
}

/* The desk's own, or NULL. */
static const char *
own(const struct config_desk *desk, const char *language)
{
	const char *at = desk->languages;
	size_t i, n = strlen(language);

	if (desk->first_line == NULL)
		return NULL;
	for (i = 0; desk->first_line[i] != NULL; i++) {
		if (strncmp(at, language, n) == 0 &&
		    (at[n] == ' ' || at[n] == '\0'))
			return desk->first_line[i];
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	return NULL;
}

char *
config_first_line(const struct config *config, const struct config_desk *desk,
    const char *language, int *good)
{
	const char *line = own(desk, language);
	char path[PATH_SIZE], *text = NULL;
	struct err e = ERR_INIT;

	if (good != NULL)
		*good = 1;
	if (line != NULL)
		return mem_strdup(line);
	(void)snprintf(path, sizeof(path), "%s/%s/first-line.txt",
	    config->alarm.texts, language);
	if ((text = config_read(path, NULL, &e)) != NULL) {
		text[strcspn(text, "\n")] = '\0';
		if (is_fit(text))
			return text;
	}
	free(text);
	if (good != NULL)
		*good = 0;
	return mem_strdup(built_in);
}
