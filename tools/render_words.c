/*
 * The words of a letter, as they are read with ease: quotes behind a bar, a
 * signature in the background, and what the case has seen before folded.
 * Nothing is cut: a fold says how many lines it holds, and unfold shows them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

#define DEPTH_MAX	5	/* bars in front of a quote's quote */
#define SIGNATURE_MAX	12	/* lines; more are no signature */
#define FRONT_MAX	64
#define FIRST_BYTES	600	/* of the first words, read */
#define FIRST_COLUMNS	160	/* and shown at most */
#define SEVERAL		2	/* a fold of one line saves nothing */

enum look { LOOK_PLAIN, LOOK_QUOTE, LOOK_SIGNATURE, LOOK_FOLDED };

struct words {
	const char	*line;		/* of which the look is asked */
	int64_t		 no;		/* its number, from 1 */
	const json_t	*folded;	/* ranges in order */
	size_t		 range;		/* the first that is not over yet */
	int		 unfold;
	int		 signature;	/* it has begun */
};

/* The last line of the range that holds this line, or 0. */
static int64_t
fold_end(struct words *w)
{
	const json_t *range;
	int64_t first, last;

	while ((range = json_array_get(w->folded, w->range)) != NULL) {
		first = json_integer_value(json_array_get(range, 0));
		last = json_integer_value(json_array_get(range, 1));
		if (last >= w->no)
			return first <= w->no ? last : 0;
		w->range++;
	}
	return 0;
}

/* "> > words": how often quoted, and where the words begin. */
static int
quote_depth(const char *line, const char **words)
{
	int depth = 0;

	while (*line == '>') {
		depth++;
		line += line[1] == ' ' && line[2] == '>' ? 2 : 1;
	}
	if (depth > 0 && *line == ' ')
		line++;
	*words = line;
	return depth;
}

/* "-- " alone, with few lines behind it. */
static int
begins_signature(const char *line)
{
	int lines = 0;

	if (strncmp(line, "--", 2) != 0 || line[2 + strspn(line + 2,
	    " \r")] != '\n')
		return 0;
	for (; (line = strchr(line, '\n')) != NULL; line++)
		if (++lines > SIGNATURE_MAX)
			return 0;
	return 1;
}

static enum look
look_of(struct words *w, int *depth)
{
	int64_t last = fold_end(w);
	const char *ignored;

	*depth = 0;
	if (!w->signature && begins_signature(w->line))
		w->signature = 1;
	if (last > 0 && !w->unfold)
		return LOOK_FOLDED;
	if ((*depth = quote_depth(w->line, &ignored)) > 0)
		return LOOK_QUOTE;
	if (w->signature)
		return LOOK_SIGNATURE;
	if (last > 0) {
		*depth = 1;
		return LOOK_QUOTE;
	}
	return LOOK_PLAIN;
}

/* Over this line; it without '>' goes to out. */
static void
take(struct words *w, enum look look, struct buf *out)
{
	const char *words = w->line;
	size_t n;

	if (look == LOOK_QUOTE)
		(void)quote_depth(w->line, &words);
	n = strcspn(words, "\n");
	(void)buf_add(out, words, n);
	(void)buf_addc(out, '\n');
	w->line = words + n + (words[n] == '\n');
	w->no++;
}

static void
put_fold(struct render_page *p, int64_t lines, const char *id)
{
	char words[RENDER_WORD];

	p->folds++;
	(void)snprintf(words, sizeof(words), words_count("%" PRId64 " line "
	    "folded, a quote or a signature: teduh show %s", "%" PRId64
	    " lines folded, a quote or a signature: teduh show %s", lines),
	    lines, id);
	render_put_as(p, SCREEN_QUIET, "%s" RENDER_BAR " %s", p->indent,
	    words);
}

static void
put_run(struct render_page *p, const struct buf *run, enum look look,
    int depth)
{
	char front[FRONT_MAX];
	int i;

	(void)snprintf(front, sizeof(front), "%s", p->indent);
	for (i = 0; look == LOOK_QUOTE && i < depth && i < DEPTH_MAX; i++)
		(void)strncat(front, RENDER_BAR " ", sizeof(front) -
		    strlen(front) - 1);
	render_put_block(p, run->bytes, front, look == LOOK_PLAIN ? NULL :
	    SCREEN_QUIET);
}

/* Lines that look alike, as one run. */
static void
put_alike(struct render_page *p, struct words *w, const char *id)
{
	enum look look, next;
	int depth, its;
	int64_t first = w->no;
	struct buf run;

	buf_init(&run, RENDER_PAGE_MAX);
	next = look = look_of(w, &depth);
	its = depth;
	while (*w->line != '\0' && next == look && its == depth) {
		take(w, look, &run);
		if (*w->line != '\0')
			next = look_of(w, &its);
	}
	if (look != LOOK_FOLDED)
		put_run(p, &run, look, depth);
	else if (w->no - first >= SEVERAL)
		put_fold(p, w->no - first, id);
	else
		put_run(p, &run, LOOK_QUOTE, 1);
	buf_free(&run);
}

void
render_put_words(struct render_page *p, const json_t *item)
{
	const char *text = json_string_value(json_object_get(item, "text"));
	struct words w = { .line = text, .no = 1, .unfold = p->unfold,
	    .folded = json_object_get(item, "folded") };
	char id[RENDER_WORD];

	render_put_first(p, item);
	if (text == NULL)
		return;
	if (text[strspn(text, " \t\r\n")] == '\0') {
		render_put_text(p, text);
		return;
	}
	(void)render_word(id, item, "id");
	while (*w.line != '\0')
		put_alike(p, &w, id);
}

void
render_first_words(char out[RENDER_WORD], const json_t *item)
{
	struct words w = { .no = 1,
	    .line = json_string_value(json_object_get(item, "text")),
	    .folded = json_object_get(item, "folded") };
	struct buf words, safe, line;
	size_t columns = FIRST_COLUMNS, n;
	int depth;

	buf_init(&words, RENDER_PAGE_MAX);
	buf_init(&safe, RENDER_PAGE_MAX);
	buf_init(&line, RENDER_PAGE_MAX);
	while (w.line != NULL && *w.line != '\0' && words.len < FIRST_BYTES) {
		enum look look = look_of(&w, &depth);

		buf_clear(&line);
		take(&w, look, &line);
		if (look == LOOK_PLAIN &&
		    line.bytes[strspn(line.bytes, " \t\r\n")] != '\0')
			(void)buf_adds(&words, line.bytes);
	}
	(void)text_terminal(words.bytes, words.len > 0 ? words.len - 1 : 0,
	    0, &safe);
	while ((n = text_fit(safe.bytes, columns)) >= RENDER_WORD)
		columns /= 2;
	(void)snprintf(out, RENDER_WORD, "%.*s", (int)n, safe.bytes);
	buf_free(&line);
	buf_free(&safe);
	buf_free(&words);
}
