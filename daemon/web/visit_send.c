/*
 * Sending a letter.  Its request waits while the reader has it and others are
 * served.  What was read is sealed, and the letters of one turn of the loop
 * become durable in one transaction, before any of their writers is told so.
 *
 * Nobody is asked to prove that a person writes: what looks like a machine's
 * is taken as well, and waits in the tray.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_rules.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/readings.h"
#include "daemon/desk/strand.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/guess.h"
#include "daemon/web/ticket.h"
#include "daemon/web/token.h"
#include "daemon/web/web.h"
#include "daemon/web/web_letter.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define GENDER_MAX	600	/* bytes */
#define TURN_MAX	((size_t)4 * 1024 * 1024) /* sealed in a turn */

/* A request that waits for its letter to be read, and to be durable. */
struct held {
	LIST_ENTRY(held)	 list;
	void			*connection;
	struct visit		 visit;		/* with its form */
	const char		*flags;
	char			*raw;		/* the letter as a message */
	size_t			 len;
	struct buf		 more;		/* what was answered beside */
	struct deposit_form	*letter;	/* NULL: not sealed yet */
};

/* Of what was answered to the desk's questions; a part of the letter. */
static size_t
answers_length(const struct visit *v)
{
	size_t i, n = 0;
	json_t *one;

	json_array_foreach(v->language->questions, i, one)
		n += strlen(visit_choice(v, "question", one));
	return n;
}

/* The key of the sentence that says why this cannot be sent, or NULL. */
static const char *
why_not(const struct visit *v)
{
	const char *text = visit_field(v, "text");

	if (v->form.fault == FORM_LONG)
		return "error_long";
	if (v->form.fault == FORM_FILES || v->form.fault == FORM_LARGE ||
	    web_letter_files(&v->form) > WEB_LETTER_FILES_MAX)
		return "error_files";
	if (strlen(text) + answers_length(v) > VISIT_TEXT_MAX)
		return "error_long";
	if (text[strspn(text, " \t\r\n")] == '\0')
		return "error_empty";
	return NULL;
}

/* Is this the host of that address ("https://host/...")? */
static int
is_host_of(const char *host, const char *url)
{
	const char *begin = url == NULL ? NULL : strstr(url, "://");
	size_t n;

	if (begin == NULL)
		return 0;
	begin += 3;
	n = strcspn(begin, "/?#");
	return strlen(host) == n && strncmp(host, begin, n) == 0;
}

/* "null" is what ours says too, for it is told not to tell where it is. */
enum visit_sender
visit_sender(const struct visit *v)
{
	const char *own = v->web->args->config->web.url;
	const char *site = http_header(v->request, "Sec-Fetch-Site");
	const char *origin = http_header(v->request, "Origin");

	if (site != NULL)
		return strcmp(site, "same-origin") == 0 ? SENDER_OURS :
		    strcmp(site, "none") == 0 ? SENDER_UNKNOWN :
		    SENDER_OTHER;
	if (origin == NULL || strcmp(origin, "null") == 0)
		return SENDER_UNKNOWN;
	if (is_host_of(v->request->authority, origin))
		return SENDER_OURS;
	origin = strstr(origin, "://");
	return origin != NULL && is_host_of(origin + 3, own) ? SENDER_OURS :
	    SENDER_OTHER;
}

static void
set(json_t *o, const char *key, const char *value)
{
	if (value != NULL && value[0] != '\0' &&
	    json_object_set_new(o, key, json_string(value)) == -1)
		mem_out();
}

/* As the desk's configuration names them: one word for all languages. */
static void
set_areas(const struct visit *v, json_t *o)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach(v->language->areas, i, one) {
		if (visit_choice(v, "area", one)[0] != '\0' &&
		    json_array_append(list, json_object_get(one, "value")) ==
		    -1)
			mem_out();
	}
	if (json_array_size(list) > 0)
		(void)json_object_set(o, "areas", list);
	json_decref(list);
}

/* Each with the words in which it was asked. */
static void
set_answers(const struct visit *v, json_t *o)
{
	json_t *list = json_array(), *one, *pair;
	char *text;
	size_t i;

	json_array_foreach(v->language->questions, i, one) {
		text = web_letter_lines(visit_choice(v, "question", one));
		if (text[strspn(text, " \t\n")] != '\0') {
			pair = json_pack("{s:O, s:O, s:s}", "name",
			    json_object_get(one, "value"), "question",
			    json_object_get(one, "label"), "answer", text);
			if (pair == NULL ||
			    json_array_append_new(list, pair) == -1)
				mem_out();
		}
		seal_wipe(text, strlen(text));
		free(text);
	}
	if (json_array_size(list) > 0)
		(void)json_object_set(o, "questions", list);
	json_decref(list);
}

