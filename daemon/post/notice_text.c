/*
 * The words of automatic mail: text files per language in which words in
 * braces stand for values, and nothing else does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/post/notice.h"
#include "lib/buf.h"
#include "lib/err.h"

#define PATH_SIZE	4096
#define SUBJECT		"Subject: "

/* TEXTS/LANGUAGE/NAME, or that of English. */
static char *
load(const struct config *config, const char *language, const char *name,
    struct err *e)
{
	char path[PATH_SIZE], *text = NULL;
	const char *tries[2] = { language, "en" };
	size_t i;

	for (i = 0; i < 2 && text == NULL; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s/%s",
		    config->alarm.texts, tries[i], name);
		text = config_read(path, NULL, e);
	}
	return text;
}

/* The kind's line in alarm-kinds.txt, else the English meaning. */
static char *
meaning_of(const struct config *config, const char *language,
    const char *kind)
{
	const struct alarm_kind *known = alarm_kind(kind);
	char path[PATH_SIZE], *text, *line, *rest = NULL, *found = NULL;
	struct err e = ERR_INIT;
	size_t n = strlen(kind);

	(void)snprintf(path, sizeof(path), "%s/%s/alarm-kinds.txt",
	    config->alarm.texts, language);
	text = config_read(path, NULL, &e);
	for (line = text == NULL ? NULL : strtok_r(text, "\n", &rest);
	    line != NULL && found == NULL; line = strtok_r(NULL, "\n",
	    &rest)) {
		if (strncmp(line, kind, n) == 0 && line[n] == ':' &&
		    line[n + 1] == ' ')
			found = mem_strdup(line + n + 2);
	}
	free(text);
	return found != NULL ? found :
	    mem_strdup(known == NULL ? kind : known->meaning);
}

struct values {
	const char	*name[5], *value[5];
};

/* A value in braces, or the brace as it is. */
static int
put(const char **at, const struct values *v, struct buf *out)
{
	size_t i, n;

	for (i = 0; i < 5 && **at == '{'; i++) {
		n = strlen(v->name[i]);
		if (strncmp(*at + 1, v->name[i], n) == 0 &&
		    (*at)[n + 1] == '}') {
			*at += n + 2;
			return buf_adds(out, v->value[i]);
		}
	}
	return buf_addc(out, *(*at)++);
}

static int
fill(const char *from, const char *end, const struct values *v,
    struct buf *out, struct err *e)
{
	while (from < end) {
		if (put(&from, v, out) == -1) {
			err_set(e, ERR_INPUT, "a text of an automatic mail "
			    "is too long");
			return -1;
		}
	}
	return 0;
}

int
notice_text(const struct config *config, const char *language,
    const struct alarm *alarm, struct buf *subject, struct buf *body,
    struct err *e)
{
	static const char *const files[] = { "alarm-begins.txt",
	    "alarm-stands.txt", "alarm-ends.txt" };
	char since[32] = "", *text = NULL, *meaning = NULL, *end;
	struct values v = { { "kind", "subject", "detail", "since",
	    "meaning" }, { alarm->kind, alarm->subject, alarm->detail, since,
	    NULL } };
	time_t t = (time_t)alarm->since;
	struct tm tm;
	int result = -1;

	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(since, sizeof(since), "%Y-%m-%d %H:%M UTC",
		    &tm);
	if ((text = load(config, language, files[alarm->news], e)) == NULL) {
		e->code = ERR_INPUT;	/* nothing that time will mend */
		goto out;
	}
	v.value[4] = meaning = meaning_of(config, language, alarm->kind);
	if (strncmp(text, SUBJECT, strlen(SUBJECT)) != 0 ||
	    (end = strstr(text, "\n\n")) == NULL) {
		err_set(e, ERR_INPUT, "the text '%s' does not begin with "
		    "'Subject: ' and an empty line", files[alarm->news]);
		goto out;
	}
	result = fill(text + strlen(SUBJECT), end, &v, subject, e) == -1 ||
	    fill(end + 2, text + strlen(text), &v, body, e) == -1 ? -1 : 0;
out:
	free(text);
	free(meaning);
	return result;
}
