/*
 * Records of new case keys.  The bytes that were signed are kept and are the
 * truth; reading is strict.
 *
 * Whoever can write to the store can leave out the newest records, so a role
 * falls back to an older key at most, never to one that nobody signed.  One
 * between two others is missed, and so is that of a key under which a role has
 * deposited; and it must name that very key.
 */
#include <string.h>

#include "lib/epoch.h"
#include "lib/err.h"
#include "lib/said.h"

static const char *const members[] = { "at", "by", "case", "case_key",
    "desk", "epoch", "from", "team_epoch", "v", NULL };

char *
epoch_print(const struct epoch *r, size_t *len)
{
	json_t *o = json_object();

	wire_set(o, "at", json_integer(r->at));
	wire_set(o, "by", json_string(r->by));
	wire_set(o, "case", json_string(r->case_id));
	wire_set_hex(o, "case_key", r->case_key, SEAL_KEY);
	wire_set(o, "desk", json_string(r->desk));
	wire_set(o, "epoch", json_integer(r->epoch));
	wire_set(o, "from", r->from[0] == '\0' ? json_null() :
	    json_string(r->from));
	wire_set(o, "team_epoch", json_integer(r->team_epoch));
	wire_set(o, "v", json_integer(1));
	return wire_print_free(o, len);
}

static int
get_all(struct epoch *r, const json_t *o, struct err *e)
{
	if (said_head(o, members, r->case_id, r->by, &r->at, e) == -1 ||
	    wire_get_int(o, "epoch", 2, INT32_MAX, &r->epoch, e) == -1 ||
	    wire_get_int(o, "team_epoch", 1, INT32_MAX, &r->team_epoch,
	    e) == -1 ||
	    wire_get_hex(o, "case_key", r->case_key, SEAL_KEY, e) == -1 ||
	    roster_get_name(o, "desk", r->desk, e) == -1)
		return -1;
	if (json_is_null(json_object_get(o, "from")))
		return 0;
	if (roster_get_name(o, "from", r->from, e) == -1)
		return -1;
	if (strcmp(r->from, r->desk) != 0)
		return 0;
	err_set(e, ERR_INPUT, "'from' and 'desk' are the same");
	return -1;
}

int
epoch_parse(struct epoch *r, const void *bytes, size_t len, struct err *e)
{
	json_t *o;
	int result = -1;

	memset(r, 0, sizeof(*r));
	if ((o = wire_parse_most(bytes, len, EPOCH_MAX, e)) != NULL)
		result = get_all(r, o, e);
	json_decref(o);
	return result;
}

void
epoch_begun(struct epoch *r, const struct deposit *first)
{
	memset(r, 0, sizeof(*r));
	memcpy(r->desk, first->desk, strlen(first->desk) + 1);
	r->epoch = 1;
	r->team_epoch = first->team_epoch;
}

static int
follows(const struct epoch *r, const struct epoch *last)
{
	if (r->epoch != (last == NULL ? 1 : last->epoch) + 1)
		return 0;
	if (last == NULL)
		return 1;
	if (r->from[0] != '\0')
		return strcmp(r->from, last->desk) == 0;
	return strcmp(r->desk, last->desk) == 0 &&
	    r->team_epoch >= last->team_epoch;
}

/*
 * A trainee gives no case away, nor who had left before the case was sealed
 * to the key that it has.
 */
static int
could_give(const struct roster *r, const struct epoch *x,
    const struct epoch *last, const unsigned char signer[SIGN_PUBLIC])
{
	unsigned char team[SEAL_KEY];
	int64_t now, epoch;

	if (last == NULL)
		return roster_held(r, x->from, 0, signer) >=
		    RANK_COUNSELLOR;
	if (roster_team(r, x->from, team, &now, NULL) == -1)
		return 0;
	for (epoch = last->team_epoch; epoch <= now; epoch++)
		if (roster_held(r, x->from, epoch, signer) >=
		    RANK_COUNSELLOR)
			return 1;
	return 0;
}

/* Might he sign it? */
static int
is_for_him(const struct roster *r, const struct epoch *x,
    const struct epoch *last, const unsigned char signer[SIGN_PUBLIC])
{
	const char *name = roster_name_of_key(r, signer);
	unsigned char team[SEAL_KEY];
	int64_t now;

	if (name == NULL || strcmp(name, x->by) != 0 ||
	    roster_team(r, x->desk, team, &now, NULL) == -1 ||
	    x->team_epoch > now)
		return 0;
	if (x->from[0] == '\0')
		return roster_held(r, x->desk, x->team_epoch, signer) ==
		    RANK_SUPERVISOR;
	return could_give(r, x, last, signer);
}

int
epoch_holds(const struct roster *r, const char *case_id,
    const struct epoch *last, const void *bytes, size_t len,
    const unsigned char signer[SIGN_PUBLIC],
    const unsigned char signature[SIGN_LEN], struct epoch *out)
{
	return epoch_parse(out, bytes, len, NULL) == 0 &&
	    strcmp(out->case_id, case_id) == 0 && follows(out, last) &&
	    is_for_him(r, out, last, signer) &&
	    signature_check(signer, PURPOSE_EPOCH, bytes, len, signature);
}

int
epoch_present(const struct epoch *newest, const struct epoch *named,
    int64_t *epoch, unsigned char key[SEAL_KEY])
{
	if (*epoch > 1 && (newest == NULL || named == NULL ||
	    named->epoch != *epoch || newest->epoch < *epoch ||
	    !seal_equal(key, named->case_key, SEAL_KEY)))
		return -1;
	if (newest == NULL)
		return 0;
	*epoch = newest->epoch;
	memcpy(key, newest->case_key, SEAL_KEY);
	return 0;
}
