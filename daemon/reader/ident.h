#ifndef TEDUH_READER_IDENT_H
#define TEDUH_READER_IDENT_H

/*
 * What of ours a letter may carry: Message-IDs (RFC 5322 3.6.4) and the
 * tokens of our plus-addresses, in the one form that we compare.
 */
#define IDENT_ID_MAX	250		/* between its angles */
#define IDENT_ID_SIZE	(IDENT_ID_MAX + 3)
#define IDENT_TOKEN_LEN	16
#define IDENT_TOKEN_SIZE (IDENT_TOKEN_LEN + 2)

/*
 * The next "<id>" of visible ASCII from *p on into out; *p moves behind it.
 * 1, or 0 when there is none.
 */
int	ident_id(const char **p, char out[IDENT_ID_SIZE]);

/*
 * The token behind the '+' of an address, in lower case: a reply token, or
 * one of a return path with its 'b' in front.  1, or 0 when none stands
 * there.
 */
int	ident_token(const char *address, char out[IDENT_TOKEN_SIZE]);

#endif
