/*
 * The shortest way from one text to the other (Myers 1986, the greedy one),
 * over words.  Beginning and end that are the same are left out first, which
 * is mostly nearly all; and it gives up after DIFF_MOST changed words, because
 * a text that was written anew is not read as a list of changes.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "tools/diff.h"

#define DIFF_MOST	1000

struct token {
	const char	*text;
	size_t		 len;
};

struct tokens {
	struct token	*list;
	size_t		 n;
};

/* A line's end is a word of its own, so that lines stay lines. */
static size_t
token_len(const char *s)
{
	size_t n;

	if (*s == '\n')
		return 1;
	n = strcspn(s, " \t\n");
	return n + strspn(s + n, " \t");
}

static struct tokens
split(const char *text)
{
	struct tokens t = { mem_alloc((strlen(text) + 1) *
	    sizeof(struct token)), 0 };
	size_t n;

	for (; *text != '\0'; text += n) {
		n = token_len(text);
		t.list[t.n].text = text;
		t.list[t.n++].len = n;
	}
	return t;
}

static int
same(const struct token *a, const struct token *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

struct walk {
	const struct token	*a, *b;		/* of the middle */
	int			 n, m;
	int			*trace;		/* v of each step, one behind */
	diff_run		*fn;		/* the other */
	void			*ctx;
};

/* How far diagonal k reaches after step d; -d <= k <= d. */
static int *
reach(const struct walk *w, int d, int k)
{
	return &w->trace[d * d + d + k];
}

static int
is_down(const struct walk *w, int d, int k)
{
	return k == -d || (k != d && *reach(w, d - 1, k - 1) < *reach(w,
	    d - 1, k + 1));
}

/* The number of changes, or -1 when there are too many. */
static int
search(struct walk *w, int most)
{
	int d, k, x;

	for (d = 0; d <= most; d++)
		for (k = -d; k <= d; k += 2) {
			if (d == 0)
				x = 0;
			else
				x = is_down(w, d, k) ? *reach(w, d - 1,
				    k + 1) : *reach(w, d - 1, k - 1) + 1;
			while (x < w->n && x - k >= 0 && x - k < w->m &&
			    same(&w->a[x], &w->b[x - k]))
				x++;
			*reach(w, d, k) = x;
			if (x >= w->n && x - k >= w->m)
				return d;
		}
	return -1;
}

/* Marks of the words that went (of a) and came (of b), from the end back. */
static void
mark(const struct walk *w, int d, char *out, char *in)
{
	int k = w->n - w->m, x;

	for (; d > 0; d--) {
		if (is_down(w, d, k)) {
			k++;
			x = *reach(w, d - 1, k);
			if (x - k >= 0 && x - k < w->m)
				in[x - k] = 1;
		} else {
			k--;
			x = *reach(w, d - 1, k);
			if (x >= 0 && x < w->n)
				out[x] = 1;
		}
	}
}

/* Words from here on that are alike in this; as one run. */
static int
put(const struct walk *w, enum diff_op op, const struct token *t, int n)
{
	if (n > 0)
		w->fn(w->ctx, op, t->text, (size_t)(t[n - 1].text +
		    t[n - 1].len - t->text));
	return n;
}

static int
count(const char *marks, int from, int to, int wanted)
{
	int n = 0;

	while (from + n < to && marks[from + n] == wanted)
		n++;
	return n;
}

static void
emit(const struct walk *w, const char *out, const char *in)
{
	int i = 0, j = 0, n, m;

	while (i < w->n || j < w->m) {
		i += put(w, DIFF_OUT, &w->a[i], count(out, i, w->n, 1));
		j += put(w, DIFF_IN, &w->b[j], count(in, j, w->m, 1));
		n = count(out, i, w->n, 0);
		m = count(in, j, w->m, 0);
		n = put(w, DIFF_SAME, &w->b[j], n < m ? n : m);
		i += n;
		j += n;
	}
}

static void
middle(struct walk *w)
{
	int most = w->n + w->m < DIFF_MOST ? w->n + w->m : DIFF_MOST, d;
	char *out = mem_alloc((size_t)w->n + 1);
	char *in = mem_alloc((size_t)w->m + 1);

	w->trace = mem_alloc(((size_t)most + 1) * ((size_t)most + 1) *
	    sizeof(*w->trace));
	if ((d = search(w, most)) == -1) {
		memset(out, 1, (size_t)w->n);
		memset(in, 1, (size_t)w->m);
	} else
		mark(w, d, out, in);
	emit(w, out, in);
	free(w->trace);
	free(out);
	free(in);
}

void
diff_words(const char *before, const char *after, diff_run *fn, void *ctx)
{
	struct tokens a = split(before), b = split(after);
	struct walk w = { .fn = fn, .ctx = ctx };
	size_t head = 0, tail = 0;

	while (head < a.n && head < b.n && same(&a.list[head],
	    &b.list[head]))
		head++;
	while (tail < a.n - head && tail < b.n - head &&
	    same(&a.list[a.n - 1 - tail], &b.list[b.n - 1 - tail]))
		tail++;
	w.a = a.list + head;
	w.b = b.list + head;
	w.n = (int)(a.n - head - tail);
	w.m = (int)(b.n - head - tail);
	(void)put(&w, DIFF_SAME, b.list, (int)head);
	if (w.n > 0 || w.m > 0)
		middle(&w);
	(void)put(&w, DIFF_SAME, b.list + (b.n - tail), (int)tail);
	free(a.list);
	free(b.list);
}
