/*
 * Signed HTTP requests: the one profile of RFC 9421 that signature.h shows.
 *
 * There is nothing to parse but three values at known places: what was read
 * is printed again from the template and compared byte for byte, so no other
 * spelling of Signature-Input is accepted.  Values that could break a line of
 * the signature base (spaces, controls) are refused on both sides, so two
 * different requests never have one base.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/signature.h"
#include "lib/wire.h"

#define COMPONENTS	"(\"@method\" \"@authority\" \"@path\" \"@query\" " \
			"\"content-digest\")"
#define LABEL		"teduh="
#define DIGEST_HEAD	"sha-512=:"
#define SIGNATURE_HEAD	LABEL ":"
#define BASE64_64	88	/* characters of 64 bytes */

_Static_assert(sizeof(DIGEST_HEAD) + BASE64_64 + 1 <=
    sizeof(((struct request_headers *)0)->digest), "digest fits");
_Static_assert(sizeof(SIGNATURE_HEAD) + BASE64_64 + 1 <=
    sizeof(((struct request_headers *)0)->signature), "signature fits");

/* Visible ASCII only; `not` is a character that may not stand in it. */
static int
is_plain(const char *s, char not)
{
	for (; *s != '\0'; s++)
		if (*s <= 0x20 || *s >= 0x7f || *s == not)
			return 0;
	return 1;
}

static int
is_upper(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n > 0 && s[n] == '\0';
}

static int
request_plain(const struct request *q)
{
	return is_upper(q->method) &&
	    q->authority[0] != '\0' && is_plain(q->authority, '/') &&
	    q->path[0] == '/' && is_plain(q->path, '?') &&
	    (q->query[0] == '\0' || (q->query[0] == '?' &&
	    q->query[1] != '\0' && is_plain(q->query, '#'))) &&
	    q->body_len <= REQUEST_BODY_MAX;
}

/* HEAD base64 ":" of 64 bytes. */
static void
print_64(char *out, size_t size, const char *head,
    const unsigned char bytes[64])
{
	char b64[BASE64_64 + 1];

	(void)sodium_bin2base64(b64, sizeof(b64), bytes, 64,
	    sodium_base64_VARIANT_ORIGINAL);
	(void)snprintf(out, size, "%s%s:", head, b64);
}

static void
print_digest(char out[128], const struct request *q)
{
	unsigned char hash[crypto_hash_sha512_BYTES];

	(void)crypto_hash_sha512(hash, q->body, q->body_len);
	print_64(out, 128, DIGEST_HEAD, hash);
}

/* LABEL and what RFC 9421 calls the signature parameters. */
static void
print_input(char out[320], int64_t created,
    const unsigned char nonce[REQUEST_NONCE],
    const unsigned char key[SIGN_PUBLIC])
{
	char hexnonce[2 * REQUEST_NONCE + 1], hexkey[2 * SIGN_PUBLIC + 1];

	wire_hex(hexnonce, nonce, REQUEST_NONCE);
	wire_hex(hexkey, key, SIGN_PUBLIC);
	(void)snprintf(out, 320, LABEL COMPONENTS ";created=%" PRId64
	    ";nonce=\"%s\";keyid=\"%s\";alg=\"ed25519\"", created, hexnonce,
	    hexkey);
}

/* RFC 9421 2.5; a request without a query has the component "?" (2.2.7). */
static int
print_base(char out[1024], const struct request *q, const char *digest,
    const char *input)
{
	int n = snprintf(out, 1024, "\"@method\": %s\n\"@authority\": %s\n"
	    "\"@path\": %s\n\"@query\": %s\n\"content-digest\": %s\n"
	    "\"@signature-params\": %s", q->method, q->authority, q->path,
	    q->query[0] == '\0' ? "?" : q->query, digest,
	    input + strlen(LABEL));

	return n < 0 || n >= 1024 ? -1 : 0;
}

int
request_sign(const struct signer *s, const struct request *q, int64_t now_s,
    struct request_headers *h, struct err *e)
{
	unsigned char nonce[REQUEST_NONCE], sig[SIGN_LEN];
	char base[1024];

	memset(h, 0, sizeof(*h));
	if (!request_plain(q) || now_s < 0) {
		err_set(e, ERR_INPUT, "the request cannot be signed");
		return -1;
	}
	randombytes_buf(nonce, sizeof(nonce));
	print_digest(h->digest, q);
	print_input(h->input, now_s, nonce, s->pub);
	if (print_base(base, q, h->digest, h->input) == -1) {
		err_set(e, ERR_INPUT,
		    "the request cannot be signed: its path is too long");
		return -1;
	}
	signature_make(s, PURPOSE_REQUEST, base, strlen(base), sig);
	print_64(h->signature, sizeof(h->signature), SIGNATURE_HEAD, sig);
	return 0;
}

/* The decimal number at s, as %PRId64 prints it; *end stands behind it. */
static int
read_number(const char *s, int64_t *out, const char **end)
{
	size_t n = strspn(s, "0123456789");
	int64_t v = 0;

	if (n == 0 || n > 15)
		return -1;
	for (*end = s + n; s < *end; s++)
		v = v * 10 + (*s - '0');
	*out = v;
	return 0;
}

