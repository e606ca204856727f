#ifndef TEDUH_TOOLS_TYPED_H
#define TEDUH_TOOLS_TYPED_H

struct buf;
struct err;
struct session;

/*
 * What a person writes about a case besides an answer: from -m, from --body,
 * or in an editor that begins with `start`.
 */
struct typed {
	char	*folder;	/* of the editor, while words stand there */
};

/* Appended to *out. 0 or -1; end it in any case. */
int	typed_get(struct typed *, struct session *, const char *start,
	    const char *below, struct buf *out, struct err *);
/*
 * The editor's folder goes, unless the words were not sent and stand there
 * and nowhere else, which *e then says.
 */
void	typed_end(struct typed *, int sent, struct err *);
/* -m and --body together: EXIT_USAGE with *e, else 0. */
int	typed_check(const struct session *, struct err *);

#endif
