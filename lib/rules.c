/*
 * Reads rules of triage.  A rule that is not understood is an error with its
 * line, never a rule less: what somebody believes to be watched must be.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/rules.h"
#include "lib/text.h"

#define LINE_MAX_BYTES	2000
#define LETS_MAX	50

/* A name for a piece of phrases, of one file. */
struct let {
	char	*name, *text;
};

struct reading_of {
	struct rules	*rules;
	struct rule	*rule;		/* at hand, or NULL */
	const char	*name;
	int		 line;
	struct let	 lets[LETS_MAX];
	size_t		 nlets;
	struct err	*e;
};

void
rules_init(struct rules *r)
{
	memset(r, 0, sizeof(*r));
}

static void
free_list(struct rules_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	free(l->line);
}

void
rules_free(struct rules *r)
{
	size_t i, k;

	for (i = 0; i < r->n; i++) {
		struct rule *u = &r->v[i];

		free(u->id);
		free(u->file);
		free(u->why);
		free(u->owner);
		for (k = 0; k < u->nareas; k++)
			free(u->areas[k]);
		free_list(&u->words);
		free_list(&u->patterns);
		free_list(&u->nots);
		free_list(&u->unless);
		free(u->area);
		free(u->answer);
		free(u->answer_is);
	}
	free(r->v);
	rules_init(r);
}

const struct rule *
rules_find(const struct rules *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strcmp(r->v[i].id, id) == 0)
			return &r->v[i];
	return NULL;
}

int
rules_reads(const struct rule *r)
{
	return r->words.n > 0 || r->patterns.n > 0;
}

static int
bad(const struct reading_of *x, const char *why)
{
	if (x->rule != NULL)
		err_set(x->e, ERR_INPUT, "%s:%d: rule '%s': %s", x->name,
		    x->line, x->rule->id, why);
	else
		err_set(x->e, ERR_INPUT, "%s:%d: %s", x->name, x->line, why);
	return -1;
}

static int
is_word(const char *s, size_t max)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return n > 0 && n <= max && s[n] == '\0';
}

static int
add_line(const struct reading_of *x, struct rules_list *l, char *text)
{
	if (l->n == RULES_LIST_MAX) {
		free(text);
		return bad(x, "there are more than 600 such phrases in it");
	}
	if ((l->v = realloc(l->v, (l->n + 1) * sizeof(*l->v))) == NULL ||
	    (l->line = realloc(l->line, (l->n + 1) * sizeof(*l->line))) ==
	    NULL)
		mem_out();
	l->line[l->n] = x->line;
	l->v[l->n++] = text;
	return 0;
}

static const char *
let_text(const struct reading_of *x, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < x->nlets; i++)
		if (strlen(x->lets[i].name) == n &&
		    strncmp(x->lets[i].name, name, n) == 0)
			return x->lets[i].text;
	return NULL;
}

/* The phrase with each $NAME replaced; NULL after an error. */
static char *
phrase(const struct reading_of *x, const char *s)
{
	struct buf out;
	const char *text;
	size_t n;

	buf_init(&out, LINE_MAX_BYTES);
	for (; *s != '\0'; s += n) {
		n = strcspn(s, "$");
		if (n == 0) {
			n = 1 + strspn(s + 1, "abcdefghijklmnopqrstuvwxyz-");
			text = let_text(x, s + 1, n - 1);
			if (text == NULL) {
				(void)bad(x, "a name after '$' has no 'let' "
				    "before it in this file");
				goto fail;
			}
			if (buf_adds(&out, text) == -1)
				goto longer;
		} else if (buf_add(&out, s, n) == -1)
			goto longer;
	}
	if (out.len == 0 || strcmp(out.bytes, "..") == 0) {
		(void)bad(x, "there is no word");
		goto fail;
	}
	return buf_take(&out, NULL);
longer:
	(void)bad(x, "the line is longer than 2000 bytes");
fail:
	buf_free(&out);
	return NULL;
}

static int
add_phrase(const struct reading_of *x, struct rules_list *l, const char *s)
{
	char *text = phrase(x, s);

	return text == NULL ? -1 : add_line(x, l, text);
}

/* "stem suicid" is "word suicid*", for the last word of it. */
static int
add_stem(const struct reading_of *x, struct rules_list *l, const char *s)
{
	char text[LINE_MAX_BYTES + 2];

	(void)snprintf(text, sizeof(text), "%s*", s);
	return add_phrase(x, l, text);
}

/* Where the n-th of the words in a phrase begins; its length in *len. */
static const char *
nth_word(const char *s, int n, size_t *len)
{
	for (; n > 0; n--)
		s += strcspn(s, " "), s += strspn(s, " ");
	*len = strcspn(s, " ");
	return s;
}

