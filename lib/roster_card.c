/*
 * The written forms of invitations, and of the cards that answer them.
 */
#include <string.h>

#include "lib/err.h"
#include "lib/roster_entry.h"
#include "lib/wire.h"

char *
roster_invite_print(const struct roster_invite *i, size_t *len)
{
	struct roster_invite copy = *i;
	json_t *o = json_object();

	wire_set(o, "v", json_integer(1));
	wire_set(o, "number", json_integer(i->number));
	wire_set(o, "name", json_string(i->name));
	wire_set(o, "role", json_string(roster_rank_word(i->rank)));
	wire_set(o, "desks", roster_names(copy.desks, copy.ndesks));
	wire_set(o, "expires", json_integer(i->expires));
	wire_set_hex(o, "key", i->key, SIGN_PUBLIC);
	wire_set(o, "by", json_string(i->by));
	return wire_print_free(o, len);
}

int
roster_invite_parse(struct roster_invite *i, const void *bytes, size_t len,
    struct err *e)
{
	static const char *const names[] = { "v", "number", "name", "role",
	    "desks", "expires", "key", "by", NULL };
	json_t *o = NULL;
	const char *role;
	int64_t v;
	int r = -1;

	memset(i, 0, sizeof(*i));
	if ((o = wire_parse(bytes, len, e)) == NULL ||
	    wire_only(o, names, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    wire_get_int(o, "number", 1, WIRE_TOP, &i->number, e) == -1 ||
	    roster_get_name(o, "name", i->name, e) == -1 ||
	    wire_get_string(o, "role", &role, e) == -1 ||
	    roster_get_names(o, "desks", ROSTER_DESKS_MAX, i->desks,
	    &i->ndesks, e) == -1 ||
	    wire_get_int(o, "expires", 0, WIRE_TOP, &i->expires, e) == -1 ||
	    wire_get_hex(o, "key", i->key, SIGN_PUBLIC, e) == -1 ||
	    roster_get_name(o, "by", i->by, e) == -1)
		goto out;
	if (roster_rank_parse(role, &i->rank) == -1) {
		err_set(e, ERR_INPUT, "'%s' is not a known word",
		    "role");
		goto out;
	}
	r = 0;
out:
	if (r == -1) {
		err_prefix(e, "not an invitation");
		memset(i, 0, sizeof(*i));
	}
	json_decref(o);
	return r;
}

char *
roster_card_print(const struct roster_card *c, size_t *len)
{
	json_t *o = json_object();

	wire_set(o, "v", json_integer(1));
	wire_set(o, "kind", json_string("person"));
	wire_set(o, "invite", json_integer(c->invite));
	wire_set(o, "name", json_string(c->name));
	wire_set_hex(o, "sign", c->sign, SIGN_PUBLIC);
	wire_set_hex(o, "box", c->box, SEAL_KEY);
	return wire_print_free(o, len);
}

int
roster_card_parse(struct roster_card *c, const void *bytes, size_t len,
    struct err *e)
{
	static const char *const names[] = { "v", "kind", "invite", "name",
	    "sign", "box", NULL };
	const char *kind;
	json_t *o = NULL;
	int64_t v;
	int r = -1;

	memset(c, 0, sizeof(*c));
	if ((o = wire_parse(bytes, len, e)) == NULL ||
	    wire_only(o, names, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    wire_get_string(o, "kind", &kind, e) == -1 ||
	    wire_get_int(o, "invite", 1, WIRE_TOP, &c->invite, e) == -1 ||
	    roster_get_name(o, "name", c->name, e) == -1 ||
	    roster_get_pair(o, c->sign, c->box, e) == -1)
		goto out;
	if (strcmp(kind, "person") != 0) {
		err_set(e, ERR_INPUT, "'%s' is not a known word",
		    "kind");
		goto out;
	}
	r = 0;
out:
	if (r == -1) {
		err_prefix(e, "not a key card");
		memset(c, 0, sizeof(*c));
	}
	json_decref(o);
	return r;
}
