/*
 * The mailbox: where the answer stands, what was written and answered, and a
 * place to write again.  The code that opened it is in a hidden field of each
 * form of the page and nowhere else; there is no session.
 *
 * The newest stands first: whoever comes back on a small phone comes for it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/strand.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/saying.h"
#include "daemon/web/web.h"
#include "daemon/web/web_letter.h"
#include "daemon/web/when.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define TEXTS_MAX	((size_t)256 * 1024)	/* bytes of letters shown */
#define DATE_AFTER_S	((int64_t)300 * 86400)	/* then with the year */
#define SUFFIX_MAX	5
#define DIGITS_MAX	18
#define FILE_MAX	((size_t)64 * 1024 * 1024)

static const char *const statuses[] = { "received", "reading", "coming",
    "answered" };

/* The word of a status, or what it means. */
static const char *
status_word(const struct visit *v, size_t status, const char *tail)
{
	char key[40];

	(void)snprintf(key, sizeof(key), "status_%s%s", statuses[status],
	    tail);
	return visit_word(v, key);
}

static void
add(json_t *list, json_t *one)
{
	if (json_array_append_new(list, one) == -1)
		mem_out();
}

static json_t *
list_of_steps(const struct visit *v)
{
	size_t i, here = v->strand->status;
	json_t *list = json_array(), *one;

	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		one = json_object();
		visit_set_text(one, "label", status_word(v, i, ""));
		visit_set_text(one, "class", i < here ||
		    here == STRAND_ANSWERED ? "done" : "");
		visit_set(one, "here", json_boolean(i == here));
		add(list, one);
	}
	return list;
}

/* By when there is an answer; or, when that is past, that we know it. */
static void
set_due(const struct visit *v, json_t *o)
{
	int64_t due = v->strand->due, now = store_now(v->web->desk.store);
	char *when, *text;

	if (due == 0)
		return;
	when = when_hour(v->desk, v->language, due);
	text = saying_fill(v->language->words, due > now ? "sent_due" :
	    "box_late", "due", when, NULL);
	visit_set_text(o, "due", text);
	free(text);
	free(when);
}

static char *
when_of(const struct visit *v, int64_t at)
{
	return store_now(v->web->desk.store) - at < DATE_AFTER_S ?
	    when_moment(v->desk, v->language, at) : when_date(v->language,
	    at);
}

static void
set_size(json_t *o, size_t size)
{
	char text[32];

	if (size < 1000000)
		(void)snprintf(text, sizeof(text), "%zu KB",
		    (size + 999) / 1000);
	else
		(void)snprintf(text, sizeof(text), "%zu MB",
		    (size + 500000) / 1000000);
	visit_set_text(o, "size", text);
}

static json_t *
list_of_files(const struct strand_item *item)
{
	json_t *list = json_array(), *one;
	size_t i;

	for (i = 0; i < item->nfiles; i++) {
		one = json_object();
		visit_set_text(one, "file", item->files[i].name);
		visit_set(one, "item", json_integer(item->seq));
		visit_set(one, "part", json_integer((json_int_t)i));
		set_size(one, item->files[i].size);
		add(list, one);
	}
	return list;
}

/*
 * The text of a letter in whole paragraphs: ours, and what came by mail, was
 * written in a window that is wider than a phone.
 */
static void
set_words(json_t *o, const struct strand_item *item)
{
	struct buf text;

	buf_init(&text, TEXTS_MAX);
	if (text_unwrap(item->text, &text) == 0 && text.len > 0)
		visit_set_text(o, "text", text.bytes);
	else
		visit_set_text(o, "text", item->text);
	buf_free(&text);
}

static json_t *
letter_of(const struct visit *v, size_t no)
{
	const struct strand_item *item = &v->strand->items[no];
	json_t *o = json_object();
	char *when = when_of(v, item->at);

	visit_set(o, "no", json_integer((json_int_t)no));
	visit_set_text(o, "class", item->ours ? "ours" : "yours");
	visit_set_text(o, "who", visit_word(v, item->ours ? "box_we" :
	    "box_you"));
	visit_set_text(o, "when", when);
	set_words(o, item);
	visit_set(o, "has_files", json_boolean(item->nfiles > 0));
	visit_set(o, "files", list_of_files(item));
	free(when);
	return o;
}

/* The newest first, as long as the page does not become too long. */
static void
set_letters(const struct visit *v, json_t *o)
{
	const struct strand *s = v->strand;
	json_t *list = json_array();
	size_t i, bytes = 0;

	for (i = s->nitems; i > 0; i--) {
		bytes += strlen(s->items[i - 1].text);
		if (i < s->nitems && bytes > TEXTS_MAX)
			break;
		add(list, letter_of(v, i - 1));
	}
	visit_set(o, "letters", list);
	if (i > 0 || s->older > 0)
		visit_set(o, "older", json_integer(i > 0 ? s->items[i].seq :
		    s->oldest));
}

