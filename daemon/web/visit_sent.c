/*
 * The page with the return code, and what it offers: the code in words or in
 * digits, as a file, and a try whether it was written down right.  The code
 * is in no address and in no field; it is made again from what the cookie
 * holds, as long as that is good.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/saying.h"
#include "daemon/web/ticket.h"
#include "daemon/web/web.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/return_code.h"
#include "lib/word_list.h"

#define COOKIE_MAX	(TICKET_LEN + 512)
#define GROUPS_MAX	RETURN_CODE_WORDS
#define BETWEEN		" / "		/* of locator and secret number */
#define DIGITS_PAGE	"digits"	/* "page" where digits are shown */

/* A code as it is shown, and as it is asked back. */
struct shown {
	struct return_code	*code;
	const struct word_list	*list;		/* NULL: digits */
	struct buf		 first, second;
	char			*group[GROUPS_MAX];
	size_t			 n;		/* of groups */
	size_t			 one, two;	/* which are asked back */
};

static void
add_groups(struct shown *s, const char *text)
{
	size_t len;

	for (; s->n < GROUPS_MAX && *text != '\0'; text += len) {
		text += strspn(text, " ");
		if ((len = strcspn(text, " ")) > 0)
			s->group[s->n++] = mem_dup(text, len);
	}
}

static void
shown_init(struct shown *s, struct return_code *code,
    const struct word_list *list, const unsigned char *random)
{
	struct buf all;
	char *between;
	size_t step;

	memset(s, 0, sizeof(*s));
	s->code = code;
	s->list = list;
	buf_init(&all, RETURN_CODE_MAX);
	buf_init(&s->first, RETURN_CODE_MAX);
	buf_init(&s->second, RETURN_CODE_MAX);
	if (return_code_print(code, list, &all) == 0 &&
	    (between = strstr(all.bytes, BETWEEN)) != NULL) {
		*between = '\0';
		(void)buf_adds(&s->first, all.bytes);
		(void)buf_adds(&s->second, between + strlen(BETWEEN));
	}
	buf_free(&all);
	add_groups(s, s->first.bytes);
	add_groups(s, s->second.bytes);
	if (s->n < 2)
		return;
	/* The same two whenever this code is shown. */
	s->one = random[0] % s->n;
	step = 1 + random[1] % (s->n - 1);
	s->two = (s->one + step) % s->n;
	if (s->one > s->two) {
		step = s->one;
		s->one = s->two;
		s->two = step;
	}
}

static void
shown_free(struct shown *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		seal_wipe(s->group[i], strlen(s->group[i]));
		free(s->group[i]);
	}
	buf_free(&s->first);
	buf_free(&s->second);
}

/* What a group is called: "Word 3", "Group 3 of the digits". */
static void
set_label(const struct visit *v, const struct shown *s, json_t *o,
    const char *key, size_t at)
{
	char no[24], *text;

	(void)snprintf(no, sizeof(no), "%zu", at + 1);
	text = saying_fill(v->language->words, s->list != NULL ? "back_one" :
	    "back_one_digits", "no", no, NULL);
	visit_set_text(o, key, text);
	free(text);
}

/* The code with what was typed in the place of two groups is still it. */
static int
compare(const struct visit *v, const struct shown *s)
{
	const struct word_list *const lists[] = { s->list, NULL };
	struct return_code typed;
	struct err e = ERR_INIT;
	struct buf all;
	size_t i;
	int same, full = 0;

	buf_init(&all, 2 * VISIT_TEXT_MAX + RETURN_CODE_MAX);
	for (i = 0; i < s->n; i++)
		full |= buf_addf(&all, "%s ", i == s->one ?
		    visit_field(v, "one") : i == s->two ?
		    visit_field(v, "two") : s->group[i]) == -1;
	memset(&typed, 0, sizeof(typed));
	same = !full && return_code_parse(&typed, all.bytes, lists, NULL,
	    &e) == 0 && strcmp(typed.locator, s->code->locator) == 0 &&
	    typed.number->len == s->code->number->len &&
	    seal_equal(typed.number->bytes, s->code->number->bytes,
	    typed.number->len);
	return_code_free(&typed);
	buf_free(&all);
	return same;
}

