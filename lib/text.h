#ifndef TEDUH_TEXT_H
#define TEDUH_TEXT_H

#include <stddef.h>

struct err;
struct buf;

/*
 * Text from strangers: UTF-8, mail addresses, and what is safe to put on a
 * terminal.
 */

/* 1 if n bytes are valid UTF-8 (RFC 3629: no surrogates, no overlong). */
int	text_is_utf8(const void *, size_t n);
/* Valid UTF-8 from any bytes, U+FFFD for what is broken; appended. */
int	text_repair(const void *, size_t n, struct buf *out);

/*
 * Safe for a terminal: C0 and C1 controls, DEL, ESC, bidi controls, zero
 * width tricks and unassigned separators become nothing or U+FFFD; newline
 * and tab stay when `lines` is true and become a space otherwise. Input is
 * repaired first. Appended to *out.
 */
int	text_terminal(const void *, size_t n, int lines, struct buf *out);

/* Columns that valid, terminal-safe UTF-8 takes (wide and combining). */
size_t	text_width(const char *);
/* Bytes of the longest start of s that fits into `columns`. */
size_t	text_fit(const char *s, size_t columns);
/*
 * Wrap one paragraph-preserving text to `columns`, each line with `indent`
 * in front; appended.
 */
int	text_wrap(const char *, size_t columns, const char *indent,
	    struct buf *out);

/*
 * The one validator of mail addresses (RFC 5321 4.1.2, 6531): one '@', no
 * byte below 0x21, no DEL, no '<' '>' '"' ',' ';' ':' '\\' '(' ')', local
 * part 1 to 64 bytes, a domain of 1 to 255 bytes with labels of letters,
 * digits, hyphens or UTF-8 letters (or [1.2.3.4] when `literal`), valid
 * UTF-8, 254 bytes in all. Quoted local parts are refused: they are not met
 * in practice and are a way to smuggle.
 * 0, or -1 with ERR_INPUT that says what is wrong, never the address.
 */
int	text_address_check(const char *, struct err *);
/*
 * The form under which an address is looked up: domain and local part in
 * lower case (NFKC case folding). The exact form is what is written to.
 * The caller frees; NULL with *e when text_address_check() refuses it.
 */
char	*text_address_key(const char *, struct err *);

/* A file name that is safe to create: no path, no control, no leading dot. */
char	*text_file_name(const char *);

#endif
