#ifndef TEDUH_SMTP_H
#define TEDUH_SMTP_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/desk/delivery.h"

struct config_relay;
struct err;
struct secret;

/*
 * One message to one recipient over SMTP (RFC 5321), always under TLS.  What
 * became of it follows from the phase that was reached and from the reply in
 * that phase (doc: outcome by phase and code), never from a code alone: a
 * code may be left over from an earlier command.
 */
enum smtp_phase {
	SMTP_BEFORE,	/* connect, banner, EHLO, TLS, AUTH, MAIL */
	SMTP_RCPT,
	SMTP_DATA,	/* the command, and the text after 354 */
	SMTP_DOT	/* the dot may be out */
};

#define SMTP_REPLY_MAX	512

/* How the conversation ended, as far as it went. */
struct smtp_end {
	enum smtp_phase	phase;
	int		error;		/* the CURLcode */
	int		no_utf8;	/* the relay cannot take the address */
	int		code;		/* of this phase's reply; 0 = none */
	char		reply[SMTP_REPLY_MAX];	/* that reply, one line */
	unsigned int	trust;		/* bits for trust_of(), when the
					   certificate was refused */
	int		no_token;	/* an err_code: nobody was called */
	char		why[256];	/* its sentence */
	int64_t		login_ends_s;	/* so long it can be renewed; -1 */
};

struct smtp_message {
	const char	*helo;		/* never the host's own name */
	const char	*from, *to;	/* envelope; from "": <> */
	const void	*bytes;		/* CRLF everywhere, CRLF at the end */
	size_t		 len;
	/*
	 * Called once, before the last bytes are handed on: from then on the
	 * dot may be out. -1 with *e: the transfer is cut, nothing was sent.
	 */
	int		(*dot)(void *ctx, struct err *);
	void		*ctx;
};

/* Once per process, before anything else; smtp_stop() at its end. */
int	smtp_start(struct err *);
void	smtp_stop(void);

/*
 * Talk to the relay. password: NULL when the relay has no user, or when it
 * has a token_command (login.h). 0 with *end
 * filled, however it ended; -1 when nothing was sent because of us: ERR_INPUT
 * an address or the message is not safe, or what the dot hook said.
 */
int	smtp_send(const struct config_relay *, const struct secret *password,
	    const struct smtp_message *, struct smtp_end *, struct err *);

/*
 * Log in and leave again: nothing is sent. *until_s: when the relay's
 * certificate ends (Unix seconds, -1 not known). 0 with *end, whose error is
 * 0 when all was well; -1 as smtp_send().
 */
int	smtp_look(const struct config_relay *, const struct secret *password,
	    const char *helo, struct smtp_end *end, int64_t *until_s,
	    struct err *);

/* The outcome; word: the SMTP code, or a word where there was no reply. */
enum delivery_outcome smtp_outcome(const struct smtp_end *, char word[16]);
/*
 * For a human, when the relay is at fault: what, where, what to do.  Without
 * a word that the relay said.
 */
#define SMTP_TROUBLE_MAX	512
void	smtp_trouble(const struct smtp_end *, const struct config_relay *,
	    char out[SMTP_TROUBLE_MAX]);

#endif
