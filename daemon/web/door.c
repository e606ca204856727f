/*
 * What the web door shows, as files have it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_lines.h"
#include "daemon/config_words.h"
#include "daemon/desk/help_now.h"
#include "daemon/web/door.h"
#include "daemon/web/page.h"
#include "daemon/web/saying.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/word_list.h"

#define PATH_SIZE	CONFIG_TEXT_PATH
#define FIRST		"en"	/* whose keys the other languages must have */

/* The list of a language, read once; NULL there is none, or *bad. */
static const struct word_list *
find_list(struct door *d, const char *folder, const char *language,
    int *bad, struct err *e)
{
	struct word_list *list = NULL;
	char path[PATH_SIZE], *text;
	size_t i, len;

	for (i = 0; i < d->nlists; i++)
		if (strcmp(word_list_name(d->lists[i]), language) == 0)
			return d->lists[i];
	(void)snprintf(path, sizeof(path), "%s/%s.txt", folder, language);
	if (d->nlists == DOOR_LISTS_MAX || access(path, F_OK) == -1)
		return NULL;
	if ((text = config_read(path, &len, e)) != NULL)
		list = word_list_new(language, text, len, e);
	free(text);
	*bad = list == NULL;
	if (*bad)
		err_prefix(e, "%s", folder);
	else
		d->lists[d->nlists++] = list;
	return list;
}

/*
 * What the desk asks, in the order of the configuration, as the language
 * says it; the file may say more than is asked.
 */
static int
load_choices(const struct config *config, const struct config_desk *desk,
    char *const *names, const char *file, const char *language, json_t **out,
    struct err *e)
{
	char path[PATH_SIZE];
	json_t *words, *label;
	size_t i;

	if ((*out = json_array()) == NULL)
		mem_out();
	if (names == NULL)
		return 0;
	config_find_text(config, desk->name, language, file, path);
	if ((words = saying_load(path, e)) == NULL)
		return -1;
	for (i = 0; names[i] != NULL; i++) {
		label = json_object_get(words, names[i]);
		if (label == NULL) {
			err_set(e, ERR_INPUT, "%s: the key '%s' is missing, "
			    "which the desk '%s' asks for", path, names[i],
			    desk->name);
			break;
		}
		(void)json_array_append_new(*out, json_pack("{s:s, s:O}",
		    "value", names[i], "label", label));
	}
	json_decref(words);
	return names[i] == NULL ? 0 : -1;
}

/* Who else helps; where no file says it, those who help right now. */
static int
load_elsewhere(const struct config *config, const struct config_desk *desk,
    struct door_language *l, struct err *e)
{
	char path[PATH_SIZE];
	struct help_days days;

	config_find_text(config, desk->name, l->code, HELP_ELSE, path);
	l->elsewhere = access(path, F_OK) == -1 ? json_incref(l->contacts) :
	    help_now_load(path, &days, e);
	return l->elsewhere == NULL ? -1 : 0;
}

static int
load_language(struct door *door, const struct config *config,
    const struct config_desk *desk, const json_t *first,
    struct door_language *l, struct err *e)
{
	char path[PATH_SIZE];
	int bad = 0;

	config_find_text(config, desk->name, l->code, DOOR_WORDS, path);
	if ((l->words = saying_load(path, e)) == NULL)
		return -1;
	if (saying_same(first, l->words, e) == -1) {
		err_prefix(e, "%s", path);
		return -1;
	}
	config_find_text(config, desk->name, l->code, HELP_NOW, path);
	l->contacts = help_now_load(path, &l->days, e);
	if (l->contacts == NULL || load_elsewhere(config, desk, l, e) == -1 ||
	    load_choices(config, desk, desk->areas, DOOR_AREAS, l->code,
	    &l->areas, e) == -1 ||
	    load_choices(config, desk, desk->questions, DOOR_QUESTIONS,
	    l->code, &l->questions, e) == -1)
		return -1;
	l->list = find_list(door, config->web.words, l->code, &bad, e);
	return bad ? -1 : 0;
}

static int
load_desk(struct door *door, const struct config *config,
    const struct config_desk *desk, const json_t *first, struct err *e)
{
	struct door_desk *d = &door->desks[door->ndesks];
	const char *s = desk->languages;
	struct door_language *l;
	size_t n;

	d->desk = desk;
	d->common = config_words(config, desk);
	d->languages = mem_alloc((strlen(s) + 1) * sizeof(*d->languages));
	for (; *s != '\0'; s += n) {
		s += strspn(s, " ");
		if ((n = strcspn(s, " ")) == 0)
			break;
		l = &d->languages[d->nlanguages++];
		(void)snprintf(l->code, sizeof(l->code), "%.*s", (int)n, s);
		if (load_language(door, config, desk, first, l, e) == -1)
			return -1;
	}
	return 0;
}

/* A file as one string; NULL with *e. */
static char *
load_text(const char *folder, const char *name, struct err *e)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return config_text(path, PAGE_FILE_MAX, e);
}

