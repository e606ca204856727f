/*
 * Whether the entries of the audit chain follow one another, are what was
 * hashed, and are signed by whom they name.
 *
 * A role signs the hash, so its entry can stand nowhere else.  A person's
 * request was signed before the entry was, and would fit wherever it is
 * copied to: so it counts once, for the action that its path names, and near
 * the time at which it was made.
 *
 * Versions only rise: where entries of version 2 have begun, none of version 1
 * is believed any more, whose rules are weaker.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit_action.h"
#include "lib/audit_chain.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/wire.h"

#define MARK		16	/* of a hash: which request, which key */
#define SET_FIRST	256	/* a power of two */

/* Marks that were seen; all zeros is a free place. */
struct set {
	unsigned char	(*places)[MARK];
	size_t		 size, used;
};

struct pin {
	int64_t		seq;
	unsigned char	hash[SEAL_HASH];
};

struct audit_chain {
	const struct roster	*roster;
	int64_t			 seq, v;
	unsigned char		 head[SEAL_HASH];
	struct pin		*pins;		/* what was seen, in order */
	size_t			 npins, asked;
	struct set		 requests;
	struct set		 invites;	/* keys of codes */
	/* Of a person's last entry: its request, and for what. */
	unsigned char		 last[MARK];
	int			 last_care;
};

static unsigned char *
set_place(const struct set *s, const unsigned char mark[MARK])
{
	static const unsigned char none[MARK];
	size_t at;

	memcpy(&at, mark, sizeof(at));
	for (at &= s->size - 1; memcmp(s->places[at], none, MARK) != 0 &&
	    memcmp(s->places[at], mark, MARK) != 0;
	    at = (at + 1) & (s->size - 1))
		continue;
	return s->places[at];
}

static int
set_has(const struct set *s, const unsigned char mark[MARK])
{
	return s->size > 0 &&
	    memcmp(set_place(s, mark), mark, MARK) == 0;
}

static void
set_grow(struct set *s)
{
	static const unsigned char none[MARK];
	struct set old = *s;
	size_t i;

	s->size = old.size == 0 ? SET_FIRST : 2 * old.size;
	s->places = mem_alloc(s->size * MARK);
	for (i = 0; i < old.size; i++)
		if (memcmp(old.places[i], none, MARK) != 0)
			memcpy(set_place(s, old.places[i]), old.places[i],
			    MARK);
	free(old.places);
}

/* 1 when it is new, 0 when it was there. */
static int
set_add(struct set *s, const unsigned char mark[MARK])
{
	if (set_has(s, mark))
		return 0;
	if (2 * (s->used + 1) > s->size)
		set_grow(s);
	memcpy(set_place(s, mark), mark, MARK);
	s->used++;
	return 1;
}

/* Which request this is: its signer and nonce. */
static void
mark_request(unsigned char out[MARK], const struct request_facts *f)
{
	unsigned char both[SIGN_PUBLIC + REQUEST_NONCE], hash[SEAL_HASH];

	memcpy(both, f->key, SIGN_PUBLIC);
	memcpy(both + SIGN_PUBLIC, f->nonce, REQUEST_NONCE);
	seal_hash(hash, PURPOSE_REQUEST, both, sizeof(both));
	memcpy(out, hash, MARK);
}

static void
mark_key(unsigned char out[MARK], const unsigned char key[SIGN_PUBLIC])
{
	unsigned char hash[SEAL_HASH];

	seal_hash(hash, PURPOSE_INVITE, key, SIGN_PUBLIC);
	memcpy(out, hash, MARK);
}

struct audit_chain *
audit_chain_new(const struct roster *r)
{
	struct audit_chain *c = mem_alloc(sizeof(*c));

	c->roster = r;
	c->v = 1;
	return c;
}

void
audit_chain_free(struct audit_chain *c)
{
	if (c == NULL)
		return;
	free(c->pins);
	free(c->requests.places);
	free(c->invites.places);
	free(c);
}

void
audit_chain_pin(struct audit_chain *c, int64_t seq,
    const unsigned char hash[SEAL_HASH])
{
	struct pin *pins;

	if (seq <= (c->npins == 0 ? 0 : c->pins[c->npins - 1].seq))
		return;
	pins = mem_alloc((c->npins + 1) * sizeof(*pins));
	if (c->npins > 0)
		memcpy(pins, c->pins, c->npins * sizeof(*pins));
	free(c->pins);
	c->pins = pins;
	pins[c->npins].seq = seq;
	memcpy(pins[c->npins++].hash, hash, SEAL_HASH);
}

/* Whether this one was seen, as another. */
static int
is_other(struct audit_chain *c, int64_t seq,
    const unsigned char hash[SEAL_HASH])
{
	if (c->asked == c->npins || c->pins[c->asked].seq != seq)
		return 0;
	return !seal_equal(c->pins[c->asked++].hash, hash, SEAL_HASH);
}

int
audit_chain_end(const struct audit_chain *c, struct err *e)
{
	if (c->asked == c->npins)
		return 0;
	err_set(e, ERR_DENIED, "audit entry %" PRId64 " is missing: %" PRId64
	    " were seen before", c->seq + 1, c->pins[c->npins - 1].seq);
	return -1;
}

int64_t
audit_chain_seq(const struct audit_chain *c)
{
	return c->seq;
}

void
audit_chain_head(const struct audit_chain *c, unsigned char out[SEAL_HASH])
{
	memcpy(out, c->head, SEAL_HASH);
}

