/*
 * Taking letters off the mail server: from where they came ('after =
 * delete'), or from where they were moved ('purge_after').
 *
 * What will be deleted is written down first (deleting), then it is deleted,
 * then that is written down (deleted, with an audit entry that counts). A
 * death on the way leaves rows that are deleting: what the server still has
 * of them is deleted again, what it has not is noted.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/backup.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/quarantine.h"
#include "daemon/intake/folder.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/removal.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define AT_ONCE		100
#define AGAIN_S		600	/* after a try that went wrong */

struct batch {
	int64_t	uids[AT_ONCE];
	size_t	n;
};

struct removing {
	struct folder		*folder;
	struct imap		*imap;
	struct ledger_place	 place;
	struct batch		 here, gone;
	size_t			 removed, odd;
};

/* Up to where letters may be removed now; 0: none may. */
static int
covered(const struct folder *f, int64_t *seq, struct err *e)
{
	int64_t wait = f->remove_after - store_now(f->desk->store);
	int r;

	*seq = 0;
	if ((f->moved_to ? f->mailbox->purge_after_s == 0 :
	    f->mailbox->after != AFTER_DELETE) || *f->held ||
	    (wait > 0 && wait <= AGAIN_S))
		return 0;
	/* A store that was put back does not know what it does not know. */
	if ((r = quarantine_is(f->desk->store, e)) != 0)
		return r == 1 ? 0 : -1;
	return backup_covers(f->desk->store, seq, e);
}

int
removal_due(const struct folder *f, struct err *e)
{
	int64_t seq;

	return covered(f, &seq, e) == -1 ? -1 : seq > f->removed_seq;
}

/* Deleted by us before, and nobody wrote it down. */
static int
note_gone(struct removing *r, struct err *e)
{
	size_t n = r->gone.n;

	r->gone.n = 0;
	return n == 0 ? 0 : ledger_deleted(r->folder->desk, &r->place,
	    r->gone.uids, n, e);
}

static int
delete_here(struct removing *r, struct err *e)
{
	struct desk *d = r->folder->desk;
	size_t n = r->here.n;

	r->here.n = 0;
	if (n == 0)
		return 0;
	crash_point("delete before");
	if (ledger_deleting(d, &r->place, r->here.uids, n, e) == -1)
		return -1;
	crash_point("delete said");
	if (imap_delete(r->imap, r->here.uids, n, e) == -1)
		return -1;
	crash_point("delete done");
	if (ledger_deleted(d, &r->place, r->here.uids, n, e) == -1)
		return -1;
	crash_point("delete after");
	r->removed += n;
	return 0;
}

/* mail: what the server has under this UID, or NULL. */
static int
look_at(struct removing *r, const struct ledger_removable *row,
    const struct imap_mail *mail, struct err *e)
{
	struct batch *batch = mail != NULL ? &r->here : &r->gone;

	if (mail == NULL && !row->deleting)
		return 0;		/* somebody else moved it */
	if (mail != NULL && mail->size != row->size) {
		r->odd++;
		return 0;
	}
	batch->uids[batch->n++] = row->uid;
	if (batch->n < AT_ONCE)
		return 0;
	return mail != NULL ? delete_here(r, e) : note_gone(r, e);
}

/* 0 all was looked at, 1 there is more, -1. */
static int
look_at_all(struct removing *r, const struct ledger_removable *rows,
    size_t nrows, const struct imap_mail *mails, size_t nmails,
    struct err *e)
{
	size_t i, j = 0;

	for (i = 0; i < nrows; i++) {
		if (r->removed + r->here.n >= REMOVAL_MAX || role_stopping())
			break;
		while (j < nmails && mails[j].uid < rows[i].uid)
			j++;
		if (look_at(r, &rows[i], j < nmails &&
		    mails[j].uid == rows[i].uid ? &mails[j] : NULL, e) == -1)
			return -1;
	}
	if (delete_here(r, e) == -1 || note_gone(r, e) == -1)
		return -1;
	return i < nrows;
}

static void
say(const struct removing *r)
{
	const char *name = r->folder->mailbox->name;

	if (r->removed > 0)
		log_info("deleted mailbox=%s letters=%zu", name, r->removed);
	if (r->odd > 0)
		log_warn("not-deleted mailbox=%s letters=%zu "
		    "reason=size-is-not-what-was-stored", name, r->odd);
}

int
removal_pass(struct folder *f, struct imap *m,
    const struct imap_mail *mails, size_t n, struct err *e)
{
	struct removing r = { .folder = f, .imap = m, .place = {
	    f->mailbox->name, f->name, f->uidvalidity, f->moved_to } };
	int64_t seq, before = store_now(f->desk->store) -
	    (f->moved_to ? f->mailbox->purge_after_s : 0);
	struct ledger_removables list;
	int more;

	if (covered(f, &seq, e) == -1)
		return -1;
	/* Where letters were moved time alone makes more of them due. */
	if (f->moved_to ? seq == 0 : seq <= f->removed_seq)
		return 0;
	if (!imap_can_uidplus(m)) {
		log_warn("not-deleted mailbox=%s "
		    "reason=server-has-no-UIDPLUS", f->mailbox->name);
		f->removed_seq = seq;
		return 0;
	}
	if (ledger_removable(f->desk, &r.place, seq, before, &list, e) == -1)
		return -1;
	/* What breaks the session must not keep it from the letters. */
	f->remove_after = store_now(f->desk->store) + AGAIN_S;
	more = look_at_all(&r, list.rows, list.n, mails, n, e);
	if (more == 0)
		f->removed_seq = seq;
	f->more = f->moved_to && more == 1;
	if (more != -1)
		f->remove_after = 0;
	say(&r);
	free(list.rows);
	return more == -1 ? -1 : 0;
}
