/*
 * What people read aloud, type and copy: ids, codes, fingerprints.
 *
 * Forgiving where a person types (case, hyphens, I for 1, O for 0), exact
 * where a code is copied.  What a code yields is a seed under a purpose of
 * its own, so that no code opens anything but what it was printed for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "lib/signature.h"

#define FOUNDER_BYTES	16
#define FOUNDER_CHARS	26
#define INVITE_BYTES	20
#define INVITE_CHARS	32
#define NUMBER_DIGITS	15

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The canonical character for a typed one, NUL when there is none. */
static char
canonical(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'I' || c == 'L')
		return '1';
	if (c == 'O')
		return '0';
	return c != '\0' && strchr(alphabet, c) != NULL ? c : '\0';
}

void
code_random(char *out, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = alphabet[seal_random_below(32)];
	out[n] = '\0';
}

int
code_canonical(char *out, size_t max, const char *typed, struct err *e)
{
	size_t n = 0;
	char c;

	for (; *typed != '\0'; typed++) {
		if (*typed == ' ' || *typed == '-')
			continue;
		if ((c = canonical(*typed)) == '\0') {
			if (*typed > 0x20 && *typed < 0x7f)
				err_set(e, ERR_INPUT, "'%c' cannot stand in "
				    "a code", *typed);
			else
				err_set(e, ERR_INPUT, "only letters and "
				    "digits can stand in a code");
			goto bad;
		}
		if (n == max) {
			err_set(e, ERR_INPUT, "longer than %zu characters",
			    max);
			goto bad;
		}
		out[n++] = c;
	}
	if (n == 0) {
		err_set(e, ERR_INPUT, "nothing was typed");
		goto bad;
	}
	out[n] = '\0';
	return 0;
bad:
	seal_wipe(out, max + 1);
	return -1;
}

void
code_from_bytes(char *out, const void *bytes, size_t n)
{
	const unsigned char *b = bytes;
	unsigned int have = 0, bits = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		have = have << 8 | b[i];
		for (bits += 8; bits >= 5; bits -= 5)
			*out++ = alphabet[have >> (bits - 5) & 31];
		have &= 31;
	}
	if (bits > 0)
		*out++ = alphabet[have << (5 - bits) & 31];
	*out = '\0';
}

int
code_to_bytes(void *out, size_t n, const char *code)
{
	unsigned char *b = out;
	unsigned int have = 0, bits = 0;
	const char *p;
	size_t i;

	if (strlen(code) != (n * 8 + 4) / 5)
		return -1;
	for (i = 0; *code != '\0'; code++) {
		if ((p = strchr(alphabet, *code)) == NULL)
			return -1;
		have = have << 5 | (unsigned int)(p - alphabet);
		if ((bits += 5) >= 8) {
			bits -= 8;
			b[i++] = (unsigned char)(have >> bits);
		}
		have &= (1U << bits) - 1;
	}
	return have == 0 ? 0 : -1;	/* left over bits are zeros */
}

void
code_founder_new(char out[CODE_FOUNDER_LEN])
{
	struct secret *s = secret_random(FOUNDER_BYTES);
	char chars[FOUNDER_CHARS + 1];

	code_from_bytes(chars, s->bytes, FOUNDER_BYTES);
	(void)snprintf(out, CODE_FOUNDER_LEN, "%.5s-%.5s-%.5s-%.5s-%s",
	    chars, chars + 5, chars + 10, chars + 15, chars + 20);
	seal_wipe(chars, sizeof(chars));
	secret_free(s);
}

/* The pair that belongs to a code. */
static struct signer *
signer_of(const char *purpose, const struct secret *code)
{
	struct secret *seed = secret_new(SEAL_HASH);
	struct signer *s;

	seal_hash(seed->bytes, purpose, code->bytes, code->len);
	s = signer_from_seed(seed);
	secret_free(seed);
	return s;
}

struct signer *
code_founder_signer(const char *typed, struct err *e)
{
	struct secret *s = secret_new(FOUNDER_BYTES);
	char chars[FOUNDER_CHARS + 1];
	struct signer *signer = NULL;

	if (code_canonical(chars, FOUNDER_CHARS, typed, e) == -1) {
		err_prefix(e, "not a founder code");
		goto out;
	}
	if (code_to_bytes(s->bytes, FOUNDER_BYTES, chars) == -1) {
		err_set(e, ERR_INPUT, "not a founder code: it has %d "
		    "characters", FOUNDER_CHARS);
		goto out;
	}
	signer = signer_of("teduh/founder-seed/v1", s);
out:
	seal_wipe(chars, sizeof(chars));
	secret_free(s);
	return signer;
}

