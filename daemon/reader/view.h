#ifndef TEDUH_READER_VIEW_H
#define TEDUH_READER_VIEW_H

#include <stddef.h>

#include "daemon/desk/reading.h"
#include "daemon/reader/mime.h"

/*
 * From the bytes of a letter to the JSON document that daemon/desk/reading.h
 * describes, and the attachments that belong to it in their order.
 */
struct view {
	char		*json;		/* owned */
	size_t		 len;
	struct mime	 mime;		/* its parts are the attachments */
};

/* 0, or -1 with *why: a sentence without a word of the letter. */
int	view_make(struct view *, const void *mail, size_t len,
	    const struct reading_rules *, const char **why);
void	view_free(struct view *);

#endif
