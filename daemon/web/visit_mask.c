/*
 * Codes in letters.  Somebody puts the own code into the letter, to be sure
 * that we know who it is; there it would lie open for all who read the case.
 * It is taken out before anything is sealed, and the letter is taken.
 *
 * Only what opens something is taken out: eight words of our lists in a row
 * are ordinary Indonesian, too.  Whoever reads the own letter again sees what
 * was taken out, so wrong codes of a locator that there is cost as they do on
 * the page where codes are typed; when nothing is left, they stay.
 */
#include <string.h>

#include "daemon/desk/code_known.h"
#include "daemon/store/store.h"
#include "daemon/web/guess.h"
#include "daemon/web/web.h"
#include "lib/code_find.h"
#include "lib/err.h"

/* A field whose words go into the letter; nobody else's cost any time. */
static int
is_written(const struct visit *v, const struct form_field *f)
{
	const json_t *one;
	size_t i;

	if (strcmp(f->name, "text") == 0 || strcmp(f->name, "gender") == 0)
		return 1;
	json_array_foreach(v->language->questions, i, one) {
		if (visit_choice(v, "question", one) == f->value)
			return 1;
	}
	return 0;
}

/*
 * The word for a code in place of the bytes from begin to end; nothing, when a
 * service has made that word longer than a code.  Where it ends.
 */
static size_t
replace(char *text, size_t begin, size_t end, const char *word)
{
	size_t n = strlen(word);

	if (n > end - begin)
		n = 0;
	memcpy(text + begin, word, n);
	memmove(text + begin + n, text + end, strlen(text + end) + 1);
	return begin + n;
}

/* Does it open something, as far as that may still be tried? */
static enum code_known
try_code(const struct visit *v, const struct return_code *code,
    struct err *e)
{
	struct guess *g = v->web->guess;
	enum code_known known = code_known(&v->web->desk, code, e);
	int64_t now;

	/* Of the many that are nobody's locator this is all. */
	if (known != CODE_OPENS && known != CODE_WRONG)
		return known;
	now = store_now(v->web->desk.store);
	if (!guess_left(g, GUESS_WRITTEN, code->locator, RETURN_CODE_LOCATOR,
	    now))
		return CODE_NOTHING;
	if (known == CODE_WRONG)
		guess_spend(g, GUESS_WRITTEN, code->locator,
		    RETURN_CODE_LOCATOR, now);
	return known;
}

/* 0, -1 with *e. */
static int
mask(const struct visit *v, char *text, struct err *e)
{
	const struct word_list *lists[DOOR_LISTS_MAX + 1];
	const char *word = visit_word(v, "code_masked");
	struct return_code code;
	enum code_known known = CODE_NOTHING;
	struct code_find find;
	size_t begin, end;

	visit_lists(v, lists);
	code_find_begin(&find, text, lists);
	while (known != CODE_FAILED &&
	    code_find_next(&find, &begin, &end, &code)) {
		known = try_code(v, &code, e);
		return_code_free(&code);
		if (known == CODE_OPENS)
			code_find_resume(&find, replace(text, begin, end,
			    word));
	}
	return known == CODE_FAILED ? -1 : 0;
}

int
visit_mask(struct visit *v, struct err *e)
{
	struct form *form = &v->form;
	struct form_field *f;
	char *text;
	size_t i;

	for (i = 0; i < form->n_fields; i++) {
		f = &form->fields[i];
		if (!is_written(v, f))
			continue;
		text = form->text + (f->value - form->text);
		if (mask(v, text, e) == -1)
			return -1;
		f->len = strlen(text);
	}
	return 0;
}