/* What was typed into the field to write again; the files are lost. */
static void
set_typed(const struct visit *v, json_t *o)
{
	visit_set_text(o, "text", visit_field(v, "text"));
	visit_set(o, "files_lost", json_boolean(web_letter_files(&v->form) >
	    0));
}

void
visit_show_box(struct visit *v, const char *news, const char *problem)
{
	json_t *o;
	int status;

	if (v->strand->erased_until != 0) {
		visit_show_erased(v);
		return;
	}
	o = visit_values(v, "box");
	visit_set(o, "steps", list_of_steps(v));
	visit_set_text(o, "status", status_word(v, v->strand->status,
	    "_text"));
	set_due(v, o);
	set_letters(v, o);
	visit_set_actions(v, o);
	if (news != NULL)
		visit_set_text(o, "news", visit_word(v, news));
	else
		set_typed(v, o);
	visit_set_token(v, o, news != NULL);
	status = visit_set_problem(v, o, problem);
	visit_render(v, status, "mailbox", o);
}

/* A number from a form; or -1. */
static int64_t
number_of(const struct visit *v, const char *field)
{
	const char *text = visit_field(v, field);
	size_t len = strspn(text, "0123456789");

	return len == 0 || len > DIGITS_MAX || text[len] != '\0' ? -1 :
	    strtoll(text, NULL, 10);
}

/* A page of older letters: nothing but these, as often as there are more. */
static void
show_earlier(struct visit *v)
{
	json_t *o;

	if (v->before == 0 || v->strand->erased_until != 0) {
		visit_show_box(v, NULL, NULL);
		return;
	}
	o = visit_values(v, "earlier");
	visit_set(o, "before", json_integer(v->before));
	set_letters(v, o);
	visit_render(v, 200, "earlier", o);
}

void
visit_read_page(struct visit *v, const char *field)
{
	int64_t before = number_of(v, field);

	v->before = before > 0 ? before : 0;
}

void
visit_earlier(struct visit *v)
{
	visit_read_page(v, visit_field(v, "to")[0] == '\0' ? "from" : "before");
	if (visit_open(v))
		show_earlier(v);
}

void
visit_read(struct visit *v)
{
	if (visit_open(v))
		visit_show_box(v, NULL, NULL);
}

/* Which file the form names: 1; 0 there is none. */
static int
find_file(const struct visit *v, size_t *item, size_t *file)
{
	int64_t seq = number_of(v, "item"), part = number_of(v, "part");
	const struct strand *s = v->strand;

	for (*item = 0; *item < s->nitems; (*item)++)
		if (s->items[*item].seq == seq)
			break;
	if (*item == s->nitems || part < 0 ||
	    (size_t)part >= s->items[*item].nfiles)
		return 0;
	*file = (size_t)part;
	return 1;
}

/*
 * A name that tells nobody what it is: "notes-2.jpg".  Of the file's own name
 * only the end is kept, without which it does not open.
 */
static void
name_file(const struct visit *v, const struct strand_file *f, size_t no,
    char *out, size_t size)
{
	const char *dot = strrchr(f->name, '.'), *base;
	size_t n = dot == NULL ? 0 : strspn(dot + 1, "abcdefghijklmnopqrst"
	    "uvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	if (n == 0 || n > SUFFIX_MAX || dot[1 + n] != '\0')
		dot = "";
	base = visit_word(v, "code_file_name");
	(void)snprintf(out, size, "attachment; filename=\"%.*s-%zu%s\"",
	    (int)strcspn(base, "."), base, no + 1, dot);
}

void
visit_fetch(struct visit *v)
{
	struct err e = ERR_INIT;
	char header[256];
	struct buf bytes;
	size_t item, file;

	visit_read_page(v, "before");
	if (!visit_open(v))
		return;
	if (!find_file(v, &item, &file)) {
		show_earlier(v);
		return;
	}
	buf_init(&bytes, FILE_MAX);
	if (strand_fetch(&v->web->desk, v->strand, item, file, &bytes,
	    &e) == -1) {
		buf_free(&bytes);
		log_err("file", &e);
		v->web->failed |= e.code == ERR_IO;
		visit_show_message(v, 503, "busy_title", "busy_text");
		return;
	}
	name_file(v, &v->strand->items[item].files[file], file, header,
	    sizeof(header));
	http_add_header(v->answer, "Content-Disposition", header);
	v->answer->status = 200;
	v->answer->type = "application/octet-stream";
	v->answer->bytes = buf_take(&bytes, &v->answer->len);
}
