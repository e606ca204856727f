#ifndef TEDUH_TOOLS_LINKED_H
#define TEDUH_TOOLS_LINKED_H

#include <jansson.h>

#include "tools/casefile.h"

struct err;
struct session;

/*
 * The cases that a case is linked to, in either direction, as far as they
 * were not undone by a person's signature: what an answer must have read.
 */
#define LINKED_MAX	200

struct linked {
	char	id[CASE_ID_LEN + 1];
	int	belongs;	/* our case belongs to that one; else that one
				   to ours */
	int	confirmed;	/* by a signature that holds */
};

/* How many, at most LINKED_MAX, into out. */
size_t	 linked_list(const struct session *, const struct casefile *,
	    struct linked out[LINKED_MAX]);
/*
 * For people and --json, [{case, kind, at, by, belongs}]: case is the other
 * one. problems: a sentence for a link that nobody signed. The caller's.
 */
json_t	*linked_shape(const struct session *, const struct casefile *,
	    json_t *problems);
/*
 * Into what `show` prints: links, others; and the letters of the cases that
 * belong here, among ours by their time.  Each such case is noted as read as
 * far as it is shown. 0 or -1.
 */
int	 linked_show(struct session *, const struct casefile *, json_t *shown,
	    json_t *problems, struct err *);

#endif
