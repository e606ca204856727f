/*
 * Values of the configuration, each checked where it is taken.
 *
 * Everything is a string to libconfuse, so that every refusal is our own
 * sentence and says what is allowed.  The line of a value rides along as its
 * comment (see config.c); libconfuse itself remembers only where sections
 * end.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "daemon/config_parse.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define UNIX		"unix:"
#define UNIX_MAX	(sizeof(((struct sockaddr_un *)0)->sun_path) - 1)
#define SPAN_MAX_S	(3650LL * 86400)
#define WORDS_MAX	32

void
config_parse_problem(struct config_parse *p, int line, const char *format,
    ...)
{
	char text[384];
	va_list ap;

	if (p->bad)
		return;
	p->bad = 1;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	err_set(p->e, ERR_INPUT, "%s:%d: %s", p->name, line, text);
}

int
config_parse_line(cfg_t *sec, const char *key)
{
	const char *line = cfg_opt_getcomment(cfg_getopt(sec, key));

	return line == NULL ? sec->line : (int)strtol(line, NULL, 10);
}

/*
 * By the printer of libconfuse and not by our own list of keys: one that is
 * added later cannot be forgotten here. It prints the comments, too, which
 * are our line numbers.
 */
char *
config_parse_print(cfg_t *sec)
{
	const char *title = cfg_title(sec);
	char *text = NULL, **lines;
	size_t len, n = 0, i;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		mem_out();
	while (sec->opts[n].name != NULL)
		n++;
	lines = mem_alloc(n * sizeof(*lines));
	for (i = 0; i < n; i++) {
		lines[i] = sec->opts[i].comment;
		sec->opts[i].comment = NULL;
	}
	(void)fprintf(f, "%s\n", title == NULL ? "" : title);
	(void)cfg_print(sec, f);
	for (i = 0; i < n; i++)
		sec->opts[i].comment = lines[i];
	free(lines);
	if (fclose(f) != 0)
		mem_out();
	return text;
}

/* "desk 'youth'", "section 'api'", "the file". */
static void
describe(cfg_t *sec, char *out, size_t size)
{
	const char *title = cfg_title(sec), *name = cfg_name(sec);

	if (title != NULL)
		(void)snprintf(out, size, "%s '%.64s'", name, title);
	else if (strcmp(name, "root") == 0)
		(void)snprintf(out, size, "the file");
	else
		(void)snprintf(out, size, "section '%s'", name);
}

/* A value that may stand in a message and in a log. */
static int
is_clean(struct config_parse *p, cfg_t *sec, const char *key,
    const char *value)
{
	int line = config_parse_line(sec, key);

	if (*value == '\0')
		config_parse_problem(p, line, "'%s' is empty; leave it out "
		    "or give it a value", key);
	else if (!text_is_line(value))
		config_parse_problem(p, line, "'%s' has a character that is "
		    "not allowed: only UTF-8 on one line, without controls",
		    key);
	return !p->bad;
}

char *
config_parse_text(struct config_parse *p, cfg_t *sec, const char *key)
{
	const char *value = cfg_getstr(sec, key);

	if (value == NULL || !is_clean(p, sec, key, value))
		return NULL;
	return mem_strdup(value);
}

void
config_parse_must(struct config_parse *p, cfg_t *sec, const char *key)
{
	char where[128];

	if (cfg_size(sec, key) > 0)
		return;
	describe(sec, where, sizeof(where));
	config_parse_problem(p, sec->line, "%s ends here without '%s', which "
	    "it must have", where, key);
}

char *
config_parse_need(struct config_parse *p, cfg_t *sec, const char *key)
{
	config_parse_must(p, sec, key);
	return config_parse_text(p, sec, key);
}

static char *
resolve(const struct config_parse *p, const char *before, const char *path)
{
	struct buf b;

	buf_init(&b, CONFIG_MAX * 2);
	(void)buf_addf(&b, "%s%s%s%s", before, *path == '/' ? "" : p->folder,
	    *path == '/' ? "" : "/", path);
	return buf_take(&b, NULL);
}

char *
config_parse_path(struct config_parse *p, cfg_t *sec, const char *key)
{
	char *value = config_parse_text(p, sec, key), *path;

	if (value == NULL)
		return NULL;
	path = resolve(p, "", value);
	free(value);
	return path;
}

char **
config_parse_list(struct config_parse *p, cfg_t *sec, const char *key)
{
	unsigned int n = cfg_size(sec, key), i;
	const char *one;
	char **list;

	if (n == 0)
		return NULL;
	list = mem_alloc((n + 1) * sizeof(*list));
	for (i = 0; i < n; i++) {
		one = cfg_getnstr(sec, key, i);
		(void)is_clean(p, sec, key, one);
		list[i] = mem_strdup(one);
	}
	return list;
}

