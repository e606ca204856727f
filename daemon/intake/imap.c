/*
 * An IMAP session over libetpan's low-level calls.
 *
 * libetpan is used for the protocol alone: bodies are streamed through its
 * body handler (never whole in memory by its hand), its own sockets and TLS
 * are not used, and it is never asked to look into a message.
 */
#include <inttypes.h>
#include <libetpan/libetpan.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/intake/imap_inside.h"
#include "daemon/intake/stream.h"
#include "daemon/role.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define BYTES_PER_MAIL	256		/* of a UID and size listing */
#define LIST_MAX	1000000
#define SLICE_MS	5000
#define FETCH_BYTES_S	20000		/* slower than this is given up */
/* News in front of the "+" are no end of anything to libetpan: it waits. */
#define IDLE_S		15

int
imap_worked(int r)
{
	return r == MAILIMAP_NO_ERROR ||
	    r == MAILIMAP_NO_ERROR_AUTHENTICATED ||
	    r == MAILIMAP_NO_ERROR_NON_AUTHENTICATED;
}

int
imap_broken(const struct imap *m, const char *what, int r, struct err *e)
{
	const char *why = stream_trouble(m->stream);

	err_set(e, ERR_RETRY, "'%s' failed at %s: %s", m->host, what,
	    why[0] != '\0' ? why : r == MAILIMAP_ERROR_PARSE ?
	    "the answer is not IMAP" : "the server refused");
	return -1;
}

void
imap_allow(struct imap *m)
{
	stream_allow(m->stream, COMMAND_S, COMMAND_BYTES);
}

void
imap_allow_fetch(struct imap *m, int64_t bytes)
{
	stream_allow(m->stream, COMMAND_S + (int)(bytes / FETCH_BYTES_S),
	    (uint64_t)bytes + COMMAND_BYTES);
}

static bool
give_body(int type, struct mailimap_msg_att_body_section *section,
    const char *bytes, size_t len, void *ctx)
{
	struct imap *m = ctx;

	(void)type;
	(void)section;
	if (m->body == NULL || m->body_failed)
		return !m->body_failed;
	if (m->body(m->body_ctx, bytes, len, m->body_err) == 0)
		return true;
	m->body_failed = 1;
	return false;
}

static int
ask_capabilities(struct imap *m, struct err *e)
{
	struct mailimap_capability_data *data = NULL;
	int r;

	imap_allow(m);
	r = mailimap_capability(m->session, &data);
	if (data != NULL)
		mailimap_capability_data_free(data);
	if (!imap_worked(r))
		return imap_broken(m, "capability", r, e);
	m->has_idle = mailimap_has_idle(m->session);
	m->has_uidplus = mailimap_has_uidplus(m->session);
	m->has_move = mailimap_has_extension(m->session, "MOVE");
	return 0;
}

static int
start_tls(struct imap *m, struct err *e)
{
	int r;

	if (ask_capabilities(m, e) == -1)
		return -1;
	if (!mailimap_has_extension(m->session, "STARTTLS")) {
		err_set(e, ERR_DENIED, "'%s' does not offer STARTTLS, and "
		    "nothing is sent in clear: use 'tls = implicit', or ask "
		    "the people who run the server", m->host);
		return -1;
	}
	imap_allow(m);
	r = mailimap_starttls(m->session);
	/* libetpan's code for it is the same as for a No. */
	if (stream_sneaked(m->stream, e) == -1)
		return -1;
	if (!imap_worked(r))
		return imap_broken(m, "starttls", r, e);
	return stream_start_tls(m->stream, e);
}

static int
login(struct imap *m, const struct config_mailbox *box,
    const struct secret *password, int *refused, struct err *e)
{
	char *text = mem_dup(password->bytes, password->len);
	int r;

	imap_allow(m);
	r = box->token_command != NULL ? mailimap_oauth2_authenticate(
	    m->session, box->user, text) : mailimap_login(m->session,
	    box->user, text);
	explicit_bzero(text, password->len);
	free(text);
	*refused = r == MAILIMAP_ERROR_LOGIN;
	if (r == MAILIMAP_ERROR_LOGIN && box->token_command != NULL) {
		err_set(e, ERR_DENIED, "'%s' refused the access token of "
		    "mailbox '%s': check 'user', or log in again as "
		    "'token_command' wants it", m->host, box->name);
		return -1;
	}
	if (r == MAILIMAP_ERROR_LOGIN) {
		err_set(e, ERR_DENIED, "'%s' refused the login of mailbox "
		    "'%s': check user and secret", m->host, box->name);
		return -1;
	}
	return imap_worked(r) ? 0 : imap_broken(m, "login", r, e);
}

