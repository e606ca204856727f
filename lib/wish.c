/*
 * Wishes for a case.  The bytes that were signed are kept and are the truth;
 * reading is strict, for a case is erased by what stands in one.
 */
#include <string.h>

#include "lib/err.h"
#include "lib/said.h"
#include "lib/wish.h"

static const char *const members[] = { "at", "by", "case", "participant",
    "v", "wish", NULL };
static const char *const words[] = { "erase", "other", "unhappy" };
#define NWORDS	(sizeof(words) / sizeof(words[0]))

const char *
wish_word(enum wish_kind kind)
{
	return words[kind];
}

char *
wish_print(const struct wish *w, size_t *len)
{
	json_t *o = json_pack("{s:I, s:s, s:s, s:I, s:i, s:s}",
	    "at", (json_int_t)w->at, "by", w->by, "case", w->case_id,
	    "participant", (json_int_t)w->participant, "v", 1, "wish",
	    words[w->kind]);

	return wire_print_free(o, len);
}

static int
get_kind(const json_t *o, enum wish_kind *kind, struct err *e)
{
	const char *word;
	size_t i;

	if (wire_get_string(o, "wish", &word, e) == -1)
		return -1;
	for (i = 0; i < NWORDS; i++) {
		if (strcmp(words[i], word) == 0) {
			*kind = (enum wish_kind)i;
			return 0;
		}
	}
	err_set(e, ERR_INPUT, "'wish' is not a known word");
	return -1;
}

static int
get_all(struct wish *w, const json_t *o, struct err *e)
{
	if (said_head(o, members, w->case_id, w->by, &w->at, e) == -1 ||
	    wire_get_int(o, "participant", 0, WIRE_TOP, &w->participant,
	    e) == -1 ||
	    get_kind(o, &w->kind, e) == -1)
		return -1;
	if (w->participant > 0 ? strcmp(w->by, "web") == 0 :
	    w->kind == WISH_ERASE)
		return 0;
	err_set(e, ERR_INPUT, "'by' cannot wish that");
	return -1;
}

int
wish_parse(struct wish *w, const void *bytes, size_t len, struct err *e)
{
	json_t *o;
	int result = -1;

	memset(w, 0, sizeof(*w));
	if ((o = wire_parse_most(bytes, len, WISH_MAX, e)) != NULL)
		result = get_all(w, o, e);
	json_decref(o);
	return result;
}

int
wish_holds(const struct roster *r, const char *case_id,
    const struct wish_signed *s, struct wish *out)
{
	const char *name;

	if (s->text == NULL || wish_parse(out, s->text, s->len, NULL) == -1 ||
	    strcmp(out->case_id, case_id) != 0 ||
	    !signature_check(s->signer, PURPOSE_WISH, s->text, s->len,
	    s->signature))
		return 0;
	if (out->participant > 0)
		return roster_is_role_key(r, "web", s->signer, 0);
	name = roster_name_of_key(r, s->signer);
	return name != NULL && strcmp(name, out->by) == 0;
}
