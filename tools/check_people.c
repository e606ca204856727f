/*
 * What leads to people: names, places, numbers, addresses, links.  An answer
 * may be read by somebody it is not for, and what it does not name it cannot
 * give away.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/err.h"
#include "lib/text.h"
#include "tools/check_inside.h"
#include "tools/words.h"

#define DIGITS_MIN	7	/* of a number to call */
#define DIGITS_MAX	20
#define HOST_MAX	254

static int
is_own(const struct check *c, const struct token *w)
{
	size_t i;

	for (i = 0; i < c->own.n; i++)
		if (strcmp(c->own.words[i].folded, w->folded) == 0)
			return 1;
	return 0;
}

/* A capital in the middle of a sentence, of a word that is not known. */
void
check_names(struct check *c)
{
	const struct token *w;
	size_t i, n;

	for (i = 0; i < c->words.n; i++) {
		w = &c->words.words[i];
		if (!w->capital || w->first || is_own(c, w))
			continue;
		if (check_lists_match(&c->lists, LIST_NAMES, &c->words, i,
		    &n) != NULL) {
			i += n - 1;
			continue;
		}
		if (check_lists_match(&c->lists, LIST_PLACES, &c->words, i,
		    &n) != NULL)
			continue;
		check_add(c, "name", w->line, w->at, w->len, _("This looks "
		    "like a name. Somebody else may read the answer: 'your "
		    "friend' says enough."));
	}
}

/* "Jalan Mawar", "Pärna tänav", "the Lincoln School" */
void
check_places(struct check *c)
{
	const struct token *w, *by;
	size_t i, n;

	for (i = 0; i < c->words.n; i++) {
		w = &c->words.words[i];
		if (check_lists_match(&c->lists, LIST_PLACES, &c->words, i,
		    &n) == NULL)
			continue;
		by = NULL;
		if (i + n < c->words.n && (c->words.words[i + n].capital ||
		    isdigit((unsigned char)*c->words.words[i + n].at)) &&
		    c->words.words[i + n].sentence == w->sentence)
			by = &c->words.words[i + n];
		else if (i > 0 && c->words.words[i - 1].capital &&
		    !c->words.words[i - 1].first &&
		    c->words.words[i - 1].sentence == w->sentence)
			by = &c->words.words[i - 1];
		if (by == NULL)
			continue;
		w = by->at < w->at ? by : w;
		by = w == by ? &c->words.words[i + n - 1] : by;
		check_add(c, "place", w->line, w->at, (size_t)(by->at +
		    by->len - w->at), _("This looks like a place where "
		    "somebody can be found: is it needed?"));
	}
}

/* The line of a byte of the answer. */
static size_t
line_of(const struct check *c, const char *at)
{
	const char *s;
	size_t line = 1;

	for (s = c->job->text; s < at; s++)
		line += *s == '\n';
	return line;
}

static int
is_date(const char *s, size_t n)
{
	char plain[11];
	size_t i;

	if (n != 10)
		return 0;
	for (i = 0; i < n; i++)
		plain[i] = isdigit((unsigned char)s[i]) ? 'd' : s[i];
	plain[n] = '\0';
	return strcmp(plain, "dddd-dd-dd") == 0 ||
	    strcmp(plain, "dd.dd.dddd") == 0 ||
	    strcmp(plain, "dd/dd/dddd") == 0 ||
	    strcmp(plain, "dd-dd-dddd") == 0;
}

/* A line of `allowed` with the same digits; "+372 116 111" or "116111". */
static int
may_call(const struct check *c, const char *digits)
{
	const char *s;
	char its[DIGITS_MAX + 1];
	size_t i, n;

	for (i = 0; i < c->lists.of[LIST_ALLOWED].n; i++) {
		n = 0;
		for (s = c->lists.of[LIST_ALLOWED].list[i].line; *s != '\0';
		    s++)
			if (isdigit((unsigned char)*s) && n < DIGITS_MAX)
				its[n++] = *s;
			else if (isalpha((unsigned char)*s))
				break;
		its[n] = '\0';
		if (*s == '\0' && n > 0 && strcmp(its, digits) == 0)
			return 1;
	}
	return 0;
}

