/*
 * Form tokens.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/web/token.h"
#include "lib/wire.h"

#define KIND		"form"
#define HEX_LEN		(2 * TOKEN_RANDOM)
#define PREFIX		"1."
#define DIGITS_MAX	12

/* The text that is signed, and with the hash behind it the token. */
static void
print(const struct desk *d, const char *desk_name, int64_t at,
    const unsigned char random[TOKEN_RANDOM], char out[TOKEN_LEN])
{
	unsigned char mac[SEAL_HASH];
	char hex[2 * SEAL_HASH + 1];
	size_t n;

	wire_hex(hex, random, TOKEN_RANDOM);
	n = (size_t)snprintf(out, TOKEN_LEN, PREFIX "%s.%" PRId64 ".%s", hex,
	    at, desk_name);
	desk_hash_token(d, KIND, out, mac);
	wire_hex(hex, mac, SEAL_HASH);
	(void)snprintf(out + n, TOKEN_LEN - n, ".%s", hex);
}

void
token_make(const struct desk *d, const char *desk_name, int64_t now,
    const unsigned char *random, char out[TOKEN_LEN])
{
	unsigned char fresh[TOKEN_RANDOM];

	if (random == NULL)
		seal_random(fresh, sizeof(fresh));
	print(d, desk_name, now, random == NULL ? fresh : random, out);
}

/* Its bytes and time, whoever made it; 0 or -1. */
static int
take_apart(const char *text, struct form_token *token)
{
	char hex[HEX_LEN + 1], *end;
	const char *at;

	if (strlen(text) >= TOKEN_LEN ||
	    strncmp(text, PREFIX, strlen(PREFIX)) != 0 ||
	    strlen(text) < strlen(PREFIX) + HEX_LEN + 1)
		return -1;
	text += strlen(PREFIX);
	memcpy(hex, text, HEX_LEN);
	hex[HEX_LEN] = '\0';
	at = text + HEX_LEN + 1;
	if (wire_unhex(token->random, TOKEN_RANDOM, hex) == -1 ||
	    text[HEX_LEN] != '.' || strspn(at, "0123456789") == 0 ||
	    strspn(at, "0123456789") > DIGITS_MAX)
		return -1;
	token->at = strtoll(at, &end, 10);
	return *end == '.' ? 0 : -1;
}

enum token_state
token_check(const struct desk *d, const char *desk_name, int64_t now,
    const char *text, struct form_token *token)
{
	char want[TOKEN_LEN];

	if (text == NULL || take_apart(text, token) == -1)
		return TOKEN_BAD;
	print(d, desk_name, token->at, token->random, want);
	if (strlen(want) != strlen(text) ||
	    !seal_equal(want, text, strlen(want)))
		return TOKEN_BAD;
	if (token->at > now || now - token->at > TOKEN_MAX_S)
		return TOKEN_OLD;
	return now - token->at < TOKEN_MIN_S ? TOKEN_YOUNG : TOKEN_GOOD;
}
