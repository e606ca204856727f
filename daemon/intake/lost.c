/*
 * The short list of letters that could not be had.  Held in memory only: a
 * new process asks for everything anew.  When the list is full its first
 * place is taken again, which costs a few vain tries and no letter.
 */
#include "daemon/intake/lost.h"

#define AGAIN_FIRST_S	600
#define AGAIN_MAX_S	(12 * 3600)

static const struct lost_mail *
find(const struct lost *l, int64_t uid)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->mails[i].uid == uid)
			return &l->mails[i];
	return NULL;
}

static int
is_put_off(const struct lost_mail *m, int64_t now)
{
	/* A clock that was put back must not hide a letter for years. */
	return m->times >= LOST_TRIES && now < m->again_at &&
	    m->again_at - now <= AGAIN_MAX_S;
}

int
lost_note(struct lost *l, int64_t uid, int64_t now)
{
	const struct lost_mail *known = find(l, uid);
	struct lost_mail *m;
	int64_t wait = AGAIN_FIRST_S;
	int i;

	if (known != NULL)
		m = &l->mails[known - l->mails];
	else {
		m = &l->mails[l->n < LOST_MAX ? l->n++ : 0];
		m->uid = uid;
		m->times = 0;
	}
	m->times++;
	for (i = LOST_TRIES; i < m->times && wait < AGAIN_MAX_S; i++)
		wait *= 2;
	m->again_at = now + (wait < AGAIN_MAX_S ? wait : AGAIN_MAX_S);
	return m->times;
}

int
lost_has(const struct lost *l, int64_t uid)
{
	return find(l, uid) != NULL;
}

int
lost_is(const struct lost *l, int64_t uid, int64_t now)
{
	const struct lost_mail *m = find(l, uid);

	return m != NULL && is_put_off(m, now);
}

void
lost_found(struct lost *l, int64_t uid)
{
	const struct lost_mail *m = find(l, uid);

	if (m != NULL)
		l->mails[m - l->mails] = l->mails[--l->n];
}

int
lost_due(const struct lost *l, int64_t now)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->mails[i].times >= LOST_TRIES &&
		    !is_put_off(&l->mails[i], now))
			return 1;
	return 0;
}
