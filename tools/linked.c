/*
 * Links of a case, held against who signed them.  A row that nobody signed
 * only says "look there, too"; letters are shown as belonging here, and a
 * link counts as undone, by a person's signature alone.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/link.h"
#include "tools/client.h"
#include "tools/linked.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/vault.h"
#include "tools/words.h"

/* Does the statement beside the row say so, signed by one of the desk? */
static int
holds(const struct session *s, const struct casefile *cf, const json_t *o,
    const char *kind)
{
	const struct roster_person *p;
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const char *from, *to;
	struct buf text;
	int good;

	good = wire_get_base64(o, "statement", LINK_MAX, &text, NULL) == 0 &&
	    wire_get_string(o, "case", &from, NULL) == 0 &&
	    wire_get_string(o, "other", &to, NULL) == 0 &&
	    wire_get_hex(o, "signer", signer, SIGN_PUBLIC, NULL) == 0 &&
	    wire_get_hex(o, "signature", signature, SIGN_LEN, NULL) == 0 &&
	    (p = roster_person_by_key(s->roster, signer)) != NULL &&
	    casefile_knows(cf, p) &&
	    link_holds(p, from, to, kind, text.bytes, text.len, signature);
	buf_free(&text);
	return good;
}

/* One row: 1 and *out filled when it stands. */
static int
read_row(const struct session *s, const struct casefile *cf, const json_t *o,
    struct linked *out)
{
	const char *from, *to, *kind, *id = casefile_id(cf);

	if (wire_get_string(o, "case", &from, NULL) == -1 ||
	    wire_get_string(o, "other", &to, NULL) == -1 ||
	    wire_get_string(o, "kind", &kind, NULL) == -1 ||
	    !deposit_case_valid(from) || !deposit_case_valid(to))
		return 0;
	out->belongs = strcmp(from, id) == 0;
	memcpy(out->id, out->belongs ? to : from, CASE_ID_LEN + 1);
	out->confirmed = strcmp(kind, "confirmed") == 0 &&
	    holds(s, cf, o, kind);
	return strcmp(kind, "undone") != 0 || !holds(s, cf, o, kind);
}

size_t
linked_list(const struct session *s, const struct casefile *cf,
    struct linked out[LINKED_MAX])
{
	const json_t *o;
	size_t i, n = 0;

	json_array_foreach(json_object_get(casefile_json(cf), "links"), i, o)
		if (n < LINKED_MAX && read_row(s, cf, o, &out[n]))
			n++;
	return n;
}

static void
copy(json_t *to, const char *name, const json_t *value)
{
	(void)json_object_set_new(to, name, value == NULL ? json_null() :
	    json_deep_copy(value));
}

json_t *
linked_shape(const struct session *s, const struct casefile *cf,
    json_t *problems)
{
	json_t *list = json_array(), *one;
	const char *kind;
	const json_t *o;
	struct linked l;
	char at[32];
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf), "links"), i,
	    o) {
		(void)read_row(s, cf, o, &l);
		kind = json_string_value(json_object_get(o, "kind"));
		if (kind != NULL && strcmp(kind, "confirmed") == 0 &&
		    !l.confirmed)
			(void)json_array_append_new(problems, json_sprintf(
			    _("the link to the case %s is not signed by "
			    "anybody of the desk: its letters are not shown "
			    "here"), l.id));
		wire_time(at, json_integer_value(json_object_get(o, "at")));
		one = json_object();
		(void)json_object_set_new(one, "case", json_string(l.id));
		copy(one, "kind", json_object_get(o, "kind"));
		(void)json_object_set_new(one, "at", json_string(at));
		copy(one, "by", json_object_get(o, "by"));
		(void)json_object_set_new(one, "belongs",
		    json_boolean(l.belongs));
		(void)json_array_append_new(list, one);
	}
	return list;
}

static int
by_time(const void *a, const void *b)
{
	const char *x = json_string_value(json_object_get(
	    *(json_t *const *)a, "at"));
	const char *y = json_string_value(json_object_get(
	    *(json_t *const *)b, "at"));

	return strcmp(x == NULL ? "" : x, y == NULL ? "" : y);
}

/* Those of one case keep their order: two of one second are rare. */
static void
sort_items(json_t *items)
{
	size_t i, n = json_array_size(items);
	json_t **v = mem_alloc((n + 1) * sizeof(*v));

	for (i = 0; i < n; i++)
		v[i] = json_incref(json_array_get(items, i));
	qsort(v, n, sizeof(*v), by_time);
	for (i = 0; i < n; i++)
		(void)json_array_set_new(items, i, v[i]);
	free(v);
}

static int
note_read(struct session *s, const struct casefile *cf, struct err *e)
{
	const struct casefile_item *newest = casefile_newest(cf);
	struct vault_read read;

	vault_get_read(s->vault, casefile_id(cf), &read);
	if (newest == NULL || newest->view == NULL || newest->seq < read.seq)
		return 0;
	read.seq = newest->seq;
	memcpy(read.deposit, newest->hash, SEAL_HASH);
	return vault_note_read(s->vault, casefile_id(cf), &read, e);
}

static int
add_case(struct session *s, const char *id, json_t *items, json_t *problems,
    struct err *e)
{
	struct casefile *cf = session_case(s, id, 0, e);
	json_t *shown = NULL;
	int result = -1;

	if (cf == NULL || (shown = shape_case(cf, problems, e)) == NULL)
		goto out;
	(void)json_array_extend(items, json_object_get(shown, "items"));
	result = note_read(s, cf, e);
out:
	json_decref(shown);
	casefile_free(cf);
	return result;
}

int
linked_show(struct session *s, const struct casefile *cf, json_t *shown,
    json_t *problems, struct err *e)
{
	json_t *items = json_object_get(shown, "items");
	struct linked *l = mem_alloc(LINKED_MAX * sizeof(*l));
	size_t i, n, added = 0;
	int result = -1;

	(void)json_object_set_new(shown, "links", linked_shape(s, cf,
	    problems));
	copy(shown, "others", json_object_get(casefile_json(cf), "others"));
	n = linked_list(s, cf, l);
	for (i = 0; i < n; i++) {
		if (l[i].belongs || !l[i].confirmed)
			continue;
		if (add_case(s, l[i].id, items, problems, e) == -1)
			goto out;
		added++;
	}
	if (added > 0)
		sort_items(items);
	result = 0;
out:
	free(l);
	return result;
}
