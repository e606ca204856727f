/*
 * Quotes, signatures and rulers in a plain text.
 *
 * Only marks that programs set are believed: '>' with an attribution before
 * it, the header block that Outlook writes under its ruler, the signature
 * mark "-- " with a few lines behind it.  Where a person could have typed it,
 * it stays.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/fold.h"
#include "lib/buf.h"

#define SIGNATURE_LINES	10
#define ATTRIBUTION_LINES 3
#define LINE_LOOK	300	/* longer lines are prose */

struct line {
	const char	*at;
	uint32_t	 len;		/* without blanks behind */
	char		 kind;		/* ' ' text, '.' empty, '>' quote */
	char		 folded;
};

struct lines {
	struct line	*v;
	size_t		 n;
};

/* ">:(" and ">_<" are faces, not quotes. */
static int
is_quote(const char *p, size_t n)
{
	if (n == 0 || p[0] != '>')
		return 0;
	return n == 1 || p[1] == '>' || p[1] == ' ' || p[1] == '\t' ||
	    isalnum((unsigned char)p[1]) || (unsigned char)p[1] >= 0x80 ||
	    strchr("*\"([", p[1]) != NULL;
}

static void
split(struct lines *l, const char *text, size_t n)
{
	const char *p = text, *end = text + n, *nl;
	size_t count = 1;

	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		count++;
	l->v = mem_alloc(count * sizeof(*l->v));
	l->n = 0;
	for (p = text; p < end; p = nl + 1) {
		struct line *line = &l->v[l->n++];

		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			nl = end;
		line->at = p;
		line->len = (uint32_t)(nl - p);
		while (line->len > 0 &&
		    strchr(" \t\r", p[line->len - 1]) != NULL)
			line->len--;
		line->kind = line->len == 0 ? '.' :
		    is_quote(line->at, line->len) ? '>' : ' ';
		if (nl == end)
			break;
	}
}

static void
mark(struct lines *l, size_t from, size_t to)
{
	for (; from < to; from++)
		l->v[from].folded = 1;
}

/* Does the line hold the word, case aside? */
static int
has(const struct line *line, const char *word)
{
	size_t n = strlen(word), i;

	if (line->len < n || line->len > LINE_LOOK)
		return 0;
	for (i = 0; i + n <= line->len; i++)
		if (strncasecmp(line->at + i, word, n) == 0)
			return 1;
	return 0;
}

static int
starts(const struct line *line, const char *word)
{
	size_t n = strlen(word), skip = 0;

	while (skip < line->len && strchr(" *>", line->at[skip]) != NULL)
		skip++;
	return line->len - skip >= n &&
	    strncasecmp(line->at + skip, word, n) == 0;
}

/* "On Monday, Mari wrote:" ends with ':' and says that somebody wrote. */
static int
ends_attribution(const struct line *line)
{
	static const char *const verbs[] = { "wrote", "writes", "menulis",
	    "kirjutas", "schrieb", "skrev", "kirjoitti", "rakstīja",
	    "написал", "писал", "пишет", "a écrit", "escribió", NULL };
	size_t i;

	if (line->len == 0 || line->at[line->len - 1] != ':')
		return 0;
	for (i = 0; verbs[i] != NULL; i++)
		if (has(line, verbs[i]))
			return 1;
	return 0;
}

static int
begins_attribution(const struct line *line)
{
	static const char *const words[] = { "On ", "Pada ", "Am ", "Le ",
	    "El ", "Den ", "Kuupäeval ", "Op ", NULL };
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (starts(line, words[i]))
			return 1;
	for (i = 0; i < line->len && i < 4; i++)
		if (!isdigit((unsigned char)line->at[i]))
			return 0;
	return line->len >= 4;		/* "2026-11-20 12:00 GMT, M. <m@x>:" */
}

/* The first line of the attribution that ends in front of `at`, or at. */
static size_t
attribution(const struct lines *l, size_t at)
{
	size_t end = at, i;

	while (end > 0 && at - end < 2 && l->v[end - 1].kind == '.')
		end--;
	if (end == 0 || !ends_attribution(&l->v[end - 1]))
		return at;
	for (i = end; i > 0 && end - i < ATTRIBUTION_LINES; i--) {
		if (l->v[i - 1].kind != ' ')
			break;
		if (begins_attribution(&l->v[i - 1]))
			return i - 1;
	}
	/* One line of its own: "Mari Tamm <m@x> wrote:" */
	if (has(&l->v[end - 1], "@") || has(&l->v[end - 1], " wrote:") ||
	    has(&l->v[end - 1], " kirjutas") ||
	    has(&l->v[end - 1], " menulis"))
		return end - 1;
	return at;
}

