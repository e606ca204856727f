#ifndef TEDUH_TEMPLATE_H
#define TEDUH_TEMPLATE_H

#include <stdint.h>

struct automatic;
struct buf;
struct config;
struct err;

/*
 * The words of automatic mail: text files in the folder `texts` of the
 * configuration.  Of each file the first that is there is taken:
 *
 *   desks/DESK/LANGUAGE/FILE   LANGUAGE/FILE   en/FILE
 *
 * A text begins with "Subject: " and an empty line.  Words in braces stand
 * for values, which ones is fixed for each file (template.c); nothing else
 * does.  A list is one "key: text" a line.
 */
#define TEMPLATE_SUBJECT_MAX	512	/* bytes */
#define TEMPLATE_BODY_MAX	16384

/*
 * Subject and body of a mail, appended. 0, or -1 with ERR_INPUT: a text is
 * missing, has no subject or is too long.
 */
int	template_render(const struct config *, const struct automatic *,
	    struct buf *subject, struct buf *body, struct err *);

/*
 * "within 48 hours", in the language; "" when no text says it. The caller
 * frees.
 */
char	*template_span(const struct config *, const char *desk,
	    const char *language, int64_t seconds);

/*
 * Look at every text that this configuration may need. Each finding is told
 * with its file and line (0: it stands in no line).
 */
typedef void template_finding(void *ctx, const char *path, int line,
	    const char *what);
void	template_check(const struct config *, template_finding *, void *ctx);

#endif
