/*
 * Makes text plain for the rules.  Looks at no more than PLAIN_MAX bytes and
 * says so; what is written in it decides nothing but how words are cut.
 */
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "daemon/reader/plain.h"

struct making {
	struct plain	*p;
	char		 word[PLAIN_WORD_MAX];
	size_t		 n;
	int		 letters;	/* there is one in it */
	uint32_t	 sentence;
	int		 pending;	/* the next word begins a sentence */
};

size_t
plain_squeeze(const char *s, size_t n, char *out)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (k == 0 || out[k - 1] != s[i])
			out[k++] = s[i];
	out[k] = '\0';
	return k;
}

/* What a digit or sign stands for inside a word. */
static char
letter_of(char c)
{
	static const char from[] = "0123456@$", to[] = "oiaeaso" "as";
	const char *at = c == '\0' ? NULL : strchr(from, c);

	return at == NULL ? c : to[at - from];
}

static int
has_run(const char *s, size_t n)
{
	size_t i;

	for (i = 2; i < n; i++)
		if (s[i] == s[i - 1] && s[i] == s[i - 2])
			return 1;
	return 0;
}

/* The word at hand is over. */
static void
end_word(struct making *m)
{
	struct plain *p = m->p;
	struct plain_word *w;
	size_t i;

	while (m->n > 0 && m->word[m->n - 1] == '*')
		m->n--;
	if (m->letters && m->n > 2 && m->word[m->n - 1] == '2')
		m->n--;			/* "siapa2": said twice */
	if (m->n == 0)
		goto out;
	if (m->letters)
		for (i = 0; i < m->n; i++)
			m->word[i] = letter_of(m->word[i]);
	if ((p->n & 255) == 0 && (p->words = realloc(p->words,
	    (p->n + 256) * sizeof(*p->words))) == NULL)
		mem_out();
	if (p->n > 0)
		(void)buf_addc(&p->text, m->pending ? '\n' : ' ');
	if (m->pending && p->n > 0)
		m->sentence++;
	m->pending = 0;
	w = &p->words[p->n++];
	memset(w, 0, sizeof(*w));
	w->at = (uint32_t)p->text.len;
	w->len = (uint16_t)m->n;
	w->run = has_run(m->word, m->n) != 0;
	w->hidden = memchr(m->word, '*', m->n) != NULL;
	w->sentence = m->sentence;
	(void)buf_add(&p->text, m->word, m->n);
out:
	m->n = 0;
	m->letters = 0;
}

static void
add_letter(struct making *m, const uint8_t *s, size_t n, int is_letter)
{
	if (m->n + n <= sizeof(m->word)) {
		memcpy(m->word + m->n, s, n);
		m->n += n;
	}
	m->letters |= is_letter;
}

static int
is_apostrophe(ucs4_t c)
{
	return c == '\'' || c == '`' || c == 0x2019 || c == 0x2bc ||
	    c == 0xb4 || c == 0xad || (c >= 0x200b && c <= 0x200d);
}

/* A mark that ends a sentence: one of them, not a row of dots. */
static int
ends_sentence(const uint8_t *s, size_t at, size_t n, ucs4_t c)
{
	if (c == '!' || c == '?' || c == ';')
		return 1;
	if (c == '\n')
		return at + 1 < n && s[at + 1] == '\n';
	return c == '.' && (at == 0 || s[at - 1] != '.') &&
	    (at + 1 >= n || s[at + 1] != '.');
}

static void
add(struct making *m, const uint8_t *s, size_t at, size_t n, ucs4_t c,
    size_t len)
{
	if (uc_is_general_category(c, UC_MARK) || is_apostrophe(c))
		return;
	if (uc_is_general_category(c, UC_LETTER))
		add_letter(m, s + at, len, 1);
	else if ((c >= '0' && c <= '9') || ((c == '*' || c == '@' ||
	    c == '$') && m->n > 0))
		add_letter(m, s + at, len, 0);
	else {
		end_word(m);
		m->pending |= ends_sentence(s, at, n, c);
	}
}

/* The first bytes of a text that is too long, whole characters of it. */
static size_t
fit(const char *text, size_t len)
{
	if (len <= PLAIN_MAX)
		return len;
	len = PLAIN_MAX;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

void
plain_make(struct plain *p, const char *text, size_t len)
{
	struct making m = { .p = p };
	size_t n = 0, at, fits = fit(text, len);
	uint8_t *s;
	ucs4_t c;
	int k;

	memset(p, 0, sizeof(*p));
	p->cut = fits < len;
	s = u8_casefold((const uint8_t *)text, fits, NULL, UNINORM_NFKD,
	    NULL, &n);
	if (s == NULL && fits > 0)
		mem_out();
	/* A sign may unfold to many: words are never longer than that. */
	buf_init(&p->text, 2 * n + 2);
	for (at = 0; at < n; at += (size_t)k) {
		k = u8_mbtouc(&c, s + at, n - at);
		add(&m, s, at, n, c, (size_t)k);
	}
	end_word(&m);
	free(s);
}

void
plain_free(struct plain *p)
{
	buf_free(&p->text);
	free(p->words);
	memset(p, 0, sizeof(*p));
}
