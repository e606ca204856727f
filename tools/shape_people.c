/*
 * The people of a case, as `show` prints them.
 */
#include <inttypes.h>

#include "lib/err.h"
#include "tools/shape_people.h"
#include "tools/words.h"

static void
set(json_t *o, const char *name, json_t *value)
{
	(void)json_object_set_new(o, name, value);
}

/* A member as it is, or null. */
static void
copy(json_t *o, const char *name, const json_t *from)
{
	json_t *m = json_object_get(from, name);

	set(o, name, m == NULL ? json_null() : json_deep_copy(m));
}

json_t *
shape_people(struct casefile *cf, json_t *problems, struct err *e)
{
	json_t *list = json_array(), *one, *party;
	unsigned char seeker[SEAL_KEY];
	const json_t *o;
	int64_t no;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf),
	    "participants"), i, o) {
		struct err why = ERR_INIT;
		const struct casefile_item *item;

		if (wire_get_int(o, "no", 1, INT32_MAX, &no, NULL) == -1)
			continue;
		item = casefile_stands(cf, no);
		if (item == NULL && !casefile_doubtful(cf))
			(void)json_array_append_new(problems, json_sprintf(
			    _("nothing that was signed says that p%" PRId64
			    " is in the case %s; tell the people who run the "
			    "service"), no, casefile_id(cf)));
		party = item == NULL ? NULL : casefile_party(cf, no, &why);
		if (why.code == ERR_RETRY) {
			err_set(e, why.code, "%s", why.text);
			json_decref(list);
			return NULL;
		}
		if (item != NULL && party == NULL)
			(void)json_array_append_new(problems,
			    json_sprintf(_("the address of p%" PRId64 " is "
			    "not shown: %s"), no, why.text));
		one = json_object();
		set(one, "id", json_sprintf("p%" PRId64, no));
		copy(one, "role", o);
		set(one, "mode", item == NULL ? json_null() :
		    json_string(item->deposit.mode));
		copy(one, "address", party);
		set(one, "code", json_boolean(casefile_seeker(cf, no,
		    seeker)));
		json_decref(party);
		(void)json_array_append_new(list, one);
	}
	return list;
}
