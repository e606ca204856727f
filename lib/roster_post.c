/*
 * Who could sign for a desk, and when.  Time is counted in epochs of the
 * desk's team key: they are what the roster itself puts in order, while the
 * time that a signer writes down is his own claim.  Thus what a supervisor
 * signed for an epoch holds after he has left, and what somebody who has left
 * signs afterwards holds for no epoch that began without him.
 */
#include <string.h>

#include "lib/roster_inside.h"

static void
remember(struct roster *r, const char *desk, int64_t epoch,
    const struct roster_person *p)
{
	struct post *post;
	size_t i;

	for (i = 0; i < r->nposts; i++) {
		post = &r->posts[i];
		if (post->epoch != epoch || strcmp(post->desk, desk) != 0 ||
		    memcmp(post->sign, p->sign, SIGN_PUBLIC) != 0)
			continue;
		if (post->rank < p->rank)
			post->rank = p->rank;
		return;
	}
	r->posts = roster_more(r->posts, &r->nposts, sizeof(*r->posts));
	post = &r->posts[r->nposts - 1];
	memcpy(post->desk, desk, strlen(desk) + 1);
	post->epoch = epoch;
	memcpy(post->sign, p->sign, SIGN_PUBLIC);
	post->rank = p->rank;
}

static int
reads(const struct roster_person *p)
{
	return p->active && p->rank != RANK_ADMIN;
}

void
roster_post_person(struct roster *r, const struct roster_person *p)
{
	const struct desk_key *key;
	size_t i;

	for (i = 0; reads(p) && i < p->ndesks; i++) {
		key = roster_newest_key(r, KIND_TEAM, p->desks[i]);
		if (key != NULL)
			remember(r, p->desks[i], key->epoch, p);
	}
}

void
roster_post_desk(struct roster *r, const char *desk, int64_t epoch)
{
	size_t i;

	for (i = 0; i < r->npersons; i++)
		if (reads(&r->persons[i]) &&
		    roster_on_desk(&r->persons[i], desk))
			remember(r, desk, epoch, &r->persons[i]);
}

int
roster_held(const struct roster *r, const char *desk, int64_t epoch,
    const unsigned char sign[SIGN_PUBLIC])
{
	const struct post *post;
	int rank = -1;
	size_t i;

	for (i = 0; i < r->nposts; i++) {
		post = &r->posts[i];
		if ((epoch == 0 || post->epoch == epoch) &&
		    strcmp(post->desk, desk) == 0 &&
		    memcmp(post->sign, sign, SIGN_PUBLIC) == 0 &&
		    (int)post->rank > rank)
			rank = (int)post->rank;
	}
	return rank;
}
