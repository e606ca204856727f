/*
 * The written form of roster entries.
 *
 * Writers make the bytes that a person then signs; those bytes are kept and
 * never made again.  Readers are strict and fail closed: an unknown kind, role,
 * flag or member is an error, because an old program that skipped what it
 * does not know would trust a list that it has not understood.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/roster_entry.h"
#include "lib/wire.h"

#define HEAD		"v", "seq", "prev", "at", "by", "kind"

static const char *const rank_words[] = { "trainee", "counsellor",
    "supervisor", "admin", NULL };
static const char *const review_words[] = { "always", "trainees", "never",
    NULL };
static const char *const own_review_words[] = { "always", "never", NULL };
static const char *const state_words[] = { "active", "revoked", NULL };
static const char *const role_words[] = { "intake", "web", "post", "clock",
    NULL };
static const char *const kind_words[] = { "person", "role", "team", "report",
    "policy", "recovery", "bridge", NULL };

/* The members of each kind, in the order of enum roster_kind. */
static const char *const person_members[] = { HEAD, "name", "role", "flags",
    "desks", "state", "sign", "box", "notice", "review", "languages", "areas",
    NULL };
static const char *const role_members[] = { HEAD, "role", "sign", "box",
    NULL };
static const char *const key_members[] = { HEAD, "desk", "epoch", "box",
    NULL };
static const char *const policy_members[] = { HEAD, "desk", "review", "self",
    "crisis", NULL };
static const char *const recovery_members[] = { HEAD, "box", "sign",
    "custodians", NULL };
static const char *const bridge_members[] = { HEAD, "head", NULL };
static const char *const *const members[] = { person_members, role_members,
    key_members, key_members, policy_members, recovery_members,
    bridge_members };

