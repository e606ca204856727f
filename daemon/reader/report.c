/*
 * Reports of machines about letters that we sent.
 *
 * Only the outermost multipart/report counts: what somebody forwards as an
 * attachment reports nothing to us.  A report proves nothing either; it is
 * the token in it that the service compares (daemon/desk/bounce.h).  Bounded:
 * the first REPORT_PART_MAX bytes of a part, REPORT_GROUPS_MAX recipients.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/address.h"
#include "daemon/reader/ident.h"
#include "daemon/reader/report.h"
#include "lib/buf.h"
#include "lib/text.h"

#define REPORT_PART_MAX		(64u * 1024)
#define REPORT_GROUPS_MAX	50
#define WORD_MAX		24
#define STATUS_MAX		12

struct report {
	const char	*kind;
	char		 action[WORD_MAX], status[STATUS_MAX];
	char		*recipient;		/* owned; NULL: not said */
	char		 message_id[IDENT_ID_SIZE];
	char		 token[IDENT_TOKEN_SIZE];
};

/* A word of letters and hyphens behind blanks, in lower case, or "". */
static void
get_word(const char *p, char out[WORD_MAX])
{
	size_t n = 0;

	p += strspn(p, " \t");
	while (n < WORD_MAX - 1 && (*p == '-' || (*p >= 'a' && *p <= 'z') ||
	    (*p >= 'A' && *p <= 'Z'))) {
		out[n++] = *p >= 'A' && *p <= 'Z' ?
		    (char)(*p + ('a' - 'A')) : *p;
		p++;
	}
	out[n] = '\0';
}

/* "5.1.1" of a status (RFC 3463), or "". */
static void
get_status(const char *p, char out[STATUS_MAX])
{
	size_t n, digits, dots = 0;

	out[0] = '\0';
	p += strspn(p, " \t");
	if (*p != '2' && *p != '4' && *p != '5')
		return;
	for (n = 0, digits = 0; n < STATUS_MAX; n++) {
		if (p[n] >= '0' && p[n] <= '9' && ++digits <= 3)
			continue;
		if (p[n] != '.' || digits == 0 || ++dots > 2)
			break;
		digits = 0;
	}
	if (dots != 2 || digits == 0 || n >= STATUS_MAX || p[1] != '.' ||
	    (p[n] >= '0' && p[n] <= '9'))
		return;
	memcpy(out, p, n);
	out[n] = '\0';
}

static int
badness(const char *action)
{
	static const char *const order[] = { "expanded", "relayed",
	    "delivered", "delayed", "failed" };
	int i;

	for (i = 4; i >= 0; i--)
		if (strcmp(action, order[i]) == 0)
			return i + 1;
	return 0;
}

/* Without a word about it, the status tells what happened. */
static void
mend_action(char action[WORD_MAX], const char *status)
{
	if (badness(action) > 0)
		return;
	(void)snprintf(action, WORD_MAX, "%s", status[0] == '5' ? "failed" :
	    status[0] == '4' ? "delayed" : status[0] == '2' ? "delivered" :
	    "");
}

/* "rfc822; gone@example.net": what stands behind the type. */
static void
set_recipient(struct report *r, const char *value)
{
	const char *p = value == NULL ? NULL : strchr(value, ';');
	struct addresses list;

	if (value == NULL)
		return;
	memset(&list, 0, sizeof(list));
	address_add(&list, p == NULL ? value : p + 1, NULL);
	if (list.n > 0) {
		free(r->recipient);
		r->recipient = mem_strdup(list.v[0].address);
	}
	address_free(&list);
}

static void
add_recipient(struct report *r, const struct mail *m)
{
	const char *action = mail_field(m, "Action");
	const char *status = mail_field(m, "Status");
	char word[WORD_MAX] = "", code[STATUS_MAX] = "";

	if (action == NULL && status == NULL)
		return;			/* the fields per message */
	if (action != NULL)
		get_word(action, word);
	if (status != NULL)
		get_status(status, code);
	mend_action(word, code);
	if (badness(word) <= badness(r->action))
		return;
	memcpy(r->action, word, sizeof(word));
	memcpy(r->status, code, sizeof(code));
	set_recipient(r, mail_field(m, "Final-Recipient"));
	if (r->recipient == NULL)
		set_recipient(r, mail_field(m, "Original-Recipient"));
}

static void
set_token(struct report *r, const char *value)
{
	struct addresses list;
	char token[IDENT_TOKEN_SIZE];

	if (value == NULL || r->token[0] != '\0')
		return;
	memset(&list, 0, sizeof(list));
	address_add(&list, value, NULL);
	if (list.n > 0 && ident_token(list.v[0].address, token) &&
	    strlen(token) == IDENT_TOKEN_LEN + 1)
		memcpy(r->token, token, sizeof(token));
	address_free(&list);
}