/* The n bytes in hex at s, of which at least 2n characters must be there. */
static int
read_hex(const char *s, void *out, size_t n)
{
	char hex[2 * SIGN_PUBLIC + 1];

	if (strlen(s) < 2 * n)
		return -1;
	memcpy(hex, s, 2 * n);
	hex[2 * n] = '\0';
	return wire_unhex(out, n, hex);
}

/* Read the three values from where they must stand, print, compare. */
static int
read_input(const char *input, struct request_proof *p)
{
	static const char head[] = LABEL COMPONENTS ";created=";
	static const char nonce[] = ";nonce=\"", key[] = "\";keyid=\"";
	char again[320];
	const char *s;

	if (strncmp(input, head, sizeof(head) - 1) != 0)
		return -1;
	s = input + sizeof(head) - 1;
	if (read_number(s, &p->created, &s) == -1 ||
	    strncmp(s, nonce, sizeof(nonce) - 1) != 0)
		return -1;
	s += sizeof(nonce) - 1;
	if (read_hex(s, p->nonce, REQUEST_NONCE) == -1)
		return -1;
	s += 2 * REQUEST_NONCE;
	if (strncmp(s, key, sizeof(key) - 1) != 0)
		return -1;
	s += sizeof(key) - 1;
	if (read_hex(s, p->key, SIGN_PUBLIC) == -1)
		return -1;
	print_input(again, p->created, p->nonce, p->key);
	return strcmp(input, again) == 0 ? 0 : -1;
}

static int
read_signature(const char *header, unsigned char sig[SIGN_LEN])
{
	const size_t nhead = strlen(SIGNATURE_HEAD);
	size_t n;

	if (strncmp(header, SIGNATURE_HEAD, nhead) != 0 ||
	    strlen(header) != nhead + BASE64_64 + 1 ||
	    header[nhead + BASE64_64] != ':')
		return -1;
	if (sodium_base642bin(sig, SIGN_LEN, header + nhead, BASE64_64, NULL,
	    &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 || n != SIGN_LEN)
		return -1;
	return 0;
}

int
request_check_head(const struct request *q, const char *digest,
    const char *input, const char *signature, struct request_proof *p)
{
	memset(p, 0, sizeof(*p));
	if (digest != NULL && input != NULL && signature != NULL &&
	    read_input(input, p) == 0 &&
	    read_signature(signature, p->sig) == 0 && request_plain(q) &&
	    print_base(p->base, q, digest, input) == 0 &&
	    signature_check(p->key, PURPOSE_REQUEST, p->base,
	    strlen(p->base), p->sig))
		return 0;
	memset(p, 0, sizeof(*p));
	return -1;
}

int
request_check(const struct request *q, const char *digest,
    const char *input, const char *signature, int64_t now_s,
    struct request_proof *p, struct err *e)
{
	char want[128];

	if (request_check_head(q, digest, input, signature, p) == -1)
		goto denied;
	print_digest(want, q);
	if (strcmp(digest, want) != 0)
		goto denied;
	/* Last, so that only who holds a key hears about the clock. */
	if (now_s > p->created + REQUEST_SKEW_S ||
	    now_s < p->created - REQUEST_SKEW_S) {
		memset(p, 0, sizeof(*p));
		err_set(e, ERR_RETRY, "the clock of this machine is off by "
		    "more than %d seconds", REQUEST_SKEW_S);
		return -1;
	}
	return 0;
denied:
	memset(p, 0, sizeof(*p));
	err_set(e, ERR_DENIED, "the request is not signed as it must be");
	return -1;
}

/* The value of the line that begins with `name`; *at goes behind the line. */
static int
read_line(const char **at, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), len;

	if (strncmp(*at, name, n) != 0)
		return -1;
	*at += n;
	len = strcspn(*at, "\n");
	if (len >= size)
		return -1;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at += len + (*(*at + len) == '\n');
	return 0;
}

/* Read, print again, compare: so there is one way to write it. */
int
request_read_base(const char *base, struct request_facts *f)
{
	char authority[REQUEST_PATH_MAX], query[REQUEST_PATH_MAX];
	char digest[128], input[320], again[1024];
	struct request_proof p;
	struct request q;
	const char *at = base;

	memset(f, 0, sizeof(*f));
	memset(&p, 0, sizeof(p));
	memcpy(input, LABEL, sizeof(LABEL));
	if (read_line(&at, "\"@method\": ", f->method,
	    sizeof(f->method)) == -1 ||
	    read_line(&at, "\"@authority\": ", authority,
	    sizeof(authority)) == -1 ||
	    read_line(&at, "\"@path\": ", f->path, sizeof(f->path)) == -1 ||
	    read_line(&at, "\"@query\": ", query, sizeof(query)) == -1 ||
	    read_line(&at, "\"content-digest\": ", digest,
	    sizeof(digest)) == -1 ||
	    read_line(&at, "\"@signature-params\": ",
	    input + strlen(LABEL), sizeof(input) - strlen(LABEL)) == -1 ||
	    read_input(input, &p) == -1)
		return -1;
	q = (struct request){ f->method, authority, f->path,
	    strcmp(query, "?") == 0 ? "" : query, NULL, 0 };
	if (!request_plain(&q) ||
	    print_base(again, &q, digest, input) == -1 ||
	    strcmp(again, base) != 0)
		return -1;
	f->created = p.created;
	memcpy(f->nonce, p.nonce, REQUEST_NONCE);
	memcpy(f->key, p.key, SIGN_PUBLIC);
	return 0;
}
