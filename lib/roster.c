/*
 * The roster: its state, and the rules by which an entry is valid.
 *
 * Invariants: roster_add() decides everything before it changes anything; the
 * state is a function of the entries alone.  No key, whoever holds it and
 * whatever it is for, is ever given twice: that keeps revoked keys out, and
 * nobody can show another's key as his own.  What is not known is refused.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/roster_entry.h"
#include "lib/roster_inside.h"
#include "lib/words.h"

struct roster *
roster_new(void)
{
	return mem_alloc(sizeof(struct roster));
}

void
roster_free(struct roster *r)
{
	if (r == NULL)
		return;
	free(r->persons);
	free(r->keys);
	free(r->roles);
	free(r->deskkeys);
	free(r->desks);
	free(r->posts);
	free(r);
}

void *
roster_more(void *array, size_t *n, size_t size)
{
	size_t room = *n == 0 ? 0 : 4;
	char *grown;

	while (room != 0 && room < *n)
		room *= 2;
	if (*n == room) {	/* full: 0, 4, 8, 16, ... */
		room = room == 0 ? 4 : room * 2;
		grown = mem_alloc(room * size);
		if (*n > 0)
			memcpy(grown, array, *n * size);
		free(array);
		array = grown;
	}
	(*n)++;
	return array;
}

struct roster_person *
roster_find_person(const struct roster *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->npersons; i++)
		if (strcmp(r->persons[i].name, name) == 0)
			return &r->persons[i];
	return NULL;
}

struct desk *
roster_find_desk(const struct roster *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->ndesks; i++)
		if (strcmp(r->desks[i].name, name) == 0)
			return &r->desks[i];
	return NULL;
}

const struct past_key *
roster_find_key(const struct roster *r, const unsigned char key[SIGN_PUBLIC])
{
	size_t i;

	for (i = 0; i < r->nkeys; i++)
		if (memcmp(r->keys[i].key, key, SIGN_PUBLIC) == 0)
			return &r->keys[i];
	return NULL;
}

const struct desk_key *
roster_newest_key(const struct roster *r, enum roster_kind kind,
    const char *desk)
{
	size_t i;

	for (i = r->ndeskkeys; i > 0; i--)
		if (r->deskkeys[i - 1].kind == kind &&
		    strcmp(r->deskkeys[i - 1].desk, desk) == 0)
			return &r->deskkeys[i - 1];
	return NULL;
}

static int
deny(const char *why, struct err *e)
{
	err_set(e, ERR_DENIED, "%s", _(why));
	return -1;
}

/* A key that may be given: never given before, and not empty. */
static int
check_new_key(const struct roster *r, const unsigned char key[SEAL_KEY],
    struct err *e)
{
	static const unsigned char none[SEAL_KEY];

	if (memcmp(key, none, SEAL_KEY) == 0)
		return deny("the key is empty", e);
	if (roster_find_key(r, key) != NULL)
		return deny("the key has been given before", e);
	return 0;
}

/* Whether the signer may change this desk. */
static int
check_desk(const struct roster *r, const struct roster_person *signer,
    const char *name, struct err *e)
{
	const struct desk *d = roster_find_desk(r, name);

	if (roster_on_desk(signer, name) || d == NULL || !d->supervised)
		return 0;
	err_set(e, ERR_DENIED, "the signer is not a supervisor of desk '%s'",
	    name);
	return -1;
}

static int
check_desks(const struct roster *r, const struct roster_person *signer,
    const struct roster_person *p, struct err *e)
{
	size_t i;

	for (i = 0; i < p->ndesks; i++)
		if (check_desk(r, signer, p->desks[i], e) == -1)
			return -1;
	return 0;
}

/* Whose letters are looked at by others does not end that alone. */
static int
check_review(const struct roster_person *signer,
    const struct roster_person *was, const struct roster_person *p,
    struct err *e)
{
	int before = was == NULL || !was->active ? 1 : roster_own_review(was);

	if (strcmp(signer->name, p->name) != 0 ||
	    roster_own_review(p) >= before)
		return 0;
	return deny("nobody lifts the review of own letters", e);
}

/*
 * An active person keeps the keys, so that a name is never quietly given to
 * another; a revoked one comes back with new keys only.
 */
static int
check_person(const struct roster *r, const struct roster_person *signer,
    const struct roster_person *p, struct err *e)
{
	const struct roster_person *was = roster_find_person(r, p->name);
	int same;

	if (check_desks(r, signer, p, e) == -1 ||
	    check_review(signer, was, p, e) == -1)
		return -1;
	if (was == NULL) {
		if (r->recovery.since_seq > 0 &&
		    strcmp(p->name, ROSTER_RECOVERY) == 0)
			return deny("this is the name of the recovery key", e);
		if (!p->active)
			return deny("nobody of this name to revoke", e);
		return check_new_key(r, p->sign, e) == -1 ? -1 :
		    check_new_key(r, p->box, e);
	}
	if (check_desks(r, signer, was, e) == -1)
		return -1;
	same = memcmp(was->sign, p->sign, SIGN_PUBLIC) == 0 &&
	    memcmp(was->box, p->box, SEAL_KEY) == 0;
	if (was->active || !p->active)
		return same ? 0 : deny("the name is in use with other keys",
		    e);
	if (same)
		return deny("a revoked person comes back with new keys only",
		    e);
	return check_new_key(r, p->sign, e) == -1 ? -1 :
	    check_new_key(r, p->box, e);
}