struct imap *
imap_open(const struct config_mailbox *box, const struct secret *password,
    int *refused, struct err *e)
{
	struct imap *m = mem_alloc(sizeof(*m));
	int r, plain = box->tls == TLS_STARTTLS;

	*refused = 0;
	mmap_string_set_ceil((size_t)-1);	/* never a temporary file */
	m->host = box->host;
	m->stream = stream_open(box->host, box->port, box->ca, plain, e);
	if (m->stream == NULL)
		goto fail;
	if ((m->session = mailimap_new(0, NULL)) == NULL)
		abort();
	mailimap_set_msg_body_handler(m->session, give_body, m);
	imap_allow(m);
	r = mailimap_connect(m->session, stream_etpan(m->stream));
	if (!imap_worked(r)) {
		(void)imap_broken(m, "greeting", r, e);
		goto fail;
	}
	if (r == MAILIMAP_NO_ERROR_AUTHENTICATED) {
		err_set(e, ERR_DENIED, "'%s' greets as if we were logged in "
		    "already: this is not our mailbox", m->host);
		goto fail;
	}
	if ((plain && start_tls(m, e) == -1) ||
	    login(m, box, password, refused, e) == -1 ||
	    ask_capabilities(m, e) == -1)
		goto fail;
	return m;
fail:
	imap_free(m);
	return NULL;
}

void
imap_free(struct imap *m)
{
	if (m == NULL)
		return;
	if (m->session != NULL) {
		/* The stream, once given away, goes with the session. */
		stream_allow(m->stream, 5, COMMAND_BYTES);
		mailimap_free(m->session);
	}
	free(m);
}

int
imap_select(struct imap *m, const char *folder, int64_t *uidvalidity,
    struct err *e)
{
	int r;

	imap_allow(m);
	r = mailimap_select(m->session, folder);
	if (r == MAILIMAP_ERROR_SELECT) {
		err_set(e, ERR_GONE, "'%s' has no folder '%s'", m->host,
		    folder);
		return -1;
	}
	if (!imap_worked(r) || m->session->imap_selection_info == NULL)
		return imap_broken(m, "select", r, e);
	*uidvalidity = m->session->imap_selection_info->sel_uidvalidity;
	m->known = m->session->imap_selection_info->sel_exists;
	return 0;
}

int
imap_mail_of(struct mailimap_msg_att *att, struct imap_mail *mail)
{
	struct mailimap_msg_att_item *item;
	clistiter *i;

	mail->uid = 0;
	mail->size = -1;
	for (i = clist_begin(att->att_list); i != NULL; i = clist_next(i)) {
		item = clist_content(i);
		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		switch (item->att_data.att_static->att_type) {
		case MAILIMAP_MSG_ATT_UID:
			mail->uid = item->att_data.att_static->
			    att_data.att_uid;
			break;
		case MAILIMAP_MSG_ATT_RFC822_SIZE:
			mail->size = item->att_data.att_static->
			    att_data.att_rfc822_size;
			break;
		default:
			break;
		}
	}
	return mail->uid > 0 && mail->size >= 0 ? 0 : -1;
}

static int
by_uid(const void *a, const void *b)
{
	const struct imap_mail *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static void
collect(clist *answers, int64_t first, struct imap_mail **mails, size_t *n)
{
	struct imap_mail mail;
	size_t k, kept;
	clistiter *i;

	*n = 0;
	*mails = mem_alloc((size_t)clist_count(answers) * sizeof(**mails));
	for (i = clist_begin(answers); i != NULL; i = clist_next(i))
		/* "n:*" always brings the last mail, even below n. */
		if (imap_mail_of(clist_content(i), &mail) == 0 &&
		    mail.uid >= first)
			(*mails)[(*n)++] = mail;
	qsort(*mails, *n, sizeof(**mails), by_uid);
	/* A server that names one twice has it once. */
	for (k = 0, kept = 0; k < *n; k++)
		if (kept == 0 || (*mails)[kept - 1].uid != (*mails)[k].uid)
			(*mails)[kept++] = (*mails)[k];
	*n = kept;
}

int
imap_list(struct imap *m, int64_t first, struct imap_mail **mails, size_t *n,
    struct err *e)
{
	struct mailimap_fetch_type *what;
	struct mailimap_set *set;
	clist *answers = NULL;
	uint64_t exists;
	int r;

	exists = m->known = m->session->imap_selection_info->sel_exists;
	stream_allow(m->stream, COMMAND_S + (int)(exists / 1000),
	    COMMAND_BYTES + (exists > LIST_MAX ? LIST_MAX : exists) *
	    BYTES_PER_MAIL);
	what = mailimap_fetch_type_new_fetch_att_list_empty();
	set = mailimap_set_new_interval((uint32_t)first, 0);
	if (what == NULL || set == NULL ||
	    mailimap_fetch_type_new_fetch_att_list_add(what,
	    mailimap_fetch_att_new_uid()) != MAILIMAP_NO_ERROR ||
	    mailimap_fetch_type_new_fetch_att_list_add(what,
	    mailimap_fetch_att_new_rfc822_size()) != MAILIMAP_NO_ERROR)
		abort();
	r = mailimap_uid_fetch(m->session, set, what, &answers);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	if (!imap_worked(r))
		return imap_broken(m, "listing", r, e);
	collect(answers, first, mails, n);
	mailimap_fetch_list_free(answers);
	return 0;
}

int
imap_has_body(struct mailimap_msg_att *att)
{
	struct mailimap_msg_att_item *item;
	clistiter *i;

	for (i = clist_begin(att->att_list); i != NULL; i = clist_next(i)) {
		item = clist_content(i);
		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC &&
		    item->att_data.att_static->att_type ==
		    MAILIMAP_MSG_ATT_BODY_SECTION)
			return 1;
	}
	return 0;
}