void
audit_chain_invite(char out[AUDIT_INVITE_MAX], const char *name,
    const unsigned char key[SIGN_PUBLIC])
{
	char hex[2 * SIGN_PUBLIC + 1];

	wire_hex(hex, key, SIGN_PUBLIC);
	(void)snprintf(out, AUDIT_INVITE_MAX, "%.*s %s", ROSTER_NAME_MAX,
	    name, hex);
}

static int
changed(const struct audit_entry *x, struct err *e)
{
	err_set(e, ERR_DENIED, "audit entry %" PRId64 " was changed", x->seq);
	return -1;
}

static int
not_signed(const struct audit_entry *x, struct err *e)
{
	err_set(e, ERR_DENIED, "audit entry %" PRId64 " is not signed by whom "
	    "it names", x->seq);
	return -1;
}

/* The request of a person's entry, and what it may stand for. */
static const struct audit_action *
read_request(const struct audit_entry *x, struct request_facts *f)
{
	const struct audit_action *a = audit_action_find(x->action);

	if (a == NULL || request_read_base(x->base, f) == -1 ||
	    !seal_equal(f->key, x->signer, SIGN_PUBLIC) ||
	    !audit_action_fits(a, x, f))
		return NULL;
	/* The nonce is kept as long, so it was made by then. */
	if (x->v > 1 && (x->at < f->created - 2 * REQUEST_SKEW_S ||
	    x->at > f->created + 2 * REQUEST_SKEW_S))
		return NULL;
	return a;
}

int
audit_chain_asked(const struct audit_entry *x)
{
	struct request_facts f;

	return read_request(x, &f) == NULL ? -1 : 0;
}

/* The key that an invitation named, for the card that comes. */
static void
note_invite(struct audit_chain *c, const struct audit_entry *x)
{
	unsigned char key[SIGN_PUBLIC], mark[MARK];
	const char *hex;

	if (strcmp(x->action, "invite") != 0 || x->detail == NULL ||
	    (hex = strchr(x->detail, ' ')) == NULL ||
	    wire_unhex(key, sizeof(key), hex + 1) == -1)
		return;
	mark_key(mark, key);
	(void)set_add(&c->invites, mark);
}

/*
 * Founder and invitation codes stand on no list.  In version 1 invitations
 * did not name their keys.
 */
static int
is_by(const struct audit_chain *c, const struct audit_entry *x,
    const struct audit_action *a)
{
	const char *name = roster_name_of_key(c->roster, x->signer);
	unsigned char mark[MARK];

	if (a->by == AUDIT_PERSON)
		return name != NULL && strcmp(name, x->actor) == 0;
	if (name != NULL || strcmp(x->actor, "code") != 0)
		return 0;
	if (a->by == AUDIT_FOUNDER)
		return c->seq == 0;
	mark_key(mark, x->signer);
	return x->v == 1 || set_has(&c->invites, mark);
}

/*
 * Version 1 had two entries of one request where a case was closed with an
 * after-care letter.
 */
static int
is_second(const struct audit_chain *c, const struct audit_entry *x,
    const unsigned char mark[MARK])
{
	return x->v == 1 && c->last_care &&
	    strcmp(x->action, "close") == 0 &&
	    memcmp(c->last, mark, MARK) == 0;
}

static int
check_person(struct audit_chain *c, const struct audit_entry *x,
    struct err *e)
{
	const struct audit_action *a;
	struct request_facts f;
	unsigned char mark[MARK];

	if (!signature_check(x->signer, PURPOSE_REQUEST, x->base,
	    strlen(x->base), x->signature))
		return not_signed(x, e);
	if ((a = read_request(x, &f)) == NULL) {
		err_set(e, ERR_DENIED, "audit entry %" PRId64 " says what its "
		    "request did not ask for", x->seq);
		return -1;
	}
	if (!is_by(c, x, a))
		return not_signed(x, e);
	mark_request(mark, &f);
	if (!set_add(&c->requests, mark) && !is_second(c, x, mark)) {
		err_set(e, ERR_DENIED, "audit entry %" PRId64 " repeats the "
		    "request of another entry", x->seq);
		return -1;
	}
	memcpy(c->last, mark, MARK);
	c->last_care = strcmp(x->action, "after-care") == 0;
	note_invite(c, x);
	return 0;
}

int
audit_chain_next(struct audit_chain *c, const struct audit_entry *x,
    struct err *e)
{
	unsigned char hash[SEAL_HASH];

	if (x->seq != c->seq + 1) {
		err_set(e, ERR_DENIED, "audit entry %" PRId64 " does not "
		    "follow the one before", x->seq);
		return -1;
	}
	if (x->v < c->v || audit_entry_hash(x, hash) == -1 ||
	    !seal_equal(x->prev, c->head, SEAL_HASH) ||
	    !seal_equal(x->hash, hash, SEAL_HASH))
		return changed(x, e);
	if (is_other(c, x->seq, hash)) {
		err_set(e, ERR_DENIED, "audit entry %" PRId64 " is another "
		    "one than was seen before", x->seq);
		return -1;
	}
	if (x->base != NULL && check_person(c, x, e) == -1)
		return -1;
	if (x->base == NULL && (!roster_is_role_key(c->roster, x->actor,
	    x->signer, 0) || !signature_check(x->signer,
	    audit_entry_purpose(x->v), hash, SEAL_HASH, x->signature)))
		return not_signed(x, e);
	c->seq = x->seq;
	c->v = x->v;
	memcpy(c->head, hash, SEAL_HASH);
	return 0;
}
