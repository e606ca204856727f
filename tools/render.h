#ifndef TEDUH_TOOLS_RENDER_H
#define TEDUH_TOOLS_RENDER_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a person sees on the terminal, from the shapes of shape.h, on
 * stdout.  Every word from outside passes text_terminal() here.
 */

/* The object as JSON, on one line or indented for a terminal. */
void	render_json(const json_t *);
/* `queue`. now_s: the service's time. */
void	render_rows(const json_t *rows, int64_t now_s);
/* `show`: newest first. */
void	render_case(const json_t *);
/* `drafts`, `review`. */
void	render_drafts(const json_t *drafts, int64_t now_s);
/* `review DRAFT`: the letter, then the answer. */
void	render_review(const json_t *);

/* Columns of the terminal; 80 when it is none. */
size_t	render_width(void);
/* "3 h", "2 d": a span of seconds in few characters. */
#define RENDER_SPAN	32
void	render_span(char out[RENDER_SPAN], int64_t seconds);
/* A string of an object, safe for one line of a terminal; "" when absent. */
#define RENDER_WORD	512
const char *render_word(char out[RENDER_WORD], const json_t *o,
	    const char *name);

#endif