static int
check_recovery(const struct roster *r, const struct roster_entry *n,
    struct err *e)
{
	if (n->has_sign && roster_find_person(r, ROSTER_RECOVERY) != NULL)
		return deny("somebody has the name of the recovery key", e);
	if (n->has_sign && check_new_key(r, n->sign, e) == -1)
		return -1;
	return n->has_box ? check_new_key(r, n->box, e) : 0;
}

static int
appoints(const struct roster *r, const char *desk)
{
	size_t i;

	for (i = 0; i < r->recovery.ndesks; i++)
		if (strcmp(r->recovery.desks[i], desk) == 0)
			return 1;
	return 0;
}

/* Signed by the recovery key: a supervisor, and nobody who has a key. */
static int
check_appointed(const struct roster *r, const struct roster_entry *n,
    struct err *e)
{
	const struct roster_person *p = &n->person, *was;
	size_t i;

	if (n->kind != KIND_PERSON || !p->active ||
	    p->rank != RANK_SUPERVISOR)
		return deny("the recovery key appoints supervisors and does "
		    "nothing else", e);
	was = roster_find_person(r, p->name);
	if (was != NULL && was->active)
		return deny("the name is in use", e);
	for (i = 0; i < p->ndesks; i++)
		if (!appoints(r, p->desks[i]))
			return deny("the recovery key was not made by a "
			    "supervisor of this desk", e);
	return check_new_key(r, p->sign, e) == -1 ? -1 :
	    check_new_key(r, p->box, e);
}

/* What the entry says, against what stands, by kind. */
static int
check_kind(const struct roster *r, const struct roster_person *signer,
    const struct roster_entry *n, struct err *e)
{
	const struct desk_key *last;

	switch (n->kind) {
	case KIND_PERSON:
		return check_person(r, signer, &n->person, e);
	case KIND_ROLE:
		if (check_new_key(r, n->sign, e) == -1)
			return -1;
		return n->has_box ? check_new_key(r, n->box, e) : 0;
	case KIND_TEAM:
	case KIND_REPORT:
		if (check_desk(r, signer, n->desk, e) == -1)
			return -1;
		last = roster_newest_key(r, n->kind, n->desk);
		if (n->epoch != (last == NULL ? 1 : last->epoch + 1))
			return deny("the epoch is not the next one", e);
		return check_new_key(r, n->box, e);
	case KIND_POLICY:
		return check_desk(r, signer, n->desk, e);
	case KIND_RECOVERY:
		return check_recovery(r, n, e);
	case KIND_BRIDGE:
		return 0;
	}
	return deny("the kind is not known", e);
}

/*
 * Who may sign this entry, or NULL: the person of entry 1 signs himself.
 * recovery: filled where it is the recovery key.
 */
static const struct roster_person *
find_signer(const struct roster *r, const struct roster_entry *n,
    struct roster_person *recovery, struct err *e)
{
	const struct roster_person *signer;

	if (r->recovery.since_seq > 0 && strcmp(n->by, ROSTER_RECOVERY) == 0) {
		memset(recovery, 0, sizeof(*recovery));
		memcpy(recovery->sign, r->recovery.sign, SIGN_PUBLIC);
		return recovery;
	}
	if (r->seq > 0)
		signer = roster_find_person(r, n->by);
	else if (n->kind == KIND_PERSON &&
	    strcmp(n->by, n->person.name) == 0)
		signer = &n->person;
	else
		signer = NULL;
	if (signer == NULL)
		(void)deny("the signer is not on the roster", e);
	else if (!signer->active || signer->rank != RANK_SUPERVISOR) {
		(void)deny("the signer is not an active supervisor", e);
		signer = NULL;
	}
	return signer;
}

static void
remember_key(struct roster *r, const unsigned char key[SIGN_PUBLIC],
    const char *owner)
{
	if (roster_find_key(r, key) != NULL)
		return;			/* a person whose keys stay */
	r->keys = roster_more(r->keys, &r->nkeys, sizeof(*r->keys));
	memcpy(r->keys[r->nkeys - 1].key, key, SIGN_PUBLIC);
	if (owner != NULL)
		memcpy(r->keys[r->nkeys - 1].owner, owner, strlen(owner) + 1);
}

static struct desk *
remember_desk(struct roster *r, const char *name)
{
	struct desk *d = roster_find_desk(r, name);

	if (d == NULL) {
		r->desks = roster_more(r->desks, &r->ndesks, sizeof(*r->desks));
		d = &r->desks[r->ndesks - 1];
		memcpy(d->name, name, strlen(name) + 1);
	}
	return d;
}