/* Runs of '>' lines, with empty lines between two of them. */
static void
fold_quotes(struct lines *l)
{
	size_t i, end, next, from;

	for (i = 0; i < l->n; i = end) {
		end = i + 1;
		if (l->v[i].kind != '>')
			continue;
		for (next = end; next < l->n && l->v[next].kind != ' ';
		    next++)
			if (l->v[next].kind == '>')
				end = next + 1;
		from = attribution(l, i);
		/* A single ">word" without attribution may be anything. */
		if (from == i && end - i == 1 && l->v[i].len > 1 &&
		    l->v[i].at[1] != ' ' && l->v[i].at[1] != '>')
			continue;
		mark(l, from, end);
	}
}

static int
is_ruler(const struct line *line)
{
	size_t i, from = 0;

	while (from < line->len && line->at[from] == ' ')
		from++;
	if (line->len - from < 5 || strchr("-_=*", line->at[from]) == NULL)
		return 0;
	for (i = from + 1; i < line->len; i++)
		if (line->at[i] != line->at[from])
			return 0;
	return 1;
}

/* "-----Original Message-----" in the languages of our desks. */
static int
is_original(const struct line *line)
{
	static const char *const words[] = { "original message",
	    "original appointment", "algne kiri", "algne sõnum",
	    "algsõnum", "pesan asli", "ursprüngliche nachricht",
	    "исходное сообщение", NULL };
	size_t i;

	if (line->len < 8 || strncmp(line->at, "--", 2) != 0)
		return 0;
	for (i = 0; words[i] != NULL; i++)
		if (has(line, words[i]))
			return 1;
	return 0;
}

/* "From: ..." and its like, in the languages of our desks. */
static int
is_head(const struct line *line)
{
	static const char *const words[] = { "From:", "Sent:", "To:",
	    "Subject:", "Date:", "Cc:", "Saatja:", "Saadetud:", "Kellele:",
	    "Adressaat:", "Teema:", "Kuupäev:", "Dari:", "Dikirim:",
	    "Terkirim:", "Kepada:", "Subjek:", "Perihal:", "Tanggal:",
	    "Von:", "Gesendet:", "An:", "Betreff:", "От:", "Отправлено:",
	    "Кому:", "Тема:", "Дата:", "Копия:", NULL };
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (starts(line, words[i]))
			return 1;
	return 0;
}

/* How many of the lines from `at` on look like the head of a mail. */
static int
head_lines(const struct lines *l, size_t at)
{
	size_t i;
	int found = 0;

	for (i = at; i < l->n && i < at + 8; i++)
		found += is_head(&l->v[i]);
	return found;
}

static int
opens_head(const struct line *line)
{
	return starts(line, "From:") || starts(line, "Saatja:") ||
	    starts(line, "Dari:") || starts(line, "Von:") ||
	    starts(line, "От:");
}

/*
 * Outlook's quote goes to the end of the text: its mark or a ruler and at
 * least three lines of a head at once behind it, or four of them that begin
 * with "From:" behind an empty line.
 */
static void
fold_outlook(struct lines *l)
{
	size_t i, next;
	int bare;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].folded)
			continue;
		bare = opens_head(&l->v[i]) && i > 0 &&
		    l->v[i - 1].kind == '.';
		if (!bare && !is_original(&l->v[i]) && !is_ruler(&l->v[i]))
			continue;
		for (next = bare ? i : i + 1; next < l->n && next < i + 3 &&
		    l->v[next].kind == '.'; next++)
			;
		if (next < l->n && is_head(&l->v[next]) &&
		    head_lines(l, next) >= (bare ? 4 : 3)) {
			mark(l, i, l->n);
			return;
		}
	}
}

/* "-- " and a few lines, up to the end or the next quote. */
static void
fold_signature(struct lines *l)
{
	size_t i, end, words;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].folded || l->v[i].len != 2 ||
		    memcmp(l->v[i].at, "-- ", 3) != 0)
			continue;
		words = 0;
		for (end = i + 1; end < l->n && !l->v[end].folded; end++)
			words += l->v[end].kind == ' ';
		if (words <= SIGNATURE_LINES)
			mark(l, i, end);
		i = end - 1;
	}
}

size_t
fold_find(const char *text, size_t n, struct fold out[FOLD_MAX])
{
	struct lines l;
	size_t i, found = 0;

	split(&l, text, n);
	fold_quotes(&l);
	fold_outlook(&l);
	fold_signature(&l);
	for (i = 0; i < l.n; i++) {
		if (!l.v[i].folded && is_ruler(&l.v[i]))
			l.v[i].folded = 1;
		if (!l.v[i].folded)
			continue;
		if (i > 0 && l.v[i - 1].folded && found > 0) {
			out[found - 1].last = i + 1;
		} else if (found < FOLD_MAX) {
			out[found].first = out[found].last = i + 1;
			found++;
		} else {
			break;
		}
	}
	free(l.v);
	return found;
}
