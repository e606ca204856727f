/*
 * Moving and deleting: by UID only, and only where the server can leave
 * others' mail alone.
 */
#include <libetpan/libetpan.h>
#include <libetpan/uidplus.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/intake/imap_inside.h"
#include "lib/err.h"

static struct mailimap_set *
set_of(const int64_t *uids, size_t n)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	size_t i;

	for (i = 0; i < n; i++)
		if (mailimap_set_add_single(set, (uint32_t)uids[i]) !=
		    MAILIMAP_NO_ERROR)
			abort();
	return set;
}

/* Mark, and expunge these UIDs only. */
static int
expunge(struct imap *m, struct mailimap_set *set)
{
	struct mailimap_store_att_flags *store;
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	int r;

	if (flags == NULL || mailimap_flag_list_add(flags,
	    mailimap_flag_new_deleted()) != MAILIMAP_NO_ERROR)
		abort();
	store = mailimap_store_att_flags_new_add_flags_silent(flags);
	imap_allow(m);
	r = mailimap_uid_store(m->session, set, store);
	if (imap_worked(r)) {
		imap_allow(m);
		r = mailimap_uid_expunge(m->session, set);
	}
	mailimap_store_att_flags_free(store);
	return r;
}

/* The n-th number of a set, or 0; sets come with ranges. */
static int64_t
nth(const struct mailimap_set *set, size_t n)
{
	const struct mailimap_set_item *item;
	clistiter *i;
	size_t many;

	for (i = clist_begin(set->set_list); i != NULL; i = clist_next(i)) {
		item = clist_content(i);
		if (item->set_last < item->set_first)
			return 0;
		many = (size_t)(item->set_last - item->set_first) + 1;
		if (n < many)
			return (int64_t)item->set_first + (int64_t)n;
		n -= many;
	}
	return 0;
}

/* What COPYUID said (RFC 4315), if it did. */
static void
note_where(const int64_t *uids, size_t n, uint32_t uidvalidity,
    const struct mailimap_set *from, const struct mailimap_set *into,
    struct imap_moved *to)
{
	size_t i, k;

	if (from == NULL || into == NULL || uidvalidity == 0)
		return;
	to->uidvalidity = uidvalidity;
	for (i = 0; i < n; i++) {
		for (k = 0; k < n && nth(from, k) != uids[i]; k++)
			;
		to->there[i] = k < n ? nth(into, k) : 0;
	}
}

static int
move_once(struct imap *m, struct mailimap_set *set, const int64_t *uids,
    size_t n, const char *folder, struct imap_moved *to)
{
	struct mailimap_set *from = NULL, *into = NULL;
	uint32_t uidvalidity = 0;
	int r;

	imap_allow(m);
	if (m->has_move)
		r = mailimap_uidplus_uid_move(m->session, set, folder,
		    &uidvalidity, &from, &into);
	else
		r = mailimap_uidplus_uid_copy(m->session, set, folder,
		    &uidvalidity, &from, &into);
	if (imap_worked(r))
		note_where(uids, n, uidvalidity, from, into, to);
	if (from != NULL)
		mailimap_set_free(from);
	if (into != NULL)
		mailimap_set_free(into);
	return imap_worked(r) && !m->has_move ? expunge(m, set) : r;
}

int
imap_move(struct imap *m, const int64_t *uids, size_t n, const char *folder,
    struct imap_moved *to, struct err *e)
{
	struct mailimap_set *set;
	int r;

	to->uidvalidity = 0;
	memset(to->there, 0, n * sizeof(*to->there));
	if (!m->has_move && !m->has_uidplus)
		return 1;	/* a bare EXPUNGE would take others' mail */
	set = set_of(uids, n);
	r = move_once(m, set, uids, n, folder, to);
	if (r == MAILIMAP_ERROR_UID_MOVE || r == MAILIMAP_ERROR_UID_COPY) {
		/* Most likely the folder is not there yet. */
		imap_allow(m);
		r = mailimap_create(m->session, folder);
		if (imap_worked(r))
			r = move_once(m, set, uids, n, folder, to);
	}
	mailimap_set_free(set);
	if (imap_worked(r)) {
		m->known -= n < m->known ? (uint32_t)n : m->known;
		return 0;
	}
	err_set(e, ERR_RETRY, "'%s' did not move a letter to '%s'", m->host,
	    folder);
	return -1;
}

int
imap_delete(struct imap *m, const int64_t *uids, size_t n, struct err *e)
{
	struct mailimap_set *set;
	int r;

	if (!m->has_uidplus)
		return 1;
	set = set_of(uids, n);
	r = expunge(m, set);
	mailimap_set_free(set);
	if (!imap_worked(r))
		return imap_broken(m, "expunge", r, e);
	m->known -= n < m->known ? (uint32_t)n : m->known;
	return 0;
}
