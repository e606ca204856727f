#ifndef TEDUH_WEB_LETTER_H
#define TEDUH_WEB_LETTER_H

#include <stddef.h>
#include <stdint.h>

struct form;

/*
 * A letter by form as one RFC 5322 message, so that everything that reads
 * mail reads it as well: no From (there is none), Date, text/plain, and what
 * was chosen with it as attachments in their own bytes (RFC 2045 "binary":
 * base64 would carry ten pictures over the reader's limit).
 */
#define WEB_LETTER_FILES_MAX	((size_t)25 * 1000 * 1000)

/* The bytes of all files of a form. */
size_t	 web_letter_files(const struct form *);
/* A browser's line ends, or anybody's, become newlines; wipe and free it. */
char	*web_letter_lines(const char *);
/* text: valid UTF-8, any line ends. The caller frees. Never NULL. */
char	*web_letter_make(const struct form *, const char *text, int64_t now,
	    size_t *len);

#endif