static void
apply_person(struct roster *r, const struct roster_person *p)
{
	struct roster_person *was = roster_find_person(r, p->name);
	struct desk *d;
	size_t i;

	if (was == NULL) {
		r->persons = roster_more(r->persons, &r->npersons,
		    sizeof(*r->persons));
		was = &r->persons[r->npersons - 1];
	}
	*was = *p;
	remember_key(r, p->sign, p->name);
	remember_key(r, p->box, NULL);
	for (i = 0; i < p->ndesks; i++) {
		d = remember_desk(r, p->desks[i]);
		if (p->active && p->rank == RANK_SUPERVISOR)
			d->supervised = 1;
	}
	roster_post_person(r, p);
}

static void
apply_role(struct roster *r, const struct roster_entry *n)
{
	struct role_key *k;
	size_t i;

	for (i = 0; i < r->nroles; i++)
		if (strcmp(r->roles[i].role, n->role) == 0)
			r->roles[i].current = 0;
	r->roles = roster_more(r->roles, &r->nroles, sizeof(*r->roles));
	k = &r->roles[r->nroles - 1];
	memcpy(k->role, n->role, sizeof(k->role));
	memcpy(k->sign, n->sign, sizeof(k->sign));
	memcpy(k->box, n->box, sizeof(k->box));
	k->current = 1;
	remember_key(r, n->sign, NULL);
	if (n->has_box)
		remember_key(r, n->box, NULL);
}

static void
apply_desk_key(struct roster *r, const struct roster_entry *n)
{
	struct desk_key *k;

	(void)remember_desk(r, n->desk);
	r->deskkeys = roster_more(r->deskkeys, &r->ndeskkeys,
	    sizeof(*r->deskkeys));
	k = &r->deskkeys[r->ndeskkeys - 1];
	k->kind = n->kind;
	memcpy(k->desk, n->desk, sizeof(k->desk));
	k->epoch = n->epoch;
	k->seq = n->seq;
	memcpy(k->box, n->box, sizeof(k->box));
	remember_key(r, n->box, NULL);
	if (n->kind == KIND_TEAM)
		roster_post_desk(r, n->desk, n->epoch);
}

static void
apply(struct roster *r, const struct roster_entry *n)
{
	struct desk *d;

	switch (n->kind) {
	case KIND_PERSON:
		apply_person(r, &n->person);
		break;
	case KIND_ROLE:
		apply_role(r, n);
		break;
	case KIND_TEAM:
	case KIND_REPORT:
		apply_desk_key(r, n);
		break;
	case KIND_POLICY:
		d = remember_desk(r, n->desk);
		d->policy = n->policy;
		d->has_policy = 1;
		break;
	case KIND_RECOVERY:
		r->recovery = n->recovery;	/* without sign: none */
		if (n->has_sign)
			remember_key(r, n->sign, ROSTER_RECOVERY);
		if (n->has_box)
			remember_key(r, n->box, NULL);
		break;
	case KIND_BRIDGE:
		break;
	}
	r->seq = n->seq;
}

int
roster_add(struct roster *r, const unsigned char *pin, const void *entry,
    size_t len, const unsigned char sig[SIGN_LEN], struct err *e)
{
	const struct roster_person *signer;
	struct roster_person recovery;
	struct roster_entry n;
	unsigned char hash[SEAL_HASH];

	if (roster_entry_parse(&n, entry, len, e) == -1) {
		if (e != NULL)
			e->code = ERR_DENIED;
		goto denied;
	}
	roster_hash(hash, entry, len, sig);
	if (n.seq != r->seq + 1) {
		(void)deny("it is not the next entry", e);
		goto denied;
	}
	if (memcmp(n.prev, r->head, SEAL_HASH) != 0) {
		(void)deny("it does not follow the entry before", e);
		goto denied;
	}
	if (r->seq == 0 && pin != NULL && memcmp(hash, pin, SEAL_HASH) != 0) {
		(void)deny("it is not the entry that was pinned", e);
		goto denied;
	}
	if ((signer = find_signer(r, &n, &recovery, e)) == NULL)
		goto denied;
	if (!signature_check(signer->sign, PURPOSE_ROSTER, entry, len, sig)) {
		(void)deny("the signature does not hold", e);
		goto denied;
	}
	if ((signer == &recovery ? check_appointed(r, &n, e) :
	    check_kind(r, signer, &n, e)) == -1)
		goto denied;
	memcpy(n.recovery.desks, signer->desks, sizeof(signer->desks));
	n.recovery.ndesks = signer->ndesks;
	apply(r, &n);
	memcpy(r->head, hash, SEAL_HASH);
	return 0;
denied:
	err_prefix(e, "roster entry %" PRId64, r->seq + 1);
	return -1;
}

int64_t
roster_seq(const struct roster *r)
{
	return r->seq;
}

void
roster_head(const struct roster *r, unsigned char out[SEAL_HASH])
{
	memcpy(out, r->head, SEAL_HASH);
}

void
roster_hash(unsigned char out[SEAL_HASH], const void *entry, size_t len,
    const unsigned char sig[SIGN_LEN])
{
	unsigned char *both = mem_alloc(len + SIGN_LEN);

	memcpy(both, entry, len);
	memcpy(both + len, sig, SIGN_LEN);
	seal_hash(out, PURPOSE_ROSTER, both, len + SIGN_LEN);
	free(both);
}
