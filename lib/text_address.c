/*
 * Mail addresses: the one validator, and the key they are looked up by.
 *
 * An address ends up in SMTP commands, in header lines, in look-ups and on
 * screens; what any of these could misread is refused here, once.  A look-up
 * key must not make two mailboxes one, so the check also holds for the key:
 * a full-width '@' or dot does not pass.  Errors never quote the address.
 */
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "lib/words.h"

#define ADDRESS_MAX	254
#define LOCAL_MAX	64
#define LABEL_MAX	63	/* characters */

static int
is_digit_or_letter(ucs4_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

static int
is_mark(ucs4_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M) ? 1 : 0;
}

/* Not ASCII, visible, and of the wanted categories. */
static int
is_foreign(ucs4_t c, uint32_t mask)
{
	return c >= 0x80 && uc_is_general_category_withtable(c, mask) &&
	    !uc_is_property_default_ignorable_code_point(c);
}

static int
in_local_part(ucs4_t c)
{
	return is_digit_or_letter(c) || is_foreign(c, UC_CATEGORY_MASK_L |
	    UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_P |
	    UC_CATEGORY_MASK_S) ||
	    (c > 0x20 && c < 0x7f && strchr("!#$%&'*+-/=?^_`{|}~",
	    (int)c) != NULL);
}

static int
in_domain(ucs4_t c)
{
	return c == '-' || is_digit_or_letter(c) || is_foreign(c,
	    UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Nd);
}

/*
 * True when s (n bytes of valid UTF-8) is runs of good characters with one
 * dot between any two; `longest` is in characters.
 */
static int
is_dotted(const char *s, size_t n, int (*good)(ucs4_t), size_t longest)
{
	size_t run = 0;
	ucs4_t c;
	int len;

	for (; n > 0; s += len, n -= (size_t)len) {
		len = u8_mbtouc(&c, (const uint8_t *)s, n);
		if (len < 1)
			return 0;
		if (c == '.') {
			if (run == 0)
				return 0;
			run = 0;
		} else if (!good(c) || ++run > longest ||
		    (run == 1 && is_mark(c)))
			return 0;
	}
	return run > 0;
}

static int
hyphens_inside(const char *domain)
{
	return domain[0] != '-' && domain[strlen(domain) - 1] != '-' &&
	    strstr(domain, ".-") == NULL && strstr(domain, "-.") == NULL;
}

/* NULL when it has the form of an address, else what is wrong. */
static const char *
fault(const char *address)
{
	size_t n = strlen(address);
	const char *at;

	if (n == 0)
		return N_("it is empty");
	if (n > ADDRESS_MAX)
		return N_("it is longer than 254 bytes");
	if (!text_is_utf8(address, n))
		return N_("it is not valid UTF-8");
	if ((at = strchr(address, '@')) == NULL)
		return N_("it has no '@'");
	if (strchr(at + 1, '@') != NULL)
		return N_("it has more than one '@'");
	if ((size_t)(at - address) > LOCAL_MAX)
		return N_("what stands before '@' is longer than 64 bytes");
	if (!is_dotted(address, (size_t)(at - address), in_local_part,
	    LOCAL_MAX))
		return N_("what stands before '@' has a character or a dot "
		    "that cannot stand there");
	if (!is_dotted(at + 1, strlen(at + 1), in_domain, LABEL_MAX) ||
	    !hyphens_inside(at + 1))
		return N_("what stands behind '@' is not a domain");
	return NULL;
}

static char *
normal(const uint8_t *s, size_t n, size_t *len)
{
	uint8_t *out;

	*len = 0;
	if ((out = u8_normalize(UNINORM_NFKC, s, n, NULL, len)) == NULL)
		mem_out();
	return (char *)out;
}

/* NFKC, lower case, NFKC; a C string. NUL cannot come out of it. */
static char *
fold(const char *address)
{
	char *first = NULL, *last = NULL, *key;
	uint8_t *lower = NULL;
	size_t n = 0;

	first = normal((const uint8_t *)address, strlen(address), &n);
	if ((lower = u8_tolower((const uint8_t *)first, n, NULL, NULL, NULL,
	    &n)) == NULL)
		mem_out();
	last = normal(lower, n, &n);
	key = mem_dup(last, n);
	free(first);
	free(lower);
	free(last);
	return key;
}

char *
text_address_key(const char *address, struct err *e)
{
	const char *why = fault(address);
	char *key = NULL;

	if (why == NULL) {
		key = fold(address);
		if (fault(key) != NULL)
			why = N_("it has characters that stand for others");
	}
	if (why != NULL) {
		err_set(e, ERR_INPUT, "not a mail address: %s", _(why));
		free(key);
		key = NULL;
	}
	return key;
}

int
text_address_check(const char *address, struct err *e)
{
	char *key = text_address_key(address, e);

	free(key);
	return key != NULL ? 0 : -1;
}