void
check_numbers(struct check *c)
{
	const char *s = c->job->text, *end;
	char digits[DIGITS_MAX + 1];
	size_t n;

	for (; *s != '\0'; s = end) {
		end = s + 1;
		if (!isdigit((unsigned char)*s) && *s != '+')
			continue;
		n = 0;
		for (end = s; *end != '\0' && strchr("0123456789+-./() ",
		    *end) != NULL; end++)
			if (isdigit((unsigned char)*end) && n < DIGITS_MAX)
				digits[n++] = *end;
		digits[n] = '\0';
		if (end == s)
			end++;
		while (end > s + 1 && !isdigit((unsigned char)end[-1]))
			end--;
		if (n < DIGITS_MIN || is_date(s, (size_t)(end - s)) ||
		    may_call(c, digits))
			continue;
		check_add(c, "number", line_of(c, s), s, (size_t)(end - s),
		    _("This looks like a telephone number that is not on the "
		    "list: does it lead to a person?"));
	}
}

static int
is_blank(char ch)
{
	return ch == '\0' || strchr(" \t\n<>()[]\"',;", ch) != NULL;
}

/* Mail addresses, which lead to a person as a number does. */
void
check_addresses(struct check *c)
{
	const char *at = c->job->text, *from, *to;
	char address[HOST_MAX + 1];

	while ((at = strchr(at, '@')) != NULL) {
		for (from = at; from > c->job->text && !is_blank(from[-1]);)
			from--;
		for (to = at; !is_blank(*to);)
			to++;
		while (to > at && ispunct((unsigned char)to[-1]))
			to--;
		at++;
		if ((size_t)(to - from) >= sizeof(address))
			continue;
		memcpy(address, from, (size_t)(to - from));
		address[to - from] = '\0';
		if (text_address_check(address, NULL) == -1)
			continue;
		check_add(c, "mail", line_of(c, from), from,
		    (size_t)(to - from), _("A mail address leads to a person: "
		    "does it belong here?"));
	}
}

/* A line of `allowed` that the host is, or is below. */
static int
may_link(const struct check *c, const char *host)
{
	const char *d;
	size_t i, n, have = strlen(host);

	for (i = 0; i < c->lists.of[LIST_ALLOWED].n; i++) {
		d = c->lists.of[LIST_ALLOWED].list[i].line;
		n = strlen(d);
		if (n > 0 && n <= have &&
		    strcasecmp(host + have - n, d) == 0 && (n == have ||
		    host[have - n - 1] == '.'))
			return 1;
	}
	return 0;
}

/* Bytes of the scheme in front of a link's host; -1: it is none. */
static int
link_at(const char *s)
{
	static const char *const begins[] = { "https://", "http://" };
	size_t i;

	for (i = 0; i < 2; i++)
		if (strncasecmp(s, begins[i], strlen(begins[i])) == 0)
			return (int)strlen(begins[i]);
	return strncasecmp(s, "www.", 4) == 0 ? 0 : -1;
}

void
check_links(struct check *c)
{
	const char *s = c->job->text, *to;
	char host[HOST_MAX + 1];
	size_t n;
	int skip;

	for (; *s != '\0'; s = to) {
		to = s + 1;
		if ((s > c->job->text && !is_blank(s[-1])) ||
		    (skip = link_at(s)) == -1)
			continue;
		n = strcspn(s + skip, "/:?# \t\n<>()[]\"',;");
		for (to = s + skip + n; !is_blank(*to);)
			to++;
		if (n > HOST_MAX)
			n = HOST_MAX;
		memcpy(host, s + skip, n);
		host[n] = '\0';
		while (n > 0 && host[n - 1] == '.')
			host[--n] = '\0';
		if (!may_link(c, host))
			check_add(c, "link", line_of(c, s), s, (size_t)(to -
			    s), _("This page is not on the list: have you "
			    "looked at what stands there today?"));
	}
}
