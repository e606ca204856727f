/*
 * Find words in everything that this person's key opens.  It is opened and
 * read here, on the reader's own machine: the service hands out the cases one
 * by one and never learns what is looked for, and nothing is kept, so that
 * there is no index that somebody could find.  What takes so long can be
 * broken off with Ctrl-C; what was found until then is shown.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/face.h"
#include "lib/find.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/progress.h"
#include "tools/render.h"
#include "tools/render_hits.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/stop.h"
#include "tools/words.h"

#define PAGE_CASES	1000		/* at most, in one answer */
#define HITS_MAX	1000
#define TEXT_MAX	(64 * 1024 * 1024)
#define TYPED_MAX	4096		/* on standard input */
#define AROUND		120		/* bytes on either side of a match */
#define ELLIPSIS	"\342\200\246"

struct search {
	struct session	*s;
	struct find	*find;
	struct progress	 progress;
	json_t		*hits;
	json_t		*seen;		/* {id: true} of the cases */
	json_t		*problems;	/* sentences */
	uint64_t	 ncases;
};

static int
is_over(const struct search *se)
{
	return stop_asked() || json_array_size(se->hits) >= HITS_MAX;
}

/* Up to AROUND bytes of text from p on, or up to p; whole characters. */
static json_t *
around(const char *text, const char *p, int before)
{
	char out[AROUND + sizeof(ELLIPSIS) + 1];
	const char *begin = p, *end = p;

	if (before) {
		if (p - text > AROUND)
			for (begin = p - AROUND; (*begin & 0xc0) == 0x80;)
				begin++;
		else
			begin = text;
	} else if (strlen(p) > AROUND)
		for (end = p + AROUND; (*end & 0xc0) == 0x80;)
			end--;
	else
		end = p + strlen(p);
	(void)snprintf(out, sizeof(out), "%s%.*s%s", before && begin > text ?
	    ELLIPSIS : "", (int)(end - begin), begin, !before &&
	    *end != '\0' ? ELLIPSIS : "");
	return json_string(out);
}

static void
add_hit(struct search *se, json_t *hit, const struct casefile *cf,
    const struct find_place *place)
{
	(void)json_object_set_new(hit, "case",
	    json_string(casefile_id(cf)));
	(void)json_object_set_new(hit, "desk",
	    json_string(casefile_desk(cf)));
	(void)json_object_set_new(hit, "before", around(place->text,
	    place->text + place->at, 1));
	(void)json_object_set_new(hit, "match", json_stringn(place->text +
	    place->at, place->len));
	(void)json_object_set_new(hit, "after", around(place->text,
	    place->text + place->at + place->len, 0));
	(void)json_array_append_new(se->hits, hit);
	se->progress.found++;
}

static void
add_field(struct buf *out, const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	if (text != NULL && *text != '\0')
		(void)buf_addf(out, "%s" FIND_FIELD, text);
}

/* All that a person may remember of an item; the words come first. */
static void
add_fields(struct buf *out, const json_t *item)
{
	const json_t *one;
	size_t i;

	add_field(out, item, "text");
	add_field(out, item, "subject");
	add_field(out, json_object_get(item, "from"), "name");
	add_field(out, json_object_get(item, "from"), "address");
	json_array_foreach(json_object_get(item, "to"), i, one)
		add_field(out, one, "address");
	json_array_foreach(json_object_get(item, "attachments"), i, one)
		add_field(out, one, "name");
	json_array_foreach(json_object_get(json_object_get(item, "form"),
	    "questions"), i, one)
		add_field(out, one, "answer");
}

static int
look_into_item(struct search *se, struct casefile *cf,
    struct casefile_item *item, struct err *e)
{
	static const char *const kept[] = { "id", "kind", "at", "from",
	    "subject" };
	json_t *shown, *hit;
	struct find_place place;
	struct buf text;
	size_t i;

