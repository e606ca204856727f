/*
 * Opens what the service keeps for this person and seals it for others.  The
 * service could hand out a key of its own making, so that cases would be
 * opened, or a new colleague be given one that others know: therefore the
 * comparison with the roster.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tools/team.h"

#define BOX_MAX	1024

struct team {
	struct team_key	*keys;
	size_t		 nkeys;
};

/* On the roster as what it claims to be? */
static int
is_known(const struct roster *r, const struct team_key *key)
{
	unsigned char pub[SEAL_KEY];

	if (key->secret->len != SEAL_KEY)
		return 0;
	seal_pair_public(key->secret, pub);
	return (key->report ? roster_is_report_key : roster_is_team_key)(r,
	    key->desk, key->epoch, pub);
}

/* One SECRET into *key; 0 when it counts. */
static int
open_key(const json_t *o, const struct identity *me, const char *name,
    const struct roster *r, struct team_key *key)
{
	const char *kind;
	char context[CONTEXT_MAX];
	struct buf box;
	int result = -1;

	memset(key, 0, sizeof(*key));
	if (wire_get_base64(o, "box", BOX_MAX, &box, NULL) == -1 ||
	    wire_get_string(o, "kind", &kind, NULL) == -1 ||
	    roster_get_name(o, "desk", key->desk, NULL) == -1 ||
	    wire_get_int(o, "epoch", 1, INT32_MAX, &key->epoch, NULL) == -1)
		goto out;
	key->report = strcmp(kind, "report") == 0;
	context_team(context, key->desk, key->epoch, name);
	key->secret = seal_box_open(me->box, key->report ? BOX_REPORT :
	    BOX_TEAM, context, box.bytes, box.len, NULL);
	if (key->secret != NULL && is_known(r, key))
		result = 0;
out:
	buf_free(&box);
	if (result == -1)
		secret_free(key->secret);
	return result;
}

struct team *
team_open(const json_t *secrets, const struct identity *me, const char *name,
    const struct roster *r)
{
	struct team *t = mem_alloc(sizeof(*t));
	const json_t *o;
	size_t i;

	t->keys = mem_alloc((json_array_size(secrets) + 1) *
	    sizeof(*t->keys));
	json_array_foreach(secrets, i, o)
		if (open_key(o, me, name, r, &t->keys[t->nkeys]) == 0)
			t->nkeys++;
	return t;
}

void
team_free(struct team *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->nkeys; i++)
		secret_free(t->keys[i].secret);
	free(t->keys);
	free(t);
}

static const struct secret *
find(const struct team *t, int report, const char *desk, int64_t epoch)
{
	size_t i;

	for (i = 0; i < t->nkeys; i++)
		if (t->keys[i].report == report &&
		    t->keys[i].epoch == epoch &&
		    strcmp(t->keys[i].desk, desk) == 0)
			return t->keys[i].secret;
	return NULL;
}

const struct secret *
team_secret(const struct team *t, const char *desk, int64_t epoch)
{
	return find(t, 0, desk, epoch);
}

const struct secret *
team_report(const struct team *t, const char *desk, int64_t epoch)
{
	return find(t, 1, desk, epoch);
}

const struct team_key *
team_at(const struct team *t, size_t i)
{
	return i < t->nkeys ? &t->keys[i] : NULL;
}

json_t *
team_seal(const struct team_key *key, const char *member,
    const unsigned char box[SEAL_KEY], struct err *e)
{
	char context[CONTEXT_MAX];
	json_t *o = NULL;
	struct buf sealed;

	buf_init(&sealed, BOX_MAX);
	context_team(context, key->desk, key->epoch, member);
	if (seal_box(box, key->report ? BOX_REPORT : BOX_TEAM, context,
	    key->secret->bytes, key->secret->len, &sealed, e) == 0) {
		o = json_object();
		(void)json_object_set_new(o, "kind", json_string(
		    key->report ? "report" : "team"));
		(void)json_object_set_new(o, "desk", json_string(key->desk));
		(void)json_object_set_new(o, "epoch",
		    json_integer(key->epoch));
		(void)json_object_set_new(o, "member", json_string(member));
		wire_set_base64(o, "box", sealed.bytes, sealed.len);
	}
	buf_free(&sealed);
	return o;
}
