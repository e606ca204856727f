#ifndef TEDUH_ERR_H
#define TEDUH_ERR_H

#include <stdarg.h>

/*
 * Errors as values.
 *
 * A function that can fail takes a `struct err *` as its last argument and
 * returns -1 or NULL when it has filled it.  The code is a decision for the
 * caller, never the name of a library below; the text is one sentence for a
 * human: what failed first, subject in single quotes, no full stop.
 * Nothing is allocated, so an error can be reported when memory is out.
 */
enum err_code {
	ERR_NONE = 0,
	ERR_INPUT,	/* what we were given is not acceptable */
	ERR_RETRY,	/* busy or unreachable now; may work later */
	ERR_CONFLICT,	/* somebody else changed it; read it again */
	ERR_DENIED,	/* not allowed, or a signature does not hold */
	ERR_GONE,	/* no such thing (or not for you) */
	ERR_IO,		/* the machine failed: disk, descriptor, network */
	ERR_BUG		/* cannot happen; the program is wrong */
};

struct err {
	enum err_code	code;
	char		text[512];
};

#define ERR_INIT	{ ERR_NONE, "" }

/*
 * Fill *e (which may be NULL) with the format in the reader's language: it
 * needs no _().  Over-long text loses its middle, cut at characters: its
 * beginning says what is wrong, its end what to do.
 */
void	err_set(struct err *, enum err_code, const char *, ...)
	    __attribute__((format(printf, 3, 4)));

/* The same for a function that takes such a format itself. */
void	err_vset(struct err *, enum err_code, const char *, va_list)
	    __attribute__((format(printf, 3, 0)));

/* Put "context: " in front of the text that stands in *e. */
void	err_prefix(struct err *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* The word for a code in logs and JSON: "input", "retry", ... */
const char *err_word(enum err_code);

/* sysexits(3) for a daemon or an admin command: 65, 75, 74, 77, 70. */
int	err_exit(enum err_code);

#endif
