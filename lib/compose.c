/*
 * A letter document as an RFC 5322 message.
 *
 * One recipient, no Cc, no Bcc, nothing about the machine that sends.  Every
 * field is checked again before the first byte is written: this is the last
 * place where a smuggled line end could become a header.  The boundary holds
 * "=_", which neither quoted-printable nor base64 can produce.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/buf.h"
#include "lib/compose.h"
#include "lib/compose_encode.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "lib/wire.h"
#include "lib/words.h"

#define DATE_MAX	INT64_C(253402300799)	/* the end of 9999 */
#define NAME_MAX_LEN	200
#define BOUNDARY_LEN	(2 + 2 * 16 + 1)

int
compose_needs_smtputf8(const char *address)
{
	for (; *address != '\0'; address++)
		if ((unsigned char)*address >= 0x80)
			return 1;
	return 0;
}

static int
bad(const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "cannot compose: %s", _(what));
	return -1;
}

static int
check_addresses(const struct compose *c, struct err *e)
{
	if (c->letter->to == NULL || c->from_address == NULL)
		return bad("an address is missing", e);
	if (text_address_check(c->letter->to, e) == -1) {
		err_prefix(e, "cannot compose: To");
		return -1;
	}
	if (text_address_check(c->from_address, e) == -1) {
		err_prefix(e, "cannot compose: From");
		return -1;
	}
	if (c->reply_to != NULL &&
	    text_address_check(c->reply_to, e) == -1) {
		err_prefix(e, "cannot compose: Reply-To");
		return -1;
	}
	if (c->from_name != NULL && (strlen(c->from_name) > NAME_MAX_LEN ||
	    !text_is_line(c->from_name)))
		return bad("the sender's name is too long or not safe", e);
	return 0;
}

static int
check_ids(const struct letter *l, struct err *e)
{
	size_t i;

	if (l->message_id == NULL || !letter_id_valid(l->message_id))
		return bad("the message id is not one", e);
	if (l->in_reply_to != NULL && !letter_id_valid(l->in_reply_to))
		return bad("'in_reply_to' is not a message id", e);
	if (l->nreferences > LETTER_REFERENCES_MAX)
		return bad("too many references", e);
	for (i = 0; i < l->nreferences; i++)
		if (l->references[i] == NULL ||
		    !letter_id_valid(l->references[i]))
			return bad("a reference is not a message id", e);
	return 0;
}

static int
check_attachments(const struct compose *c, struct err *e)
{
	const struct letter_attachment *a;
	unsigned char hash[SEAL_HASH];
	size_t i;

	if (c->letter->nattachments > LETTER_ATTACHMENTS_MAX)
		return bad("too many attachments", e);
	if (c->letter->nattachments > 0 && (c->attachments == NULL ||
	    c->attachment_sizes == NULL))
		return bad("attachments are missing", e);
	for (i = 0; i < c->letter->nattachments; i++) {
		a = &c->letter->attachments[i];
		if (letter_attachment_check(a, e) == -1)
			return -1;
		if ((uint64_t)a->size != c->attachment_sizes[i])
			return bad("an attachment has another size", e);
		seal_hash(hash, LETTER_ATTACHMENT_HASH, c->attachments[i],
		    c->attachment_sizes[i]);
		if (memcmp(hash, a->hash, SEAL_HASH) != 0)
			return bad("an attachment is not the signed one", e);
	}
	return 0;
}

static int
check(const struct compose *c, struct err *e)
{
	const struct letter *l = c->letter;

	if (check_addresses(c, e) == -1 || check_ids(l, e) == -1)
		return -1;
	if (l->subject == NULL || *l->subject == '\0' ||
	    strlen(l->subject) > LETTER_SUBJECT_MAX ||
	    !text_is_line(l->subject))
		return bad("the subject is missing, too long or not safe", e);
	if (l->body == NULL || l->body[strspn(l->body, " \t\n")] == '\0' ||
	    strlen(l->body) > LETTER_BODY_MAX || !text_is_lines(l->body))
		return bad("the text is missing, too long or not text", e);
	if (c->date_s < 0 || c->date_s > DATE_MAX)
		return bad("the date is out of range", e);
	if (c->auto_submitted != NULL &&
	    strcmp(c->auto_submitted, "auto-replied") != 0 &&
	    strcmp(c->auto_submitted, "auto-generated") != 0)
		return bad("unknown value of Auto-Submitted", e);
	return check_attachments(c, e);
}

