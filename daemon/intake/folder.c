/*
 * One pass over a folder.
 *
 * Fetch, read, commit, then tell the server: a crash before the commit means
 * that the letter is fetched again, a crash after it that only the telling
 * is done again.  What was fetched is known by (mailbox, folder,
 * UIDVALIDITY, UID), never by flags or Message-IDs.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/balance.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/generation.h"
#include "daemon/desk/ledger.h"
#include "daemon/intake/folder.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/removal.h"
#include "daemon/intake/take.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define DAY_S		86400

/* Move, and remember where to, as far as the server says it. */
static int
move_away(struct folder *f, struct imap *m, const int64_t *uids, size_t n,
    struct err *e)
{
	struct ledger_place from = { f->mailbox->name, f->name,
	    f->uidvalidity, 0 }, to = { f->mailbox->name,
	    f->mailbox->after_folder, 0, 0 };
	struct imap_moved moved = { 0, mem_alloc(n * sizeof(int64_t)) };
	int r;

	r = imap_move(m, uids, n, f->mailbox->after_folder, &moved, e);
	if (r == 1)
		log_warn("kept mailbox=%s reason=server-has-neither-"
		    "MOVE-nor-UIDPLUS", f->mailbox->name);
	to.uidvalidity = moved.uidvalidity;
	if (r == 0 && moved.uidvalidity != 0)
		r = ledger_moved(f->desk, &from, uids, &to, moved.there, n,
		    e);
	free(moved.there);
	return r == -1 ? -1 : 0;
}

/* What was taken where moved letters lie is where it belongs. */
static int
leave_here(struct folder *f, const int64_t *uids, size_t n, struct err *e)
{
	struct ledger_place here = { f->mailbox->name, f->name,
	    f->uidvalidity, 0 };

	return ledger_moved(f->desk, &here, uids, &here, uids, n, e);
}

/* The server is told of letters that are durable, and the ledger after it. */
static int
tell(struct folder *f, struct imap *m, const int64_t *uids, size_t n,
    struct err *e)
{
	if (n == 0 || *f->held)
		return 0;	/* told when we are alone again */
	crash_point("tell before");
	if (f->moved_to ? leave_here(f, uids, n, e) == -1 :
	    f->mailbox->after == AFTER_MOVE &&
	    move_away(f, m, uids, n, e) == -1)
		return -1;
	crash_point("tell after");
	return ledger_done(f->desk, f->mailbox->name, f->name,
	    f->uidvalidity, uids, n, e);
}

