#ifndef TEDUH_TOOLS_RENDER_INSIDE_H
#define TEDUH_TOOLS_RENDER_INSIDE_H

#include "lib/buf.h"
#include "tools/render.h"

/*
 * Between render_case.c and render_review.c: a page, written line by line
 * before it is printed.  Nobody else includes this.
 */
#define RENDER_PAGE_MAX	(48 * 1024 * 1024)

struct render_page {
	struct buf	 out;
	size_t		 columns;
	const char	*indent;	/* of what somebody wrote */
	int		 reflow;	/* join lines that a mailer broke */
	int64_t		 now_s;
};

void	render_page_init(struct render_page *, size_t columns,
	    const char *indent, int64_t now_s);
/* A line of ours, wrapped. */
void	render_put(struct render_page *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* What somebody wrote. */
void	render_put_text(struct render_page *, const char *);
/* The whole subject, however long, on as many lines as it takes. */
void	render_put_subject(struct render_page *, const json_t *item);
/* how: the command that saves them. */
void	render_put_attachments(struct render_page *, const json_t *item,
	    const char *how);
/* From whom, about what, with which files, and the words. */
void	render_put_content(struct render_page *, const json_t *item);
/* "#tag #tag ", as many as fit; "" when there are none. */
void	render_tags(char *out, size_t size, const json_t *o);
void	render_put_tags(struct render_page *, const json_t *);
/* The history of a case, below its letters. */
void	render_put_events(struct render_page *, const json_t *);
/* " [flag] [flag]" */
void	render_flags(char out[RENDER_WORD], const json_t *o);

#endif
