/*
 * Which reading counts.  A statement can only add to what was read: it is
 * looked at when the letter's own reading is stale, it must name each of the
 * letter's cases, and it is held against the cases in the same way.
 */
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/still.h"
#include "daemon/post/check.h"
#include "daemon/post/last_read.h"
#include "daemon/post/parcel.h"
#include "lib/err.h"

struct reading {
	struct letter_read	list[LETTER_LAST_READ_MAX];
	size_t			n;
};

static struct reading
take(const struct letter *l)
{
	struct reading r;

	memcpy(r.list, l->last_read, sizeof(r.list));
	r.n = l->nlast_read;
	return r;
}

static void
put(struct letter *l, const struct reading *r)
{
	memcpy(l->last_read, r->list, sizeof(r->list));
	l->nlast_read = r->n;
}

/* By what the letter has for its last_read now. 0, 1 with *why set, -1. */
static int
look(struct desk *d, const struct delivery *x, const struct letter *l,
    struct delivery_facts *facts, const char **why, struct err *e)
{
	int r;

	if (check_own_read(x, l) == -1) {
		*why = "stale";
		return 1;
	}
	/* Whoever writes to the store could put it with another desk. */
	if ((r = epoch_is_with(d, x->case_id, x->desk, e)) == 0) {
		*why = "document";
		return 1;
	}
	if (r == 1)
		r = still_facts(d, x, l->last_read, l->nlast_read, facts, e);
	if (r == 1)
		*why = "stale";
	else if (r == -1 && e->code == ERR_DENIED) {
		*why = "deposit";
		r = 1;
	}
	return r;
}

struct newer {
	const struct desk	*desk;
	const struct delivery	*delivery;
	const struct letter	*letter;
	struct still_letter	 about;
	struct reading		 said[2];	/* by author and approver */
	size_t			 n;
};

/* One that holds is kept, at most one of each person. */
static int
get_newer(void *ctx, const void *bytes, size_t len,
    const unsigned char signature[SIGN_LEN], struct err *e)
{
	struct newer *w = ctx;
	const struct delivery *x = w->delivery;
	const struct roster_person *author, *approver = NULL;
	struct still_statement s;

	(void)e;
	author = roster_person(w->desk->roster, w->letter->author);
	if (author != NULL && memcmp(author->sign, x->signer,
	    SIGN_PUBLIC) != 0)
		author = NULL;
	if (x->has_approval)
		approver = roster_person_by_key(w->desk->roster,
		    x->approver);
	if ((!still_holds(author, &w->about, bytes, len, signature, &s) &&
	    !still_holds(approver, &w->about, bytes, len, signature, &s)) ||
	    !still_covers(&s, w->letter->last_read, w->letter->nlast_read))
		return 0;
	memcpy(w->said[w->n].list, s.last_read, sizeof(s.last_read));
	w->said[w->n].n = s.nlast_read;
	return ++w->n == sizeof(w->said) / sizeof(w->said[0]);
}

static int
is_stale(int looked, const char *why, const struct delivery_facts *facts,
    size_t n)
{
	return looked == 1 ? strcmp(why, "stale") == 0 : looked == 0 &&
	    still_is_stale(facts, n);
}

int
last_read_facts(struct desk *d, const struct delivery *x, struct parcel *p,
    struct delivery_facts *facts, const char **why, struct err *e)
{
	struct letter *l = &p->letter;
	struct reading own = take(l);
	struct newer newer;
	size_t i;
	int r;

	r = look(d, x, l, facts, why, e);
	if (!is_stale(r, *why, facts, l->nlast_read))
		return r;
	memset(&newer, 0, sizeof(newer));
	newer.desk = d;
	newer.delivery = x;
	newer.letter = l;
	memcpy(newer.about.case_id, l->case_id, sizeof(l->case_id));
	newer.about.draft = l->draft;
	newer.about.revision = l->revision;
	still_letter_hash(newer.about.hash, p->document.bytes,
	    p->document.len);
	if (still_each(d, x->item, get_newer, &newer, e) == -1)
		return -1;
	for (i = 0; i < newer.n; i++) {
		put(l, &newer.said[i]);
		r = look(d, x, l, facts, why, e);
		if (!is_stale(r, *why, facts, l->nlast_read))
			return r;
	}
	/* None: the letter stands as it was signed. */
	put(l, &own);
	return look(d, x, l, facts, why, e);
}
