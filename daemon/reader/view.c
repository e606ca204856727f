/*
 * The view of a letter: headers, class, text and the list of attachments as
 * one JSON document.  Whatever a stranger chose is bounded here and safe to
 * show: names and subject are one line without controls, ids and tokens have
 * the one form that we compare.
 */
#include <gmime/gmime.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/desk/reading_frame.h"
#include "daemon/reader/address.h"
#include "daemon/reader/auth.h"
#include "daemon/reader/decode.h"
#include "daemon/reader/fold.h"
#include "daemon/reader/ident.h"
#include "daemon/reader/language.h"
#include "daemon/reader/report.h"
#include "daemon/reader/sets.h"
#include "daemon/reader/spam.h"
#include "daemon/reader/view.h"
#include "lib/text.h"
#include "lib/wire.h"

#define SUBJECT_MAX	1000
#define REFERENCES_MAX	20
#define TOKENS_MAX	10

/* The addresses of a letter, by the header they stand in. */
struct people {
	struct addresses from, reply_to, to, cc;
};

static void
collect(const struct mail *m, const char *name, const char *fallbacks,
    struct addresses *out)
{
	const char *value;
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	while ((value = mail_next(m, name, &at)) != NULL)
		address_add(out, value, fallbacks);
}

static json_t *
person(const struct address *a)
{
	json_t *o = json_object();

	json_object_set_new(o, "name",
	    a->name == NULL ? json_null() : json_string(a->name));
	json_object_set_new(o, "address", json_string(a->address));
	return o;
}

static json_t *
persons(const struct addresses *list)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < list->n; i++)
		json_array_append_new(a, person(&list->v[i]));
	return a;
}

/* Decoded, one line, safe for a terminal, bounded. */
static json_t *
subject(const struct mail *m, const char *fallbacks, int *guessed)
{
	const char *raw = mail_field(m, "Subject");
	struct buf text, safe;
	json_t *s;
	size_t n;

	if (raw == NULL)
		return json_string("");
	n = strlen(raw);
	buf_init(&text, 4 * n + 16);
	buf_init(&safe, 12 * n + 64);
	*guessed |= decode_words(fallbacks, raw, n, &text);
	(void)text_terminal(text.bytes, text.len, 0, &safe);
	n = safe.len;
	if (n > SUBJECT_MAX) {
		n = SUBJECT_MAX;
		while (n > 0 && ((unsigned char)safe.bytes[n] & 0xc0) == 0x80)
			n--;
	}
	while (n > 0 && safe.bytes[n - 1] == ' ')
		n--;
	s = json_stringn(safe.bytes, n);
	buf_free(&safe);
	buf_free(&text);
	return s == NULL ? json_string("") : s;
}

static json_t *
first_id(const struct mail *m, const char *name)
{
	const char *p = mail_field(m, name);
	char id[IDENT_ID_SIZE];

	if (p == NULL || !ident_id(&p, id))
		return json_null();
	return json_string(id);
}

/* The nearest ones stand last. */
static json_t *
references(const struct mail *m)
{
	json_t *list = json_array();
	const char *p = mail_field(m, "References");
	char id[IDENT_ID_SIZE];

	while (p != NULL && ident_id(&p, id)) {
		if (json_array_size(list) == REFERENCES_MAX)
			json_array_remove(list, 0);
		json_array_append_new(list, json_string(id));
	}
	return list;
}

/* "desk+7k2m9q4x7k2m9q4x@..." may carry a token of ours. */
static void
add_token(json_t *list, const char *address)
{
	char token[IDENT_TOKEN_SIZE];
	size_t i;

	if (!ident_token(address, token))
		return;
	for (i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)),
		    token) == 0)
			return;
	if (json_array_size(list) < TOKENS_MAX)
		json_array_append_new(list, json_string(token));
}