/* "near a b" is "word a .. b" and "word b .. a"; of three words all orders. */
static int
add_near(const struct reading_of *x, const char *line)
{
	static const int orders[][3] = { { 0, 1, 2 }, { 1, 0, 2 },
	    { 0, 2, 1 }, { 2, 0, 1 }, { 1, 2, 0 }, { 2, 1, 0 } };
	char *s = phrase(x, line), text[2 * LINE_MAX_BYTES];
	size_t i, len, words = 1;
	int k, result = 0;
	const char *w;

	if (s == NULL)
		return -1;
	for (w = s; (w = strchr(w, ' ')) != NULL; w += strspn(w, " "))
		words++;
	if (words < 2 || words > 3 || strstr(s, "..") != NULL)
		result = bad(x, "'near' takes two or three words, each with "
		    "its '|', and no '..'");
	for (i = 0; result == 0 && i < (words == 2 ? 2 : 6); i++) {
		text[0] = '\0';
		for (k = 0; k < (int)words; k++) {
			w = nth_word(s, orders[i][k], &len);
			(void)snprintf(text + strlen(text), sizeof(text) -
			    strlen(text), "%s%.*s", k == 0 ? "" : " .. ",
			    (int)len, w);
		}
		result = add_line(x, &x->rule->words, mem_strdup(text));
	}
	free(s);
	return result;
}

static int
add_pattern(const struct reading_of *x, const char *s)
{
	size_t n = strlen(s);

	if (n < 3 || s[0] != '/' || s[n - 1] != '/')
		return bad(x, "a pattern stands between slashes, as in "
		    "'pattern /\\bx+y\\b/'");
	return add_line(x, &x->rule->patterns, mem_dup(s + 1, n - 2));
}

static int
get_number(const char **s, int low, int high, int *out)
{
	char *end;
	long v;

	if (!isdigit((unsigned char)**s) && **s != '-')
		return -1;
	v = strtol(*s, &end, 10);
	if (v < low || v > high)
		return -1;
	*s = end;
	*out = (int)v;
	return 0;
}

static int
add_age(const struct reading_of *x, const char *s)
{
	struct rule *r = x->rule;

	if (get_number(&s, 0, 120, &r->age_from) == -1 || *s++ != '-' ||
	    get_number(&s, 0, 120, &r->age_to) == -1 || *s != '\0' ||
	    r->age_from > r->age_to)
		return bad(x, "an age is written as in 'if age 10-13'");
	return 0;
}

static int
add_answer(const struct reading_of *x, const char *s)
{
	size_t n = strcspn(s, " ");

	if (s[n] == '\0')
		return bad(x, "'if answer' takes a question and an answer");
	x->rule->answer = mem_dup(s, n);
	x->rule->answer_is = mem_strdup(s + n + 1);
	if (!is_word(x->rule->answer, RULES_ID_MAX) ||
	    !is_word(x->rule->answer_is, RULES_ID_MAX))
		return bad(x, "question and answer are words");
	return 0;
}

static int
add_condition(const struct reading_of *x, const char *s)
{
	struct rule *r = x->rule;

	if (strncmp(s, "age ", 4) == 0 && r->age_from == -1)
		return add_age(x, s + 4);
	if (strncmp(s, "answer ", 7) == 0 && r->answer == NULL)
		return add_answer(x, s + 7);
	if (strncmp(s, "area ", 5) == 0 && r->area == NULL &&
	    is_word(s + 5, RULES_ID_MAX)) {
		r->area = mem_strdup(s + 5);
		return 0;
	}
	if (strncmp(s, "again ", 6) == 0) {
		s += 6;
		if (get_number(&s, 1, 1000, &r->again) == 0 && *s == '\0')
			return 0;
	}
	if (strcmp(s, "night") == 0) {
		r->night = 1;
		return 0;
	}
	return bad(x, "a condition is 'if age', 'if area', 'if answer', "
	    "'if again' or 'if night'");
}

/* Whole, once the next one begins. */
static int
check_rule(const struct reading_of *x)
{
	const struct rule *r = x->rule;

	if (r == NULL)
		return 0;
	if (r->weight == 0 || r->why == NULL || r->owner == NULL)
		return bad(x, "it ends before this line without its weight, "
		    "why or owner");
	if (!rules_reads(r) && r->age_from == -1 && r->again == 0 &&
	    !r->night && r->area == NULL && r->answer == NULL)
		return bad(x, "it ends before this line and looks for "
		    "nothing: no word, stem, pattern or if");
	return 0;
}

static int
bad_name(const struct reading_of *x, const char *id)
{
	err_set(x->e, ERR_INPUT, "%s:%d: rule '%s': there is one of this name "
	    "already in '%s'; a name is given once in a desk", x->name,
	    x->line, id, rules_find(x->rules, id)->file);
	return -1;
}