static void
add_disposition(struct report *r, const struct mail *m)
{
	const char *value = mail_field(m, "Disposition"), *p;

	if (value != NULL && (p = strchr(value, ';')) != NULL)
		get_word(p + 1, r->action);
	if ((p = mail_field(m, "Original-Message-ID")) != NULL)
		(void)ident_id(&p, r->message_id);
	set_recipient(r, mail_field(m, "Final-Recipient"));
}

static void
add_feedback(struct report *r, const struct mail *m)
{
	const char *value = mail_field(m, "Feedback-Type");

	if (value != NULL)
		get_word(value, r->action);
	set_token(r, mail_field(m, "Original-Mail-From"));
	set_recipient(r, mail_field(m, "Original-Rcpt-To"));
}

/* The headers of our letter, as somebody sent them back. */
static void
add_returned(struct report *r, const struct mail *m)
{
	const char *p = mail_field(m, "Message-ID");

	if (p != NULL && r->message_id[0] == '\0')
		(void)ident_id(&p, r->message_id);
	set_token(r, mail_field(m, "Return-Path"));
}

/* The blocks of fields of a part, one after the other. */
static void
each_block(struct report *r, const struct mime_part *part, size_t most,
    void (*add)(struct report *, const struct mail *))
{
	const char *p = (const char *)part->bytes, *end, *q, *next;
	struct mail *m = mem_alloc(sizeof(*m));
	const char *why;
	size_t i;

	end = p + (part->size < REPORT_PART_MAX ? part->size :
	    REPORT_PART_MAX);
	for (i = 0; i < most && p < end; i++) {
		while (p < end && (*p == '\n' || *p == '\r'))
			p++;
		for (q = p; q < end; q = next) {
			next = memchr(q, '\n', (size_t)(end - q));
			next = next == NULL ? end : next + 1;
			if (*q == '\n' || (*q == '\r' && next == q + 2))
				break;
		}
		if (p < q && mail_open(m, p, (size_t)(q - p), &why) == 0)
			add(r, m);
		if (p < q)
			mail_free(m);
		p = q;
	}
	free(m);
}

static void
read_part(struct report *r, const struct mime_part *part)
{
	static const struct {
		const char	*type;
		size_t		 blocks;
		void		(*add)(struct report *, const struct mail *);
	} parts[] = {
		{ "message/delivery-status", REPORT_GROUPS_MAX,
		    add_recipient },
		{ "message/global-delivery-status", REPORT_GROUPS_MAX,
		    add_recipient },
		{ "message/disposition-notification", 1, add_disposition },
		{ "message/global-disposition-notification", 1,
		    add_disposition },
		{ "message/feedback-report", 1, add_feedback },
		{ "message/rfc822", 1, add_returned },
		{ "message/global", 1, add_returned },
		{ "text/rfc822-headers", 1, add_returned },
		{ "message/rfc822-headers", 1, add_returned },
		{ "message/global-headers", 1, add_returned },
	};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(part->type, parts[i].type) == 0)
			each_block(r, part, parts[i].blocks, parts[i].add);
}

/* What it is about: NULL when it is no report of ours to read. */
static const char *
kind_of(const struct mail *m, const struct mime *mime)
{
	const char *type = mail_field(m, "Content-Type");

	if (type != NULL && strncasecmp(type, "multipart/report", 16) == 0)
		switch (mime->report) {
		case REPORT_DELIVERY:
			return "delivery";
		case REPORT_DISPOSITION:
			return "disposition";
		case REPORT_FEEDBACK:
			return "feedback";
		default:
			break;
		}
	/* Exim says it in the header, whatever the body is. */
	return mail_field(m, "X-Failed-Recipients") == NULL ? NULL :
	    "delivery";
}

static json_t *
or_null(const char *s)
{
	return s == NULL || *s == '\0' ? json_null() : json_string(s);
}

json_t *
report_make(const struct mail *m, const struct mime *mime)
{
	struct report r;
	json_t *o;
	size_t i;

	memset(&r, 0, sizeof(r));
	if ((r.kind = kind_of(m, mime)) == NULL)
		return NULL;
	for (i = 0; i < mime->nparts; i++)
		read_part(&r, &mime->parts[i]);
	if (strcmp(r.kind, "delivery") == 0 && r.action[0] == '\0' &&
	    mail_field(m, "X-Failed-Recipients") != NULL) {
		memcpy(r.action, "failed", 7);
		set_recipient(&r, mail_field(m, "X-Failed-Recipients"));
	}
	o = json_object();
	(void)json_object_set_new(o, "kind", json_string(r.kind));
	(void)json_object_set_new(o, "action", or_null(r.action));
	(void)json_object_set_new(o, "status", or_null(r.status));
	(void)json_object_set_new(o, "recipient", or_null(r.recipient));
	(void)json_object_set_new(o, "message_id", or_null(r.message_id));
	(void)json_object_set_new(o, "token", or_null(r.token));
	free(r.recipient);
	return o;
}