static void
show(struct visit *v, const struct shown *s, const struct form_letter *l)
{
	json_t *o = visit_values(v, s->list != NULL ? "sent" : DIGITS_PAGE);
	int in_words = s->list != NULL, compared;

	visit_set_text(o, "first", s->first.bytes);
	visit_set_text(o, "second", s->second.bytes);
	visit_set(o, "in_words", json_boolean(in_words));
	visit_set(o, "in_digits", json_boolean(!in_words));
	if (v->language->list != NULL) {
		visit_set_text(o, "other", in_words ? "digits" : "words");
		visit_set_text(o, "other_label", visit_word(v, in_words ?
		    "code_digits" : "code_words"));
	}
	set_label(v, s, o, "back_one", s->one);
	set_label(v, s, o, "back_two", s->two);
	visit_set_text(o, "title", visit_word(v, l->by_link ? "once_title" :
	    "sent_title"));
	visit_set_text(o, "lead", visit_word(v, l->by_link ? "once_made" :
	    "sent_lead"));
	if (!l->by_link)
		visit_set_mailto(v, o, l->case_id, FORM_PARTICIPANT);
	if (l->due > 0)
		visit_set_waits(v, o, l->due);
	if (strcmp(visit_field(v, "do"), "compare") == 0) {
		compared = compare(v, s);
		visit_set(o, "back_right", json_boolean(compared));
		visit_set(o, "back_wrong", json_boolean(!compared));
	}
	visit_render(v, 200, "sent", o);
}

static void
give_file(struct visit *v, const struct shown *s)
{
	char header[256];

	v->answer->bytes = saying_fill(v->language->words, "code_file_text",
	    "first", s->first.bytes, "second", s->second.bytes, NULL);
	v->answer->len = strlen(v->answer->bytes);
	v->answer->status = 200;
	v->answer->type = "text/plain; charset=utf-8";
	(void)snprintf(header, sizeof(header), "attachment; filename=\"%s\"",
	    visit_word(v, "code_file_name"));
	http_add_header(v->answer, "Content-Disposition", header);
}

static int
wants_digits(const struct visit *v)
{
	const char *what = visit_field(v, "do");

	return strcmp(what, "digits") == 0 || (strcmp(what, "words") != 0 &&
	    strcmp(visit_field(v, "page"), DIGITS_PAGE) == 0);
}

void
visit_show_sent(struct visit *v)
{
	struct form_letter letter;
	struct err e = ERR_INIT;
	struct shown s;
	int found;

	found = deposit_form_find(&v->web->desk, v->ticket.random, &letter,
	    &e);
	if (found == -1) {
		log_err("code", &e);
		v->web->failed |= e.code == ERR_IO;
		visit_show_message(v, 503, "busy_title", "busy_text");
		return;
	}
	if (found == 0) {
		visit_show_form(v, NULL);
		return;
	}
	shown_init(&s, &letter.code, wants_digits(v) ? NULL :
	    v->language->list, v->ticket.random);
	if (strcmp(visit_field(v, "do"), "file") == 0)
		give_file(v, &s);
	else
		show(v, &s, &letter);
	shown_free(&s);
	return_code_free(&letter.code);
}

/* Something that only the page with the code asks for. */
static int
is_of_sent(const struct visit *v)
{
	static const char *const all[] = { "digits", "words", "compare",
	    "file", NULL };
	const char *page = visit_field(v, "page");
	size_t i;

	for (i = 0; all[i] != NULL; i++)
		if (strcmp(visit_field(v, "do"), all[i]) == 0)
			return 1;
	return visit_field(v, "to")[0] != '\0' &&
	    (strcmp(page, "sent") == 0 || strcmp(page, DIGITS_PAGE) == 0);
}

int
visit_post_sent(struct visit *v)
{
	if (!is_of_sent(v))
		return 0;
	if (v->has_ticket)
		visit_show_sent(v);
	else
		visit_show_message(v, 200, "sent_title", "sent_gone");
	return 1;
}

void
visit_read_ticket(struct visit *v)
{
	const char *s = http_header(v->request, "Cookie");
	struct desk *d = &v->web->desk;
	size_t len;

	for (; s != NULL && *s != '\0'; s += len + (s[len] == ';')) {
		s += strspn(s, " ");
		len = strcspn(s, ";");
		if (strncmp(s, VISIT_COOKIE "=", strlen(VISIT_COOKIE) + 1) !=
		    0)
			continue;
		s += strlen(VISIT_COOKIE) + 1;
		len = strcspn(s, ";");
		v->has_ticket = ticket_open(d, v->desk->desk->name,
		    store_now(d->store), s, len, &v->ticket);
		return;
	}
}

void
visit_set_cookie(struct visit *v, const char *value, int seconds)
{
	const struct config_web *config = &v->web->args->config->web;
	int secure = config->cert != NULL || (config->url != NULL &&
	    strncmp(config->url, "https:", 6) == 0);
	char cookie[COOKIE_MAX];

	(void)snprintf(cookie, sizeof(cookie), VISIT_COOKIE "=%s; Path=%s/; "
	    "Max-Age=%d; HttpOnly; SameSite=Strict%s", value, v->web->base,
	    seconds, secure ? "; Secure" : "");
	http_add_header(v->answer, "Set-Cookie", cookie);
}

void
visit_forget_ticket(struct visit *v)
{
	visit_set_cookie(v, "", 0);
}