static const struct ledger_row *
find_row(const struct ledger_row *rows, size_t n, int64_t uid)
{
	size_t low = 0, high = n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (rows[middle].uid == uid)
			return &rows[middle];
		if (rows[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct pass {
	struct imap_mail	*mails;
	size_t			 nmails;
	struct ledger_row	*rows;
	size_t			 nrows;
	int64_t			*told;
	size_t			 ntold;
	size_t			 taken;
	size_t			 ahead;		/* so far a batch looked */
	struct take_batch	 batch;
	int			 vanished;	/* a mail, meanwhile */
};

/*
 * The session broke while a letter was fetched, or the server has it no
 * longer. When that happens again and again the letter is passed over: it
 * stays on the server, it stands in the ledger, and a human hears of it.
 */
static void
note_lost(struct folder *f)
{
	struct err e = ERR_INIT;
	int64_t attempts;
	int times;

	times = lost_note(&f->lost, f->fetching, store_now(f->desk->store));
	if (times == LOST_TRIES) {
		log_alarm("mail-not-fetched mailbox=%s uid=%" PRId64,
		    f->mailbox->name, f->fetching);
		if (ledger_try(f->desk, f->mailbox->name, f->name,
		    f->uidvalidity, f->fetching, 0, &attempts, &e) == -1)
			log_err("ledger", &e);
	}
	f->fetching = 0;
}

static int
is_stored(const struct pass *p, int64_t uid)
{
	const struct ledger_row *row = find_row(p->rows, p->nrows, uid);

	return row != NULL && row->stored;
}

/* Neither done with nor passed over for now. */
static int
is_due(const struct folder *f, const struct pass *p, int64_t uid)
{
	const struct ledger_row *row = find_row(p->rows, p->nrows, uid);

	if (row != NULL && (row->done || row->stored))
		return !row->done;
	return !lost_is(&f->lost, uid, store_now(f->desk->store));
}

/* From here on: what can be had together, in one command. */
static int
look_ahead(struct folder *f, struct imap *m, struct pass *p, size_t from,
    struct err *e)
{
	struct take_batch *b = &p->batch;
	const struct imap_mail *mail;

	b->n = 0;
	for (p->ahead = from; p->ahead < p->nmails; p->ahead++) {
		mail = &p->mails[p->ahead];
		if (is_stored(p, mail->uid) || !is_due(f, p, mail->uid))
			continue;
		if (f->moved_to && p->taken + b->n == FOLDER_MOVED_MAX)
			break;
		if (take_fits(f, b, mail))
			b->mails[b->n++] = *mail;
		else if (b->n > 0)
			break;
	}
	/* One alone is better known by itself. */
	if (b->n < 2)
		b->n = 0;
	return b->n == 0 ? 0 : take_batch(f, m, b, e);
}

/* 0; 1 it is left, for it vanished meanwhile or we are to stop; -1. */
static int
take(struct folder *f, struct imap *m, struct pass *p, size_t i,
    struct err *e)
{
	const struct imap_mail *mail = &p->mails[i];

	if (i >= p->ahead && look_ahead(f, m, p, i, e) == -1)
		return -1;
	if (take_was(f, &p->batch, mail->uid))
		return 0;
	if (role_stopping())
		return 1;
	if (take_one(f, m, mail, e) == 0)
		return 0;
	if (e->code != ERR_GONE || f->fetching == 0)
		return -1;
	log_warn("vanished mailbox=%s uid=%" PRId64, f->mailbox->name,
	    mail->uid);
	note_lost(f);
	p->vanished = 1;
	return 1;
}

static int
work(struct folder *f, struct imap *m, struct pass *p, struct err *e)
{
	const struct imap_mail *mail;
	size_t i;
	int r, stored;

	f->more = 0;
	for (i = 0; i < p->nmails && !role_stopping() && !f->more; i++) {
		mail = &p->mails[i];
		if (!is_due(f, p, mail->uid))
			continue;
		stored = is_stored(p, mail->uid);
		if (!stored && (r = take(f, m, p, i, e)) != 0) {
			if (r == -1)
				return -1;
			continue;
		}
		f->more = f->moved_to && !stored &&
		    ++p->taken == FOLDER_MOVED_MAX;
		lost_found(&f->lost, mail->uid);
		if (mail->uid > f->highest)
			f->highest = mail->uid;
		/* What is not kept whole stays where it is, for a human. */
		if (mail->size > TAKE_MAX)
			continue;
		p->told[p->ntold++] = mail->uid;
		if (p->ntold == 100) {
			if (tell(f, m, p->told, p->ntold, e) == -1)
				return -1;
			p->ntold = 0;
		}
	}
	/* Is it there all the same? The next pass lists the whole folder. */
	if (p->vanished)
		f->highest = 0;
	return tell(f, m, p->told, p->ntold, e);
}

/* Stored, but no longer on the server: somebody else moved it. */
static int
settle_missing(struct folder *f, const struct pass *p, struct err *e)
{
	int64_t *gone = mem_alloc((p->nrows + 1) * sizeof(*gone));
	size_t i, j = 0, n = 0;
	int bad = 0;

	for (i = 0; i < p->nrows; i++) {
		while (j < p->nmails && p->mails[j].uid < p->rows[i].uid)
			j++;
		if (p->rows[i].stored && !p->rows[i].done &&
		    (j == p->nmails || p->mails[j].uid != p->rows[i].uid))
			gone[n++] = p->rows[i].uid;
	}
	if (n > 0)
		bad = ledger_done(f->desk, f->mailbox->name, f->name,
		    f->uidvalidity, gone, n, e);
	free(gone);
	return bad;
}

static int
note_generation(struct folder *f, struct err *e)
{
	struct ledger_place here = { f->mailbox->name, f->name,
	    f->uidvalidity, 0 };

	return generation_note(f->desk, &here, e);
}

static int
select_folder(struct folder *f, struct imap *m, struct err *e)
{
	int64_t uidvalidity, now;
	int due, anew;

	if (imap_select(m, f->name, &uidvalidity, e) == -1)
		return -1;
	if (f->moved_to)
		f->highest = 0;
	anew = uidvalidity != f->uidvalidity;
	if (anew) {
		if (f->uidvalidity != 0)
			log_alarm("uidvalidity-changed mailbox=%s",
			    f->mailbox->name);
		f->uidvalidity = uidvalidity;
		f->highest = f->odd_uid = f->tried_uid = 0;
		f->removal.seq = f->removal.no = 0;
		f->lost.n = 0;
	}
	if ((anew || f->unsteady) && (f->unsteady = note_generation(f,
	    e)) == -1)
		return -1;
	now = store_now(f->desk->store);
	if ((due = removal_due(f, e)) == -1)
		return -1;
	if (due || (f->was_held && !*f->held) ||
	    now - f->listed_at > DAY_S || lost_due(&f->lost, now))
		f->highest = 0;
	f->was_held = *f->held;
	return 0;
}

int
folder_is_due(const struct folder *f)
{
	int64_t now = store_now(f->desk->store);

	/* What another service moved here is not ours to take. */
	return !*f->held && (f->more || f->listed_at > now ||
	    now - f->listed_at > DAY_S);
}

static int
list_rows(struct folder *f, struct pass *p, struct err *e)
{
	struct ledger_place here = { f->mailbox->name, f->name,
	    f->uidvalidity, 0 };

	if (f->moved_to)
		return ledger_list_moved(f->desk, &here, &p->rows, &p->nrows,
		    e);
	return ledger_list(f->desk, f->mailbox->name, f->name,
	    f->uidvalidity, &p->rows, &p->nrows, e);
}

/* Behind the work: what was seen stands in the store, for the balance. */
static int
note_listing(struct folder *f, const struct pass *p, struct err *e)
{
	struct ledger_place here = { f->mailbox->name, f->name,
	    f->uidvalidity, 0 };
	int64_t *uids = mem_alloc((p->nmails + 1) * sizeof(*uids));
	size_t i;
	int unknown;

	for (i = 0; i < p->nmails; i++)
		uids[i] = p->mails[i].uid;
	unknown = balance_note(f->desk, &here, f->moved_to ||
	    f->mailbox->after != AFTER_MOVE, uids, p->nmails, e);
	free(uids);
	if (unknown > 0)
		log_alarm("not-taken mailbox=%s mails=%d", f->mailbox->name,
		    unknown);
	return unknown == -1 ? -1 : 0;
}

/* Earlier generations, a step a day and as many as there are to do. */
static int
shrink(struct folder *f, struct err *e)
{
	struct ledger_place here = { f->mailbox->name, f->name,
	    f->uidvalidity, LEDGER_CAME };
	int more;

	do {
		more = generation_shrink(f->desk, &here, e);
	} while (more == 1 && !role_stopping());
	return more == -1 ? -1 : 0;
}

/* All was looked at: the ends that only a whole listing can see. */
static int
end_whole(struct folder *f, struct imap *m, const struct pass *p,
    struct err *e)
{
	if ((!f->moved_to && settle_missing(f, p, e) == -1) ||
	    note_listing(f, p, e) == -1 ||
	    removal_pass(f, m, p->mails, p->nmails, e) == -1 ||
	    shrink(f, e) == -1)
		return -1;
	f->listed_at = store_now(f->desk->store);
	f->careful = 0;
	return 0;
}

int
folder_pass(struct folder *f, struct imap *m, struct err *e)
{
	struct pass p;
	int whole, bad = -1;

	memset(&p, 0, sizeof(p));
	if (select_folder(f, m, e) == -1) {
		if (!f->moved_to || e->code != ERR_GONE)
			return -1;
		f->listed_at = store_now(f->desk->store);
		return 0;
	}
	if (f->unsteady)
		return 0;
	whole = f->highest == 0;
	if (imap_list(m, f->highest + 1, &p.mails, &p.nmails, e) == -1)
		goto out;
	if (p.nmails == 0 && !whole) {
		bad = 0;
		goto out;
	}
	if (list_rows(f, &p, e) == -1)
		goto out;
	p.told = mem_alloc((p.nmails + 1) * sizeof(*p.told));
	f->fetching = 0;
	if (work(f, m, &p, e) == -1) {
		if (f->fetching != 0)
			note_lost(f);
		goto out;
	}
	if (whole && !role_stopping() && !f->more && !p.vanished &&
	    end_whole(f, m, &p, e) == -1)
		goto out;
	f->singly = 0;
	bad = 0;
out:
	free(p.mails);
	free(p.rows);
	free(p.told);
	return bad;
}
