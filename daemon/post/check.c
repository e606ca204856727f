/*
 * The last look at a letter before it leaves.  Believes only what is signed:
 * the document, the roster, the roles' deposits, and the file of what was
 * sent; of the store's plain columns only that they must agree.
 */
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/letter_check.h"
#include "daemon/post/check.h"
#include "lib/letter.h"
#include "lib/urgency.h"

int
check_own_read(const struct delivery *x, const struct letter *l)
{
	size_t i;

	for (i = 0; i < l->nlast_read; i++)
		if (strcmp(l->last_read[i].case_id, x->case_id) == 0)
			return (int)i;
	return -1;
}

static const char *
check_time(const struct check *c)
{
	if (c->letter->expires <= c->now)
		return "expired";
	return c->letter->not_before > c->now ? "early" : NULL;
}

int
check_shown(const struct letter *l)
{
	return strcmp(l->mode, "mail") != 0;
}

static const char *
check_address(const struct check *c, const struct delivery_facts *own)
{
	unsigned char hash[SEAL_HASH];

	if ((c->letter->to == NULL) != (strcmp(c->letter->mode, "pickup") ==
	    0))
		return "address";
	if (!own->has_participant)
		return "address";
	if (strcmp(c->letter->mode, own->mode) != 0)
		return "mode";
	if (check_shown(c->letter) && !own->has_seeker)
		return "mode";
	if (c->letter->to == NULL)
		return NULL;	/* it goes to nobody */
	desk_hash_check(c->desk, c->delivery->case_id,
	    c->delivery->participant, c->letter->to, hash);
	return seal_equal(hash, own->check, SEAL_HASH) ? NULL : "address";
}

static const char *
check_read(const struct check *c)
{
	size_t i;

	for (i = 0; i < c->letter->nlast_read; i++)
		if (!c->facts[i].last_read_known || c->facts[i].later_letter)
			return "stale";
	return NULL;
}

const char *
check_letter(const struct check *c)
{
	const char *why;
	int own;

	if ((why = letter_check_signers(c->desk->roster, c->delivery,
	    c->letter)) != NULL)
		return why;
	if (c->letter->crisis && c->urgency < URGENCY_CRISIS &&
	    letter_check_approver(c->desk->roster, c->delivery, c->letter) !=
	    NULL)
		return "crisis";
	if ((why = check_time(c)) != NULL)
		return why;
	if ((own = check_own_read(c->delivery, c->letter)) == -1)
		return "stale";
	if ((why = check_address(c, &c->facts[own])) != NULL ||
	    (why = check_read(c)) != NULL)
		return why;
	/* Shown once more is shown: post died before the store heard. */
	if (check_shown(c->letter) && c->spent->final &&
	    c->spent->mark == SPENT_PUBLISHED)
		return NULL;
	return spent_is(c->spent) ? "spent" : NULL;
}
