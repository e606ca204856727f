#ifndef TEDUH_TOOLS_EXPORT_H
#define TEDUH_TOOLS_EXPORT_H

#include <jansson.h>
#include <stdint.h>

struct buf;
struct err;

/*
 * The pages of an exported case, as plain text: its letters and answers,
 * oldest first, with the way to their files; and the notes of staff.
 */

/* shown: the shape of `show`. by: who exports it; url: of which service. */
void	export_page(struct buf *out, const json_t *shown, const char *by,
	    const char *url, int64_t now_s);
/* 1 when there are notes, and then they are in out. */
int	export_notes(struct buf *out, const json_t *shown);

/*
 * The same shape with what is one person's alone, `for` (a participant of
 * the case): letters and answers, and nothing of staff or others.
 * NULL with *e.
 */
json_t	*export_for_person(const json_t *shown, int64_t person,
	    struct err *);

#endif
