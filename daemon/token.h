#ifndef TEDUH_TOKEN_H
#define TEDUH_TOKEN_H

#include <stdint.h>

struct desk;
struct err;
struct secret;

/*
 * Access tokens (OAuth 2) of a mailbox or the relay with token_command.  The
 * keeper runs the command; a role that logs in asks on a socket that was
 * given to it at its start, and gets the token of its own command, nothing
 * else.  One packet each way:
 */
struct token_ask {
	int64_t		id;		/* of this question; comes back */
	int64_t		refused;	/* serial of a token that the server
					   did not take; 0: none */
};

struct token_answer {
	int64_t		id;
	int64_t		serial;		/* of this token; from 1 */
	int64_t		ends_s;		/* so long the login itself lasts;
					   -1: not known */
	int64_t		code;		/* 0: the token stands behind this;
					   else an err_code and a sentence */
};

#define TOKEN_MAX	8192		/* bytes of a token */
#define TOKEN_RUN_MS	60000		/* the command is killed after this */

struct token {
	struct secret	*value;
	int64_t		 serial;
	int64_t		 ends_s;
};

/*
 * Ask, and wait for a run of the command when there must be one. 0 with the
 * token (free it); -1 with ERR_RETRY (later perhaps) or ERR_DENIED (a human
 * must look), and nothing to free.
 */
int	token_ask(int fd, int64_t refused, struct token *, struct err *);
void	token_free(struct token *);

/*
 * Alarms about the tokens of a mailbox (by its name) or the relay: refused
 * (a human must look), and ends_s of the last one, so that somebody logs in
 * again before the login dies. Both are cleared when it is not so. 0, -1.
 */
#define TOKEN_ENDS_S	(14 * 86400)
int	token_alarm(struct desk *, const char *subject, int refused,
	    int64_t ends_s, struct err *);

#endif
