#ifndef TEDUH_ROLE_H
#define TEDUH_ROLE_H

#include <stddef.h>

struct config;
struct err;
struct secrets;

/*
 * The table of contents of teduhd.  A role is a plain loop without threads,
 * in its own process, started by the keeper with what is its own and nothing
 * else:
 *
 *   fd 3  configuration   fd 4  secrets   fd 5  ready   fd 6  its listener,
 *   or the socket on which it asks for access tokens (token.h)   fd 7  the
 *   reader's program (desk/reading.h), for those who take letters
 *
 * Roles share nothing but the store and never include each other.
 */
struct role_args {
	const struct config	*config;
	const struct secrets	*secrets;
	const char		*name;	   /* mailbox (intake), worker (post,
					      web: "1", "2" ..), "-" (others) */
	const char		*reader;   /* how to execute the reader; NULL:
					      none of its business */
	int			 once;	   /* one pass, then return */
	const char		*token;	   /* NULL: work; else only a look,
					      with the token of a test
					      letter, or "" */
	int			 ready_fd; /* write a newline when serving */
	const int		*listeners; /* listening, non-blocking */
	size_t			 nlisteners;
	int			 tokens;   /* for token_ask(), or -1 */
};

/*
 * Each returns an exit code: 0 after SIGTERM (drained) or one pass, 74 after
 * an I/O error (the keeper stops all), 75 try again, 78 configuration.
 */
int	intake_main(const struct role_args *);
int	api_main(const struct role_args *);
int	web_main(const struct role_args *);
int	post_main(const struct role_args *);
int	clock_main(const struct role_args *);
int	bell_main(const struct role_args *);
/*
 * The same processes, started for a look instead of for work: each says what
 * it finds (probe.h) and ends. 0.
 */
int	intake_probe(const struct role_args *);
int	api_probe(const struct role_args *);
int	post_probe(const struct role_args *);
int	web_probe(const struct role_args *);
/*
 * Would web's pages and words load, for teduhd -t? 0, or -1 with *e.
 */
int	web_check(const struct config *, struct err *);

/* Tell the keeper that this role serves; closes the descriptor. */
void	role_ready(const struct role_args *);
/* True after SIGTERM or SIGINT (installed by role_signals()). */
void	role_signals(void);
int	role_stopping(void);
/* Sleep that a signal ends. */
void	role_pause(int ms);

#endif