static int
begin_rule(struct reading_of *x, const char *id)
{
	struct rules *all = x->rules;

	if (check_rule(x) == -1)
		return -1;
	x->rule = NULL;
	if (!is_word(id, RULES_ID_MAX))
		return bad(x, "the name of a rule has small letters, digits, "
		    "'-' and '_', 40 at most");
	if (rules_find(all, id) != NULL)
		return bad_name(x, id);
	if (all->n == RULES_MAX)
		return bad(x, "a desk has 2000 rules at most");
	if ((all->v = realloc(all->v, (all->n + 1) * sizeof(*all->v))) ==
	    NULL)
		mem_out();
	x->rule = &all->v[all->n++];
	memset(x->rule, 0, sizeof(*x->rule));
	x->rule->id = mem_strdup(id);
	x->rule->file = mem_strdup(x->name);
	x->rule->age_from = x->rule->age_to = -1;
	return 0;
}

static int
add_let(struct reading_of *x, const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz-");
	struct let *let = &x->lets[x->nlets];

	if (n == 0 || s[n] != ' ' || x->nlets == LETS_MAX ||
	    let_text(x, s, n) != NULL)
		return bad(x, "'let' takes a new name and the words that it "
		    "stands for, and a file has 50 at most");
	if ((let->text = phrase(x, s + n + 1)) == NULL)
		return -1;
	let->name = mem_dup(s, n);
	x->nlets++;
	return 0;
}

static int
set_text(const struct reading_of *x, char **out, const char *s)
{
	if (*out != NULL || strlen(s) > RULES_WHY_MAX || !text_is_line(s))
		return bad(x, "'why' and 'owner' stand once, 120 bytes of "
		    "plain text at most");
	*out = mem_strdup(s);
	return 0;
}

static int
set_weight(const struct reading_of *x, const char *s)
{
	if (get_number(&s, -RULES_WEIGHT_MAX, RULES_WEIGHT_MAX,
	    &x->rule->weight) == 0 && *s == '\0' && x->rule->weight != 0)
		return 0;
	return bad(x, "a weight is a number from -60 to 60, not 0");
}

static int
add_area(const struct reading_of *x, const char *s)
{
	struct rule *r = x->rule;

	if (!is_word(s, RULES_ID_MAX) || r->nareas == RULES_AREAS_MAX)
		return bad(x, "an area is a word, and a rule has four at "
		    "most");
	r->areas[r->nareas++] = mem_strdup(s);
	return 0;
}

static int
add_word_line(struct reading_of *x, const char *word, const char *s)
{
	struct rule *r = x->rule;

	if (strcmp(word, "rule") == 0)
		return begin_rule(x, s);
	if (strcmp(word, "let") == 0)
		return add_let(x, s);
	if (r == NULL)
		return bad(x, "this belongs behind a 'rule'");
	if (strcmp(word, "word") == 0)
		return add_phrase(x, &r->words, s);
	if (strcmp(word, "stem") == 0)
		return add_stem(x, &r->words, s);
	if (strcmp(word, "near") == 0)
		return add_near(x, s);
	if (strcmp(word, "not") == 0)
		return add_phrase(x, &r->nots, s);
	if (strcmp(word, "unless") == 0)
		return add_phrase(x, &r->unless, s);
	if (strcmp(word, "pattern") == 0)
		return add_pattern(x, s);
	if (strcmp(word, "if") == 0)
		return add_condition(x, s);
	if (strcmp(word, "why") == 0)
		return set_text(x, &r->why, s);
	if (strcmp(word, "owner") == 0)
		return set_text(x, &r->owner, s);
	if (strcmp(word, "weight") == 0)
		return set_weight(x, s);
	if (strcmp(word, "area") == 0)
		return add_area(x, s);
	return bad(x, "a line begins with rule, let, word, stem, near, "
	    "pattern, not, unless, if, weight, area, why or owner");
}

static int
add_one(struct reading_of *x, const char *text, size_t n)
{
	char line[LINE_MAX_BYTES + 1];
	size_t word;

	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t' ||
	    text[n - 1] == '\r'))
		n--;
	if (n == 0 || text[0] == '#')
		return 0;
	if (n > LINE_MAX_BYTES)
		return bad(x, "the line is longer than 2000 bytes");
	if (!text_is_utf8(text, n))
		return bad(x, "the line is not UTF-8");
	memcpy(line, text, n);
	line[n] = '\0';
	word = strcspn(line, " ");
	if (line[word] == '\0')
		return bad(x, "there is one word alone on this line, and "
		    "nothing behind it");
	line[word] = '\0';
	word++;
	return add_word_line(x, line, line + word + strspn(line + word,
	    " "));
}

int
rules_add(struct rules *r, const char *name, const char *text,
    struct err *e)
{
	struct reading_of x = { .rules = r, .name = name, .line = 0, .e = e };
	size_t i, n;
	int result = 0;

	for (; *text != '\0' && result == 0; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		x.line++;
		result = add_one(&x, text, n);
	}
	if (result == 0)
		result = check_rule(&x);
	for (i = 0; i < x.nlets; i++) {
		free(x.lets[i].name);
		free(x.lets[i].text);
	}
	return result;
}