void
code_invite_print(char out[CODE_INVITE_LEN], const struct code_invite *c)
{
	char pin[2 * SEAL_HASH + 1], chars[INVITE_CHARS + 1];

	wire_hex(pin, c->pin, SEAL_HASH);
	code_from_bytes(chars, c->secret->bytes, INVITE_BYTES);
	(void)snprintf(out, CODE_INVITE_LEN, "%" PRId64 ".%s.%s", c->number,
	    pin, chars);
	seal_wipe(chars, sizeof(chars));
}

/*
 * A number from 1 as we print it: no sign, no zero in front.  *end stands
 * behind it.
 */
static int
read_number(const char *s, int64_t *out, const char **end)
{
	size_t i, n = strspn(s, "0123456789");
	int64_t v = 0;

	if (n == 0 || n > NUMBER_DIGITS || s[0] == '0')
		return -1;
	for (i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	*out = v;
	*end = s + n;
	return 0;
}

int
code_invite_parse(struct code_invite *c, const char *text, struct err *e)
{
	char pin[2 * SEAL_HASH + 1] = "", chars[INVITE_CHARS + 1] = "";
	const char *s = text;
	int r = -1;

	memset(c, 0, sizeof(*c));
	c->secret = secret_new(INVITE_BYTES);
	s += strspn(s, " \t\r\n");
	if (read_number(s, &c->number, &s) == -1 || *s++ != '.' ||
	    strcspn(s, ".") != 2 * SEAL_HASH)
		goto out;
	memcpy(pin, s, 2 * SEAL_HASH);
	s += 2 * SEAL_HASH;
	if (*s++ != '.' || strcspn(s, " \t\r\n") != INVITE_CHARS ||
	    s[INVITE_CHARS + strspn(s + INVITE_CHARS, " \t\r\n")] != '\0')
		goto out;
	memcpy(chars, s, INVITE_CHARS);
	if (wire_unhex(c->pin, SEAL_HASH, pin) == -1 ||
	    code_to_bytes(c->secret->bytes, INVITE_BYTES, chars) == -1)
		goto out;
	r = 0;
out:
	seal_wipe(chars, sizeof(chars));
	if (r == -1)
		err_set(e, ERR_INPUT, "not an invitation code: it has the "
		    "form NUMBER.PIN.SECRET and must be copied whole");
	return r;
}

void
code_invite_free(struct code_invite *c)
{
	secret_free(c->secret);
	memset(c, 0, sizeof(*c));
}

struct signer *
code_invite_signer(const struct secret *code)
{
	return signer_of("teduh/invite-seed/v1", code);
}

void
code_fingerprint(char out[CODE_FINGERPRINT_LEN], const unsigned char sign[32],
    const unsigned char box[32])
{
	unsigned char both[64], hash[SEAL_HASH];
	size_t i;

	memcpy(both, sign, 32);
	memcpy(both + 32, box, 32);
	seal_hash(hash, "teduh/fingerprint/v1", both, sizeof(both));
	for (i = 0; i < 10; i++)
		(void)snprintf(out + 5 * i, CODE_FINGERPRINT_LEN - 5 * i,
		    "%02x%02x%s", hash[2 * i], hash[2 * i + 1],
		    i < 9 ? " " : "");
}

/* What stands behind the first dot: "N", "N.K" or "dN". */
static int
ref_rest(struct code_ref *r, const char *s)
{
	if (*s == 'd' || *s == 'D')
		return read_number(s + 1, &r->draft, &s) == -1 ||
		    *s != '\0' ? -1 : 0;
	if (read_number(s, &r->item, &s) == -1)
		return -1;
	if (*s == '\0')
		return 0;
	return *s != '.' || read_number(s + 1, &r->attachment, &s) == -1 ||
	    *s != '\0' ? -1 : 0;
}

int
code_ref_parse(struct code_ref *r, const char *typed, struct err *e)
{
	char start[64];
	size_t n = strcspn(typed, ".");

	memset(r, 0, sizeof(*r));
	if (n >= sizeof(start))
		goto bad;
	memcpy(start, typed, n);
	start[n] = '\0';
	if (code_canonical(r->case_prefix, CASE_ID_LEN, start, NULL) == -1 ||
	    (typed[n] == '.' && ref_rest(r, typed + n + 1) == -1))
		goto bad;
	return 0;
bad:
	memset(r, 0, sizeof(*r));
	err_set(e, ERR_INPUT, "not an id: a case is 7K2M9Q4X or its first "
	    "characters, an item 7K2M.2, an attachment 7K2M.2.1, "
	    "a draft 7K2M.d1");
	return -1;
}

int
code_participant_parse(int64_t *number, const char *typed, struct err *e)
{
	const char *end;

	*number = 0;
	if ((*typed == 'p' || *typed == 'P') &&
	    read_number(typed + 1, number, &end) == 0 && *end == '\0')
		return 0;
	*number = 0;
	err_set(e, ERR_INPUT, "not a participant: they are p1, p2, ...");
	return -1;
}