	if ((shown = shape_item(cf, item, se->problems, e)) == NULL)
		return -1;
	buf_init(&text, TEXT_MAX);
	add_fields(&text, shown);
	if (find_in(se->find, text.bytes, &place)) {
		hit = json_object();
		for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			(void)json_object_set(hit, kept[i],
			    json_object_get(shown, kept[i]));
		add_hit(se, hit, cf, &place);
		find_place_free(&place);
	}
	buf_free(&text);
	json_decref(shown);
	return 0;
}

/* The case by its tags, as a place of its own. */
static void
look_into_tags(struct search *se, struct casefile *cf, int64_t active)
{
	struct find_place place;
	struct face face;
	struct buf text;
	char at[32];
	size_t i;

	if (casefile_own_face(cf, &face, NULL) == -1)
		return;			/* 'show' says why */
	buf_init(&text, TEXT_MAX);
	for (i = 0; i < face.tags.n; i++)
		(void)buf_addf(&text, "%s" FIND_FIELD, face.tags.words[i]);
	if (find_in(se->find, text.bytes, &place)) {
		wire_time(at, active);
		add_hit(se, json_pack("{s:s, s:s, s:s, s:n, s:n}", "id",
		    casefile_id(cf), "kind", "tag", "at", at, "from",
		    "subject"), cf, &place);
		find_place_free(&place);
	}
	buf_free(&text);
}

static int
look_into_case(struct search *se, const char *id, int64_t active,
    struct err *e)
{
	struct casefile *cf = session_views(se->s, id, e);
	struct casefile_item *item;
	int result = 0;
	size_t i;

	if (cf == NULL)		/* handed to another desk just now */
		return e->code == ERR_GONE ? 0 : -1;
	look_into_tags(se, cf, active);
	for (i = casefile_count(cf); result == 0 && i > 0; i--) {
		item = casefile_at(cf, i - 1);
		if (item->seq > 0)	/* a draft is not said yet */
			result = look_into_item(se, cf, item, e);
	}
	casefile_free(cf);
	progress_step(&se->progress, ++se->ncases);
	return result;
}

/* One row of the list; its cursor for what is behind it. 0, or -1. */
static int
take_row(struct search *se, const json_t *o, char *cursor, size_t size,
    int64_t *active, struct err *e)
{
	char id[CASE_ID_LEN + 1];
	const char *said;

	if (wire_get_string(o, "id", &said, e) == -1 ||
	    wire_get_int(o, "active", 0, INT64_MAX / 2, active, e) == -1 ||
	    strlen(said) != CASE_ID_LEN ||
	    code_canonical(id, CASE_ID_LEN, said, NULL) == -1) {
		err_set(e, ERR_INPUT, _("the service's list of cases cannot "
		    "be read; tell the people who run it"));
		return -1;
	}
	(void)snprintf(cursor, size, "%" PRId64 ".%s", *active, id);
	if (json_object_get(se->seen, id) != NULL)
		return 0;
	(void)json_object_set_new(se->seen, id, json_true());
	return look_into_case(se, id, *active, e);
}

/*
 * From the newest case on to those that have been quiet since `since`.
 * *began: the service's time at the first answer. 0, or -1.
 */
static int
walk(struct search *se, int64_t since, int64_t *began, struct err *e)
{
	char cursor[64] = "", path[128];
	json_t *answer, *cases, *o;
	int more = 1, result = 0;
	int64_t now_s = 0, active = INT64_MAX;
	size_t i;

	while (result == 0 && more && active >= since && !is_over(se)) {
		(void)snprintf(path, sizeof(path), "/v1/cases?before=%s",
		    cursor);
		if ((answer = client_get(se->s->client, path, e)) == NULL)
			return -1;
		result = wire_get_array(answer, "cases", PAGE_CASES, &cases,
		    e) == -1 || wire_get_int(answer, "now", 0, INT64_MAX / 2,
		    &now_s, e) == -1 ? -1 : 0;
		if (*began == 0)
			*began = now_s;
		more = json_array_size(cases) > 0 &&
		    json_is_true(json_object_get(answer, "more"));
		json_array_foreach(cases, i, o)
			if (result == 0 && !is_over(se))
				result = take_row(se, o, cursor,
				    sizeof(cursor), &active, e);
		json_decref(answer);
	}
	return result;
}

