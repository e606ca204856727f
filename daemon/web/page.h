#ifndef TEDUH_PAGE_H
#define TEDUH_PAGE_H

#include <jansson.h>
#include <stddef.h>

struct buf;
struct err;

/*
 * Pages as text files with holes, a small part of Mustache (mustache(5)):
 *
 *   {{name}}, {{words.name}}	a string or integer, escaped for HTML text and
 *				for quoted attributes; absent is nothing
 *   {{#name}} ... {{/name}}	once per member of a list, once for an
 *				object, true, a string that is not empty
 *   {{^name}} ... {{/name}}	when the above would give nothing
 *   {{> file}}			the page file.html of the same folder
 *
 * A name is looked for in the innermost member, then outwards.  There is no
 * way to put in anything unescaped.
 */
#define PAGE_FILE_MAX	((size_t)64 * 1024)	/* bytes of a file */
#define PAGE_DEPTH_MAX	8			/* sections and files */
#define PAGE_FILES_MAX	32

struct pages;

/*
 * Every *.html of the folder. NULL with ERR_INPUT ("file:line: what"), or
 * ERR_IO: there is no folder. pages_free(NULL) is fine.
 */
struct pages	*pages_load(const char *folder, struct err *);
void		 pages_free(struct pages *);
/*
 * Does every name in them stand in this list (ended by NULL), or is it
 * "words.KEY" of a key of words? 0, or -1 with ERR_INPUT ("file:line: what").
 */
int		 pages_know(const struct pages *, const char *const *names,
		    const json_t *words, struct err *);
/* Is there a page of this name? */
int		 pages_have(const struct pages *, const char *name);
/*
 * One page, appended to *out. values is an object. 0, or -1: ERR_GONE there
 * is no such page, ERR_INPUT it is longer than *out may be.
 */
int		 pages_render(const struct pages *, const char *name,
		    const json_t *values, struct buf *out, struct err *);
/* Text for HTML, escaped; 0, or -1 when *out is full. */
int		 page_escape(struct buf *out, const char *);

#endif
