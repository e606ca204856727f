/*
 * The options of `queue`.
 */
#include <string.h>

#include "lib/err.h"
#include "lib/face.h"
#include "lib/roster.h"
#include "tools/queue_filter.h"
#include "tools/session.h"
#include "tools/words.h"

int
queue_filter_check(const struct session *s, struct err *e)
{
	const struct args *a = &s->args;

	if (a->state != NULL && strcmp(a->state, "new") != 0 &&
	    strcmp(a->state, "open") != 0) {
		err_set(e, ERR_INPUT, "%s", _("who waits is in a case that is "
		    "new or open: --state new, --state open"));
		return EXIT_USAGE;
	}
	if (a->mine && a->unclaimed) {
		err_set(e, ERR_INPUT, "%s", _("a case cannot be yours and "
		    "nobody's: leave out --mine or --unclaimed"));
		return EXIT_USAGE;
	}
	if (a->tag != NULL && !face_word_valid(a->tag)) {
		err_set(e, ERR_INPUT, _("'%.80s' is no tag: one word of 2 to "
		    "%d bytes, without commas"), a->tag, FACE_WORD_MAX);
		return EXIT_USAGE;
	}
	if (a->language != NULL && !roster_name_valid(a->language)) {
		err_set(e, ERR_INPUT, _("'%.40s' is no language: say its "
		    "code, as en, et or id"), a->language);
		return EXIT_USAGE;
	}
	return 0;
}

static int
is(const json_t *o, const char *name, const char *wanted)
{
	const char *text = json_string_value(json_object_get(o, name));

	return wanted == NULL || (text != NULL && strcmp(text, wanted) == 0);
}

static int
is_desk(const struct args *a, const json_t *o)
{
	size_t i;

	for (i = 0; i < a->ndesks; i++)
		if (is(o, "desk", a->desks[i]))
			return 1;
	return a->ndesks == 0;
}

int
queue_filter_wants(const struct session *s, const json_t *o, int64_t now_s)
{
	const struct args *a = &s->args;
	const json_t *claim = json_object_get(o, "claim");

	if (!is_desk(a, o) || !is(o, "state", a->state) ||
	    !is(o, "language", a->language))
		return 0;
	if (a->overdue && json_integer_value(json_object_get(o, "due")) >=
	    now_s)
		return 0;
	if (a->unclaimed && json_is_object(claim))
		return 0;
	return !a->mine || is(claim, "claimant", s->service.name);
}

int
queue_filter_wants_row(const struct session *s, const json_t *row)
{
	const json_t *tag;
	size_t i;

	json_array_foreach(json_object_get(row, "tags"), i, tag)
		if (s->args.tag != NULL && json_is_string(tag) &&
		    strcmp(json_string_value(tag), s->args.tag) == 0)
			return 1;
	return s->args.tag == NULL;
}
