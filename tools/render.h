#ifndef TEDUH_TOOLS_RENDER_H
#define TEDUH_TOOLS_RENDER_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct buf;

/*
 * What a person sees on the terminal, from the shapes of shape.h, on
 * stdout.  Every word from outside passes text_terminal() here.  Times are
 * those of the reader's own zone; now_s is the service's time.
 */

/* Whose terminal this is: their own rows and drafts stand out. */
void	render_setup(const char *me);
int	render_is_me(const char *name);

/* The object as JSON, on one line or indented for a terminal. */
void	render_json(const json_t *);
/* `queue`. */
void	render_rows(const json_t *rows, int64_t now_s);
/*
 * `show`: the newest letter and what came after it whole and the rest a line
 * each; the same without folds; all of it, newest first; or the one item that
 * the object has, without the head.  since_s: waiting since then, 0 when it
 * does not.  How many parts are folded on the page.
 */
enum render_how { RENDER_NEWEST, RENDER_UNFOLDED, RENDER_ALL, RENDER_ONE };
size_t	render_case(const json_t *, int64_t since_s, int64_t now_s,
	    enum render_how);
/*
 * `drafts`, `review`. Rows may have a "desk" besides; none: what is said when
 * there is no row.
 */
void	render_drafts(const json_t *drafts, const char *none, int64_t now_s);
/*
 * `review DRAFT`: the letter and the answer, side by side where there is
 * room. note: the item with which it was returned before, or NULL; earlier: a
 * CASE with the items before the letter, a line each, or NULL.
 */
void	render_review(const json_t *, const json_t *note,
	    const json_t *earlier, int64_t now_s);
/* The same answer beside what was submitted before: word by word. */
void	render_changes(const json_t *, int64_t now_s);

/* `still-right`: what was written since, a line each, and the answer. */
void	render_still(const json_t *newer, const json_t *answer,
	    int64_t now_s);

/* Columns of the terminal; 80 when there is none. */
size_t	render_width(void);
/* "3 h", "2 d": a span of seconds in few characters. */
#define RENDER_SPAN	32
void	render_span(char out[RENDER_SPAN], int64_t seconds);
/* "today 15:33", "Thu 26 Nov 03:30": in the reader's own zone. */
#define RENDER_WHEN	64
void	render_when(char out[RENDER_WHEN], int64_t at_s, int64_t now_s);
/* A string of an object, safe for one line of a terminal; "" when absent. */
#define RENDER_WORD	512
const char *render_word(char out[RENDER_WORD], const json_t *o,
	    const char *name);
/* 1 when this is one of the words of its "flags". */
int	render_has_flag(const json_t *o, const char *flag);
/* 1 when there is a character that runs from right to left. */
int	render_turns(const char *);
/* Around such text where it shares a line with ours (FSI, PDI). */
#define RENDER_ISOLATE	"\342\201\250"
#define RENDER_ISOLATED	"\342\201\251"
/* A member that is a time, in Unix seconds; 0 when there is none. */
int64_t	render_time(const json_t *o, const char *name);
/*
 * Text from anywhere, made safe and wrapped at `columns`, appended. 0, or -1
 * when it is too long for out.
 */
int	render_add(struct buf *out, const char *text, size_t columns,
	    const char *indent);
/*
 * A sentence of ours and a newline; wrapped where f is a terminal, but lines
 * that begin with a blank are there to be copied and stay whole.
 */
void	render_say(FILE *f, const char *);

#endif
