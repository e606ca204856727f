/*
 * Marks in a mailbox.
 *
 * Whoever works here leaves a mark and remembers it before the server can
 * show it, so that a death between the two alarms nobody.  The newest mark
 * alone counts.  Who finds another one's leaves a new one on top of it, and
 * so both hear of each other, whoever looked first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/foreign.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/mark.h"
#include "daemon/log.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define LOOK_EVERY_S	60
#define LEAVE_EVERY_S	3600
#define MAIL_MAX	4096
#define FIELD		"Teduh-Mark: "

/* Some servers have all folders below INBOX. */
static const char *const folders[] = { MARK_FOLDER, "INBOX." MARK_FOLDER,
    "INBOX/" MARK_FOLDER };
#define NFOLDERS	(sizeof(folders) / sizeof(folders[0]))

struct finding {
	size_t		folder;		/* NFOLDERS: there is none */
	int64_t		uid;		/* of the newest mark; 0: none */
	unsigned char	mark[FOREIGN_MARK];
};

static int
keep_bytes(void *ctx, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	(void)buf_add(ctx, bytes, len);		/* too long: no mark of ours */
	return 0;
}

/* The field at the beginning of a line. 1 with the mark, 0. */
static int
read_mark(const char *text, unsigned char mark[FOREIGN_MARK])
{
	char hex[2 * FOREIGN_MARK + 1];
	const char *field = strstr(text, "\n" FIELD);

	if (field == NULL)
		return 0;
	(void)snprintf(hex, sizeof(hex), "%s", field + strlen("\n" FIELD));
	return wire_unhex(mark, FOREIGN_MARK, hex) == 0;
}

/* What lies newest in the selected folder; other mails are no marks. */
static int
read_newest(struct imap *m, struct finding *f, struct err *e)
{
	struct imap_mail *mails = NULL, *last;
	struct buf b;
	size_t n;
	int r;

	if (imap_list(m, 1, &mails, &n, e) == -1)
		return -1;
	last = n == 0 ? NULL : &mails[n - 1];
	if (last == NULL || last->size > MAIL_MAX) {
		free(mails);
		return 0;
	}
	buf_init(&b, MAIL_MAX);
	r = imap_fetch(m, last, MAIL_MAX, keep_bytes, &b, e);
	if (r == 0 && read_mark(b.bytes, f->mark))
		f->uid = last->uid;
	buf_free(&b);
	free(mails);
	return r;
}

static int
find(struct imap *m, struct finding *f, struct err *e)
{
	struct err why = ERR_INIT;
	int64_t uidvalidity;

	memset(f, 0, sizeof(*f));
	for (; f->folder < NFOLDERS; f->folder++) {
		if (imap_select(m, folders[f->folder], &uidvalidity,
		    &why) == 0)
			return read_newest(m, f, e);
		if (why.code != ERR_GONE) {
			*e = why;
			return -1;
		}
	}
	return 0;
}

/* 0 left, 1 the server takes it nowhere, -1. */
static int
append(struct imap *m, const struct finding *f, const char *text, size_t len,
    struct err *e)
{
	size_t i = f->folder == NFOLDERS ? 0 : f->folder;
	size_t end = f->folder == NFOLDERS ? NFOLDERS : i + 1;
	int r = 1;

	for (; r == 1 && i < end; i++)
		r = imap_append(m, folders[i], text, len, e);
	return r;
}

static void
write_mail(struct buf *b, const unsigned char mark[FOREIGN_MARK],
    int64_t now)
{
	char date[64] = "", hex[2 * FOREIGN_MARK + 1];
	time_t t = (time_t)now;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S "
		    "+0000", &tm);
	wire_hex(hex, mark, FOREIGN_MARK);
	(void)buf_addf(b, "From: Mark <mark@localhost>\r\n"
	    "Date: %s\r\n"
	    "Subject: Mark of the program that fetches mail here\r\n"
	    FIELD "%s\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n"
	    "\r\n"
	    "Please leave this mail and its folder as they are.\r\n",
	    date, hex);
}

/* On top, and the one below goes where it can. */
static int
leave(struct mark *k, struct imap *m, const struct finding *f, int64_t now,
    struct err *e)
{
	unsigned char mark[FOREIGN_MARK];
	struct buf b;
	int r;

	if (foreign_mark_new(k->desk, mark, e) == -1)
		return -1;
	/* If the session breaks of it letters come first in the next. */
	k->left_at = now;
	k->refused = 1;
	buf_init(&b, MAIL_MAX);
	write_mail(&b, mark, now);
	crash_point("mark before");
	r = append(m, f, b.bytes, b.len, e);
	crash_point("mark after");
	buf_free(&b);
	if (r == -1 || foreign_note_taken(k->desk, k->mailbox->name, r == 0,
	    e) == -1)
		return -1;
	k->refused = r;
	if (r == 1)
		log_warn("no-mark mailbox=%s reason=server-takes-none",
		    k->mailbox->name);
	return r == 1 || f->uid == 0 || imap_delete(m, &f->uid, 1, e) != -1 ?
	    0 : -1;
}

int
mark_look(struct mark *k, struct imap *m, struct err *e)
{
	int64_t now = store_now(k->desk->store);
	struct finding f;
	int own = 0;

	/* A clock that was put back must not keep us from looking. */
	if (k->looked_at <= now && now - k->looked_at < LOOK_EVERY_S)
		return 0;
	k->looked_at = now;
	if (find(m, &f, e) == -1)
		return -1;
	if ((f.uid != 0 && (own = foreign_mark_is_own(k->desk, f.mark,
	    e)) == -1) || (k->other = foreign_judge(k->desk,
	    k->mailbox->name, f.uid == 0 ? NULL : f.mark, e)) == -1)
		return -1;
	if ((own || k->refused) && k->left_at <= now &&
	    now - k->left_at < LEAVE_EVERY_S)
		return 0;
	return leave(k, m, &f, now, e);
}
