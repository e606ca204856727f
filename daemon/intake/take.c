/*
 * Taking the letters of a folder: fetched, read, deposited.
 *
 * In ordinary times many come in one command, each of them read and durable
 * before the next is looked at. A letter that is odd in any way (its length
 * is not what the server said, it broke a session, the process ended at it)
 * is asked for by itself, so that it is known which one is to blame.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_rules.h"
#include "daemon/config_words.h"
#include "daemon/crash.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/reading.h"
#include "daemon/intake/folder.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/take.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "lib/buf.h"
#include "lib/err.h"

#define ATTEMPTS_MAX	3
#define MAIL_HEAD	(1024 * 1024)	/* kept of what is too large */
#define BATCH_BYTES	((int64_t)4 * 1024 * 1024)

int
take_bytes(struct desk *d, struct reader *reader, struct arrival *a,
    char case_id[], const char **result, struct err *e)
{
	static const char *const words[] = { "new", "joined", "duplicate",
	    "canary" };
	const struct config_desk *desk = config_desk(d->config,
	    a->mailbox->desk);
	struct reading_rules rules = { config_charsets(desk),
	    a->mailbox->authserv_id, desk->from_address, NULL,
	    config_rules_fd(d->rules),
	    desk->name, NULL };
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
 * fetched once more, by itself when it came in a batch, else in a new
 * session. Some servers never know their sizes, so the same length twice is
 * believed.
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
	int64_t limit = mail->size > TAKE_MAX ? MAIL_HEAD : 0;
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
adopt(struct folder *f, const struct imap_mail *mail, const void *raw,
    size_t len, struct err *e)
{
	struct ledger_place here = { f->mailbox->name, f->name,
	    f->uidvalidity, 0 };
	unsigned char hash[SEAL_HASH];

	if (!f->moved_to)
		return 0;
	if (raw != NULL)
		desk_hash_body(f->desk, raw, len, hash);
	return ledger_adopt(f->desk, &here, mail->uid, raw == NULL ? NULL :
	    hash, mail->size, e);
}

/* The bytes are at hand, and are what the server said. */
static int
take_fetched(struct folder *f, const struct imap_mail *mail,
    const void *raw, size_t len, const struct reading *unread,
    struct err *e)
{
	struct arrival a = { f->mailbox, f->name, f->uidvalidity, mail->uid,
	    raw, len, f->junk, unread, NULL };
	char case_id[CASE_ID_LEN + 1] = "";
	const char *result = "";
	int known;

	if ((known = adopt(f, mail, raw, len, e)) != 0)
		return known == -1 ? -1 : 0;
	if (take_bytes(f->desk, f->reader, &a, case_id, &result, e) == -1)
		return -1;
	log_info("letter case=%s result=%s size=%zu",
	    case_id[0] == '\0' ? "-" : case_id, result, len);
	return breath_take(f->breath, f->desk, f->mailbox->name, e);
}

static int
take_whole(struct folder *f, struct imap *m, const struct imap_mail *mail,
    struct err *e)
{
	struct reading unread;
	struct buf raw;
	int bad = -1, skip;

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
	bad = take_fetched(f, mail, raw.bytes, raw.len,
	    skip ? &unread : NULL, e);
out:
	buf_free(&raw);
	return bad;
}

static int
is_streamed(const struct folder *f, const struct imap_mail *mail)
{
	return mail->size > READING_MAIL_MAX ||
	    (mail->uid == f->odd_uid && f->odd_size > READING_MAIL_MAX);
}

int
take_one(struct folder *f, struct imap *m, const struct imap_mail *mail,
    struct err *e)
{
	struct arrival a = { f->mailbox, f->name, f->uidvalidity, mail->uid,
	    NULL, 0, f->junk, NULL, NULL };
	char case_id[CASE_ID_LEN + 1] = "";
	int known;

	crash_point("fetch before");
	if (!is_streamed(f, mail))
		return take_whole(f, m, mail, e);
	if ((known = adopt(f, mail, NULL, 0, e)) != 0)
		return known == -1 ? -1 : 0;
	return take_stream(f, m, mail, &a, case_id, e);
}

int
take_fits(const struct folder *f, const struct take_batch *b,
    const struct imap_mail *mail)
{
	int64_t bytes = mail->size;
	size_t i;

	for (i = 0; i < b->n; i++)
		bytes += b->mails[i].size;
	return b->n < IMAP_BATCH && bytes <= BATCH_BYTES && !f->careful &&
	    !f->singly && mail->uid != f->odd_uid &&
	    !lost_has(&f->lost, mail->uid);
}

struct taking {
	struct folder		*folder;
	struct take_batch	*batch;
	int			 ours;	/* the fault, when something fails */
};

static int
take_next(void *ctx, size_t i, const void *bytes, size_t len, struct err *e)
{
	struct taking *t = ctx;
	const struct imap_mail *mail = &t->batch->mails[i];

	/* What is passed over here is asked for by itself, or next time. */
	t->batch->came[i] = (int64_t)len;
	if (role_stopping() || mail->size != (int64_t)len)
		return 0;
	t->ours = 1;
	if (take_fetched(t->folder, mail, bytes, len, NULL, e) == -1)
		return -1;
	t->ours = 0;
	t->batch->taken[i] = 1;
	crash_point("batch goes on");
	return 0;
}

int
take_batch(struct folder *f, struct imap *m, struct take_batch *b,
    struct err *e)
{
	struct taking t = { f, b, 0 };
	size_t i;

	for (i = 0; i < b->n; i++) {
		b->came[i] = -1;
		b->taken[i] = 0;
	}
	crash_point("batch before");
	if (imap_fetch_batch(m, b->mails, b->n, take_next, &t, e) == 0)
		return 0;
	if (!t.ours)
		f->singly = 1;
	return -1;
}

int
take_was(struct folder *f, const struct take_batch *b, int64_t uid)
{
	size_t i;

	for (i = 0; i < b->n && b->mails[i].uid != uid; i++)
		;
	if (i == b->n)
		return 0;
	if (!b->taken[i] && b->came[i] != -1) {
		f->odd_uid = uid;
		f->odd_size = b->came[i];
	}
	return b->taken[i];
}
