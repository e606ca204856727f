#ifndef TEDUH_FORM_TOKEN_H
#define TEDUH_FORM_TOKEN_H

#include <stdint.h>

#include "lib/seal.h"

struct desk;

/*
 * What a form carries: the random bytes from which its return code follows,
 * when it was given out and for which desk, signed with a sub-key of the
 * pepper, so that every worker knows it, also after a new start.
 *
 *   1.RANDOM.SECONDS.DESK.MAC	hex, decimal, name, hex
 */
#define TOKEN_RANDOM	32		/* bytes */
#define TOKEN_LEN	256		/* printed, with NUL */
#define TOKEN_MIN_S	3		/* faster is no person who writes */
#define TOKEN_MAX_S	(12 * 3600)	/* older: ask to send once more */

enum token_state {
	TOKEN_GOOD,
	TOKEN_YOUNG,	/* ours, used within TOKEN_MIN_S */
	TOKEN_OLD,	/* ours, older than TOKEN_MAX_S */
	TOKEN_BAD	/* not ours, or of another desk */
};

struct form_token {
	unsigned char	random[TOKEN_RANDOM];
	int64_t		at;
};

/* A new one; random NULL: of fresh bytes. */
void	token_make(const struct desk *, const char *desk_name, int64_t now,
	    const unsigned char *random, char out[TOKEN_LEN]);
/* text may be NULL; *token is filled unless TOKEN_BAD. */
enum token_state token_check(const struct desk *, const char *desk_name,
	    int64_t now, const char *text, struct form_token *token);

#endif
