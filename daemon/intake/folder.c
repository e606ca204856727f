/*
 * One pass over a folder.
 *
 * Fetch, read, commit, then tell the server: a crash before the commit means
 * that the letter is fetched again, a crash after it that only the telling
 * is done again.  What was fetched is known by (mailbox, folder,
 * UIDVALIDITY, UID), never by flags or Message-IDs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_words.h"
#include "daemon/crash.h"
#include "daemon/desk/balance.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/generation.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/reading.h"
#include "daemon/intake/folder.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/removal.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define ATTEMPTS_MAX	3
#define MAIL_MAX	((int64_t)256 * 1024 * 1024)
#define MAIL_HEAD	(1024 * 1024)	/* kept of what is larger */
#define DAY_S		86400

int
folder_take(struct desk *d, struct reader *reader, struct arrival *a,
    char case_id[], const char **result, struct err *e)
{
	static const char *const words[] = { "new", "joined", "duplicate",
	    "canary" };
	const struct config_desk *desk = config_desk(d->config,
	    a->mailbox->desk);
	struct reading_rules rules = { config_charsets(desk),
	    a->mailbox->authserv_id, desk->from_address, NULL };
	enum deposit_result done;
	struct reading reading;
	char *frequent;
	int bad;

	memset(&reading, 0, sizeof(reading));
	if (a->reading == NULL) {
		rules.words = frequent = config_words(d->config, desk);
		bad = reading_read(reader, a->raw, a->len, &rules, &reading,
		    e);
		free(frequent);
		if (bad == -1)
			return -1;
		a->reading = &reading;
	}
	bad = deposit_letter(d, a, &done, case_id, e);
	if (a->reading->unreadable && bad == 0)
		log_warn("unreadable case=%s", case_id);
	if (a->reading == &reading) {
		a->reading = NULL;
		reading_free(&reading);
	}
	if (bad == 0)
		*result = words[done];
	return bad;
}

static int
gather(void *ctx, const void *bytes, size_t len, struct err *e)
{
	if (buf_add(ctx, bytes, len) == 0)
		return 0;
	err_set(e, ERR_INPUT, "a mail is larger than the server said");
	return -1;
}

/*
 * A mail that is not as long as the server said was perhaps cut: it is
 * fetched once more, in a new session. Some servers never know their sizes,
 * so the same length twice is believed.
 */
static int
check_size(struct folder *f, const struct imap_mail *mail, int64_t got,
    struct err *e)
{
	if (got == mail->size ||
	    (f->odd_uid == mail->uid && f->odd_size == got))
		return 0;
	f->odd_uid = mail->uid;
	f->odd_size = got;
	err_set(e, ERR_RETRY, "a mail of mailbox '%s' has not the size that "
	    "the server said; it is fetched again", f->mailbox->name);
	return -1;
}

struct streaming {
	struct folder		*folder;
	struct deposit_stream	*stream;
	int64_t			 got;
};

static int
stream_body(void *ctx, const void *bytes, size_t len, struct err *e)
{
	struct streaming *s = ctx;

	s->got += (int64_t)len;
	if (deposit_stream_add(s->stream, bytes, len, e) == 0)
		return 0;
	s->folder->fetching = 0;	/* our own fault, not the letter's */
	return -1;
}

/* Too large to be read: sealed as it comes, never whole in memory. */
static int
take_stream(struct folder *f, struct imap *m, const struct imap_mail *mail,
    struct arrival *a, char case_id[], struct err *e)
{
	int64_t limit = mail->size > MAIL_MAX ? MAIL_HEAD : 0;
	struct streaming s = { f, deposit_stream_new(f->desk, a, limit == 0,
	    e), 0 };
	int result = -1;

	if (s.stream == NULL)
		return -1;
	f->fetching = mail->uid;
	if (imap_fetch(m, mail, limit, stream_body, &s, e) == -1 ||
	    (limit == 0 && check_size(f, mail, s.got, e) == -1))
		goto out;
	f->fetching = 0;
	result = deposit_stream_end(s.stream, case_id, e);
out:
	deposit_stream_free(s.stream);
	if (result == 0 && limit > 0)
		log_alarm("mail-too-large case=%s size=%" PRId64
		    " kept=first-MiB", case_id, mail->size);
	return result;
}

/* Three times this mail was the last that was seen of us: keep it unread. */
static int
give_up_reading(struct folder *f, const struct imap_mail *mail,
    struct reading *unread, struct err *e)
{
	if (!f->careful)
		return 0;
	/* Once in a process: a session that breaks is no abnormal end. */
	if (f->tried_uid != mail->uid && ledger_try(f->desk,
	    f->mailbox->name, f->name, f->uidvalidity, mail->uid, mail->size,
	    &f->tried, e) == -1)
		return -1;
	f->tried_uid = mail->uid;
	if (f->tried <= ATTEMPTS_MAX)
		return 0;
	memset(unread, 0, sizeof(*unread));
	unread->unreadable = 1;
	(void)snprintf(unread->why, sizeof(unread->why),
	    "reading it ended abnormally three times");
	log_alarm("mail-not-read mailbox=%s uid=%" PRId64, f->mailbox->name,
	    mail->uid);
	return 1;
}