static json_t *
tokens(const struct mail *m, const struct people *who)
{
	static const char *const names[] = { "Delivered-To",
	    "X-Original-To" };
	struct addresses list;
	json_t *out = json_array();
	size_t i, k;

	for (i = 0; i < who->to.n; i++)
		add_token(out, who->to.v[i].address);
	for (i = 0; i < who->cc.n; i++)
		add_token(out, who->cc.v[i].address);
	for (k = 0; k < 2; k++) {
		collect(m, names[k], NULL, &list);
		for (i = 0; i < list.n; i++)
			add_token(out, list.v[i].address);
		address_free(&list);
	}
	return out;
}

static json_t *
date(const struct mail *m)
{
	const char *value = mail_field(m, "Date");
	GDateTime *when;
	char text[32];
	gint64 s;

	if (value == NULL || strlen(value) > 200 ||
	    (when = g_mime_utils_header_decode_date(value)) == NULL)
		return json_null();
	s = g_date_time_to_unix(when);
	g_date_time_unref(when);
	/* 0001-01-01 is GMime's word for a date that it cannot read. */
	if (s <= 0 || s > 253402300799)
		return json_null();
	wire_time(text, s);
	return json_string(text);
}

static json_t *
folded(const struct fold *ranges, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		json_t *pair = json_array();

		json_array_append_new(pair,
		    json_integer((json_int_t)ranges[i].first));
		json_array_append_new(pair,
		    json_integer((json_int_t)ranges[i].last));
		json_array_append_new(list, pair);
	}
	return list;
}

static json_t *
attachments(const struct mime *mime)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < mime->nparts; i++) {
		const struct mime_part *p = &mime->parts[i];
		char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
		    p->bytes, p->size);
		json_t *o = json_object();

		json_object_set_new(o, "name", json_string(p->name));
		json_object_set_new(o, "type", json_string(p->type));
		json_object_set_new(o, "size",
		    json_integer((json_int_t)p->size));
		json_object_set_new(o, "sha256", json_string(hash));
		json_array_append_new(list, o);
		g_free(hash);
	}
	return list;
}

static json_t *
flags(const struct mail *m, unsigned bits, const struct class_facts *facts)
{
	static const struct {
		unsigned	 bit;
		const char	*word;
	} words[] = {
		{ MIME_GUESSED, "guessed-charset" },
		{ MIME_HIDDEN, "hidden-text" },
		{ MIME_DIFFERS, "html-differs" },
		{ MIME_LONG, "long-text" },
		{ MIME_WINMAIL, "winmail" },
		{ MIME_ENCRYPTED, "encrypted" },
	};
	json_t *list = json_array();
	size_t i;

	if (facts->from == NULL)
		json_array_append_new(list, json_string("ambiguous-from"));
	if (facts->spam)
		json_array_append_new(list, json_string("spam"));
	if (m->nul || m->bare_cr)
		json_array_append_new(list, json_string("odd-header"));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bits & words[i].bit)
			json_array_append_new(list,
			    json_string(words[i].word));
	return list;
}

/* Class, answerable, why, verified and who wrote. */
static void
set_judgement(json_t *view, const struct mail *m, const struct mime *mime,
    const struct people *who, const struct reading_rules *rules)
{
	const struct address *from = NULL;
	struct class_facts facts;
	const char *class, *why = NULL;
	int answerable = 0;

	if (mail_count(m, "From") == 1 && who->from.n == 1 &&
	    !who->from.odd && !who->from.more)
		from = &who->from.v[0];
	memset(&facts, 0, sizeof(facts));
	facts.mail = m;
	facts.from = from == NULL ? NULL : from->address;
	facts.own = rules->own_address;
	facts.to = &who->to;
	facts.cc = &who->cc;
	facts.report = mime->report;
	facts.spam = spam_marked(m);
	/* A header that two programs read differently proves nothing. */
	facts.verified = !m->nul && !m->bare_cr &&
	    auth_verified(m, rules->authserv_id, facts.from);
	class = class_decide(&facts, &answerable, &why);
	json_object_set_new(view, "class", json_string(class));
	json_object_set_new(view, "answerable", json_boolean(answerable));
	json_object_set_new(view, "why", json_string(why));
	json_object_set_new(view, "verified", json_boolean(facts.verified));
	json_object_set_new(view, "from",
	    from == NULL ? json_null() : person(from));
	json_object_set_new(view, "flags",
	    flags(m, mime->flags, &facts));
}

