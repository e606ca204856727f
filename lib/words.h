#ifndef TEDUH_WORDS_H
#define TEDUH_WORDS_H

/*
 * Sentences for people.
 *
 * English stands in the sources; the catalogues of po/ have the rest, and
 * gettext looks there at the moment when something is said.  A program that
 * sets no locale (teduhd, teduh-admin, the reader) opens no catalogue and
 * speaks English, as its logs should.  err_set() and err_prefix() ask for
 * their formats themselves.
 */
#ifdef ENABLE_NLS
#include <libintl.h>

#define WORDS_DOMAIN		"teduh"
#define _(s)			dgettext(WORDS_DOMAIN, s)
#define words_count(one, many, n) \
	dngettext(WORDS_DOMAIN, one, many, (unsigned long)(n))
#else
#define _(s)			words_plain(s)
#define words_count(one, many, n) \
	words_plain_count(one, many, (unsigned long)(n))
#endif

const char *words_plain(const char *) __attribute__((format_arg(1)));
const char *words_plain_count(const char *one, const char *many,
	    unsigned long) __attribute__((format_arg(1), format_arg(2)));

/* Marks a sentence of a table; whoever prints it says _(). */
#define N_(s)	(s)

#endif