/* What was told beside the text, for staff (daemon/desk/deposit_form.h). */
static json_t *
answers_of(const struct visit *v)
{
	const char *gender = visit_field(v, "gender");
	json_t *o = json_object();
	struct buf line;

	buf_init(&line, GENDER_MAX);
	set(o, "age_group", visit_age(visit_field(v, "age")));
	if (text_terminal(gender, strlen(gender), 0, &line) == 0)
		set(o, "gender", line.bytes);
	set_areas(v, o);
	set_answers(v, o);
	set(o, "notice", json_string_value(json_object_get(
	    v->language->words, "promise_version")));
	set(o, "language", v->language->code);
	buf_free(&line);
	return o;
}

/* Sealed as it was read; NULL with *e. */
static struct deposit_form *
make_letter(const struct held *h, const struct reading *reading,
    struct err *e)
{
	const struct visit *v = &h->visit;
	struct arrival_form form = { v->desk->desk->name, v->random,
	    h->flags, NULL, v->language->code, v->strand };
	json_t *answers = answers_of(v);
	struct deposit_form *letter;
	struct arrival a;

	memset(&a, 0, sizeof(a));
	form.answers = answers;
	a.folder = "";
	a.raw = h->raw;
	a.len = h->len;
	a.reading = reading;
	a.form = &form;
	letter = deposit_form_new(&v->web->desk, &a, e);
	json_decref(answers);
	return letter;
}

/* 303 to the same address, which shows the code to who has the cookie. */
void
visit_go_to_code(struct visit *v)
{
	struct desk *d = &v->web->desk;
	char text[TICKET_LEN];
	struct ticket ticket;

	memcpy(ticket.random, v->random, sizeof(ticket.random));
	(void)snprintf(ticket.language, sizeof(ticket.language), "%s",
	    v->language->code);
	ticket_make(d, v->desk->desk->name, store_now(d->store), &ticket,
	    text);
	v->answer->status = 303;
	v->answer->type = "text/plain; charset=utf-8";
	http_add_header(v->answer, "Location", v->place);
	visit_set_cookie(v, text, TICKET_S);
}

/* With everything that was typed. */
static void
come_back(struct visit *v, const char *problem)
{
	if (v->code.number != NULL && (v->strand != NULL ||
	    visit_open_strand(v) == 1))
		visit_show_box(v, NULL, problem);
	else
		visit_show_form(v, problem);
}

/* The letter is here; in a mailbox it stands among the others. */
static void
has_arrived(struct visit *v)
{
	if (v->code.number == NULL)
		visit_go_to_code(v);
	else if (visit_open_strand(v) == 1)
		visit_show_box(v, "box_sent", NULL);
	else
		visit_show_message(v, 200, "box_title", "box_sent");
}

/* bad: its letter is not stored. */
static void
answer_held(struct held *h, int bad)
{
	const struct form_letter *letter = h->letter == NULL ? NULL :
	    deposit_form_letter(h->letter);
	struct visit *v = &h->visit;
	struct http_answer a;

	memset(&a, 0, sizeof(a));
	v->answer = &a;
	if (bad || letter == NULL || letter->result == FORM_AGAIN) {
		come_back(v, "error_saved");
	} else {
		log_info("letter case=%s result=%s", letter->case_id,
		    letter->result != FORM_STORED ? "duplicate" :
		    v->code.number != NULL ? "more" : "new");
		has_arrived(v);
	}
	http_give(h->connection, &a);
	LIST_REMOVE(h, list);
	deposit_form_free(h->letter);
	visit_free(v);
	seal_wipe(h->raw, h->len);
	free(h->raw);
	buf_free(&h->more);
	seal_wipe(h, sizeof(*h));
	free(h);
}

static void
commit(struct web *web, struct held **held, size_t n)
{
	struct deposit_form *letters[FORM_BATCH];
	struct err e = ERR_INIT;
	size_t i;
	int bad;

	for (i = 0; i < n; i++)
		letters[i] = held[i]->letter;
	if ((bad = deposit_forms_commit(&web->desk, letters, n, &e) == -1)) {
		log_err("letters", &e);
		web->failed |= e.code == ERR_IO;
	}
	for (i = 0; i < n; i++)
		answer_held(held[i], bad);
}

/*
 * One came back from the reader, or could not be read: 0 it is sealed, -1.  A
 * mailbox is opened only now, so that it does not lie open while it waits.
 */
static int
seal_held(struct held *h, int done, struct reading *reading, struct err *e)
{
	struct visit *v = &h->visit;
	int is_open = v->code.number == NULL || visit_open_strand(v) == 1;

	if (done == 1 && is_open)
		h->letter = make_letter(h, reading, e);
	reading_free(reading);
	if (h->letter != NULL)
		return 0;
	if (done != 1 || is_open)
		log_err("letter", e);
	v->web->failed |= e->code == ERR_IO;
	return -1;
}