static int
add_field(struct buf *out, const char *name, const char *token)
{
	struct compose_field f;

	if (compose_field_begin(&f, out, name) == -1 ||
	    compose_field_add(&f, token) == -1)
		return -1;
	return compose_field_end(&f);
}

static int
add_from(const struct compose *c, struct buf *out)
{
	char angled[260];
	struct compose_field f;

	if (c->from_name == NULL || *c->from_name == '\0')
		return add_field(out, "From", c->from_address);
	(void)snprintf(angled, sizeof(angled), "<%s>", c->from_address);
	if (compose_field_begin(&f, out, "From") == -1 ||
	    compose_field_phrase(&f, c->from_name) == -1 ||
	    compose_field_add(&f, angled) == -1)
		return -1;
	return compose_field_end(&f);
}

static int
add_subject(const char *subject, struct buf *out)
{
	struct compose_field f;

	if (compose_field_begin(&f, out, "Subject") == -1 ||
	    compose_field_text(&f, subject) == -1)
		return -1;
	return compose_field_end(&f);
}

/* Not strftime(): its names follow the locale. */
static int
add_date(int64_t date_s, struct buf *out)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
	    "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = date_s;
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&t, &tm);
	return buf_addf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000"
	    "\r\n", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static int
add_references(const struct letter *l, struct buf *out)
{
	struct compose_field f;
	size_t i;

	if (l->nreferences == 0)
		return 0;
	if (compose_field_begin(&f, out, "References") == -1)
		return -1;
	for (i = 0; i < l->nreferences; i++)
		if (compose_field_add(&f, l->references[i]) == -1)
			return -1;
	return compose_field_end(&f);
}

static int
add_header(const struct compose *c, struct buf *out)
{
	const struct letter *l = c->letter;

	if (add_from(c, out) == -1 ||
	    add_field(out, "To", l->to) == -1 ||
	    (c->reply_to != NULL &&
	    add_field(out, "Reply-To", c->reply_to) == -1) ||
	    add_subject(l->subject, out) == -1 ||
	    add_date(c->date_s, out) == -1 ||
	    add_field(out, "Message-ID", l->message_id) == -1 ||
	    (l->in_reply_to != NULL &&
	    add_field(out, "In-Reply-To", l->in_reply_to) == -1) ||
	    add_references(l, out) == -1 ||
	    (c->auto_submitted != NULL &&
	    add_field(out, "Auto-Submitted", c->auto_submitted) == -1))
		return -1;
	return buf_adds(out, "MIME-Version: 1.0\r\n");
}

static int
add_text(const struct letter *l, struct buf *out)
{
	if (buf_adds(out, "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n") == -1)
		return -1;
	return compose_quoted_printable(out, l->body);
}

static int
add_attachment(const struct compose *c, size_t i, struct buf *out)
{
	const struct letter_attachment *a = &c->letter->attachments[i];
	struct compose_field f;

	if (add_field(out, "Content-Type", a->type) == -1 ||
	    add_field(out, "Content-Transfer-Encoding", "base64") == -1 ||
	    compose_field_begin(&f, out, "Content-Disposition") == -1 ||
	    compose_field_add(&f, "attachment;") == -1 ||
	    compose_field_parameter(&f, "filename", a->name) == -1 ||
	    compose_field_end(&f) == -1 || buf_adds(out, "\r\n") == -1)
		return -1;
	return compose_base64(out, c->attachments[i], c->attachment_sizes[i]);
}

/* The line end before a boundary belongs to it; the text keeps its own. */
static int
add_parts(const struct compose *c, struct buf *out)
{
	char boundary[BOUNDARY_LEN] = "=_";
	size_t i;

	wire_hex(boundary + 2, c->boundary_seed, sizeof(c->boundary_seed));
	if (buf_addf(out, "Content-Type: multipart/mixed;\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary) == -1 ||
	    add_text(c->letter, out) == -1)
		return -1;
	for (i = 0; i < c->letter->nattachments; i++)
		if (buf_addf(out, "\r\n--%s\r\n", boundary) == -1 ||
		    add_attachment(c, i, out) == -1)
			return -1;
	return buf_addf(out, "\r\n--%s--\r\n", boundary);
}

int
compose_message(const struct compose *c, struct buf *out, struct err *e)
{
	size_t before = out->len;

	if (check(c, e) == -1)
		return -1;
	if (add_header(c, out) == 0 && (c->letter->nattachments > 0 ?
	    add_parts(c, out) : add_text(c->letter, out)) == 0)
		return 0;
	seal_wipe(out->bytes + before, out->len - before);
	out->len = before;
	return bad("the message is too large", e);
}
