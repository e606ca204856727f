/*
 * Tickets: what the cookie holds.
 *
 *   plain = random (32) | seconds (8, big endian) | language, NUL
 *   ticket = hex of the box (lib/seal.h) of plain, with the desk as context
 *
 * The public half of the key is nowhere but in the process, so nobody else
 * can make one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/web/ticket.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define PURPOSE		"teduh/ticket/v1"
#define CONTEXT		"web-sent"
#define AT		8
#define PLAIN		(TOKEN_RANDOM + AT + TICKET_LANGUAGE)
#define BOX_MAX		((TICKET_LEN - 1) / 2)

static struct secret *
key_of(const struct desk *d, unsigned char pub[SEAL_KEY])
{
	struct secret *seed = seal_derive(d->pepper, 1, CONTEXT), *key;

	key = seal_pair_from_seed(seed, pub);
	secret_free(seed);
	return key;
}

void
ticket_make(const struct desk *d, const char *desk_name, int64_t now,
    const struct ticket *ticket, char out[TICKET_LEN])
{
	unsigned char plain[PLAIN], pub[SEAL_KEY];
	struct err e = ERR_INIT;
	struct buf box;
	int i;

	memset(plain, 0, sizeof(plain));
	memcpy(plain, ticket->random, TOKEN_RANDOM);
	for (i = 0; i < AT; i++)
		plain[TOKEN_RANDOM + i] =
		    (unsigned char)((uint64_t)now >> (56 - 8 * i));
	(void)snprintf((char *)plain + TOKEN_RANDOM + AT, TICKET_LANGUAGE,
	    "%s", ticket->language);
	secret_free(key_of(d, pub));
	buf_init(&box, BOX_MAX);
	out[0] = '\0';
	if (seal_box(pub, PURPOSE, desk_name, plain, sizeof(plain), &box,
	    &e) == 0)
		wire_hex(out, box.bytes, box.len);
	buf_free(&box);
	seal_wipe(plain, sizeof(plain));
}

/* 1 when the plain bytes are of now. */
static int
read_plain(const struct secret *plain, int64_t now, struct ticket *ticket)
{
	const unsigned char *p = plain->bytes + TOKEN_RANDOM;
	uint64_t at = 0;
	int i;

	if (plain->len != PLAIN || plain->bytes[PLAIN - 1] != '\0')
		return 0;
	for (i = 0; i < AT; i++)
		at = at << 8 | p[i];
	if ((int64_t)at > now || now - (int64_t)at > TICKET_S)
		return 0;
	memcpy(ticket->random, plain->bytes, TOKEN_RANDOM);
	memcpy(ticket->language, p + AT, TICKET_LANGUAGE);
	return 1;
}

int
ticket_open(const struct desk *d, const char *desk_name, int64_t now,
    const char *text, size_t len, struct ticket *ticket)
{
	unsigned char box[BOX_MAX], pub[SEAL_KEY];
	char hex[TICKET_LEN];
	struct err e = ERR_INIT;
	struct secret *key, *plain;
	int good;

	if (len % 2 != 0 || len == 0 || len >= TICKET_LEN)
		return 0;
	memcpy(hex, text, len);
	hex[len] = '\0';
	if (wire_unhex(box, len / 2, hex) == -1)
		return 0;
	key = key_of(d, pub);
	plain = seal_box_open(key, PURPOSE, desk_name, box, len / 2, &e);
	good = plain != NULL && read_plain(plain, now, ticket);
	secret_free(plain);
	secret_free(key);
	return good;
}
