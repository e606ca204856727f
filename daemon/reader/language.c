/*
 * The language of a letter, so that the few sentences that a machine says
 * back are in it.
 *
 * Known words are counted, one language against the others: a word that two
 * of them share says nothing.  People in need write short, without accents
 * and mixed; so below KNOWN_MIN words, or when the next language is half as
 * frequent, it is unknown, and the desk's first language stays.  The header
 * only breaks such a tie: mail programs set it without asking.
 */
#include <glib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/language.h"

#define LANGUAGES_MAX	8
#define WORD_BYTES	64
#define TEXT_MAX	65536	/* bytes that are looked at */
#define KNOWN_MIN	4

struct guess {
	GHashTable	*words;		/* word -> bits of languages */
	char		 code[LANGUAGES_MAX][LANGUAGE_SIZE];
	size_t		 n, known[LANGUAGES_MAX];
};

/* Take the lists apart; what is too much is left out. */
static void
learn(struct guess *g, const char *p)
{
	size_t len;
	int in_list = 0;

	for (; *p != '\0'; p += len + (p[len] != '\0')) {
		len = strcspn(p, "\n");
		if (len == 0) {
			in_list = 0;
		} else if (!in_list) {
			in_list = 1;
			if (g->n == LANGUAGES_MAX || len >= LANGUAGE_SIZE)
				return;
			memcpy(g->code[g->n], p, len);
			g->n++;
		} else if (len < WORD_BYTES) {
			char *word = g_strndup(p, len);
			guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(
			    g->words, word));

			g_hash_table_insert(g->words, word,
			    GUINT_TO_POINTER(bits | 1u << (g->n - 1)));
		}
	}
}

static guint
bits_of(const struct guess *g, const char *word)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(g->words, word));
}

/* Those that have one of its letters; of ASCII all have all. */
static guint
bits_of_letters(const struct guess *g, const char *word)
{
	char letter[8];
	guint bits = 0;
	size_t n;

	for (; *word != '\0'; word += n) {
		n = (size_t)(g_utf8_next_char(word) - word);
		if (n == 1)
			continue;
		memcpy(letter, word, n);
		letter[n] = '\0';
		bits |= bits_of(g, letter);
	}
	return bits;
}

static void
count_word(struct guess *g, const char *word)
{
	guint bits = bits_of(g, word);
	size_t i;

	if (bits == 0)
		bits = bits_of_letters(g, word);
	for (i = 0; i < g->n; i++)
		if (bits == 1u << i)
			g->known[i]++;
}

/* Words are letters; "don't" is one, "dont". */
static void
count_line(struct guess *g, const char *p, const char *end)
{
	char word[WORD_BYTES + 8];
	size_t n = 0;
	gunichar c;

	for (; p < end; p = g_utf8_next_char(p)) {
		c = g_utf8_get_char(p);
		if (g_unichar_isalpha(c)) {
			if (n < WORD_BYTES)
				n += (size_t)g_unichar_to_utf8(
				    g_unichar_tolower(c), word + n);
		} else if (n > 0 && c != '\'' && c != 0x2019) {
			word[n] = '\0';
			count_word(g, word);
			n = 0;
		}
	}
	word[n] = '\0';
	if (n > 0)
		count_word(g, word);
}

/* The lines that nobody quoted and no signature holds. */
static void
count_text(struct guess *g, const char *text, size_t len,
    const struct fold *folds, size_t nfolds)
{
	const char *p = text, *end = text + len, *stop;
	size_t line = 1, i = 0;

	for (; p < end; p = stop + 1, line++) {
		if ((stop = memchr(p, '\n', (size_t)(end - p))) == NULL)
			stop = end;
		while (i < nfolds && folds[i].last < line)
			i++;
		if (i == nfolds || folds[i].first > line)
			count_line(g, p, stop);
	}
}

/* "et", "et-EE", not "et, en"; LANGUAGES_MAX when it is none of ours. */
static size_t
named(const struct guess *g, const char *header)
{
	size_t i, n;

	for (i = 0; header != NULL && i < g->n; i++) {
		n = strlen(g->code[i]);
		if (strncasecmp(header, g->code[i], n) == 0 &&
		    (header[n] == '\0' || header[n] == '-') &&
		    strchr(header, ',') == NULL)
			return i;
	}
	return LANGUAGES_MAX;
}

/* The one that is clear, or LANGUAGES_MAX. */
static size_t
decide(const struct guess *g, const char *header)
{
	size_t i, best = 0, next = 0, said = named(g, header);

	for (i = 1; i < g->n; i++)
		if (g->known[i] > g->known[best])
			best = i;
	for (i = 0; i < g->n; i++)
		if (i != best && g->known[i] > next)
			next = g->known[i];
	if (g->known[best] < KNOWN_MIN)
		return LANGUAGES_MAX;
	if (g->known[best] > 2 * next)
		return best;
	return said < g->n && 2 * g->known[said] >= g->known[best] ? said :
	    LANGUAGES_MAX;
}

/* The beginning says it, be it one long line; no character is cut. */
static size_t
looked_at(const char *text, size_t len)
{
	if (len <= TEXT_MAX)
		return len;
	for (len = TEXT_MAX; len > 0 && (text[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

int
language_guess(const char *text, size_t len, const struct fold *folds,
    size_t nfolds, const char *words, const char *header,
    char out[LANGUAGE_SIZE])
{
	struct guess g;
	size_t found = LANGUAGES_MAX;

	if (words == NULL)
		return 0;
	len = looked_at(text, len);
	if (!g_utf8_validate(text, (gssize)len, NULL))
		return 0;
	memset(&g, 0, sizeof(g));
	g.words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	    NULL);
	learn(&g, words);
	if (g.n > 1) {
		count_text(&g, text, len, folds, nfolds);
		found = decide(&g, header);
	}
	g_hash_table_destroy(g.words);
	if (found == LANGUAGES_MAX)
		return 0;
	memcpy(out, g.code[found], LANGUAGE_SIZE);
	return 1;
}
