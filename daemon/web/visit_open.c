/*
 * Opening a mailbox: the page on which a return code is typed, and the only
 * way from a code to a strand.
 *
 * A code that opens nothing, whatever the reason, gives one page of one
 * length; what is impossible in a code may be named, because that says
 * nothing about those that exist.  What was typed comes back in the page, and
 * is written nowhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/strand.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "daemon/web/guess.h"
#include "daemon/web/saying.h"
#include "daemon/web/web.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/word_list.h"

#define COUNT_S		3600
#define TYPED_MAX	512	/* so much of it comes back */

/* Which part of a code, and its kinds of number, in decimal. */
struct numbers {
	char	part[16], words[16], digits[16];
};

static char *
say(const struct visit *v, const struct return_code_wrong *wrong)
{
	const json_t *words = v->language->words;
	struct numbers n;

	(void)snprintf(n.part, sizeof(n.part), "%u", wrong->part);
	(void)snprintf(n.words, sizeof(n.words), "%d", RETURN_CODE_WORDS);
	(void)snprintf(n.digits, sizeof(n.digits), "%d", RETURN_CODE_LOCATOR +
	    RETURN_CODE_NUMBER);
	switch (wrong->fault) {
	case RETURN_CODE_EMPTY:
		return mem_strdup(visit_word(v, "open_empty"));
	case RETURN_CODE_LONG:
		return mem_strdup(visit_word(v, "open_long"));
	case RETURN_CODE_COUNT:
		return saying_fill(words, "open_short", "want", n.words,
		    "have", n.part, NULL);
	case RETURN_CODE_DIGITS:
		return saying_fill(words, "open_short_digits", "want",
		    n.digits, "have", n.part, NULL);
	case RETURN_CODE_UNKNOWN:
		return saying_fill(words, "open_word", "no", n.part, NULL);
	case RETURN_CODE_FOREIGN:
		return saying_fill(words, "open_mixed", "no", n.part, NULL);
	case RETURN_CODE_MIXED:
		return saying_fill(words, "open_both", "no", n.part, NULL);
	case RETURN_CODE_GROUP:
	case RETURN_CODE_RANGE:
		return saying_fill(words, "open_group", "no", n.part, NULL);
	}
	return mem_strdup("");
}

/* What was typed, cut where a character ends. */
static void
set_typed(const struct visit *v, json_t *o)
{
	const char *typed = visit_field(v, "code");
	size_t n = strlen(typed);
	char *text;

	if (n > TYPED_MAX) {
		n = TYPED_MAX;
		while (n > 0 && ((unsigned char)typed[n] & 0xc0) == 0x80)
			n--;
	}
	text = mem_dup(typed, n);
	visit_set_text(o, "code", text);
	seal_wipe(text, n);
	free(text);
}

void
visit_show_open(struct visit *v, const char *problem)
{
	json_t *o = visit_values(v, "open");

	set_typed(v, o);
	if (problem != NULL)
		visit_set_text(o, "problem", problem);
	visit_render(v, 200, "open", o);
}

void
visit_lists(const struct visit *v, const struct word_list **lists)
{
	const struct door *door = v->web->door;
	size_t i, n = 0;

	if (v->language->list != NULL)
		lists[n++] = v->language->list;
	for (i = 0; i < door->nlists; i++)
		if (door->lists[i] != v->language->list)
			lists[n++] = door->lists[i];
	lists[n] = NULL;
}

/* The code of the form; 0 it is none, and that is answered. */
static int
read_code(struct visit *v)
{
	const struct word_list *lists[DOOR_LISTS_MAX + 1];
	struct return_code_wrong wrong;
	struct err e = ERR_INIT;
	char *problem;

	return_code_free(&v->code);
	visit_lists(v, lists);
	if (return_code_parse(&v->code, visit_field(v, "code"), lists, &wrong,
	    &e) == 0)
		return 1;
	problem = say(v, &wrong);
	visit_show_open(v, problem);
	free(problem);
	return 0;
}

static int
may_guess(const struct visit *v)
{
	const struct network *n = &v->network;
	struct guess *g = v->web->guess;
	int64_t now = store_now(v->web->desk.store);

	return guess_left(g, GUESS_LOCATOR, v->code.locator,
	    RETURN_CODE_LOCATOR, now) && guess_left(g, GUESS_NETWORK,
	    n->bytes, n->len, now);
}

static void
count_wrong(struct visit *v)
{
	const struct network *n = &v->network;
	struct guess *g = v->web->guess;
	int64_t now = store_now(v->web->desk.store);

	guess_spend(g, GUESS_LOCATOR, v->code.locator, RETURN_CODE_LOCATOR,
	    now);
	guess_spend(g, GUESS_NETWORK, n->bytes, n->len, now);
	v->web->codes_wrong++;
}

int
visit_open_strand(struct visit *v)
{
	struct web *web = v->web;
	struct err e = ERR_INIT;
	int opened;

	strand_free(v->strand);
	v->strand = NULL;
	opened = v->before == 0 ? strand_open(&web->desk,
	    v->desk->desk->name, &v->code, &v->strand, &e) :
	    strand_open_before(&web->desk, v->desk->desk->name, &v->code,
	    v->before, &v->strand, &e);
	if (opened == -1) {
		log_err("mailbox", &e);
		web->failed |= e.code == ERR_IO;
	} else if (opened == 1 && v->strand->refused > 0)
		log_warn("mailbox case=%s refused=%zu why=%s",
		    v->strand->case_id, v->strand->refused, v->strand->why);
	return opened;
}

int
visit_open(struct visit *v)
{
	int opened;

	if (!read_code(v))
		return 0;
	if (!may_guess(v)) {
		return_code_free(&v->code);
		v->web->codes_slow++;
		visit_show_open(v, visit_word(v, "open_slow"));
		return 0;
	}
	opened = visit_open_strand(v);
	if (opened == 0)
		count_wrong(v);
	if (opened != 1)
		return_code_free(&v->code);
	if (opened == 0)
		visit_show_open(v, visit_word(v, "open_wrong"));
	else if (opened == -1)
		visit_show_message(v, 503, "busy_title", "busy_text");
	return opened == 1;
}

void
visit_log_codes(struct web *web, int last)
{
	int64_t now = store_now(web->desk.store);

	if (web->codes_wrong + web->codes_slow == 0 ||
	    (!last && now >= web->codes_at && now - web->codes_at < COUNT_S))
		return;
	log_info("codes wrong=%zu slow=%zu", web->codes_wrong,
	    web->codes_slow);
	web->codes_wrong = web->codes_slow = 0;
	web->codes_at = now;
}
