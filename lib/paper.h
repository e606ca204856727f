#ifndef TEDUH_PAPER_H
#define TEDUH_PAPER_H

struct err;
struct secret;

/*
 * A person's seed on paper: 32 bytes are 52 characters of Crockford's base32
 * (lib/code.h), on four lines of 13, each with two check characters behind:
 *
 *   value of the line number and the 13 characters, as one number in base
 *   32, modulo 1021; written with two characters
 *
 * 1021 is a prime above 32, so that one wrong character or two that changed
 * places are always noticed, and in which line; so are lines that did.
 */
#define PAPER_LINES	4
#define PAPER_CHARS	13		/* of a line, without its check */
#define PAPER_LINE_LEN	24		/* "XXXXX XXXXX XXX CC" and NUL */

/* Line n (from 1) as it is printed. seed has 32 bytes. */
void		 paper_print(char out[PAPER_LINE_LEN], int n,
		    const struct secret *seed);
/*
 * Line n as it was typed: case, spaces and hyphens do not matter. 0 with its
 * characters in out, or -1 with ERR_INPUT that names the line.
 */
int		 paper_read(char out[PAPER_CHARS + 1], int n,
		    const char *typed, struct err *);
/* The seed of four lines that were read, or NULL with ERR_INPUT. */
struct secret	*paper_seed(char lines[PAPER_LINES][PAPER_CHARS + 1],
		    struct err *);

#endif