int
imap_came(clist *answers, int64_t uid)
{
	struct imap_mail mail;
	clistiter *i;

	for (i = clist_begin(answers); i != NULL; i = clist_next(i)) {
		(void)imap_mail_of(clist_content(i), &mail);
		if (mail.uid == uid && imap_has_body(clist_content(i)))
			return 1;
	}
	return 0;
}

int
imap_fetch(struct imap *m, const struct imap_mail *mail, int64_t limit,
    imap_body *body, void *ctx, struct err *e)
{
	struct mailimap_section *section = mailimap_section_new(NULL);
	struct mailimap_fetch_type *what;
	struct mailimap_fetch_att *att;
	struct mailimap_set *set;
	clist *answers = NULL;
	int64_t bytes = limit > 0 ? limit : mail->size;
	int r, came = 0;

	att = limit > 0 ? mailimap_fetch_att_new_body_peek_section_partial(
	    section, 0, (uint32_t)limit) :
	    mailimap_fetch_att_new_body_peek_section(section);
	what = mailimap_fetch_type_new_fetch_att(att);
	set = mailimap_set_new_single((uint32_t)mail->uid);
	if (section == NULL || att == NULL || what == NULL || set == NULL)
		abort();
	imap_allow_fetch(m, bytes);
	m->body = body;
	m->body_ctx = ctx;
	m->body_err = e;
	m->body_failed = 0;
	r = mailimap_uid_fetch(m->session, set, what, &answers);
	m->body = NULL;
	if (answers != NULL && imap_worked(r)) {
		came = imap_came(answers, mail->uid);
		mailimap_fetch_list_free(answers);
	}
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	if (m->body_failed)
		return -1;
	if (!imap_worked(r))
		return imap_broken(m, "fetch", r, e);
	if (came)
		return 0;
	err_set(e, ERR_GONE, "the mail server has no mail %" PRId64 " any "
	    "more", mail->uid);
	return -1;
}

/* Seen, so that nobody is told of new mail. */
static int
append_once(struct imap *m, const char *folder, const char *text, size_t len)
{
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	int r;

	if (flags == NULL || mailimap_flag_list_add(flags,
	    mailimap_flag_new_seen()) != MAILIMAP_NO_ERROR)
		abort();
	imap_allow(m);
	r = mailimap_append(m->session, folder, flags, NULL, text, len);
	mailimap_flag_list_free(flags);
	return r;
}

int
imap_append(struct imap *m, const char *folder, const char *text, size_t len,
    struct err *e)
{
	int r = append_once(m, folder, text, len);

	if (r == MAILIMAP_ERROR_APPEND) {
		imap_allow(m);
		r = mailimap_create(m->session, folder);
		if (imap_worked(r))
			r = append_once(m, folder, text, len);
		else if (r == MAILIMAP_ERROR_CREATE)
			return 1;
	}
	if (r == MAILIMAP_ERROR_APPEND)
		return 1;
	return imap_worked(r) ? 0 : imap_broken(m, "append", r, e);
}

static int
noop(struct imap *m, struct err *e)
{
	int r;

	imap_allow(m);
	r = mailimap_noop(m->session);
	return imap_worked(r) ? 1 : imap_broken(m, "noop", r, e);
}

/* In slices, so that a signal between asking and waiting is not missed. */
static int
wait_for_news(struct imap *m, int timeout_ms)
{
	int slice, news = 0;

	while (timeout_ms > 0 && news == 0 && !role_stopping()) {
		slice = timeout_ms < SLICE_MS ? timeout_ms : SLICE_MS;
		news = stream_wait(m->stream, slice);
		timeout_ms -= slice;
	}
	return news;
}

/*
 * In the answer to something else. What somebody else expunged counts as
 * well: it would hide as many that came. Where it is not so, one more listing
 * is what that costs.
 */
static int
told_in_passing(const struct imap *m)
{
	return m->session->imap_selection_info->sel_exists != m->known;
}

int
imap_wait(struct imap *m, int timeout_ms, struct err *e)
{
	int r, news;

	if (told_in_passing(m))
		return 1;
	if (!m->has_idle) {
		role_pause(timeout_ms < 15000 ? timeout_ms : 15000);
		return noop(m, e);
	}
	stream_allow(m->stream, IDLE_S, COMMAND_BYTES);
	r = mailimap_idle(m->session);
	if (!imap_worked(r))
		return imap_broken(m, "idle", r, e);
	news = told_in_passing(m) ? 1 : wait_for_news(m, timeout_ms);
	stream_allow(m->stream, COMMAND_S, COMMAND_BYTES);
	if (news == -1)
		return imap_broken(m, "idle", 0, e);
	r = mailimap_idle_done(m->session);
	if (!imap_worked(r))
		return imap_broken(m, "idle", r, e);
	return news;
}