/* What pages are given, in any of them (teduh.conf(5), pages). */
static const char *const holes[] = {
	"about", "actions", "ages", "areas", "back_one", "back_right",
	"back_two", "back_wrong", "base", "before", "can_open", "chosen",
	"class", "code", "contacts", "contacts_old", "due", "file", "files",
	"files_lost", "first", "full", "gender", "has_actions", "has_areas",
	"has_files", "here", "in_digits", "in_words", "is_form", "item",
	"label", "language", "languages", "lead", "leave", "letters", "link",
	"mailto", "more_open", "name", "nav", "news", "no", "nobody",
	"older", "other", "other_label", "own", "page", "part", "place",
	"problem", "questions", "said", "second", "secret", "shown", "size",
	"status", "steps", "tel", "text", "title", "token", "value",
	"waiting", "when", "who", "yes", NULL
};

/*
 * The pages that the program asks for: a folder copied before an upgrade may
 * lack one, and somebody in need would be the first to find out.  So would
 * they be where a name is misspelt and nothing stands in its place.
 */
static struct pages *
load_pages(const char *folder, const json_t *words, struct err *e)
{
	static const char *const names[] = { "form", "sent", "open",
	    "mailbox", "earlier", "sure", "erased", "once", "now", "message" };
	struct pages *p = pages_load(folder, e);
	size_t i;

	if (p != NULL && pages_know(p, holes, words, e) == -1) {
		err_prefix(e, "%s", folder);
		pages_free(p);
		p = NULL;
	}
	for (i = 0; p != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		if (pages_have(p, names[i]))
			continue;
		err_set(e, ERR_INPUT, "%s: the page %s.html is missing; copy "
		    "it from those that came with teduhd", folder, names[i]);
		pages_free(p);
		p = NULL;
	}
	return p;
}

struct door *
door_load(const struct config *config, struct err *e)
{
	const char *pages = config->web.pages;
	struct door *d = mem_alloc(sizeof(*d));
	json_t *first = NULL;
	char path[PATH_SIZE];
	int bad = -1;

	d->desks = mem_alloc((config->ndesks + 1) * sizeof(*d->desks));
	(void)snprintf(path, sizeof(path), "%s/" FIRST "/" DOOR_WORDS,
	    config->alarm.texts);
	if ((first = saying_load(path, e)) == NULL ||
	    (d->pages = load_pages(pages, first, e)) == NULL ||
	    (d->style = load_text(pages, "style.css", e)) == NULL ||
	    (d->script = load_text(pages, "door.js", e)) == NULL)
		goto out;
	for (; d->ndesks < config->ndesks; d->ndesks++) {
		if (load_desk(d, config, &config->desks[d->ndesks], first,
		    e) == -1) {
			d->ndesks++;
			goto out;
		}
	}
	bad = 0;
out:
	json_decref(first);
	if (bad == 0)
		return d;
	door_free(d);
	return NULL;
}

void
door_free(struct door *d)
{
	size_t i, k;

	if (d == NULL)
		return;
	for (i = 0; i < d->ndesks; i++) {
		for (k = 0; k < d->desks[i].nlanguages; k++) {
			json_decref(d->desks[i].languages[k].words);
			json_decref(d->desks[i].languages[k].contacts);
			json_decref(d->desks[i].languages[k].elsewhere);
			json_decref(d->desks[i].languages[k].areas);
			json_decref(d->desks[i].languages[k].questions);
		}
		free(d->desks[i].languages);
		free(d->desks[i].common);
	}
	for (i = 0; i < d->nlists; i++)
		word_list_free(d->lists[i]);
	pages_free(d->pages);
	free(d->style);
	free(d->script);
	free(d->desks);
	free(d);
}

const struct door_desk *
door_desk(const struct door *d, const char *path)
{
	size_t i;

	if (strcmp(path, "/") == 0)
		return d->ndesks > 0 ? &d->desks[0] : NULL;
	for (i = 0; i < d->ndesks; i++)
		if (strcmp(d->desks[i].desk->name, path + 1) == 0)
			return &d->desks[i];
	return NULL;
}

const struct door_language *
door_language(const struct door_desk *d, const char *code)
{
	size_t i;

	for (i = 0; i < d->nlanguages; i++)
		if (strcmp(d->languages[i].code, code) == 0)
			return &d->languages[i];
	return NULL;
}

/* Thousandths of its weight; "et;q=0.5" is 500, without one 1000. */
static int
weight_of(const char *s, size_t len)
{
	const char *q = memchr(s, ';', len);
	int weight = 0, unit = 100;

	if (q == NULL)
		return 1000;
	q++;
	q += strspn(q, " ");
	if (strncmp(q, "q=", 2) != 0 || (q[2] != '0' && q[2] != '1'))
		return 0;
	if (q[2] == '1')
		return 1000;
	if (q[3] != '.')
		return 0;
	for (q += 4; *q >= '0' && *q <= '9' && unit > 0; q++, unit /= 10)
		weight += (*q - '0') * unit;
	return weight;
}

const struct door_language *
door_language_wanted(const struct door_desk *d, const char *accept)
{
	const struct door_language *best = &d->languages[0];
	const char *s = accept == NULL ? "" : accept;
	int weight, heaviest = 0;
	size_t len, n, i;

	for (; *s != '\0'; s += len + (s[len] == ',')) {
		s += strspn(s, " ");
		len = strcspn(s, ",");
		n = strcspn(s, "-;, ");
		weight = weight_of(s, len);
		for (i = 0; i < d->nlanguages; i++) {
			if (weight <= heaviest ||
			    strlen(d->languages[i].code) != n ||
			    strncasecmp(d->languages[i].code, s, n) != 0)
				continue;
			best = &d->languages[i];
			heaviest = weight;
		}
	}
	return best;
}
