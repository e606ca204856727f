#ifndef TEDUH_READER_MAIL_H
#define TEDUH_READER_MAIL_H

#include <stddef.h>

#include "lib/buf.h"

/*
 * A letter before MIME: its header fields, read by ourselves, and the same
 * letter for the MIME parser with a clean header block of Content-* only.
 */
#define MAIL_HEADER_MAX	(256 * 1024)
#define MAIL_FIELDS_MAX	1000

struct field {
	const char	*name;
	const char	*value;		/* unfolded, without the line end */
};

struct mail {
	struct buf	 bytes;		/* for the MIME parser */
	size_t		 body;		/* where its body starts */
	struct buf	 names;		/* holds what the fields point to */
	struct field	 fields[MAIL_FIELDS_MAX];
	size_t		 nfields;
	int		 nul;		/* NULs stood in the header */
	int		 bare_cr;	/* lone CRs beside real line ends */
	int		 passed_on;	/* the last field went to `bytes` */
};

/*
 * 0, or -1 with *why set when a limit is passed.  Free it in both cases.
 * No header at all is no fault: then everything is body.
 */
int		 mail_open(struct mail *, const void *, size_t,
		    const char **why);
void		 mail_free(struct mail *);

/* The first field of that name, in any case; NULL when there is none. */
const char	*mail_field(const struct mail *, const char *name);
size_t		 mail_count(const struct mail *, const char *name);
/*
 * The next field of that name from *at on (start with 0), or NULL; *at moves
 * behind it.
 */
const char	*mail_next(const struct mail *, const char *name, size_t *at);

#endif
