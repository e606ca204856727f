#ifndef TEDUH_TOOLS_PROMPT_H
#define TEDUH_TOOLS_PROMPT_H

#include <stddef.h>

struct err;
struct secret;

#define PROMPT_PASSPHRASE_MIN	12	/* characters of a new one */
#define PROMPT_PASSPHRASE_MAX	1024

/*
 * A passphrase: the first line of descriptor fd, or, when fd is -1, typed on
 * the terminal without being shown. fresh: it will lock a new key, so it is
 * asked twice and must not be short. NULL with *e.
 */
struct secret	*prompt_passphrase(int fd, int fresh, struct err *);
/*
 * A line of standard input into line, with question in front of it where that
 * is a terminal: an address, or a name. 1; 0 when the input is at its end;
 * -1 with *e, also when it does not fit.
 */
int		 prompt_line(const char *question, char *line, size_t size,
		    struct err *);
/*
 * Do what cannot be taken back lightly?  Standard input is a terminal, and
 * 'yes' is typed behind the question: 0. Anything else: 1, and it is said
 * that nothing was changed. -1 with *e (how) where there is no terminal.
 */
int		 prompt_yes(const char *question, const char *how,
		    struct err *);

#endif
