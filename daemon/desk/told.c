/*
 * Who is told of what.  Each state is looked up as it stands, and what was
 * told of it is a row beside it; so a death in between neither loses a
 * notice nor repeats it, and a state that comes again is told again.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/automatic.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ringing.h"
#include "daemon/desk/told.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define KEEP_S		((int64_t)90 * 86400)	/* then it is told again */

/* Who of a desk is told. On call: the flag by which one answers a crisis. */
enum whom { ALL, SUPERVISORS, SUPERVISORS_AND_ON_CALL };

static const struct news {
	const char	*word;
	enum statement	 look;
	enum whom	 whom;
	int		 again;		/* every half hour, by the duty list */
} all_news[] = {
	{ "crisis", STMT_TOLD_CRISIS, SUPERVISORS_AND_ON_CALL, 0 },
	{ "crisis-sent", STMT_TOLD_CRISIS_SENT, SUPERVISORS, 0 },
	{ "rings", STMT_TOLD_RINGS, ALL, 1 },
	{ "disclosure", STMT_TOLD_DISCLOSURE, SUPERVISORS, 0 },
	{ "erase", STMT_TOLD_ERASE, SUPERVISORS, 0 },
	{ "handed", STMT_TOLD_HANDED, ALL, 0 },
	{ "moved", STMT_TOLD_MOVED, SUPERVISORS, 0 },
	{ "overdue", STMT_TOLD_OVERDUE, ALL, 0 },
	{ "returned", STMT_TOLD_RETURNED, ALL, 0 },
	{ "stale", STMT_TOLD_STALE, ALL, 0 },
	{ "review", STMT_TOLD_REVIEW, SUPERVISORS, 0 },
	{ "unopened", STMT_TOLD_UNOPENED, SUPERVISORS, 0 },
	{ "wish", STMT_TOLD_WISH, SUPERVISORS, 0 },
	{ "wrote", STMT_TOLD_WROTE, ALL, 0 },
};
#define NNEWS	(sizeof(all_news) / sizeof(all_news[0]))

struct found {
	char	about[CASE_ID_LEN + ROSTER_NAME_MAX + 2];	/* a case, a
					   draft, or a case and a desk */
	int64_t	at;
};

static int
get_found(void *ctx, const struct row *row, struct err *e)
{
	struct found *f = ctx;

	(void)e;
	(void)snprintf(f->about, sizeof(f->about), "%s", row_text(row, 0));
	f->at = row_int(row, 1);
	return 1;
}

/* What this person was not told yet. 1 with *f, 0, -1. */
static int
look(struct desk *d, const struct news *n, const struct roster_person *p,
    const char *desk, struct found *f, struct err *e)
{
	int64_t now = store_now(d->store);

	memset(f, 0, sizeof(*f));
	if (n->again)
		return (int)store_run(d->store, n->look,
		    ARGS(V_TEXT(p->name), V_TEXT(desk), V_INT(now),
		    V_INT(now - RINGING_EVERY_S),
		    V_INT(now - RINGING_ESCALATE_S)), get_found, f, e);
	if (n->look == STMT_TOLD_OVERDUE)
		return (int)store_run(d->store, n->look, ARGS(
		    V_TEXT(p->name), V_TEXT(desk), V_INT(now)), get_found, f,
		    e);
	return (int)store_run(d->store, n->look, ARGS(V_TEXT(p->name),
	    V_TEXT(desk)), get_found, f, e);
}

static int
ask_for(struct desk *d, const struct news *n, const struct roster_person *p,
    const char *desk, struct err *e)
{
	int sent = strcmp(n->word, "crisis-sent") == 0;
	int urgent = n->again || automatic_is_urgent(n->word);
	struct automatic m;
	char about[ROSTER_NAME_MAX + 32];

	(void)snprintf(about, sizeof(about), "staff%s%s %s", urgent ?
	    "-crisis" : "", sent ? "-sent" : "", p->name);
	automatic_begin(&m, d, AUTOMATIC_STAFF, desk);
	(void)snprintf(m.person, sizeof(m.person), "%s", p->name);
	/* What rings is a crisis to who reads the mail. */
	(void)snprintf(m.news, sizeof(m.news), "%s", n->again ? "crisis" :
	    n->word);
	if (store_run(d->store, STMT_AUTOMATIC_REPLACE, ARGS(V_TEXT(about)),
	    NULL, NULL, e) == -1)
		return -1;
	return automatic_add(d, &m, about, store_now(d->store), e);
}

/* All that is new of one kind becomes one mail. */
static int
tell(struct desk *d, const struct news *n, const struct roster_person *p,
    const char *desk, struct err *e)
{
	struct found f;
	int r, some = 0;

	while ((r = look(d, n, p, desk, &f, e)) > 0) {
		if (store_run(d->store, STMT_TOLD_ADD, ARGS(V_TEXT(p->name),
		    V_TEXT(n->word), V_TEXT(f.about), V_INT(f.at),
		    V_INT(store_now(d->store))), NULL, NULL, e) == -1)
			return -1;
		some = 1;
	}
	if (r == 0 && some)
		r = ask_for(d, n, p, desk, e);
	return r;
}

static int
tell_within(struct desk *d, const struct news *n,
    const struct roster_person *p, const char *desk, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (tell(d, n, p, desk, e) == 0 && store_commit(d->store, e) == 0)
		return 1;
	store_rollback(d->store);
	return -1;
}

static int
concerns(const struct news *n, const struct roster_person *p)
{
	return n->whom == ALL || p->rank == RANK_SUPERVISOR ||
	    (n->whom == SUPERVISORS_AND_ON_CALL && p->crisis);
}

/* On one desk. How many mails, or -1. */
static int
tell_person(struct desk *d, const struct roster_person *p, const char *desk,
    struct err *e)
{
	struct found f;
	int r, mails = 0;
	size_t i;

	for (i = 0; i < NNEWS; i++) {
		if (!concerns(&all_news[i], p))
			continue;
		/* Looked at before the lock: mostly there is nothing. */
		r = look(d, &all_news[i], p, desk, &f, e);
		if (r > 0)
			r = tell_within(d, &all_news[i], p, desk, e);
		if (r == -1)
			return -1;
		mails += r;
	}
	return mails;
}

static int
forget_old(struct desk *d, struct err *e)
{
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, STMT_TOLD_FORGET,
	    ARGS(V_INT(store_now(d->store) - KEEP_S)), NULL, NULL, e);
	if (n != -1 && store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

int
told_all(struct desk *d, struct err *e)
{
	const struct roster_person *p;
	int r, mails = 0;
	size_t i, k;

	for (i = 0; i < roster_count(d->roster); i++) {
		p = roster_at(d->roster, i);
		if (!p->active || p->notice_len == 0 || p->rank == RANK_ADMIN)
			continue;
		for (k = 0; k < p->ndesks; k++) {
			if ((r = tell_person(d, p, p->desks[k], e)) == -1)
				return -1;
			mails += r;
		}
	}
	return mails > 0 && forget_old(d, e) == -1 ? -1 : mails;
}

int
told_moved(struct desk *d, const char *case_id, const char *from,
    struct err *e)
{
	return store_run(d->store, STMT_MOVE_TOLD, ARGS(V_TEXT(case_id),
	    V_TEXT(from), V_INT(store_now(d->store))), NULL, NULL, e) == -1 ?
	    -1 : 0;
}
