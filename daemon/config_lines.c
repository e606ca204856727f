/*
 * Text files that a service may edit, whole or line by line.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_lines.h"
#include "lib/err.h"
#include "lib/text.h"

static char *
read_most(const char *path, size_t max, struct err *e)
{
	size_t len;
	char *text = config_read(path, &len, e);

	if (text == NULL || len <= max)
		return text;
	err_set(e, ERR_INPUT, "'%s' is longer than %zu bytes", path, max);
	free(text);
	return NULL;
}

char *
config_text(const char *path, size_t max, struct err *e)
{
	char *text = read_most(path, max, e);

	if (text == NULL || text_is_lines(text))
		return text;
	err_set(e, ERR_INPUT, "'%s' is not plain UTF-8 text", path);
	free(text);
	return NULL;
}

int
config_lines_open(struct config_lines *l, const char *path, size_t max,
    struct err *e)
{
	l->path = path;
	l->number = 0;
	l->text = l->next = read_most(path, max, e);
	return l->text == NULL ? -1 : 0;
}

void
config_lines_close(struct config_lines *l)
{
	free(l->text);
	l->text = l->next = NULL;
}

int
config_lines_fail(const struct config_lines *l, const char *what,
    struct err *e)
{
	err_set(e, ERR_INPUT, "%s:%d: %s", l->path, l->number, what);
	return -1;
}

int
config_lines_next(struct config_lines *l, char **line, struct err *e)
{
	char *s = l->next;
	size_t n = strcspn(s, "\n");

	if (*s == '\0')
		return 0;
	l->number++;
	l->next = s + n + (s[n] == '\n');
	s[n] = '\0';
	*line = s;
	if (n > CONFIG_LINE_MAX)
		return config_lines_fail(l, "the line is too long", e);
	return text_is_lines(s) ? 1 :
	    config_lines_fail(l, "this is not plain UTF-8 text", e);
}
