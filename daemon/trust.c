/*
 * Why a certificate is not believed.
 *
 * Several bits may be set at once.  The first line that fits is said: who
 * signed it comes first, because of a stranger's certificate nothing else
 * that stands in it means anything.
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <limits.h>
#include <stddef.h>

#include "daemon/trust.h"

static const struct {
	unsigned int	bit;
	struct trust	trust;
} reasons[] = {
	{ GNUTLS_CERT_SIGNER_NOT_FOUND, { "tls-unknown", "is signed by nobody "
	    "whom this machine trusts: if it is the right server, name its "
	    "authority with 'ca'" } },
	{ GNUTLS_CERT_SIGNER_NOT_CA, { "tls-unknown", "is signed by somebody "
	    "who is no authority: if it is the right server, name its "
	    "authority with 'ca'" } },
	{ GNUTLS_CERT_REVOKED, { "tls-revoked", "was called back by its "
	    "authority: ask the people who run the server" } },
	{ GNUTLS_CERT_EXPIRED, { "tls-expired", "has expired: the people who "
	    "run the server must renew it" } },
	{ GNUTLS_CERT_NOT_ACTIVATED, { "tls-early", "is not valid yet: "
	    "compare the clocks of both machines" } },
	{ GNUTLS_CERT_UNEXPECTED_OWNER, { "tls-name", "is for another name: "
	    "'host' must be the name that stands in it" } },
	{ GNUTLS_CERT_INSECURE_ALGORITHM, { "tls-weak", "is signed in a way "
	    "that is not safe any more: it must be made anew" } },
};

const struct trust *
trust_of(unsigned int bits)
{
	static const struct trust name = { "tls-name", "is for another name: "
	    "'host' must be the name that stands in it" };
	static const struct trust other = { "tls-bad", "does not verify: look "
	    "at it with 'gnutls-cli'" };
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (bits & reasons[i].bit)
			return &reasons[i].trust;
	return bits == 0 ? &name : &other;
}

int64_t
trust_until(const void *bytes, size_t len, int pem)
{
	gnutls_x509_crt_t *list = NULL;
	gnutls_datum_t datum;
	unsigned int n = 0, i;
	int64_t until = -1, one;

	if (len > UINT_MAX)
		return -1;
	/* Only read; the library's struct knows no const. */
	datum.data = (unsigned char *)(uintptr_t)bytes;
	datum.size = (unsigned int)len;
	if (gnutls_x509_crt_list_import2(&list, &n, &datum, pem ?
	    GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER, 0) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		one = (int64_t)gnutls_x509_crt_get_expiration_time(list[i]);
		if (until == -1 || one < until)
			until = one;
		gnutls_x509_crt_deinit(list[i]);
	}
	gnutls_free(list);
	return until;
}
