/*
 * The people of a case, a line each: what roles signed of them, and what two
 * persons are about to change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "lib/statement.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/people.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

static const json_t *
find(const struct casefile *cf, const char *list, const char *name,
    int64_t no)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf), list), i, o)
		if (json_integer_value(json_object_get(o, name)) == no)
			return o;
	return NULL;
}

struct casefile_item *
people_statement(struct casefile *cf, int64_t no, struct err *e)
{
	const json_t *o = find(cf, "people", "participant", no);
	struct casefile_item *item = NULL;
	unsigned char id[SEAL_ID];
	int result;

	if (o == NULL) {
		err_set(e, ERR_GONE, _("no statement about p%" PRId64 " of "
		    "the case %s waits: 'teduh people list %s' shows what "
		    "does"), no, casefile_id(cf), casefile_id(cf));
		return NULL;
	}
	if (wire_get_hex(o, "item", id, SEAL_ID, e) == -1)
		return NULL;
	item = casefile_item_by_id(cf, id);
	if (item == NULL || item->kind != ITEM_STATEMENT) {
		err_set(e, ERR_DENIED, _("the statement about p%" PRId64
		    " is missing in the case %s; tell the people who run the "
		    "service"), no, casefile_id(cf));
		return NULL;
	}
	if ((result = casefile_read(cf, item, e)) == 1)
		err_set(e, ERR_DENIED, _("the statement about p%" PRId64
		    " is not genuine: %s; tell the people who run the "
		    "service"), no, item->problem);
	return result == 0 ? item : NULL;
}

static void
copy(json_t *to, const char *name, const json_t *from)
{
	const json_t *value = json_object_get(from, name);

	(void)json_object_set_new(to, name, value == NULL ? json_null() :
	    json_deep_copy(value));
}

static void
set_time(json_t *o, const json_t *from)
{
	char at[32];

	wire_time(at, json_integer_value(json_object_get(from, "at")));
	(void)json_object_set_new(o, "at", json_string(at));
}

/* What waits of this one; what does not verify has no address to confirm. */
static json_t *
waiting(struct casefile *cf, int64_t no, struct err *why)
{
	static const char *const said[] = { "role", "name", "mode",
	    "address", "replaces" };
	const json_t *row = find(cf, "people", "participant", no);
	struct casefile_item *item;
	json_t *o;
	size_t i;

	if (row == NULL)
		return json_null();
	item = people_statement(cf, no, why);
	o = json_object();
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		copy(o, said[i], item == NULL ? NULL : item->view);
	copy(o, "author", row);
	set_time(o, row);
	copy(o, "state", row);
	copy(o, "code", row);
	return o;
}

json_t *
people_row(struct casefile *cf, int64_t no, struct err *e)
{
	struct err party_why = ERR_INIT, waiting_why = ERR_INIT, *why;
	const json_t *row = find(cf, "participants", "no", no);
	const struct casefile_item *stands, *letter;
	char last[CASEFILE_NAME_MAX];
	json_t *o = json_object(), *party = NULL;

	stands = casefile_stands(cf, no);
	letter = casefile_newest_of(cf, no);
	if (stands != NULL)
		party = casefile_party(cf, no, &party_why);
	if (letter != NULL)
		casefile_name(cf, letter, last);
	(void)json_object_set_new(o, "id", json_sprintf("p%" PRId64, no));
	copy(o, "role", row);
	(void)json_object_set_new(o, "mode", stands == NULL ? json_null() :
	    json_string(stands->deposit.mode));
	copy(o, "name", party);
	copy(o, "address", party);
	(void)json_object_set_new(o, "last", letter == NULL ? json_null() :
	    json_string(last));
	(void)json_object_set_new(o, "waiting", waiting(cf, no,
	    &waiting_why));
	json_decref(party);
	why = party_why.code == ERR_RETRY ? &party_why : &waiting_why;
	if (e != NULL && why->code == ERR_RETRY) {
		err_set(e, why->code, "%s", why->text);
		json_decref(o);
		return NULL;
	}
	return o;
}

/* The address, and how it is used where the answer itself is not mailed. */
static void
put_address(char out[RENDER_WORD], const json_t *row)
{
	char mode[RENDER_WORD];
	size_t n;

	n = strlen(render_word(out, row, "address"));
	if (strcmp(render_word(mode, row, "mode"), "notice") == 0)
		(void)snprintf(out + n, RENDER_WORD - n, _(" (by notice)"));
	else if (strcmp(mode, "pickup") == 0 && n > 0)
		(void)snprintf(out + n, RENDER_WORD - n,
		    _(" (nothing is mailed)"));
}

void
people_line(char out[PEOPLE_LINE], const json_t *row)
{
	const json_t *w = json_object_get(row, "waiting");
	char id[RENDER_WORD], role[RENDER_WORD], address[RENDER_WORD];
	char last[RENDER_WORD], author[RENDER_WORD], code[RENDER_WORD];
	int waits = json_is_object(w);
	size_t n = 0;

	(void)render_word(id, row, "id");
	if (json_is_string(json_object_get(row, "role"))) {
		put_address(address, row);
		(void)render_word(last, row, "last");
		n = (size_t)snprintf(out, PEOPLE_LINE, "%s  %s  %.300s  "
		    "%.40s", id, words_for("participant", render_word(role,
		    row, "role")), address, last);
	}
	if (!waits || n >= PEOPLE_LINE)
		return;
	put_address(address, w);
	(void)render_word(author, w, "author");
	if (*render_word(code, w, "code") != '\0')
		(void)snprintf(out + n, PEOPLE_LINE - n, _("%s%s  %s  %.300s  "
		    "(stated by %s, refused by the service: %s)"),
		    n > 0 ? "\n" : "", id, words_for("participant",
		    render_word(role, w, "role")), address, author,
		    words_for("blocked", code));
	else
		(void)snprintf(out + n, PEOPLE_LINE - n, _("%s%s  %s  %.300s  "
		    "(stated by %s, not in force yet)"), n > 0 ? "\n" : "",
		    id, words_for("participant", render_word(role, w,
		    "role")), address, author);
}

static json_t *
rows(struct casefile *cf, struct err *e)
{
	json_t *list = json_array(), *row;
	int64_t no;

	for (no = 1; no <= STATEMENT_PEOPLE_MAX; no++) {
		if (find(cf, "participants", "no", no) == NULL &&
		    find(cf, "people", "participant", no) == NULL)
			continue;
		if ((row = people_row(cf, no, e)) == NULL) {
			json_decref(list);
			return NULL;
		}
		(void)json_array_append_new(list, row);
	}
	return list;
}

int
people_list_run(struct session *s, struct err *e)
{
	struct casefile *cf = NULL;
	json_t *list = NULL, *problems = json_array(), *shown;
	char line[PEOPLE_LINE];
	const json_t *row;
	struct code_ref ref;
	size_t i;
	int result = -1;

	if (commands_case_ref(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 0, e)) == NULL ||
	    (shown = shape_case(cf, problems, e)) == NULL)
		goto out;
	json_decref(shown);
	if ((list = rows(cf, e)) == NULL)
		goto out;
	if (s->args.json)
		render_json(list);
	else
		json_array_foreach(list, i, row) {
			people_line(line, row);
			render_say(stdout, line);
		}
	seal_wipe(line, sizeof(line));
	result = commands_problems(problems);
out:
	json_decref(list);
	json_decref(problems);
	casefile_free(cf);
	return result;
}
