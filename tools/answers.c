/*
 * Texts that an answer may begin with.  A hole that is left open would be
 * read by the seeker, so a letter with one is never submitted.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/answers.h"
#include "tools/casefile.h"
#include "tools/packaged.h"
#include "tools/session.h"
#include "tools/words.h"

#define TEMPLATE_MAX	(64 * 1024)
#define NAME_MAX_BYTES	40
#define NAMES_MAX	1024
#define HOLE_COLUMNS	60

static int
is_name(const char *s, size_t n)
{
	return n > 0 && n <= NAME_MAX_BYTES && *s != '-' && strspn(s,
	    "abcdefghijklmnopqrstuvwxyz0123456789-") >= n;
}

/* "first, wait": what stands in a folder, behind what is there. */
static void
add_names(const char *folder, struct buf *out)
{
	struct dirent **list;
	char *name;
	size_t len;
	int i, n;

	n = *folder == '\0' ? -1 : scandir(folder, &list, NULL, alphasort);
	for (i = 0; i < n; i++) {
		name = list[i]->d_name;
		len = strlen(name);
		if (len > 4 && strcmp(name + len - 4, ".txt") == 0 &&
		    is_name(name, len - 4)) {
			name[len - 4] = '\0';
			if (strstr(out->bytes, name) == NULL)
				(void)buf_addf(out, "%s%s", out->len == 0 ?
				    "" : ", ", name);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

static void
not_there(const struct packaged *p, const char *name, const char *language,
    struct err *e)
{
	struct buf names;
	size_t i;

	buf_init(&names, NAMES_MAX);
	for (i = 0; i < PACKAGED_PLACES; i++)
		add_names(p->folders[i], &names);
	err_set(e, ERR_GONE, _("there is no template '%.60s' in the language "
	    "'%s'; there are: %s"), name, language, names.len == 0 ? "-" :
	    names.bytes);
	buf_free(&names);
}

const char *
answers_language(struct session *s, const struct casefile *cf,
    struct err *e)
{
	const char *language = json_string_value(json_object_get(
	    casefile_json(cf), "language"));
	const json_t *desk = session_desk(s, casefile_desk(cf), e);
	const json_t *list = json_object_get(desk, "languages"), *o;
	const char *first = json_string_value(json_array_get(list, 0));
	size_t i;

	if (desk == NULL)
		return NULL;
	json_array_foreach(list, i, o)
		if (language != NULL && json_is_string(o) &&
		    strcmp(json_string_value(o), language) == 0)
			return language;
	return first == NULL ? "en" : first;
}

int
answers_read(struct session *s, const struct casefile *cf, const char *name,
    struct buf *out, struct err *e)
{
	const char *language = answers_language(s, cf, e);
	struct packaged p;
	size_t place;
	int got = 1;

	if (language == NULL)
		return -1;
	packaged_find(&p, "answers", language, casefile_desk(cf),
	    vault_path(s->vault));
	for (place = 0; place < PACKAGED_PLACES && got == 1 && is_name(name,
	    strlen(name)); place++)
		got = packaged_read(&p, place, name, out, e);
	if (got == 1)
		not_there(&p, name, language, e);
	return got == 0 ? 0 : -1;
}

int
answers_filled(const char *text, struct err *e)
{
	const char *at = strstr(text, "{{"), *s;
	size_t line = 1, n;

	if (at == NULL)
		return 1;
	for (s = text; s < at; s++)
		line += *s == '\n';
	n = strcspn(at + 2, "}\n");
	if (n > HOLE_COLUMNS)
		n = HOLE_COLUMNS;
	err_set(e, ERR_INPUT, _("line %zu still has the hole '{{%.*s}}': "
	    "write there what is meant, and submit again"), line, (int)n,
	    at + 2);
	return -1;
}
