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
 * Safe for a terminal: C0 and C1 controls, DEL, ESC and private characters
 * become U+FFFD; bidi controls, zero width tricks, tags and fillers nothing,
 * but joiners between characters that are not ASCII stay; marks are not
 * piled higher than 6.  Newline and tab stay when `lines` is true and become
 * a space otherwise, line and paragraph separators likewise.  Input is
 * repaired first.  At most 3n bytes, appended to *out.
 */
int	text_terminal(const void *, size_t n, int lines, struct buf *out);

/*
 * 1 if it is valid UTF-8 that may stand in a header line: no control, no
 * line separator, no noncharacter, nothing that turns the direction around.
 */
int	text_is_line(const char *);
/* 1 if it is valid UTF-8 without controls but newline and tab. */
int	text_is_lines(const char *);

/* Columns that valid, terminal-safe UTF-8 takes (wide and combining). */
size_t	text_width(const char *);
/* Bytes of the longest start of s that fits into `columns`. */
size_t	text_fit(const char *s, size_t columns);
/*
 * Wrap text that went through text_terminal() to `columns`, each line with
 * `indent` in front and a newline behind; its own line ends stay. Words that
 * are too long are cut. Appended.
 */
int	text_wrap(const char *, size_t columns, const char *indent,
	    struct buf *out);

/*
 * Valid UTF-8 whose lines somebody's editor broke (the longest has 55 to 80
 * characters): where the next word had no place on a line, a space instead of
 * the line end. What begins a list, a quote or has spaces in front stays a
 * line of its own. Appended.
 */
int	text_unwrap(const char *, struct buf *out);

/*
 * The one validator of mail addresses (RFC 5321 4.1.2, 6531): one '@', no
 * byte below 0x21, no DEL, no '<' '>' '"' ',' ';' ':' '\\' '(' ')' '[' ']',
 * local part 1 to 64 bytes whose dots stand between other characters, a
 * domain with labels of 1 to 63 letters, digits, hyphens or UTF-8 letters,
 * valid UTF-8 with nothing invisible, 254 bytes in all; and the key below is
 * an address, too. Quoted local parts and address literals are refused: they
 * are not met in practice and are a way to smuggle.
 * 0, or -1 with ERR_INPUT that says what is wrong, never the address.
 */
int	text_address_check(const char *, struct err *);
/*
 * The form under which an address is looked up: NFKC in lower case. Not
 * folded further: domains with ss and with U+00DF have different owners.
 * The exact form is what is written to. A key is its own key.
 * The caller frees; NULL with *e when text_address_check() refuses it.
 */
char	*text_address_key(const char *, struct err *);

/*
 * A file name that is safe to create: no path, no control, nothing a shell
 * expands, no dot or hyphen in front, 1 to 200 bytes ("unnamed" if nothing
 * is left). A safe name stays as it is. The caller frees.
 */
char	*text_file_name(const char *);

#endif
