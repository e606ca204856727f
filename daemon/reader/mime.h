#ifndef TEDUH_READER_MIME_H
#define TEDUH_READER_MIME_H

#include <stddef.h>

#include "daemon/reader/class.h"
#include "daemon/reader/mail.h"
#include "lib/buf.h"

/*
 * The MIME tree of a letter as one text and a list of attachments.
 *
 * Text: the inline text/plain parts in their order; of an alternative the
 * plain one, unless it is missing or blank, then the HTML as text.  Whatever
 * else has bytes is an attachment: nothing is opened, joined or fetched.
 */
#define MIME_DEPTH_MAX	50
#define MIME_PARTS_MAX	1000
#define MIME_TEXT_MAX	(4u * 1024 * 1024)

enum mime_flag {
	MIME_GUESSED = 1,	/* a charset was guessed */
	MIME_HIDDEN = 2,	/* hidden text is shown */
	MIME_DIFFERS = 4,	/* HTML says more than the plain text */
	MIME_LONG = 8,		/* text was cut; all of it is attached */
	MIME_WINMAIL = 16,
	MIME_ENCRYPTED = 32
};

struct mime_part {
	char		*name;		/* safe; never NULL */
	char		*type;		/* "application/pdf" */
	unsigned char	*bytes;
	size_t		 size;
};

struct mime {
	struct buf	 text;		/* UTF-8, LF */
	const char	*origin;	/* "plain", "html", "none" */
	struct mime_part *parts;
	size_t		 nparts;
	unsigned	 flags;
	enum class_report report;
};

/*
 * mime_init() once per process, before the sandbox.  mime_read(): 0, or -1
 * with *why; free in both cases.
 */
void	mime_init(void);
int	mime_read(struct mime *, const struct mail *, const char *fallbacks,
	    const char **why);
void	mime_free(struct mime *);

#endif