char **
config_parse_command(struct config_parse *p, cfg_t *sec, const char *key)
{
	char *text = config_parse_text(p, sec, key), *word, *rest = NULL;
	int line = config_parse_line(sec, key);
	char **words;
	size_t n = 0;

	if (text == NULL)
		return NULL;
	words = mem_alloc((WORDS_MAX + 1) * sizeof(*words));
	for (word = strtok_r(text, " \t", &rest); word != NULL && n <
	    WORDS_MAX; word = strtok_r(NULL, " \t", &rest))
		words[n++] = mem_strdup(word);
	if (word != NULL)
		config_parse_problem(p, line, "'%s' has too many words; "
		    "allowed are %d", key, WORDS_MAX);
	if (n == 0 || words[0][0] != '/')
		config_parse_problem(p, line, "'%s' begins with '%.64s'; "
		    "allowed is the absolute path of a program, and its "
		    "words; no shell reads it", key, n == 0 ? "" : words[0]);
	free(text);
	return words;
}

void
config_parse_free_list(char **list)
{
	size_t i;

	for (i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

char *
config_parse_listen(struct config_parse *p, cfg_t *sec, const char *key)
{
	char *value = config_parse_text(p, sec, key), *path;
	int line = config_parse_line(sec, key);

	if (value == NULL || strncmp(value, UNIX, strlen(UNIX)) != 0)
		return value;
	if (value[strlen(UNIX)] == '\0')
		config_parse_problem(p, line, "'%s' has no path behind "
		    "'unix:'", key);
	path = resolve(p, UNIX, value + strlen(UNIX));
	free(value);
	if (strlen(path) - strlen(UNIX) > UNIX_MAX)
		config_parse_problem(p, line, "the socket path of '%s' is too "
		    "long: at most %zu bytes, its folder included", key,
		    UNIX_MAX);
	return path;
}

/* Digits only; -1 when it is not a number of at most max. */
static int64_t
digits(const char *s, size_t n, int64_t max)
{
	int64_t value = 0;
	size_t i;

	if (n == 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + (s[i] - '0');
		if (value > max)
			return -1;
	}
	return value;
}

int
config_parse_number(struct config_parse *p, cfg_t *sec, const char *key,
    int max, int absent)
{
	char *value = config_parse_text(p, sec, key);
	int64_t n;

	if (value == NULL)
		return absent;
	if ((n = digits(value, strlen(value), max)) < 1)
		config_parse_problem(p, config_parse_line(sec, key),
		    "'%s' is '%.32s'; allowed is a number from 1 to %d", key,
		    value, max);
	free(value);
	return (int)n;
}

int64_t
config_parse_span(struct config_parse *p, cfg_t *sec, const char *key,
    int64_t absent)
{
	char *value = config_parse_text(p, sec, key);
	int64_t n = -1, unit = 0;
	size_t len;

	if (value == NULL)
		return absent;
	len = strlen(value);
	switch (value[len - 1]) {
	case 'm':
		unit = 60;
		break;
	case 'h':
		unit = 3600;
		break;
	case 'd':
		unit = 86400;
		break;
	default:
		break;
	}
	if (unit != 0)
		n = digits(value, len - 1, SPAN_MAX_S / unit);
	if (n < 1)
		config_parse_problem(p, config_parse_line(sec, key),
		    "'%s' is '%.32s'; allowed are minutes, hours or days, "
		    "such as 30m, 48h or 5d, up to ten years", key, value);
	free(value);
	return n * unit;
}

enum config_tls
config_parse_tls(struct config_parse *p, cfg_t *sec)
{
	char *value = config_parse_text(p, sec, "tls");
	enum config_tls tls = TLS_IMPLICIT;

	if (value == NULL || strcmp(value, "implicit") == 0)
		tls = TLS_IMPLICIT;
	else if (strcmp(value, "starttls") == 0)
		tls = TLS_STARTTLS;
	else
		config_parse_problem(p, config_parse_line(sec, "tls"),
		    "'tls' is '%.32s'; allowed are implicit and starttls",
		    value);
	free(value);
	return tls;
}

char *
config_parse_secret(struct config_parse *p, cfg_t *sec, const char *key)
{
	static const char *const ours[] = { "pepper", "intake.key",
	    "web.key", "post.key", "clock.key", "postman.key", "pin" };
	char *value = config_parse_text(p, sec, key);
	int line = config_parse_line(sec, key);
	size_t i;

	if (value == NULL)
		return NULL;
	if (strchr(value, '/') != NULL || value[0] == '.')
		config_parse_problem(p, line, "'%s' names a file in the "
		    "secrets folder: without '/' and no dot in front", key);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strcmp(value, ours[i]) == 0)
			config_parse_problem(p, line, "'%s' is one of the "
			    "service's own secrets; a password needs another "
			    "name", value);
	}
	return value;
}

char *
config_parse_address(struct config_parse *p, cfg_t *sec, const char *key)
{
	char *value = config_parse_need(p, sec, key);
	struct err why = ERR_INIT;

	if (value != NULL && text_address_check(value, &why) == -1)
		config_parse_problem(p, config_parse_line(sec, key),
		    "'%s' is %s", key, why.text);
	return value;
}

void
config_parse_none(struct config_parse *p, cfg_t *sec,
    const char *const *keys, const char *why)
{
	for (; *keys != NULL; keys++) {
		if (cfg_size(sec, *keys) > 0)
			config_parse_problem(p, config_parse_line(sec, *keys),
			    "'%s' %s", *keys, why);
	}
}

int
config_parse_is_language(const char *word)
{
	size_t n = strlen(word);

	return n >= 2 && n <= 8 && strspn(word, "abcdefghijklmnopqrstuvwxyz-")
	    == n && word[0] != '-';
}
