/*
 * What the service says, in the reader's language.  The list of its sentences
 * is made from its sources when teduh is built; a newer service may say
 * others, which are shown as they come.  The sentence is a stranger's, so the
 * looking has a limit and nothing of it ever becomes a format.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/buf.h"
#include "tools/service.h"
#include "tools/words.h"

#define ARGS_MAX	8
#define LETTERS_MIN	8	/* fewer would fit anything */
#define STEPS_MAX	100000

/* A piece of the sentence that stands where the format has a %. */
struct arg {
	const char	*at;
	size_t		 len;
	int		 quoted;	/* a name, not a word of ours */
};

struct match {
	struct arg	args[ARGS_MAX];
	size_t		nargs;
	long		steps;
};

static const char *const sentences[] = {
#include "tools/service_list.h"
	NULL
};

/*
 * The conversion at a %: its length, 0 when there is none, and the number of
 * the argument where it has one (%2$s), else 0.
 */
static size_t
conversion(const char *form, int *is_number, size_t *position)
{
	size_t digits = strspn(form + 1, "0123456789"), n = 1;

	*position = 0;
	if (digits == 1 && form[2] == '$') {
		*position = (size_t)(form[1] - '0');
		n += 2;
	}
	n += strspn(form + n, "-.0123456789");
	n += strspn(form + n, "lzjh");
	*is_number = form[n] != '\0' && strchr("diux", form[n]) != NULL;
	return *is_number || form[n] == 's' ? n + 1 : 0;
}

/* Does the text fit from here on? The arguments are noted on the way. */
static int
fits(struct match *m, const char *form, const char *text)
{
	size_t n, len, max, position;
	struct arg *arg;
	int number;

	for (; *form != '%' || form[1] == '%'; form++, text++) {
		if (*form != *text || ++m->steps > STEPS_MAX)
			return 0;
		if (*form == '\0')
			return 1;
		if (*form == '%')
			form++;
	}
	if (m->nargs == ARGS_MAX ||
	    (n = conversion(form, &number, &position)) == 0)
		return 0;
	arg = &m->args[m->nargs++];
	arg->at = text;
	arg->quoted = form[n] == '\'';
	max = number ? strspn(text, "-0123456789") : strlen(text);
	for (len = 1; len <= max; len++) {
		arg->len = len;
		if (fits(m, form + n, text + len))
			return 1;
	}
	m->nargs--;
	return 0;
}

/* Characters of its own that a format has. */
static size_t
letters(const char *form)
{
	size_t n = 0, position, skip;
	int number;

	for (; *form != '\0'; form++) {
		skip = *form == '%' ? conversion(form, &number, &position) :
		    0;
		if (skip > 0)
			form += skip - 1;
		else
			n++;
	}
	return n;
}

/* How far something is, as people say it; anything else as it is. */
static int
add_arg(struct buf *out, const struct arg *arg)
{
	static const char *const kinds[] = { "draft", "delivery", "case" };
	char word[32];
	const char *said;
	size_t i;

	if (arg->quoted || arg->len >= sizeof(word))
		return buf_add(out, arg->at, arg->len);
	memcpy(word, arg->at, arg->len);
	word[arg->len] = '\0';
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		said = words_for(kinds[i], word);
		if (said != word)
			return buf_adds(out, said);
	}
	return buf_adds(out, word);
}

/* The translation with the arguments of the sentence. */
static int
fill(const char *form, const struct match *m, struct buf *out)
{
	size_t next = 0, n, position;
	int number, bad = 0;

	for (; *form != '\0' && !bad; form++) {
		n = *form == '%' && form[1] != '%' ? conversion(form,
		    &number, &position) : 0;
		if (n == 0) {
			form += *form == '%' && form[1] == '%';
			bad = buf_addc(out, *form);
			continue;
		}
		position = position > 0 ? position - 1 : next++;
		bad = position >= m->nargs ? -1 : add_arg(out,
		    &m->args[position]);
		form += n - 1;
	}
	return bad;
}

int
service_sentence(char out[SERVICE_SENTENCE_MAX], const char *text)
{
	struct match best = { .nargs = 0 }, m;
	const char *found = NULL;
	size_t i, n, most = LETTERS_MIN - 1;
	struct buf said;
	int ok = 0;

	for (i = 0; sentences[i] != NULL; i++) {
		memset(&m, 0, sizeof(m));
		if ((n = letters(sentences[i])) > most &&
		    fits(&m, sentences[i], text)) {
			found = sentences[i];
			most = n;
			best = m;
		}
	}
	if (found == NULL)
		return 0;
	buf_init(&said, SERVICE_SENTENCE_MAX - 1);
	if (fill(_(found), &best, &said) == 0) {
		memcpy(out, said.bytes, said.len + 1);
		ok = 1;
	}
	buf_free(&said);
	return ok;
}
