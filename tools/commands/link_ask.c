/*
 * What is decided about a case with one key, behind its page.  The keys do
 * what the commands do that stand on the page, and nothing more.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/wire.h"
#include "tools/commands/link_ask.h"
#include "tools/keys.h"
#include "tools/words.h"

#define WHAT_BYTES	160

enum link_key { KEY_BELONGS, KEY_APART, KEY_UNFOLD };

/* The first that nobody has decided, or NULL. */
static json_t *
first_open(const json_t *links)
{
	json_t *one;
	size_t i;

	json_array_foreach(links, i, one)
		if (link_is_open(one))
			return one;
	return NULL;
}

/* Which case belongs to which, if it does. */
static int
read_link(const json_t *link, const char *id, const char **from,
    const char **to, struct err *e)
{
	const char *other;

	if (wire_get_string(link, "case", &other, e) == -1)
		return -1;
	if (json_is_true(json_object_get(link, "belongs"))) {
		*from = id;
		*to = other;
	} else {
		*from = other;
		*to = id;
	}
	return 0;
}

/* from: NULL when no link is open. KEYS_NONE, KEYS_STOP, enum link_key. */
static int
ask(const char *from, const char *to, size_t folded, const char *enter)
{
	struct keys_choice choices[KEYS_MAX];
	int means[KEYS_MAX], key;
	char belongs[WHAT_BYTES], unfold[WHAT_BYTES];
	size_t n = 0;

	if (from != NULL) {
		(void)snprintf(belongs, sizeof(belongs), _("link %s to %s"),
		    from, to);
		means[n] = KEY_BELONGS;
		choices[n++] = (struct keys_choice){
		    words_in_context(C_("key", "y")), belongs };
		means[n] = KEY_APART;
		choices[n++] = (struct keys_choice){
		    words_in_context(C_("key", "n")),
		    _("not the same matter") };
	}
	if (folded > 0) {
		(void)snprintf(unfold, sizeof(unfold), words_count("unfold "
		    "%zu part", "unfold %zu parts", folded), folded);
		means[n] = KEY_UNFOLD;
		choices[n++] = (struct keys_choice){
		    words_in_context(C_("key", "u")), unfold };
	}
	key = keys_ask(choices, n, enter);
	return key < 0 ? key : means[key];
}

enum link_asked
link_ask(struct session *s, const char *id, json_t *links, size_t folded,
    const char *enter, struct err *e)
{
	const char *from = NULL, *to = NULL;
	json_t *link;
	int key;

	for (;;) {
		if ((link = first_open(links)) == NULL)
			from = to = NULL;
		else if (read_link(link, id, &from, &to, e) == -1)
			return LINK_FAILED;
		if (link == NULL && folded == 0)
			return LINK_DONE;
		key = ask(from, to, folded, enter);
		if (key == KEY_UNFOLD)
			return LINK_UNFOLD;
		if (key != KEY_BELONGS && key != KEY_APART)
			return key == KEYS_STOP ? LINK_STOPPED : LINK_DONE;
		if (link_decide(s, from, to, key == KEY_BELONGS, e) == -1)
			return LINK_FAILED;
		(void)json_object_set_new(link, "kind", json_string(
		    key == KEY_BELONGS ? "confirmed" : "undone"));
	}
}
