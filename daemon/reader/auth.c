/*
 * Authentication-Results, the topmost one only: those below may have come
 * with the letter.  Comments are taken out with a counter, quoted strings are
 * respected; what cannot be read vouches for nobody.
 */
#include <glib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/address.h"
#include "daemon/reader/auth.h"
#include "lib/buf.h"

/* Without comments; ';' and '=' inside quotes become spaces. -1: broken. */
static int
without_comments(const char *p, struct buf *out)
{
	size_t depth = 0;
	int quoted = 0;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && (depth > 0 || quoted) && p[1] != '\0') {
			p++;
			continue;
		}
		if (quoted && *p == '"')
			quoted = 0;
		else if (!quoted && depth == 0 && *p == '"')
			quoted = 1;
		else if (!quoted && *p == '(')
			depth++;
		else if (!quoted && *p == ')' && depth > 0)
			depth--;
		else if (depth == 0)
			(void)buf_addc(out, quoted &&
			    strchr(";= \t", *p) != NULL ? '?' : *p);
	}
	return depth > 0 || quoted ? -1 : 0;
}

/*
 * The value of "name = value" in one result, copied; the names of methods may
 * carry a version ("dmarc/1").
 */
static int
value_of(const char *result, const char *name, char *out, size_t size)
{
	const char *p = result;
	size_t n = strlen(name), len;

	while ((p += strspn(p, " \t")), *p != '\0') {
		int hit = strncasecmp(p, name, n) == 0;
		const char *q = p + strcspn(p, "= \t");

		hit = hit && (q == p + n || p[n] == '/');
		p = q + strspn(q, " \t");
		if (*p != '=')
			continue;
		p++;
		p += strspn(p, " \t");
		len = strcspn(p, " \t");
		if (hit) {
			if (len == 0 || len >= size)
				return -1;
			memcpy(out, p, len);
			out[len] = '\0';
			return 0;
		}
		p += len;
	}
	return -1;
}

/* d is the domain itself or a parent of at least two labels. */
static int
aligned(const char *domain, const char *d)
{
	size_t n, m;

	if (strchr(d, '@') != NULL)
		d = strrchr(d, '@') + 1;
	n = strlen(domain);
	m = strlen(d);
	if (strcasecmp(domain, d) == 0)
		return m > 0;
	return m < n && strchr(d, '.') != NULL && domain[n - m - 1] == '.' &&
	    strcasecmp(domain + n - m, d) == 0;
}

/* The method comes first in a result; "reason=" and others follow it. */
static int
passes(const char *result, const char *method)
{
	size_t n = strlen(method);
	char value[32];

	result += strspn(result, " \t");
	return strncasecmp(result, method, n) == 0 &&
	    strchr("/= \t", result[n]) != NULL && result[n] != '\0' &&
	    value_of(result, method, value, sizeof(value)) == 0 &&
	    strcasecmp(value, "pass") == 0;
}

static int
vouches(const char *result, const char *domain)
{
	char d[256];

	if (passes(result, "dmarc")) {
		if (value_of(result, "header.from", d, sizeof(d)) == -1)
			return 1;
		return strcasecmp(strchr(d, '@') == NULL ? d :
		    address_domain(d), domain) == 0;
	}
	if (passes(result, "spf"))
		return value_of(result, "smtp.mailfrom", d, sizeof(d)) == 0 &&
		    aligned(domain, d);
	if (passes(result, "dkim"))
		return value_of(result, "header.d", d, sizeof(d)) == 0 &&
		    aligned(domain, d);
	return 0;
}

int
auth_verified(const struct mail *m, const char *authserv_id,
    const char *from)
{
	const char *value = mail_field(m, "Authentication-Results");
	struct buf clean;
	char *p, *semicolon;
	int ok = 0, first = 1;

	if (authserv_id == NULL || from == NULL || value == NULL)
		return 0;
	buf_init(&clean, strlen(value) + 1);
	if (without_comments(value, &clean) == -1)
		goto out;
	for (p = clean.bytes; p != NULL && !ok; p = semicolon) {
		if ((semicolon = strchr(p, ';')) != NULL)
			*semicolon++ = '\0';
		if (first) {
			p += strspn(p, " \t");
			p[strcspn(p, " \t")] = '\0';
			if (strcasecmp(p, authserv_id) != 0)
				goto out;
			first = 0;
		} else {
			ok = vouches(p, address_domain(from));
		}
	}
out:
	buf_free(&clean);
	return ok;
}
