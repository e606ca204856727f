/*
 * Copies that the provider made.  What was looked at is remembered in the
 * store, so that a large folder is read once and not every day.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/copy.h"
#include "daemon/desk/desk.h"
#include "daemon/intake/filed.h"
#include "daemon/intake/folder.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define DAY_S		86400
#define AGAIN_S		600	/* after a try that went wrong */
#define MAIL_MAX	((int64_t)256 * 1024 * 1024)

void
filed_init(struct filed *f, const struct folder *like)
{
	memset(f, 0, sizeof(*f));
	f->like = like;
	f->sent.kind = "sent";
	f->trash.kind = "trash";
}

void
filed_free(struct filed *f)
{
	free(f->sent.name);
	free(f->sent.found);
	free(f->trash.name);
	free(f->trash.found);
	memset(f, 0, sizeof(*f));
}

/* Where letters come or are moved is not where copies are filed. */
static int
is_of_letters(const struct config_mailbox *box, const char *name)
{
	size_t i;

	for (i = 0; box->folders != NULL && box->folders[i] != NULL; i++)
		if (strcmp(box->folders[i], name) == 0)
			return 1;
	return box->after_folder != NULL &&
	    strcmp(box->after_folder, name) == 0;
}

void
filed_note(struct filed *f, const char *name, enum imap_use use, int flagged)
{
	struct filed_folder *one = use == IMAP_USE_SENT ? &f->sent :
	    use == IMAP_USE_TRASH ? &f->trash : NULL;

	/* What the server says is better than what a name seems to say. */
	if (one == NULL || is_of_letters(f->like->mailbox, name) ||
	    (one->found != NULL && (one->flagged || !flagged)))
		return;
	free(one->found);
	one->found = mem_strdup(name);
	one->flagged = flagged;
}

static void
settle(struct filed_folder *one)
{
	if (one->name == NULL || one->found == NULL ||
	    strcmp(one->name, one->found) != 0) {
		one->listed_at = 0;
		memset(&one->removal, 0, sizeof(one->removal));
	}
	free(one->name);
	one->name = one->found;
	one->found = NULL;
	one->flagged = 0;
}

void
filed_noted(struct filed *f)
{
	settle(&f->sent);
	settle(&f->trash);
}

static struct removal_place
place_of(const struct filed *f, const struct filed_folder *one)
{
	const struct config_mailbox *box = f->like->mailbox;
	struct removal_place at = { f->like->desk, box, f->like->held,
	    { box->name, one->name, 0, LEDGER_COPY }, -1 };

	if (box->after == AFTER_DELETE)
		at.keep_s = 0;
	else if (box->purge_after_s > 0)
		at.keep_s = box->purge_after_s;
	return at;
}

/* 1 it is time, 0, -1. */
static int
is_due(const struct filed_folder *one, const struct removal_place *at,
    struct err *e)
{
	int64_t now = store_now(at->desk->store), asked;
	int64_t wait = one->after - now;

	if (one->name == NULL || *at->held || (wait > 0 && wait <= AGAIN_S))
		return 0;
	if (removal_newest(at->desk, &asked, e) == -1)
		return -1;
	if (at->keep_s < 0 && asked == 0)
		return 0;
	return one->more || one->listed_at == 0 || one->listed_at > now ||
	    now - one->listed_at > DAY_S ? 1 :
	    removal_is_due(at, &one->removal, e);
}

struct looking {
	struct filed_folder		*one;
	const struct removal_place	*at;
	struct imap			*imap;
	const struct imap_mail		*mails;
	size_t				 n, looked, read;
};

static int
hash_body(void *ctx, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	seal_hashing_add(ctx, bytes, len);
	return 0;
}

/*
 * Asking for it broke the session. A mail that does so again and again is
 * passed over, so that it keeps nobody from the others.
 */
static void
note_lost(struct looking *l, const struct imap_mail *mail)
{
	if (lost_note(&l->one->lost, mail->uid,
	    store_now(l->at->desk->store)) == LOST_TRIES)
		log_warn("copy-not-read mailbox=%s folder=%s uid=%" PRId64,
		    l->at->mailbox->name, l->one->kind, mail->uid);
}

static int
is_lost(const struct looking *l, const struct imap_mail *mail)
{
	return lost_is(&l->one->lost, mail->uid,
	    store_now(l->at->desk->store));
}

/* 1 with *c, 0 it is not to be had, -1. */
static int
read_mail(struct looking *l, const struct imap_mail *mail, struct copy *c,
    struct err *e)
{
	struct seal_hashing *hashing;
	int bad;

	if (mail->size > MAIL_MAX)
		return 0;
	l->read++;
	hashing = desk_hash_body_begin(l->at->desk);
	bad = imap_fetch(l->imap, mail, 0, hash_body, hashing, e);
	seal_hashing_end(hashing, bad == 0 ? c->hash : NULL);
	if (bad == -1)
		return e->code == ERR_GONE ? 0 : -1;
	c->uid = mail->uid;
	c->size = mail->size;
	return 1;
}

static int
look_sent_one(struct looking *l, const struct imap_mail *mail,
    struct err *e)
{
	char id[IMAP_ID_MAX];
	struct copy c;
	int r;

	l->looked++;
	if (imap_message_id(l->imap, mail->uid, id, e) == -1)
		return e->code == ERR_GONE ? 0 : -1;
	if (id[0] == '\0' || (r = copy_is_ours(l->at->desk, id, e)) == 0)
		return 0;
	if (r == 1 && (r = read_mail(l, mail, &c, e)) == 1)
		r = copy_add_sent(l->at->desk, &l->at->place, &c, id, e);
	return r;
}

