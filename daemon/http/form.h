#ifndef TEDUH_HTTP_FORM_H
#define TEDUH_HTTP_FORM_H

#include <stddef.h>

struct err;

/*
 * The body of a POST that an HTML form made: application/x-www-form-urlencoded
 * or multipart/form-data (RFC 7578, as browsers write it), whole in memory.
 *
 * There is one way to read a body or it is refused: no field twice, no header
 * folded or doubled, nothing before the first boundary and nothing behind the
 * last.  A value is valid UTF-8 without NUL, with the line ends that came;
 * a file is bytes, and its name is what a stranger wrote.
 */
struct form_limits {
	size_t	fields, files;	/* how many */
	size_t	text;		/* bytes of a field's value */
	size_t	all;		/* bytes of the body */
};

#define FORM_NAME_MAX	64	/* bytes: letters, digits and _ - . [ ] */
#define FORM_FILE_NAME_MAX 1024	/* bytes */

struct form_field {
	const char	*name, *value;	/* both end with NUL */
	size_t		 len;		/* of the value */
};

struct form_file {
	const char	*field;
	const char	*name;		/* raw bytes, no NUL; maybe "" */
	const char	*type;		/* a/b, made safe; never NULL */
	const void	*bytes;		/* in the body */
	size_t		 len;
};

enum form_fault {
	FORM_FINE = 0,
	/* Everything was read; the page can come back as it was. */
	FORM_LARGE,	/* more bytes than `all` */
	FORM_LONG,	/* a value is longer than `text`; it is kept */
	FORM_FILES,	/* more than `files`; the first of them are kept */
	/* What came before it was read. */
	FORM_FIELDS,	/* more than `fields` */
	FORM_CHARSET,	/* a value is not UTF-8, or has a NUL */
	FORM_BROKEN	/* cannot be read, or in more than one way */
};

/* In the order of the body; browsers leave out what was not ticked. */
struct form {
	struct form_field	*fields;
	struct form_file	*files;
	size_t			 n_fields, n_files;
	enum form_fault		 fault;		/* the worst one */
	struct form_limits	 limits;
	char			*text;		/* names and values */
	size_t			 used, room;	/* of text */
};

/*
 * type is the Content-Type header (NULL: there is none); the body must live
 * as long as the form. 0, or -1 with fault and ERR_INPUT, which names at most
 * the field. In both cases form_free() it, which wipes what it copied.
 */
int		 form_parse(struct form *, const char *type,
		    const void *body, size_t len, const struct form_limits *,
		    struct err *);
void		 form_free(struct form *);
/* The value of a field; NULL when there is none. */
const char	*form_value(const struct form *, const char *name);

#endif
