/*
 * The words by which the reader knows a language.  They are files beside the
 * texts, so that whoever adds a language adds its words as well; the reader
 * itself opens none, it is told with each letter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_words.h"
#include "lib/buf.h"
#include "lib/err.h"

#define PATH_SIZE	4096

/* The words of a file behind those that are there; 0 when one came. */
static int
add_words(struct buf *out, const char *language, char *text)
{
	char *line, *rest = NULL;
	size_t n = 0, len;

	if (buf_addf(out, "%s\n", language) == -1)
		return -1;
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest)) {
		len = strcspn(line, " \t\r#");
		if (len == 0)
			continue;
		if (buf_addf(out, "%.*s\n", (int)len, line) == -1)
			return -1;
		n++;
	}
	return n > 0 && buf_addc(out, '\n') == 0 ? 0 : -1;
}

static int
add_language(struct buf *out, const struct config *config,
    const char *language)
{
	char path[PATH_SIZE], *text;
	size_t before = out->len;
	struct err e = ERR_INIT;
	int bad;

	(void)snprintf(path, sizeof(path), "%s/%s/common-words.txt",
	    config->alarm.texts, language);
	if ((text = config_read(path, NULL, &e)) == NULL)
		return -1;
	if ((bad = add_words(out, language, text)) == -1)
		out->len = before;	/* all of it or nothing */
	free(text);
	return bad;
}

char *
config_words(const struct config *config, const struct config_desk *desk)
{
	char *codes, *code, *rest = NULL;
	size_t languages = 0;
	struct buf out;

	if (strchr(desk->languages, ' ') == NULL)
		return NULL;
	buf_init(&out, CONFIG_WORDS_MAX);
	codes = mem_strdup(desk->languages);
	for (code = strtok_r(codes, " ", &rest); code != NULL;
	    code = strtok_r(NULL, " ", &rest))
		languages += add_language(&out, config, code) == 0;
	free(codes);
	if (languages > 1)
		return buf_take(&out, NULL);
	buf_free(&out);
	return NULL;
}
