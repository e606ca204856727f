#ifndef TEDUH_TOOLS_RENDER_INSIDE_H
#define TEDUH_TOOLS_RENDER_INSIDE_H

#include "lib/buf.h"
#include "tools/render.h"

/*
 * Between the files render_*.c: a page, written line by line before it is
 * put on the screen.  Nobody else includes this, but the unit test.
 */
#define RENDER_PAGE_MAX	(48 * 1024 * 1024)
/* Lines of ours; a terminal without them gets '-' and '|'. */
#define RENDER_RULE	"\342\224\200"
#define RENDER_BAR	"\342\224\202"

struct render_page {
	struct buf	 out;
	size_t		 columns;
	const char	*indent;	/* of what somebody wrote */
	int		 reflow;	/* join lines that a mailer broke */
	int		 unfold;	/* show what the case has seen before */
	size_t		 folds;		/* parts that are folded on it */
	int64_t		 now_s;
	int		 strands;	/* of more than one person */
};

/* At most so wide that a text is read with ease. */
void	render_page_init(struct render_page *, size_t columns,
	    const char *indent, int64_t now_s);
/* A line of ours, wrapped. */
void	render_put(struct render_page *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* The same, that looks as the mark says. */
void	render_put_as(struct render_page *, const char *mark, const char *,
	    ...) __attribute__((format(printf, 3, 4)));
/* "--- heading ------" */
void	render_put_heading(struct render_page *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* A word of ours, and behind it in a column of its own what it is about. */
void	render_put_field(struct render_page *, const char *label,
	    const char *value);
/* A field with "Name <address>"; nothing when it has neither. */
void	render_put_person(struct render_page *, const char *label,
	    const json_t *person);
/* A word about how to go on, under a field's value. */
void	render_put_hint(struct render_page *, const char *);
/* Columns of the longest of these labels, for a calm left edge. */
#define RENDER_LABEL	9
/* What somebody wrote, without a look for quotes. */
void	render_put_text(struct render_page *, const char *);
/* The desk's own first line of a letter, which nobody has to read again. */
void	render_put_first(struct render_page *, const json_t *item);
/* The same with something in front of every line, and a mark or NULL. */
void	render_put_block(struct render_page *, const char *text,
	    const char *front, const char *mark);

/* What render_case() puts on the screen. */
void	render_put_case(struct render_page *, const json_t *, int64_t since_s,
	    enum render_how);
/* That somebody asked for the case to be erased; erasure may be null. */
void	render_put_erasure(struct render_page *, const json_t *erasure,
	    const char *case_id);
/* From whom, about what, with which files, and the words. */
void	render_put_content(struct render_page *, const json_t *item);
/* Of a letter by form: what was ticked, and questions with answers. */
void	render_put_form(struct render_page *, const json_t *item);
void	render_put_questions(struct render_page *, const json_t *item);
/* The whole subject, however long, on as many lines as it takes. */
void	render_put_subject(struct render_page *, const json_t *item);
/* how: the command that saves them. */
void	render_put_attachments(struct render_page *, const json_t *item,
	    const char *how);
/* "#tag #tag ", as many as fit; "" when there are none. */
void	render_tags(char *out, size_t size, const json_t *o);
void	render_put_tags(struct render_page *, const json_t *);
/* A line for each of the first `before` items of a CASE as it is shown. */
void	render_put_earlier(struct render_page *, const json_t *,
	    size_t before);
/* The newest events of a case, below its letters; most: 0 for all. */
void	render_put_events(struct render_page *, const json_t *, size_t most);
/*
 * The words of an item: quotes and signature set apart, and what the case has
 * seen before folded to a line that says how much it is.
 */
void	render_put_words(struct render_page *, const json_t *item);
/* What to do about a delivery (shape of `show`); "" when nothing is. */
void	render_advice(char *out, size_t size, const json_t *delivery,
	    int64_t now_s);
/* The same for a row of `drafts`, which may wait for review. */
void	render_advice_draft(char *out, size_t size, const json_t *o,
	    int64_t now_s);
/* " [flag] [flag]" */
void	render_flags(char out[RENDER_WORD], const json_t *o);
/*
 * A word of the program, in the reader's words; itself when it is new.
 * list: pairs that end with NULL.
 */
const char *render_in_words(char word[RENDER_WORD], const json_t *o,
	    const char *name, const char *const list[][2]);
/* "letter", "answer" and so on. */
const char *render_kind(char word[RENDER_WORD], const json_t *item);
/* The first words of an item that are its own, on one line. */
void	render_first_words(char out[RENDER_WORD], const json_t *item);

#endif