/* A letter of ours that was moved here; raw: its bytes, or NULL. 1, 0, -1. */
static int
adopt(struct folder *f, const struct imap_mail *mail, const struct buf *raw,
    struct err *e)
{
	struct ledger_place here = { f->mailbox->name, f->name,
	    f->uidvalidity, 0 };
	unsigned char hash[SEAL_HASH];

	if (!f->moved_to)
		return 0;
	if (raw != NULL)
		desk_hash_body(f->desk, raw->bytes, raw->len, hash);
	return ledger_adopt(f->desk, &here, mail->uid, raw == NULL ? NULL :
	    hash, mail->size, e);
}

static int
take_whole(struct folder *f, struct imap *m, const struct imap_mail *mail,
    struct arrival *a, char case_id[], struct err *e)
{
	const char *result = "";
	struct reading unread;
	struct buf raw;
	int bad = -1, skip, known;

	if ((skip = give_up_reading(f, mail, &unread, e)) == -1)
		return -1;
	buf_init(&raw, READING_MAIL_MAX);
	f->fetching = mail->uid;
	if (imap_fetch(m, mail, 0, gather, &raw, e) == -1) {
		if (e->code == ERR_INPUT) {
			/* Next time it is streamed, however long. */
			f->odd_uid = mail->uid;
			f->odd_size = READING_MAIL_MAX + 1;
			e->code = ERR_RETRY;
		}
		goto out;
	}
	if (check_size(f, mail, (int64_t)raw.len, e) == -1)
		goto out;
	f->fetching = 0;
	if ((known = adopt(f, mail, &raw, e)) != 0) {
		bad = known == -1 ? -1 : 0;
		goto out;
	}
	a->raw = raw.bytes;
	a->len = raw.len;
	a->reading = skip ? &unread : NULL;
	bad = folder_take(f->desk, f->reader, a, case_id, &result, e);
	if (bad == 0)
		log_info("letter case=%s result=%s size=%zu",
		    case_id[0] == '\0' ? "-" : case_id, result, raw.len);
	if (bad == 0)
		bad = breath_take(f->breath, f->desk, f->mailbox->name, e);
out:
	buf_free(&raw);
	return bad;
}

static int
take(struct folder *f, struct imap *m, const struct imap_mail *mail,
    struct err *e)
{
	struct arrival a = { f->mailbox, f->name, f->uidvalidity, mail->uid,
	    NULL, 0, f->junk, NULL };
	char case_id[CASE_ID_LEN + 1] = "";
	int known;

	crash_point("fetch before");
	if (mail->size > READING_MAIL_MAX ||
	    (mail->uid == f->odd_uid && f->odd_size > READING_MAIL_MAX)) {
		if ((known = adopt(f, mail, NULL, e)) != 0)
			return known == -1 ? -1 : 0;
		return take_stream(f, m, mail, &a, case_id, e);
	}
	return take_whole(f, m, mail, &a, case_id, e);
}

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
work(struct folder *f, struct imap *m, struct pass *p, struct err *e)
{
	const struct ledger_row *row;
	const struct imap_mail *mail;
	size_t i, taken = 0;
	int stored;

	f->more = 0;
	for (i = 0; i < p->nmails && !role_stopping() && !f->more; i++) {
		mail = &p->mails[i];
		row = find_row(p->rows, p->nrows, mail->uid);
		stored = row != NULL && row->stored;
		if ((row != NULL && row->done) || (!stored &&
		    lost_is(&f->lost, mail->uid, store_now(f->desk->store))))
			continue;
		if (!stored && take(f, m, mail, e) == -1) {
			if (e->code != ERR_GONE || f->fetching == 0)
				return -1;
			log_warn("vanished mailbox=%s uid=%" PRId64,
			    f->mailbox->name, mail->uid);
			note_lost(f);
			p->vanished = 1;
			continue;
		}
		f->more = f->moved_to && !stored &&
		    ++taken == FOLDER_MOVED_MAX;
		lost_found(&f->lost, mail->uid);
		if (mail->uid > f->highest)
			f->highest = mail->uid;
		/* What is not kept whole stays where it is, for a human. */
		if (mail->size > MAIL_MAX)
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
		f->removed_seq = 0;
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

/* All was looked at: the ends that only a whole listing can see. */
static int
end_whole(struct folder *f, struct imap *m, const struct pass *p,
    struct err *e)
{
	if ((!f->moved_to && settle_missing(f, p, e) == -1) ||
	    note_listing(f, p, e) == -1 ||
	    removal_pass(f, m, p->mails, p->nmails, e) == -1)
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
	bad = 0;
out:
	free(p.mails);
	free(p.rows);
	free(p.told);
	return bad;
}
