#ifndef TEDUH_TOOLS_KEYS_H
#define TEDUH_TOOLS_KEYS_H

#include <stddef.h>

struct args;

/*
 * A question behind a page, answered with one key.  Nothing is ever done by
 * a key that was typed before the question stood there, by Enter, or by a
 * key that was not offered.
 */
#define KEYS_MAX	4

struct keys_choice {
	const char	*key;	/* one character of ASCII, C_("key", ...) */
	const char	*what;	/* what it does, in the reader's words */
};

/*
 * 1 when somebody sits in front of this: input and output are a terminal
 * that is ours now, and neither --json nor -q was said.
 */
int	keys_possible(const struct args *);
/*
 * The line of what is offered, at most KEYS_MAX, and of what Enter means;
 * then one key. The number of the choice; KEYS_STOP for Ctrl-C; KEYS_NONE
 * for Enter, any other key, and the end of the input.
 */
#define KEYS_NONE	(-1)
#define KEYS_STOP	(-2)
int	keys_ask(const struct keys_choice *, size_t n, const char *enter);

#endif
