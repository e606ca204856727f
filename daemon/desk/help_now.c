/*
 * Who helps right now.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_lines.h"
#include "daemon/desk/help_now.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define DAY_S		86400
#define HTTPS		"https://"

struct loading {
	struct config_lines lines;
	int		 has_checked, has_until;
	struct help_days days;
	json_t		*list;
	json_t		*one;		/* of the list, or NULL */
};

static int
fail(const struct loading *l, const char *what, struct err *e)
{
	return config_lines_fail(&l->lines, what, e);
}

/* The begin of that day, UTC; -1 when it is no day. */
static int64_t
day_of(const char *s)
{
	struct tm tm;
	const char *end;

	memset(&tm, 0, sizeof(tm));
	end = strptime(s, "%Y-%m-%d", &tm);
	return end == NULL || *end != '\0' || strlen(s) != 10 ? -1 :
	    (int64_t)timegm(&tm);
}

static void
set(json_t *o, const char *key, const char *value)
{
	if (json_object_set_new(o, key, json_string(value)) == -1)
		mem_out();
}

/* For the phone only digits and a plus; for people as it stands. */
static int
take_tel(struct loading *l, const char *value, struct err *e)
{
	char digits[32];
	size_t n = 0;
	const char *s;

	for (s = value; *s != '\0'; s++) {
		if (*s == ' ')
			continue;
		if (strchr("0123456789+", *s) == NULL ||
		    n + 1 == sizeof(digits))
			return fail(l, "a number has digits, spaces and a "
			    "plus", e);
		digits[n++] = *s;
	}
	digits[n] = '\0';
	if (n == 0)
		return fail(l, "a number has digits, spaces and a plus", e);
	set(l->one, "tel", digits);
	set(l->one, "shown", value);
	return 0;
}

static int
take_link(struct loading *l, const char *value, struct err *e)
{
	char host[256];
	const char *begin = value + strlen(HTTPS);
	size_t n;

	if (strncmp(value, HTTPS, strlen(HTTPS)) != 0 ||
	    strpbrk(value, " \"<>") != NULL ||
	    (n = strcspn(begin, "/?#")) == 0 || n >= sizeof(host))
		return fail(l, "a link begins with https:// and has no "
		    "spaces", e);
	memcpy(host, begin, n);
	host[n] = '\0';
	set(l->one, "link", value);
	set(l->one, "shown", host);
	return 0;
}

static int
take_date(struct loading *l, const char *key, const char *value,
    struct err *e)
{
	int64_t day = day_of(value);

	if (day == -1)
		return fail(l, "a day is YYYY-MM-DD", e);
	if (strcmp(key, "checked") == 0) {
		l->has_checked = 1;
		l->days.checked = day;
	} else {
		l->has_until = 1;
		l->days.good_until = day;
	}
	return 0;
}

static int
take(struct loading *l, const char *key, const char *value, struct err *e)
{
	if (strcmp(key, "checked") == 0 || strcmp(key, "good_until") == 0)
		return take_date(l, key, value, e);
	if (strcmp(key, "name") == 0) {
		if (json_array_size(l->list) == HELP_NOW_MAX)
			return fail(l, "these are too many", e);
		if ((l->one = json_object()) == NULL ||
		    json_array_append_new(l->list, l->one) == -1)
			mem_out();
		set(l->one, "name", value);
		return 0;
	}
	if (l->one == NULL)
		return fail(l, "'name' comes first", e);
	if (json_object_get(l->one, key) != NULL)
		return fail(l, "this stands twice", e);
	if (strcmp(key, "tel") == 0)
		return take_tel(l, value, e);
	if (strcmp(key, "link") == 0)
		return take_link(l, value, e);
	if (strcmp(key, "about") != 0)
		return fail(l, "allowed are checked, good_until, name, tel, "
		    "link and about", e);
	set(l->one, "about", value);
	return 0;
}

static int
take_line(struct loading *l, char *s, struct err *e)
{
	char *value;

	if (s[0] == '#')
		return 0;
	if (s[0] == '\0') {
		l->one = NULL;
		return 0;
	}
	if (!text_is_line(s) || (value = strstr(s, ": ")) == NULL ||
	    value[2] == '\0')
		return fail(l, "a line is \"key: text\" or begins with #", e);
	*value = '\0';
	return take(l, s, value + 2, e);
}

static int
check_all(struct loading *l, struct err *e)
{
	json_t *one;
	size_t i;

	if (!l->has_checked || !l->has_until)
		return fail(l, "the file ends here without 'checked' and "
		    "'good_until'", e);
	if (json_array_size(l->list) == 0)
		return fail(l, "the file ends here and names nobody", e);
	json_array_foreach(l->list, i, one) {
		if (json_object_get(one, "shown") != NULL)
			continue;
		err_set(e, ERR_INPUT, "%s: '%s' has neither 'tel' nor "
		    "'link'", l->lines.path,
		    json_string_value(json_object_get(one, "name")));
		return -1;
	}
	return 0;
}

json_t *
help_now_load(const char *path, struct help_days *days, struct err *e)
{
	struct loading l;
	int bad = -1, got = 0;
	char *line;

	memset(&l, 0, sizeof(l));
	if ((l.list = json_array()) == NULL)
		mem_out();
	if (config_lines_open(&l.lines, path, HELP_NOW_FILE_MAX, e) == -1)
		goto out;
	while ((got = config_lines_next(&l.lines, &line, e)) == 1)
		if (take_line(&l, line, e) == -1)
			goto out;
	bad = got == -1 ? -1 : check_all(&l, e);
out:
	config_lines_close(&l.lines);
	if (bad == -1) {
		json_decref(l.list);
		return NULL;
	}
	*days = l.days;
	return l.list;
}

int64_t
help_now_left(const struct help_days *days, int64_t now)
{
	int64_t left = days->good_until + DAY_S - now;

	return left <= 0 ? 0 : (left + DAY_S - 1) / DAY_S;
}

/* *shortest when nothing is in it yet, or this file is good for less. */
static int
look_at_file(const char *path, struct help_days *shortest, struct err *e)
{
	struct help_days days;
	json_t *list = help_now_load(path, &days, e);

	if (list == NULL)
		return -1;
	json_decref(list);
	if (shortest->good_until == 0 ||
	    days.good_until < shortest->good_until) {
		*shortest = days;
		return 1;
	}
	return 0;
}

int
help_now_shortest(const struct config *config, const struct config_desk *desk,
    char language[HELP_LANGUAGE], struct help_days *shortest, struct err *e)
{
	static const char *const files[] = { HELP_NOW, HELP_ELSE };
	char path[CONFIG_TEXT_PATH], code[HELP_LANGUAGE];
	const char *s = desk->languages;
	size_t n, i;
	int is_it;

	memset(shortest, 0, sizeof(*shortest));
	for (; *s != '\0'; s += n) {
		s += strspn(s, " ");
		n = strcspn(s, " ");
		(void)snprintf(code, sizeof(code), "%.*s", (int)n, s);
		for (i = 0; n > 0 && i < 2; i++) {
			config_find_text(config, desk->name, code, files[i],
			    path);
			if (i > 0 && access(path, F_OK) == -1)
				continue;
			is_it = look_at_file(path, shortest, e);
			if (is_it != 0)
				memcpy(language, code, sizeof(code));
			if (is_it == -1)
				return -1;
		}
	}
	return 0;
}