static int
is_full(const struct looking *l)
{
	return l->looked >= FILED_LOOK_MAX || l->read >= FILED_READ_MAX ||
	    role_stopping();
}

/* 0 all that is new was looked at, 1 there is more, -1. */
static int
look_sent(struct looking *l, int64_t highest, struct err *e)
{
	struct err ignored = ERR_INIT;
	int64_t at = highest;
	size_t i;
	int bad = 0;

	for (i = 0; i < l->n && !is_full(l); i++) {
		if (l->mails[i].uid <= highest)
			continue;
		if (!is_lost(l, &l->mails[i]) && (bad = look_sent_one(l,
		    &l->mails[i], e) == -1)) {
			note_lost(l, &l->mails[i]);
			break;
		}
		at = l->mails[i].uid;
	}
	crash_point("filed looked");
	if (at != highest && copies_looked(l->at->desk, &l->at->place,
	    "sent", at, bad ? &ignored : e) == -1)
		return -1;
	return bad ? -1 : i < l->n;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int
is_among(const int64_t *v, size_t n, int64_t what)
{
	return n > 0 && bsearch(&what, v, n, sizeof(*v), by_number) != NULL;
}

/* What was found before and is there no longer. */
static int
forget(struct looking *l, const int64_t *known, size_t nknown,
    struct err *e)
{
	int64_t *gone = mem_alloc((nknown + 1) * sizeof(*gone));
	size_t i, j = 0, n = 0;
	int bad;

	for (i = 0; i < nknown; i++) {
		while (j < l->n && l->mails[j].uid < known[i])
			j++;
		if (j == l->n || l->mails[j].uid != known[i])
			gone[n++] = known[i];
	}
	bad = copy_forget(l->at->desk, &l->at->place, gone, n, e);
	free(gone);
	return bad;
}

static int
look_trash(struct looking *l, struct err *e)
{
	const char *mailbox = l->at->mailbox->name;
	int64_t *sizes = NULL, *known = NULL;
	size_t nsizes = 0, nknown = 0, i = 0;
	struct copy c;
	int r = -1;

	if (copy_sizes(l->at->desk, mailbox, &sizes, &nsizes, e) == -1 ||
	    copy_list(l->at->desk, &l->at->place, &known, &nknown, e) == -1)
		goto out;
	for (; i < l->n && !is_full(l); i++) {
		if (is_among(known, nknown, l->mails[i].uid) ||
		    !is_among(sizes, nsizes, l->mails[i].size) ||
		    is_lost(l, &l->mails[i]))
			continue;
		if ((r = read_mail(l, &l->mails[i], &c, e)) == 1)
			r = copy_add_trash(l->at->desk, &l->at->place, &c, e);
		if (r == -1) {
			note_lost(l, &l->mails[i]);
			goto out;
		}
	}
	r = forget(l, known, nknown, e) == -1 ? -1 : i < l->n;
out:
	free(sizes);
	free(known);
	return r;
}

/* The folder is selected. 0 all is done, 1 there is more, -1. */
static int
look(struct filed_folder *one, const struct removal_place *at,
    struct imap *m, struct err *e)
{
	struct looking l = { one, at, m, NULL, 0, 0, 0 };
	int is_trash = strcmp(one->kind, "trash") == 0, more, left;
	int64_t highest, lowest, first;
	struct imap_mail *mails;

	if (copies_begin(at->desk, &at->place, one->kind, &highest, &lowest,
	    e) == -1)
		return -1;
	first = is_trash ? 1 : lowest <= highest ? lowest : highest + 1;
	if (imap_list(m, first, &mails, &l.n, e) == -1)
		return -1;
	l.mails = mails;
	more = is_trash ? look_trash(&l, e) : look_sent(&l, highest, e);
	left = more == -1 ? -1 : removal_work(at, &one->removal, m, mails,
	    l.n, e);
	free(mails);
	return left == -1 ? -1 : more || left;
}

/* Said once a day, not whenever there is a new backup or request to see. */
static void
say_stay(struct filed_folder *one, const struct removal_place *at)
{
	log_warn("copies-stay mailbox=%s folder=%s "
	    "reason=server-has-no-UIDPLUS", at->mailbox->name, one->kind);
	one->removal.seq = one->removal.no = INT64_MAX;
	one->listed_at = store_now(at->desk->store);
}

/* 1 it was selected, 0, -1. */
static int
pass(struct filed *f, struct filed_folder *one, struct imap *m,
    struct err *e)
{
	struct removal_place at = place_of(f, one);
	int due = is_due(one, &at, e), more = 0;

	if (due != 1)
		return due;
	if (!imap_can_uidplus(m)) {
		say_stay(one, &at);
		return 0;
	}
	/* What breaks the session must not keep it from the letters. */
	one->after = store_now(at.desk->store) + AGAIN_S;
	if (imap_select(m, one->name, &at.place.uidvalidity, e) == -1) {
		if (e->code != ERR_GONE)
			return -1;
	} else if (at.place.uidvalidity != 0 &&
	    (more = look(one, &at, m, e)) == -1)
		return -1;
	one->after = 0;
	one->more = more;
	one->listed_at = store_now(at.desk->store);
	return 1;
}

int
filed_pass(struct filed *f, struct imap *m, struct err *e)
{
	int sent = pass(f, &f->sent, m, e), trash;

	if (sent == -1 || (trash = pass(f, &f->trash, m, e)) == -1)
		return -1;
	return sent || trash;
}
