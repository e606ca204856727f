/*
 * What the roster says: people, keys of roles and desks, who needs review.
 */
#include <string.h>

#include "lib/err.h"
#include "lib/roster_entry.h"
#include "lib/roster_inside.h"
#include "lib/words.h"

const struct roster_person *
roster_person(const struct roster *r, const char *name)
{
	return roster_find_person(r, name);
}

const struct roster_person *
roster_person_by_key(const struct roster *r,
    const unsigned char sign[SIGN_PUBLIC])
{
	size_t i;

	for (i = 0; i < r->npersons; i++)
		if (r->persons[i].active &&
		    memcmp(r->persons[i].sign, sign, SIGN_PUBLIC) == 0)
			return &r->persons[i];
	return NULL;
}

const char *
roster_name_of_key(const struct roster *r,
    const unsigned char sign[SIGN_PUBLIC])
{
	const struct past_key *k = roster_find_key(r, sign);

	return k == NULL || k->owner[0] == '\0' ? NULL : k->owner;
}

size_t
roster_count(const struct roster *r)
{
	return r->npersons;
}

const struct roster_person *
roster_at(const struct roster *r, size_t i)
{
	return i < r->npersons ? &r->persons[i] : NULL;
}

int
roster_is_role_key(const struct roster *r, const char *role,
    const unsigned char sign[SIGN_PUBLIC], int current)
{
	size_t i;

	for (i = 0; i < r->nroles; i++)
		if ((r->roles[i].current || !current) &&
		    strcmp(r->roles[i].role, role) == 0 &&
		    memcmp(r->roles[i].sign, sign, SIGN_PUBLIC) == 0)
			return 1;
	return 0;
}

int
roster_postman(const struct roster *r, unsigned char box[SEAL_KEY],
    struct err *e)
{
	size_t i;

	for (i = 0; i < r->nroles; i++)
		if (r->roles[i].current &&
		    strcmp(r->roles[i].role, "post") == 0) {
			memcpy(box, r->roles[i].box, SEAL_KEY);
			return 0;
		}
	err_set(e, ERR_GONE, "the roster has no postman key");
	return -1;
}

static int
present_key(const struct roster *r, enum roster_kind kind, const char *desk,
    unsigned char box[SEAL_KEY], int64_t *epoch, struct err *e)
{
	const struct desk_key *k = roster_newest_key(r, kind, desk);

	if (k == NULL) {
		err_set(e, ERR_GONE, "desk '%s' has no %s key", desk,
		    kind == KIND_TEAM ? _("team") : _("report"));
		return -1;
	}
	memcpy(box, k->box, SEAL_KEY);
	*epoch = k->epoch;
	return 0;
}

int
roster_team(const struct roster *r, const char *desk,
    unsigned char box[SEAL_KEY], int64_t *epoch, struct err *e)
{
	return present_key(r, KIND_TEAM, desk, box, epoch, e);
}

int
roster_report(const struct roster *r, const char *desk,
    unsigned char box[SEAL_KEY], int64_t *epoch, struct err *e)
{
	return present_key(r, KIND_REPORT, desk, box, epoch, e);
}

static int
was_key(const struct roster *r, enum roster_kind kind, const char *desk,
    int64_t epoch, const unsigned char box[SEAL_KEY])
{
	size_t i;

	for (i = 0; i < r->ndeskkeys; i++)
		if (r->deskkeys[i].kind == kind &&
		    r->deskkeys[i].epoch == epoch &&
		    strcmp(r->deskkeys[i].desk, desk) == 0 &&
		    memcmp(r->deskkeys[i].box, box, SEAL_KEY) == 0)
			return 1;
	return 0;
}

int
roster_is_team_key(const struct roster *r, const char *desk, int64_t epoch,
    const unsigned char box[SEAL_KEY])
{
	return was_key(r, KIND_TEAM, desk, epoch, box);
}

int
roster_is_report_key(const struct roster *r, const char *desk,
    int64_t epoch, const unsigned char box[SEAL_KEY])
{
	return was_key(r, KIND_REPORT, desk, epoch, box);
}

const struct roster_recovery *
roster_recovery(const struct roster *r)
{
	return r->recovery.since_seq == 0 ? NULL : &r->recovery;
}

int64_t
roster_team_seq(const struct roster *r, const char *desk)
{
	const struct desk_key *k = roster_newest_key(r, KIND_TEAM, desk);

	return k == NULL ? 0 : k->seq;
}

struct roster_policy
roster_policy(const struct roster *r, const char *desk)
{
	const struct roster_policy careful = { REVIEW_ALWAYS, 0, 0 };
	const struct desk *d = roster_find_desk(r, desk);

	return d != NULL && d->has_policy ? d->policy : careful;
}

int
roster_own_review(const struct roster_person *p)
{
	if (!p->review_set)
		return 1;
	return p->review == REVIEW_NEVER ? 0 : 2;
}

int
roster_needs_review(const struct roster *r, const char *desk,
    const struct roster_person *author)
{
	if (author == NULL || !author->active ||
	    !roster_on_desk(author, desk) ||
	    (author->rank != RANK_COUNSELLOR &&
	    author->rank != RANK_SUPERVISOR))
		return 1;
	if (author->review_set)
		return author->review != REVIEW_NEVER;
	return roster_policy(r, desk).review == REVIEW_ALWAYS;
}
