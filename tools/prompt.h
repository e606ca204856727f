#ifndef TEDUH_TOOLS_PROMPT_H
#define TEDUH_TOOLS_PROMPT_H

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

#endif
