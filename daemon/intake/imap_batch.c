/*
 * Many mails in one command, because each command costs a journey to the
 * server and back.
 *
 * The answers stream in; one mail at a time is in memory, and is handed over
 * as soon as its line is whole. Only then its UID is known for sure, for a
 * server may say it behind the body. What nobody asked for, comes without a
 * body or comes again is let go: whoever asked sees what did not come.
 */
#include <libetpan/libetpan.h>
#include <stdlib.h>

#include "daemon/intake/imap_inside.h"
#include "lib/buf.h"
#include "lib/err.h"

struct batch {
	struct imap		*imap;
	const struct imap_mail	*mails;
	size_t			 n;
	unsigned char		 came[IMAP_BATCH];
	struct buf		 body;		/* of the mail under way */
	imap_whole		*whole;
	void			*ctx;
	int			 failed;	/* *e says why */
	struct err		*e;
};

static int
gather(void *ctx, const void *bytes, size_t len, struct err *e)
{
	struct batch *b = ctx;

	if (b->failed)
		return -1;
	if (buf_add(&b->body, bytes, len) == 0)
		return 0;
	err_set(e, ERR_RETRY, "'%s' sent a mail that is longer than all it "
	    "announced", b->imap->host);
	b->failed = 1;
	return -1;
}

/* Which of ours this is, if it is one that did not come yet; n: none. */
static size_t
place_of(const struct batch *b, struct mailimap_msg_att *att)
{
	struct imap_mail mail;
	size_t i;

	(void)imap_mail_of(att, &mail);
	for (i = 0; i < b->n; i++)
		if (b->mails[i].uid == mail.uid && !b->came[i])
			break;
	return i;
}

/* libetpan calls this at the end of each FETCH line. */
static void
line_ended(struct mailimap_msg_att *att, void *ctx)
{
	struct batch *b = ctx;
	size_t i = place_of(b, att);
	int64_t began = stream_now();

	if (!b->failed && i < b->n && imap_has_body(att)) {
		b->came[i] = 1;
		b->failed = b->whole(b->ctx, i, b->body.bytes, b->body.len,
		    b->e) == -1;
		/* Our own time is not the server's. */
		stream_allow_more(b->imap->stream, stream_now() - began);
	}
	buf_clear(&b->body);
}

/* Does nothing: where no progress is asked for, no line's end is told. */
static void
progress(size_t now, size_t of, void *ctx)
{
	(void)now;
	(void)of;
	(void)ctx;
}

static void
listen_to(struct imap *m, struct batch *b)
{
	m->body = b == NULL ? NULL : gather;
	m->body_ctx = b;
	m->body_failed = 0;
	mailimap_set_progress_callback(m->session, NULL, b == NULL ? NULL :
	    progress, NULL);
	mailimap_set_msg_att_handler(m->session, b == NULL ? NULL :
	    line_ended, b);
}

static struct mailimap_set *
set_of(const struct imap_mail *mails, size_t n)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	size_t i, k;

	if (set == NULL)
		mem_out();
	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n &&
		    mails[k].uid == mails[k - 1].uid + 1; k++)
			;
		if (mailimap_set_add_interval(set, (uint32_t)mails[i].uid,
		    (uint32_t)mails[k - 1].uid) != MAILIMAP_NO_ERROR)
			mem_out();
	}
	return set;
}

static int
fetch(struct imap *m, const struct imap_mail *mails, size_t n)
{
	struct mailimap_section *section = mailimap_section_new(NULL);
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att(
	    mailimap_fetch_att_new_body_peek_section(section));
	struct mailimap_set *set = set_of(mails, n);
	clist *answers = NULL;
	int r;

	if (section == NULL || what == NULL)
		mem_out();
	r = mailimap_uid_fetch(m->session, set, what, &answers);
	if (imap_worked(r) && answers != NULL)
		mailimap_fetch_list_free(answers);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	return r;
}

int
imap_fetch_batch(struct imap *m, const struct imap_mail *mails, size_t n,
    imap_whole *whole, void *ctx, struct err *e)
{
	struct batch b = { m, mails, n, { 0 }, { 0 }, whole, ctx, 0, e };
	uint64_t bytes = 0;
	size_t i;
	int r;

	for (i = 0; i < n; i++)
		bytes += (uint64_t)mails[i].size;
	/* The stream's budget is as large: no mail alone can reach it. */
	buf_init(&b.body, (size_t)bytes + COMMAND_BYTES);
	imap_allow_fetch(m, (int64_t)bytes);
	m->body_err = e;
	listen_to(m, &b);
	r = fetch(m, mails, n);
	listen_to(m, NULL);
	buf_free(&b.body);
	if (b.failed)
		return -1;
	return imap_worked(r) ? 0 : imap_broken(m, "fetch", r, e);
}