void
visit_commit(struct web *web)
{
	struct held *held[FORM_BATCH];
	struct err e = ERR_INIT;
	struct reading reading;
	void *who = NULL;
	size_t n = 0, bytes = 0;
	int done;

	while (n < FORM_BATCH && bytes < TURN_MAX &&
	    (done = readings_next(web->readings, &who, &reading, &e)) != 0) {
		held[n] = who;
		bytes += held[n]->len;
		if (seal_held(held[n], done, &reading, &e) == 0)
			n++;
		else
			answer_held(held[n], 1);
	}
	if (n > 0)
		commit(web, held, n);
}

void
visit_drop(struct web *web)
{
	readings_close(web->readings);
	web->readings = NULL;
	while (!LIST_EMPTY(&web->held))
		answer_held(LIST_FIRST(&web->held), 1);
}

/* The rules look at what was answered to the questions, too. */
static void
add_more(struct held *h)
{
	const json_t *one;
	size_t i;

	buf_init(&h->more, (size_t)2 * VISIT_TEXT_MAX);
	json_array_foreach(h->visit.language->questions, i, one) {
		(void)buf_adds(&h->more, visit_choice(&h->visit, "question",
		    one));
		(void)buf_adds(&h->more, "\n\n");
	}
}

/* It waits for the reader; the form is the waiting one's now. */
static void
hold(struct visit *v, const char *flags)
{
	const struct config_desk *desk = v->desk->desk;
	struct reading_rules rules = { config_charsets(desk), NULL,
	    desk->from_address, v->desk->common, config_rules_fd(v->web->rules),
	    desk->name, NULL };
	struct held *h = mem_alloc(sizeof(*h));
	struct web *web = v->web;
	size_t i;

	h->connection = v->request->connection;
	h->visit = *v;
	h->visit.request = NULL;
	memset(&h->visit.network, 0, sizeof(h->visit.network));
	memset(&v->form, 0, sizeof(v->form));
	memset(&v->code, 0, sizeof(v->code));
	h->visit.strand = NULL;
	v->answer->status = 0;
	h->flags = flags;
	h->raw = web_letter_make(&h->visit.form, visit_field(&h->visit,
	    "text"), store_now(web->desk.store), &h->len);
	/* The body, where they are, goes; how long they were is still told. */
	for (i = 0; i < h->visit.form.n_files; i++)
		h->visit.form.files[i].bytes = NULL;
	LIST_INSERT_HEAD(&web->held, h, list);
	add_more(h);
	rules.more = h->more.bytes;
	readings_add(web->readings, h, h->raw, h->len, &rules);
}

/* More letters from there than people write; a school may be one network. */
static int
is_flood(const struct visit *v)
{
	const struct network *n = &v->network;
	int64_t now = store_now(v->web->desk.store);
	int spent = !guess_left(v->web->guess, GUESS_LETTERS, n->bytes,
	    n->len, now);

	guess_spend(v->web->guess, GUESS_LETTERS, n->bytes, n->len, now);
	return spent;
}

/* A letter that is not here yet. */
static void
take(struct visit *v, enum token_state state)
{
	int odd = is_flood(v) | (state == TOKEN_YOUNG ||
	    v->sender == SENDER_OTHER ||
	    visit_field(v, "website")[0] != '\0');
	struct err e = ERR_INIT;

	if (visit_mask(v, &e) == -1) {
		log_err("letter", &e);
		v->web->failed |= e.code == ERR_IO;
		come_back(v, "error_saved");
		return;
	}
	hold(v, odd ? "tray suspect" : "");
}

/* The letter of this form, if it is here already. 1, 0, -1. */
static int
is_here(struct visit *v, struct err *e)
{
	struct desk *d = &v->web->desk;
	struct form_letter letter;
	int found = v->strand != NULL ? deposit_form_find_again(d, v->strand,
	    v->random, &letter, e) : deposit_form_find(d, v->random, &letter,
	    e);

	if (found == 1)
		return_code_free(&letter.code);
	return found;
}

void
visit_send(struct visit *v)
{
	struct desk *d = &v->web->desk;
	const char *problem = why_not(v);
	struct form_token token;
	struct err e = ERR_INIT;
	enum token_state state;
	int found;

	state = token_check(d, v->desk->desk->name, store_now(d->store),
	    form_value(&v->form, "token"), &token);
	if (problem == NULL && state == TOKEN_BAD)
		problem = "error_broken";
	if (problem != NULL) {
		come_back(v, problem);
		return;
	}
	memcpy(v->random, token.random, sizeof(v->random));
	if ((found = is_here(v, &e)) == 1)
		has_arrived(v);
	else if (found == -1) {
		log_err("letter", &e);
		v->web->failed |= e.code == ERR_IO;
		come_back(v, "error_saved");
	} else if (state == TOKEN_OLD)
		come_back(v, "error_old");
	else
		take(v, state);
}

void
visit_write(struct visit *v)
{
	if (!visit_open(v))
		return;
	if (v->strand->erased_until != 0)
		visit_show_erased(v);
	else
		visit_send(v);
}
