/*
 * Reads the lists of `check`.  Own lists add to those of the package; of the
 * numbers the own ones win.  A list of the package that is missing is an
 * error: a check that looks for nothing would be taken for a clean answer.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/check_lists.h"
#include "tools/packaged.h"
#include "tools/words.h"

#define LIST_MAX	(256 * 1024)
#define MEASURES	"measures"

static const char *const names[CHECK_LISTS] = { "allowed", "common",
    "familiar", "names", "places", "polite", "promises", "risk", "safety" };

static void
add_phrase(struct check_lists *l, enum check_list which, const char *line,
    size_t n)
{
	struct check_phrase *p, *more;
	size_t have = l->of[which].n;

	while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\r'))
		n--;
	if (n == 0 || *line == '#')
		return;
	if ((have & (have - 1)) == 0) {		/* room doubles */
		more = mem_alloc((have == 0 ? 1 : 2 * have) * sizeof(*more));
		if (have > 0)
			memcpy(more, l->of[which].list, have * sizeof(*more));
		free(l->of[which].list);
		l->of[which].list = more;
	}
	p = &l->of[which].list[l->of[which].n++];
	p->line = mem_dup(line, n);
	p->stem = p->line[n - 1] == '*';
	if (p->stem)
		p->line[n - 1] = '\0';
	tokens_read(&p->words, p->line);
}

static int
set_measure(struct check_lists *l, const char *line, size_t n,
    struct err *e)
{
	const struct { const char *name; long *out; } all[] = {
		{ "ease ", &l->ease }, { "longest ", &l->longest },
		{ "shortest ", &l->shortest }, { "sentence ", &l->sentence }
	};
	char *end;
	size_t i;
	long v;

	if (n == 0 || *line == '#')
		return 0;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strncmp(line, all[i].name, strlen(all[i].name)) != 0)
			continue;
		v = strtol(line + strlen(all[i].name), &end, 10);
		if (end != line + n || v < 0 || v > 100000)
			break;
		*all[i].out = v;
		return 0;
	}
	err_set(e, ERR_INPUT, _("the line '%.*s' of '%s.txt' is none of "
	    "'ease N', 'longest N', 'shortest N', 'sentence N'"), (int)n,
	    line, MEASURES);
	return -1;
}

/* Line by line; which is CHECK_LISTS for the numbers. */
static int
take(struct check_lists *l, size_t which, const char *text, struct err *e)
{
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (which < CHECK_LISTS)
			add_phrase(l, (enum check_list)which, text, n);
		else if (set_measure(l, text, n, e) == -1)
			return -1;
	}
	return 0;
}

static int
read_list(struct check_lists *l, const struct packaged *p, size_t which,
    struct err *e)
{
	const char *name = which < CHECK_LISTS ? names[which] : MEASURES;
	struct buf text;
	size_t place = PACKAGED_PLACES;
	int got = 0;

	while (place-- > 0 && got != -1) {	/* what is nearest comes last */
		buf_init(&text, LIST_MAX);
		got = packaged_read(p, place, name, &text, e);
		if (got == 1 && place == PACKAGED_PLACES - 1) {
			err_set(e, ERR_GONE, _("'%s/%s.txt' is missing: put "
			    "teduh on this machine anew"), p->folders[place],
			    name);
			got = -1;
		}
		if (got == 0)
			got = take(l, which, text.bytes, e);
		buf_free(&text);
	}
	return got == -1 ? -1 : 0;
}

int
check_lists_read(struct check_lists *l, const char *language,
    const char *desk, const char *home, struct err *e)
{
	struct packaged p;
	size_t i;

	memset(l, 0, sizeof(*l));
	packaged_find(&p, "check", language, desk, home);
	if (!packaged_knows(&p)) {
		err_set(e, ERR_GONE, _("there are no lists to check an answer "
		    "in the language '%s' by"), language);
		return -1;
	}
	for (i = 0; i <= CHECK_LISTS; i++)
		if (read_list(l, &p, i, e) == -1)
			return -1;
	return 0;
}

void
check_lists_free(struct check_lists *l)
{
	size_t i, k;

	for (i = 0; i < CHECK_LISTS; i++) {
		for (k = 0; k < l->of[i].n; k++) {
			tokens_free(&l->of[i].list[k].words);
			free(l->of[i].list[k].line);
		}
		free(l->of[i].list);
	}
	memset(l, 0, sizeof(*l));
}

static int
is_here(const struct check_phrase *p, const struct tokens *t, size_t i)
{
	size_t k;

	if (p->words.n == 0 || p->words.n > t->n - i)
		return 0;
	for (k = 0; k < p->words.n; k++) {
		const char *want = p->words.words[k].folded;
		const char *have = t->words[i + k].folded;
		int last = k + 1 == p->words.n;

		if (p->stem && last ? strncmp(have, want, strlen(want)) != 0 :
		    strcmp(have, want) != 0)
			return 0;
	}
	return 1;
}

const struct check_phrase *
check_lists_match(const struct check_lists *l, enum check_list which,
    const struct tokens *t, size_t i, size_t *n)
{
	size_t k;

	for (k = 0; k < l->of[which].n; k++)
		if (is_here(&l->of[which].list[k], t, i)) {
			*n = l->of[which].list[k].words.n;
			return &l->of[which].list[k];
		}
	return NULL;
}