static int
newest_first(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int64_t tx = render_time(x, "at"), ty = render_time(y, "at");

	if (tx != ty)
		return tx > ty ? -1 : 1;
	return strcmp(json_string_value(json_object_get(y, "id")),
	    json_string_value(json_object_get(x, "id")));
}

static void
sort_hits(json_t **hits)
{
	size_t i, n = json_array_size(*hits);
	json_t **rows = mem_alloc((n + 1) * sizeof(*rows));
	json_t *sorted = json_array();

	for (i = 0; i < n; i++)
		rows[i] = json_array_get(*hits, i);
	qsort(rows, n, sizeof(*rows), newest_first);
	for (i = 0; i < n; i++)
		(void)json_array_append(sorted, rows[i]);
	free(rows);
	json_decref(*hits);
	*hits = sorted;
}

/* 1 when something was not looked into, and that was said; else 0. */
static int
tell(const struct search *se)
{
	char line[1024];
	size_t n = json_array_size(se->problems);

	if (stop_asked())
		(void)snprintf(line, sizeof(line), words_count("teduh: "
		    "stopped after %" PRIu64 " case; older ones were not "
		    "searched.", "teduh: stopped after %" PRIu64 " cases; "
		    "older ones were not searched.", se->ncases),
		    se->ncases);
	else if (is_over(se))
		(void)snprintf(line, sizeof(line), _("teduh: these are %d "
		    "places and there may be more: add a word that says more "
		    "exactly what you look for."), HITS_MAX);
	else if (n > 0)
		(void)snprintf(line, sizeof(line), words_count("teduh: %zu "
		    "item was not searched: %s.", "teduh: %zu items were not "
		    "searched; the first: %s.", n), n, json_string_value(
		    json_array_get(se->problems, 0)));
	else
		return 0;
	(void)fflush(stdout);
	render_say(stderr, line);
	return 1;
}

static void
show(struct search *se)
{
	sort_hits(&se->hits);
	if (se->s->args.json)
		render_json(se->hits);
	else
		render_hits(se->hits, se->ncases, client_now(se->s->client));
}

/* The lines of standard input: other users of the machine see arguments. */
static struct find *
find_typed(struct err *e)
{
	const char *words[ARGS_WORDS_MAX] = { "" };
	struct find *find = NULL;
	char *rest, *line;
	struct buf typed;
	size_t n = 0;

	buf_init(&typed, TYPED_MAX);
	if (commands_read_text("-", &typed, e) == -1)
		goto out;
	rest = typed.bytes;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line == '\0')
			continue;
		if (n == ARGS_WORDS_MAX) {
			err_set(e, ERR_INPUT, _("'%s' is one too many: say "
			    "fewer at once"), line);
			goto out;
		}
		words[n++] = line;
	}
	find = find_new(words, n == 0 ? 1 : n, e);
out:
	buf_free(&typed);
	return find;
}

int
search_run(struct session *s, struct err *e)
{
	struct search se = { .s = s };
	int64_t began = 0, again = 0;
	int result = -1;

	se.find = s->args.nwords == 1 && strcmp(s->args.words[0], "-") == 0 ?
	    find_typed(e) : find_new(s->args.words, s->args.nwords, e);
	if (se.find == NULL)
		return -1;
	se.hits = json_array();
	se.seen = json_object();
	se.problems = json_array();
	if (session_open(s, e) == -1)
		goto out;
	stop_catch();
	progress_begin(&se.progress, _("cases searched"), 0, s->args.quiet);
	/* A case that moved to the front meanwhile is not passed over. */
	if ((result = walk(&se, 0, &began, e)) == 0 && !is_over(&se))
		result = walk(&se, began, &again, e);
	progress_end(&se.progress);
	if (result == 0 || json_array_size(se.hits) > 0)
		show(&se);
	if (result == 0)
		result = tell(&se);
out:
	find_free(se.find);
	json_decref(se.hits);
	json_decref(se.seen);
	json_decref(se.problems);
	return result;
}
