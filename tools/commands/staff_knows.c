/*
 * Which languages a colleague reads and what they know best: `next` goes by
 * it.  It stands in the colleague's entry on the list of staff, signed like the
 * rest.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

/* The name and at most max of what stands behind it; 0 or EXIT_USAGE. */
static int
check_words(const struct args *a, const char *what, size_t max,
    struct err *e)
{
	size_t i, k;

	for (i = 0; i < a->nwords; i++) {
		if (named_name(i == 0 ? "NAME" : what, a->words[i], e) != 0)
			return EXIT_USAGE;
		for (k = 1; k < i; k++)
			if (strcmp(a->words[k], a->words[i]) == 0) {
				err_set(e, ERR_INPUT, _("'%s' stands twice"),
				    a->words[i]);
				return EXIT_USAGE;
			}
	}
	if (a->nwords - 1 <= max)
		return 0;
	err_set(e, ERR_INPUT, _("these are too many: at most %d"), (int)max);
	return EXIT_USAGE;
}

/* "any" alone takes back what was said. */
static void
put_words(const struct args *a, char (*list)[ROSTER_NAME_MAX + 1], size_t *n)
{
	size_t i;

	*n = 0;
	if (a->nwords == 2 && strcmp(a->words[1], "any") == 0)
		return;
	for (i = 1; i < a->nwords; i++)
		(void)snprintf(list[(*n)++], ROSTER_NAME_MAX + 1, "%s",
		    a->words[i]);
}

static json_t *
words_of(const char (*list)[ROSTER_NAME_MAX + 1], size_t n)
{
	json_t *out = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(out, json_string(list[i]));
	return out;
}

static int
change(struct session *s, int languages, struct roster_person *now,
    struct err *e)
{
	const struct roster_person *was = staffing_active(s,
	    s->args.words[0], e);
	json_t *none;
	int result;

	if (was == NULL || staffing_may_decide(s, was, e) == -1)
		return -1;
	*now = *was;
	if (languages)
		put_words(&s->args, now->languages, &now->nlanguages);
	else
		put_words(&s->args, now->areas, &now->nareas);
	none = json_array();
	result = staffing_send(s, now, none, 0, e);
	json_decref(none);
	return result;
}

static int
run(struct session *s, int languages, struct err *e)
{
	struct roster_person now;
	int result, tries = 0;
	int64_t seq;
	json_t *o;

	result = languages ? check_words(&s->args, "LANGUAGE",
	    ROSTER_LANGUAGES_MAX, e) : check_words(&s->args, "AREA",
	    ROSTER_AREAS_MAX, e);
	if (result != 0)
		return result;
	if (session_open(s, e) == -1)
		return -1;
	do {
		seq = roster_seq(s->roster);
		result = change(s, languages, &now, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == -1)
		return -1;
	o = json_object();
	wire_set(o, "name", json_string(now.name));
	wire_set(o, "languages", words_of(
	    (const char (*)[ROSTER_NAME_MAX + 1])now.languages,
	    now.nlanguages));
	wire_set(o, "areas", words_of(
	    (const char (*)[ROSTER_NAME_MAX + 1])now.areas, now.nareas));
	commands_done(s, o, _("It stands on the list of staff; 'teduh next' "
	    "of %s goes by it from now on."), now.name);
	return 0;
}

int
staff_languages_run(struct session *s, struct err *e)
{
	return run(s, 1, e);
}

int
staff_areas_run(struct session *s, struct err *e)
{
	return run(s, 0, e);
}
