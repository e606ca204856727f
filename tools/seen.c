/*
 * What a case has seen before.
 *
 * Programs wrap quotes anew and put marks in front of them, so words are
 * compared, not lines: a line is seen when its words go on where the line
 * before it ended in an earlier text, or when they and those behind them,
 * at least a few, stand somewhere in one.  One word more, one less or one
 * other, and the line is shown.  The work is bounded whatever a stranger
 * sends; what was not compared counts as new.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "tools/seen.h"

#define WORDS_MAX	1000000	/* of all earlier texts */
#define ENOUGH		4	/* words that are no accident */
#define STEPS_MAX	20000000	/* comparisons for one letter */
#define NOWHERE		SIZE_MAX

struct word {
	const char	*at;
	uint32_t	 len;		/* 0: the end of a text */
	uint32_t	 hash;
	int		 first;		/* of its line */
};

struct words {
	struct word	*v;
	size_t		 n, room;
};

struct seen {
	struct words	 words;
	uint64_t	*index;		/* hash, place; sorted */
	size_t		 steps;
};

/* A line of a letter, and its words among those of its range. */
struct line {
	size_t		 from, n;
	int		 seen;
};

struct seen *
seen_new(void)
{
	return mem_alloc(sizeof(struct seen));
}

void
seen_free(struct seen *s)
{
	if (s == NULL)
		return;
	free(s->words.v);
	free(s->index);
	free(s);
}

static void
add_word(struct words *w, const char *p, size_t n, int first)
{
	struct word *word, *more;
	size_t i;

	if (w->n == w->room) {
		w->room = w->room == 0 ? 1024 : 2 * w->room;
		more = realloc(w->v, w->room * sizeof(*more));
		if (more == NULL)
			mem_out();
		w->v = more;
	}
	word = &w->v[w->n++];
	word->at = p;
	word->len = (uint32_t)n;
	word->first = first;
	word->hash = 2166136261u;
	for (i = 0; i < n; i++)
		word->hash = (word->hash ^ (unsigned char)p[i]) * 16777619u;
}

/* Marks alone, as "--" or "*", are no word. */
static int
says_something(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (isalnum((unsigned char)p[i]) ||
		    (unsigned char)p[i] >= 0x80)
			return 1;
	return 0;
}

/* The words of one line without its quote marks; behind its line end. */
static const char *
add_line(struct words *w, const char *p)
{
	size_t n;
	int first = 1;

	p += strspn(p, "> \t\r");
	while (*p != '\0' && *p != '\n') {
		n = strcspn(p, " \t\r\n");
		if (says_something(p, n) && n < UINT32_MAX) {
			add_word(w, p, n, first);
			first = 0;
		}
		p += n;
		p += strspn(p, " \t\r");
	}
	return *p == '\n' ? p + 1 : p;
}

void
seen_add(struct seen *s, const char *text)
{
	free(s->index);
	s->index = NULL;
	while (*text != '\0' && s->words.n < WORDS_MAX)
		text = add_line(&s->words, text);
	add_word(&s->words, "", 0, 1);
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
make_index(struct seen *s)
{
	size_t i;

	s->steps = 0;
	if (s->index != NULL)
		return;
	s->index = mem_alloc((s->words.n + 1) * sizeof(*s->index));
	for (i = 0; i < s->words.n; i++)
		s->index[i] = (uint64_t)s->words.v[i].hash << 32 | i;
	qsort(s->index, s->words.n, sizeof(*s->index), by_value);
}

static int
same(const struct word *a, const struct word *b)
{
	return a->hash == b->hash && a->len == b->len &&
	    memcmp(a->at, b->at, a->len) == 0;
}

/* Do n words stand at this place of the earlier texts? */
static int
stands_at(struct seen *s, size_t place, const struct word *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (++s->steps > STEPS_MAX || place + i >= s->words.n ||
		    s->words.v[place + i].len == 0 ||
		    !same(&s->words.v[place + i], &v[i]))
			return 0;
	}
	return 1;
}

/* Few words must be all that stood on their lines. */
static int
is_whole(const struct seen *s, size_t place, size_t n)
{
	return s->words.v[place].first && s->words.v[place + n].first;
}

/* The place of these words, of which the first n are a line's, or NOWHERE. */
static size_t
find(struct seen *s, const struct word *v, size_t n, size_t left)
{
	uint64_t key = (uint64_t)v->hash << 32;
	size_t low = 0, high = s->words.n, mid, place, need;

	need = n > ENOUGH ? n : left < ENOUGH ? left : ENOUGH;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (s->index[mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < s->words.n && s->index[low] >> 32 == v->hash; low++) {
		place = (size_t)(s->index[low] & UINT32_MAX);
		if (stands_at(s, place, v, need) && (need >= ENOUGH ||
		    is_whole(s, place, need)))
			return place;
		if (s->steps > STEPS_MAX)
			break;
	}
	return NOWHERE;
}

/* Lines with words; the empty ones between go with their neighbours. */
static void
judge(struct seen *s, const struct words *w, struct line *v, size_t n)
{
	size_t place = NOWHERE, i, k;
	int before = 1;

	for (i = 0; i < n; i++) {
		if (v[i].n == 0)
			continue;
		if (place == NOWHERE || !stands_at(s, place,
		    w->v + v[i].from, v[i].n))
			place = find(s, w->v + v[i].from, v[i].n,
			    w->n - v[i].from);
		v[i].seen = place != NOWHERE;
		if (v[i].seen)
			place += v[i].n;
	}
	for (i = 0; i < n; i++) {
		for (k = i; k < n && v[k].n == 0; k++)
			;
		if (v[i].n == 0)
			v[i].seen = before && (k == n || v[k].seen);
		before = v[i].seen;
	}
}

/* One range: its lines from p on, and those that are seen to *out. */
static const char *
fold_range(struct seen *s, const char *p, json_int_t first, json_int_t last,
    json_t *out)
{
	struct words words = { NULL, 0, 0 };
	size_t n = (size_t)(last - first + 1), i, from;
	struct line *v = mem_alloc((n + 1) * sizeof(*v));

	for (i = 0; i < n; i++) {
		v[i].from = words.n;
		p = add_line(&words, p);
		v[i].n = words.n - v[i].from;
	}
	judge(s, &words, v, n);
	for (i = 0; i < n; i++) {
		for (from = i; i < n && v[i].seen; i++)
			;
		if (i > from)
			(void)json_array_append_new(out, json_pack("[I, I]",
			    first + (json_int_t)from,
			    first + (json_int_t)i - 1));
	}
	free(v);
	free(words.v);
	return p;
}

json_t *
seen_folds(struct seen *s, const char *text, const json_t *folded)
{
	json_t *out = json_array();
	json_int_t no = 1, first, last;
	const json_t *range;
	const char *p = text;
	size_t i;

	make_index(s);
	json_array_foreach(folded, i, range) {
		first = json_integer_value(json_array_get(range, 0));
		last = json_integer_value(json_array_get(range, 1));
		if (first < no || last < first)
			break;		/* no range of this text */
		for (; no < first && *p != '\0'; no++) {
			p += strcspn(p, "\n");
			p += *p == '\n';
		}
		if (*p == '\0' || last - first > (json_int_t)strlen(p))
			break;
		p = fold_range(s, p, first, last, out);
		no = last + 1;
	}
	return out;
}
