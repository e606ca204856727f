/*
 * Taking letters off the mail server: from where they came ('after =
 * delete'), from where they were moved ('purge_after'), and copies of them.
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
#include "daemon/desk/copy.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/quarantine.h"
#include "daemon/intake/folder.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/removal.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define AT_ONCE		100
#define AGAIN_S		600	/* after a try that went wrong */

struct batch {
	int64_t	uids[AT_ONCE];
	size_t	n;
};

struct removing {
	const struct removal_place	*at;
	struct imap			*imap;
	struct batch			 here, gone, lost;
	size_t				 removed, odd;
};

/* May anything be removed now? 1, 0, -1. */
static int
may(const struct removal_place *at, const struct removal *r, struct err *e)
{
	int64_t wait = r->after - store_now(at->desk->store);
	int held;

	if (*at->held || (wait > 0 && wait <= AGAIN_S))
		return 0;
	/* A store that was put back does not know what it does not know. */
	held = quarantine_is(at->desk->store, e);
	return held == -1 ? -1 : !held;
}

int
removal_is_due(const struct removal_place *at, const struct removal *r,
    struct err *e)
{
	int64_t seq, no;
	int allowed = may(at, r, e);

	if (allowed != 1)
		return allowed;
	if (backup_covers(at->desk->store, &seq, e) == -1 ||
	    removal_newest(at->desk, &no, e) == -1)
		return -1;
	return (at->keep_s >= 0 && seq > r->seq) || no > r->no;
}

/* Deleted by us before, and nobody wrote it down. */
static int
note_gone(struct removing *r, struct err *e)
{
	size_t n = r->gone.n;

	r->gone.n = 0;
	return n == 0 ? 0 : ledger_deleted(r->at->desk, &r->at->place,
	    r->gone.uids, n, e);
}

/* Somebody else took it; a copy is nothing then, a letter has its row. */
static int
note_lost(struct removing *r, struct err *e)
{
	size_t n = r->lost.n;

	r->lost.n = 0;
	return r->at->place.kind != LEDGER_COPY ? 0 : copy_forget(
	    r->at->desk, &r->at->place, r->lost.uids, n, e);
}

static int
delete_here(struct removing *r, struct err *e)
{
	const struct ledger_place *place = &r->at->place;
	struct desk *d = r->at->desk;
	size_t n = r->here.n;

	r->here.n = 0;
	if (n == 0)
		return 0;
	crash_point("delete before");
	if (ledger_deleting(d, place, r->here.uids, n, e) == -1)
		return -1;
	crash_point("delete said");
	if (imap_delete(r->imap, r->here.uids, n, e) == -1)
		return -1;
	crash_point("delete done");
	if (ledger_deleted(d, place, r->here.uids, n, e) == -1)
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
	struct batch *batch = mail != NULL ? &r->here : row->deleting ?
	    &r->gone : &r->lost;

	if (mail != NULL && mail->size != row->size) {
		r->odd++;
		return 0;
	}
	batch->uids[batch->n++] = row->uid;
	if (batch->n < AT_ONCE)
		return 0;
	return mail != NULL ? delete_here(r, e) : row->deleting ?
	    note_gone(r, e) : note_lost(r, e);
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
	if (delete_here(r, e) == -1 || note_gone(r, e) == -1 ||
	    note_lost(r, e) == -1)
		return -1;
	return i < nrows;
}

static void
say(const struct removing *r)
{
	const char *name = r->at->mailbox->name;

	if (r->removed > 0)
		log_info("deleted mailbox=%s letters=%zu", name, r->removed);
	if (r->odd > 0)
		log_warn("not-deleted mailbox=%s letters=%zu "
		    "reason=size-is-not-what-was-stored", name, r->odd);
}

/* The same with what may go. */
static int
remove_these(struct removing *r, struct removal *known,
    const struct ledger_removables *list, const struct imap_mail *mails,
    size_t n, struct err *e)
{
	struct store *s = r->at->desk->store;
	int more;

	/* What breaks the session must not keep it from the letters. */
	known->after = store_now(s) + AGAIN_S;
	more = look_at_all(r, list->rows, list->n, mails, n, e);
	if (more != -1)
		known->after = 0;
	say(r);
	return more;
}

int
removal_work(const struct removal_place *at, struct removal *known,
    struct imap *m, const struct imap_mail *mails, size_t n, struct err *e)
{
	struct removing *r;
	struct ledger_removables list;
	int64_t seq, no, before = at->keep_s < 0 ? -1 :
	    store_now(at->desk->store) - at->keep_s;
	int more = may(at, known, e);

	if (more != 1)
		return more;
	if (backup_covers(at->desk->store, &seq, e) == -1 ||
	    removal_newest(at->desk, &no, e) == -1 ||
	    ledger_removable(at->desk, &at->place, seq, before, &list, e) ==
	    -1)
		return -1;
	more = 0;
	if (list.n > 0 && !imap_can_uidplus(m))
		log_warn("not-deleted mailbox=%s "
		    "reason=server-has-no-UIDPLUS", at->mailbox->name);
	else if (list.n > 0) {
		r = mem_alloc(sizeof(*r));
		r->at = at;
		r->imap = m;
		more = remove_these(r, known, &list, mails, n, e);
		free(r);
	}
	free(list.rows);
	if (more == 0) {
		known->seq = seq;
		known->no = no;
	}
	return more;
}

static struct removal_place
place_of(const struct folder *f)
{
	const struct config_mailbox *box = f->mailbox;
	struct removal_place at = { f->desk, box, f->held, { box->name,
	    f->name, f->uidvalidity, f->moved_to ? LEDGER_MOVED :
	    LEDGER_CAME }, -1 };

	if (f->moved_to && box->purge_after_s > 0)
		at.keep_s = box->purge_after_s;
	else if (!f->moved_to && box->after == AFTER_DELETE)
		at.keep_s = 0;
	return at;
}

int
removal_due(const struct folder *f, struct err *e)
{
	struct removal_place at = place_of(f);

	return removal_is_due(&at, &f->removal, e);
}

int
removal_pass(struct folder *f, struct imap *m,
    const struct imap_mail *mails, size_t n, struct err *e)
{
	struct removal_place at = place_of(f);
	int more = removal_work(&at, &f->removal, m, mails, n, e);

	f->more = f->moved_to && more == 1;
	return more == -1 ? -1 : 0;
}