int
roster_name_valid(const char *s)
{
	size_t n = strlen(s);

	return n >= 1 && n <= ROSTER_NAME_MAX && s[0] >= 'a' &&
	    s[0] <= 'z' && strspn(s,
	    "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

int
roster_on_desk(const struct roster_person *p, const char *desk)
{
	size_t i;

	for (i = 0; i < p->ndesks; i++)
		if (strcmp(p->desks[i], desk) == 0)
			return 1;
	return 0;
}

static int
index_of(const char *const *words, const char *word)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

const char *
roster_rank_word(enum roster_rank rank)
{
	return rank_words[rank];
}

int
roster_rank_parse(const char *word, enum roster_rank *rank)
{
	int i = index_of(rank_words, word);

	if (i == -1)
		return -1;
	*rank = (enum roster_rank)i;
	return 0;
}

json_t *
roster_names(char names[][ROSTER_NAME_MAX + 1], size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		if (json_array_append_new(list, json_string(names[i])) == -1)
			mem_out();
	return list;
}

static json_t *
entry_new(const struct roster *r, const char *by, int64_t at,
    const char *kind)
{
	unsigned char head[SEAL_HASH];
	json_t *o = json_object();

	roster_head(r, head);
	wire_set(o, "v", json_integer(1));
	wire_set(o, "seq", json_integer(roster_seq(r) + 1));
	wire_set_hex(o, "prev", head, SEAL_HASH);
	wire_set(o, "at", json_integer(at));
	wire_set(o, "by", json_string(by));
	wire_set(o, "kind", json_string(kind));
	return o;
}

char *
roster_entry_person(const struct roster *r, const char *by, int64_t at,
    const struct roster_person *p, size_t *len)
{
	struct roster_person copy = *p;
	json_t *o = entry_new(r, by, at, "person"), *flags = json_array();

	if (p->crisis &&
	    json_array_append_new(flags, json_string("crisis")) == -1)
		mem_out();
	wire_set(o, "name", json_string(p->name));
	wire_set(o, "role", json_string(rank_words[p->rank]));
	wire_set(o, "flags", flags);
	wire_set(o, "desks", roster_names(copy.desks, copy.ndesks));
	wire_set(o, "state", json_string(state_words[p->active ? 0 : 1]));
	wire_set_hex(o, "sign", p->sign, SIGN_PUBLIC);
	wire_set_hex(o, "box", p->box, SEAL_KEY);
	if (p->active && p->notice_len > 0)
		wire_set_base64(o, "notice", p->notice, p->notice_len);
	if (p->review_set)
		wire_set(o, "review", json_string(review_words[p->review]));
	if (p->nlanguages > 0)
		wire_set(o, "languages", roster_names(copy.languages,
		    copy.nlanguages));
	if (p->nareas > 0)
		wire_set(o, "areas", roster_names(copy.areas, copy.nareas));
	return wire_print_free(o, len);
}

char *
roster_entry_role(const struct roster *r, const char *by, int64_t at,
    const char *role, const unsigned char sign[SIGN_PUBLIC],
    const unsigned char *box, size_t *len)
{
	json_t *o = entry_new(r, by, at, "role");

	wire_set(o, "role", json_string(role));
	wire_set_hex(o, "sign", sign, SIGN_PUBLIC);
	if (box != NULL)
		wire_set_hex(o, "box", box, SEAL_KEY);
	else
		wire_set(o, "box", json_null());
	return wire_print_free(o, len);
}

char *
roster_entry_key(const struct roster *r, const char *by, int64_t at,
    const char *kind, const char *desk, int64_t epoch,
    const unsigned char box[SEAL_KEY], size_t *len)
{
	json_t *o = entry_new(r, by, at, kind);

	wire_set(o, "desk", json_string(desk));
	wire_set(o, "epoch", json_integer(epoch));
	wire_set_hex(o, "box", box, SEAL_KEY);
	return wire_print_free(o, len);
}

char *
roster_entry_policy(const struct roster *r, const char *by, int64_t at,
    const char *desk, const struct roster_policy *p, size_t *len)
{
	json_t *o = entry_new(r, by, at, "policy");

	wire_set(o, "desk", json_string(desk));
	wire_set(o, "review", json_string(review_words[p->review]));
	wire_set(o, "self", json_boolean(p->self));
	wire_set(o, "crisis", json_boolean(p->crisis));
	return wire_print_free(o, len);
}

char *
roster_entry_recovery(const struct roster *r, const char *by, int64_t at,
    const struct roster_recovery *x, size_t *len)
{
	struct roster_recovery copy = *x;
	json_t *o = entry_new(r, by, at, "recovery");

	wire_set_hex(o, "box", x->box, SEAL_KEY);
	wire_set_hex(o, "sign", x->sign, SIGN_PUBLIC);
	wire_set(o, "custodians", roster_names(copy.custodians,
	    ROSTER_CUSTODIANS));
	return wire_print_free(o, len);
}

char *
roster_entry_bridge(const struct roster *r, const char *by, int64_t at,
    size_t *len)
{
	json_t *o = entry_new(r, by, at, "bridge");
	unsigned char head[SEAL_HASH];

	roster_head(r, head);
	wire_set_hex(o, "head", head, SEAL_HASH);
	return wire_print_free(o, len);
}

int
roster_get_name(const json_t *o, const char *name,
    char out[ROSTER_NAME_MAX + 1], struct err *e)
{
	const char *s;

	if (wire_get_string(o, name, &s, e) == -1)
		return -1;
	if (!roster_name_valid(s)) {
		err_set(e, ERR_INPUT, "'%s' is not a valid name", name);
		return -1;
	}
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

/* The index of the member's word in the list. */
static int
get_word(const json_t *o, const char *name, const char *const *words,
    int *out, struct err *e)
{
	const char *s;

	if (wire_get_string(o, name, &s, e) == -1)
		return -1;
	if ((*out = index_of(words, s)) == -1) {
		err_set(e, ERR_INPUT, "'%s' is not a known word", name);
		return -1;
	}
	return 0;
}

int
roster_get_names(const json_t *o, const char *name, size_t max,
    char out[][ROSTER_NAME_MAX + 1], size_t *n, struct err *e)
{
	json_t *list;
	const char *s;
	size_t i, j;

	*n = 0;
	if (wire_get_array(o, name, max, &list, e) == -1)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		s = json_string_value(json_array_get(list, i));
		if (s == NULL || !roster_name_valid(s)) {
			err_set(e, ERR_INPUT, "'%s' is not a list of valid "
			    "names", name);
			return -1;
		}
		for (j = 0; j < i; j++)
			if (strcmp(out[j], s) == 0) {
				err_set(e, ERR_INPUT, "'%s' names one twice",
				    name);
				return -1;
			}
		memcpy(out[i], s, strlen(s) + 1);
		*n = i + 1;
	}
	return 0;
}

static int
get_flags(const json_t *o, struct roster_person *p, struct err *e)
{
	json_t *list;
	const char *s;
	size_t i;

	if (wire_get_array(o, "flags", 1, &list, e) == -1)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		s = json_string_value(json_array_get(list, i));
		if (s == NULL || strcmp(s, "crisis") != 0) {
			err_set(e, ERR_INPUT, "'flags' has an unknown flag");
			return -1;
		}
		p->crisis = 1;
	}
	return 0;
}

/* Two keys that a person or a role shows together. */
int
roster_get_pair(const json_t *o, unsigned char sign[SIGN_PUBLIC],
    unsigned char box[SEAL_KEY], struct err *e)
{
	if (wire_get_hex(o, "sign", sign, SIGN_PUBLIC, e) == -1 ||
	    wire_get_hex(o, "box", box, SEAL_KEY, e) == -1)
		return -1;
	if (memcmp(sign, box, SEAL_KEY) != 0)
		return 0;
	err_set(e, ERR_INPUT, "'sign' and 'box' are the same");
	return -1;
}

/* It may be absent. */
static int
get_notice(const json_t *o, struct roster_person *p, struct err *e)
{
	struct buf box;
	int result;

	if (json_object_get(o, "notice") == NULL)
		return 0;
	result = wire_get_base64(o, "notice", ROSTER_NOTICE_MAX, &box, e);
	if (result == 0) {
		memcpy(p->notice, box.bytes, box.len);
		p->notice_len = box.len;
	}
	buf_free(&box);
	return result;
}

/* What may be absent: the desk's policy holds, any language, any area. */
static int
get_own(const json_t *o, struct roster_person *p, struct err *e)
{
	int never;

	if (json_object_get(o, "review") != NULL) {
		if (get_word(o, "review", own_review_words, &never, e) == -1)
			return -1;
		p->review_set = 1;
		p->review = never ? REVIEW_NEVER : REVIEW_ALWAYS;
	}
	if (json_object_get(o, "languages") != NULL &&
	    roster_get_names(o, "languages", ROSTER_LANGUAGES_MAX,
	    p->languages, &p->nlanguages, e) == -1)
		return -1;
	return json_object_get(o, "areas") == NULL ? 0 :
	    roster_get_names(o, "areas", ROSTER_AREAS_MAX, p->areas,
	    &p->nareas, e);
}

static int
parse_person(struct roster_entry *r, const json_t *o, struct err *e)
{
	struct roster_person *p = &r->person;
	int rank, state;

	if (roster_get_name(o, "name", p->name, e) == -1 ||
	    get_word(o, "role", rank_words, &rank, e) == -1 ||
	    get_flags(o, p, e) == -1 ||
	    roster_get_names(o, "desks", ROSTER_DESKS_MAX, p->desks,
	    &p->ndesks, e) == -1 ||
	    get_word(o, "state", state_words, &state, e) == -1 ||
	    roster_get_pair(o, p->sign, p->box, e) == -1 ||
	    get_notice(o, p, e) == -1 || get_own(o, p, e) == -1)
		return -1;
	p->rank = (enum roster_rank)rank;
	p->active = state == 0;
	p->since_seq = r->seq;
	return 0;
}

static int
parse_role(struct roster_entry *r, const json_t *o, struct err *e)
{
	int role;

	if (get_word(o, "role", role_words, &role, e) == -1)
		return -1;
	memcpy(r->role, role_words[role], strlen(role_words[role]) + 1);
	if (strcmp(r->role, "post") == 0) {	/* the postman key */
		r->has_box = 1;
		return roster_get_pair(o, r->sign, r->box, e);
	}
	if (!json_is_null(json_object_get(o, "box"))) {
		err_set(e, ERR_INPUT, "'box' is for post only");
		return -1;
	}
	return wire_get_hex(o, "sign", r->sign, SIGN_PUBLIC, e);
}

static int
parse_policy(struct roster_entry *r, const json_t *o, struct err *e)
{
	int review;

	if (roster_get_name(o, "desk", r->desk, e) == -1 ||
	    get_word(o, "review", review_words, &review, e) == -1 ||
	    wire_get_bool(o, "self", &r->policy.self, e) == -1 ||
	    wire_get_bool(o, "crisis", &r->policy.crisis, e) == -1)
		return -1;
	r->policy.review = (enum roster_review)review;
	return 0;
}

/* Without "sign" it has no effect, as before there was one. */
static int
parse_recovery(struct roster_entry *r, const json_t *o, struct err *e)
{
	struct roster_recovery *x = &r->recovery;
	size_t n;

	r->has_box = !json_is_null(json_object_get(o, "box"));
	r->has_sign = json_object_get(o, "sign") != NULL;
	if (!r->has_sign && json_object_get(o, "custodians") == NULL)
		return r->has_box ?
		    wire_get_hex(o, "box", r->box, SEAL_KEY, e) : 0;
	if (roster_get_pair(o, x->sign, x->box, e) == -1 ||
	    roster_get_names(o, "custodians", ROSTER_CUSTODIANS,
	    x->custodians, &n, e) == -1)
		return -1;
	if (n != ROSTER_CUSTODIANS) {
		err_set(e, ERR_INPUT, "'custodians' are not three");
		return -1;
	}
	memcpy(r->box, x->box, SEAL_KEY);
	memcpy(r->sign, x->sign, SIGN_PUBLIC);
	x->since_seq = r->seq;
	return 0;
}

static int
parse_kind(struct roster_entry *r, const json_t *o, struct err *e)
{
	unsigned char head[SEAL_HASH];

	switch (r->kind) {
	case KIND_PERSON:
		return parse_person(r, o, e);
	case KIND_ROLE:
		return parse_role(r, o, e);
	case KIND_TEAM:
	case KIND_REPORT:
		if (roster_get_name(o, "desk", r->desk, e) == -1 ||
		    wire_get_int(o, "epoch", 1, WIRE_TOP, &r->epoch, e) == -1)
			return -1;
		return wire_get_hex(o, "box", r->box, SEAL_KEY, e);
	case KIND_POLICY:
		return parse_policy(r, o, e);
	case KIND_RECOVERY:
		return parse_recovery(r, o, e);
	case KIND_BRIDGE:
		return wire_get_hex(o, "head", head, SEAL_HASH, e);
	}
	return -1;
}

int
roster_entry_parse(struct roster_entry *r, const void *bytes, size_t len,
    struct err *e)
{
	json_t *o = NULL;
	int64_t v;
	int kind, ret = -1;

	memset(r, 0, sizeof(*r));
	if ((o = wire_parse_most(bytes, len, ROSTER_ENTRY_MAX, e)) == NULL ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    get_word(o, "kind", kind_words, &kind, e) == -1 ||
	    wire_only(o, members[kind], e) == -1 ||
	    wire_get_int(o, "seq", 1, WIRE_TOP, &r->seq, e) == -1 ||
	    wire_get_hex(o, "prev", r->prev, SEAL_HASH, e) == -1 ||
	    wire_get_int(o, "at", 0, WIRE_TOP, &r->at, e) == -1 ||
	    roster_get_name(o, "by", r->by, e) == -1)
		goto out;
	r->kind = (enum roster_kind)kind;
	ret = parse_kind(r, o, e);
out:
	json_decref(o);
	return ret;
}
