/*
 * Codes in letters.  Somebody puts the own code into the letter, to be sure
 * that we know who it is; there it would lie open for all who read the case.
 * It is taken out before anything is sealed, and the letter is taken.
 *
 * Only what opens something is taken out: eight words of our lists in a row
 * are ordinary Indonesian, too.  Whoever wrote it is not told, so nobody can
 * try codes in this way.
 */
#include <string.h>

#include "daemon/desk/code_known.h"
#include "daemon/web/web.h"
#include "lib/code_find.h"
#include "lib/err.h"

/* The fields that somebody writes into; "question-" begins several. */
static int
is_written(const char *name)
{
	return strcmp(name, "text") == 0 || strcmp(name, "gender") == 0 ||
	    strncmp(name, "question-", 9) == 0;
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

/* 0, -1 with *e. */
static int
mask(const struct visit *v, char *text, struct err *e)
{
	const struct word_list *lists[DOOR_LISTS_MAX + 1];
	const char *word = visit_word(v, "code_masked");
	struct return_code code;
	struct code_find find;
	size_t begin, end;
	int known = 0;

	visit_lists(v, lists);
	code_find_begin(&find, text, lists);
	while (known != -1 && code_find_next(&find, &begin, &end, &code)) {
		known = code_known(&v->web->desk, &code, e);
		return_code_free(&code);
		if (known == 1)
			code_find_resume(&find, replace(text, begin, end,
			    word));
	}
	return known == -1 ? -1 : 0;
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
		if (!is_written(f->name))
			continue;
		text = form->text + (f->value - form->text);
		if (mask(v, text, e) == -1)
			return -1;
		f->len = strlen(text);
	}
	return 0;
}