/* The text, what of it is not the person's own, and its language. */
static void
set_text(json_t *view, const struct mail *m, const struct mime *mime,
    const struct reading_rules *rules)
{
	const struct buf *text = &mime->text;
	struct fold ranges[FOLD_MAX];
	char language[LANGUAGE_SIZE];
	size_t n = fold_find(text->bytes, text->len, ranges);

	json_object_set_new(view, "text",
	    json_stringn(text->bytes, text->len));
	json_object_set_new(view, "text_origin", json_string(mime->origin));
	json_object_set_new(view, "folded", folded(ranges, n));
	if (language_guess(text->bytes, text->len, ranges, n, rules->words,
	    mail_field(m, "Content-Language"), language))
		json_object_set_new(view, "language", json_string(language));
}

static json_t *
build(const struct mail *m, struct mime *mime,
    const struct reading_rules *rules)
{
	const char *fallbacks = rules->fallback_charsets;
	json_t *view = json_object(), *line, *report;
	struct people who;
	int guessed = 0;

	collect(m, "From", fallbacks, &who.from);
	collect(m, "Reply-To", fallbacks, &who.reply_to);
	collect(m, "To", fallbacks, &who.to);
	collect(m, "Cc", fallbacks, &who.cc);
	line = subject(m, fallbacks, &guessed);
	if (guessed)
		mime->flags |= MIME_GUESSED;
	json_object_set_new(view, "subject", line);
	set_judgement(view, m, mime, &who, rules);
	json_object_set_new(view, "reply_to", who.reply_to.n == 0 ?
	    json_null() : person(&who.reply_to.v[0]));
	json_object_set_new(view, "to", persons(&who.to));
	json_object_set_new(view, "cc", persons(&who.cc));
	json_object_set_new(view, "date", date(m));
	set_text(view, m, mime, rules);
	json_object_set_new(view, "attachments", attachments(mime));
	json_object_set_new(view, "message_id", first_id(m, "Message-ID"));
	json_object_set_new(view, "in_reply_to", first_id(m, "In-Reply-To"));
	json_object_set_new(view, "references", references(m));
	json_object_set_new(view, "tokens", tokens(m, &who));
	json_object_set_new(view, "triage", sets_match(rules->desk,
	    json_string_value(line), json_string_value(json_object_get(view,
	    "text")), rules->more));
	if ((report = report_make(m, mime)) != NULL)
		json_object_set_new(view, "report", report);
	address_free(&who.from);
	address_free(&who.reply_to);
	address_free(&who.to);
	address_free(&who.cc);
	return view;
}

int
view_make(struct view *v, const void *bytes, size_t len,
    const struct reading_rules *rules, const char **why)
{
	struct mail *m = mem_alloc(sizeof(*m));
	json_t *view = NULL;
	int rc = -1;

	memset(v, 0, sizeof(*v));
	*why = NULL;
	if (len > READING_MAIL_MAX) {
		*why = "the letter is too large";
		goto out;
	}
	if (mail_open(m, bytes, len, why) == -1)
		goto out;
	if (mime_read(&v->mime, m, rules->fallback_charsets, why) == -1)
		goto out;
	view = build(m, &v->mime, rules);
	v->json = wire_print(view, &v->len);
	if (v->len > FRAME_JSON_MAX) {
		*why = "its text is too large";
		goto out;
	}
	rc = 0;
out:
	json_decref(view);
	mail_free(m);
	free(m);
	return rc;
}

void
view_free(struct view *v)
{
	free(v->json);
	mime_free(&v->mime);
	memset(v, 0, sizeof(*v));
}
