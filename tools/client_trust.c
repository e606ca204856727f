/*
 * libcurl says that a certificate was refused, and leaves the reason to the
 * TLS library below it: GnuTLS gives a set of bits, OpenSSL a number.  Both
 * mean zero by "only the name did not match".
 */
#include <stddef.h>
#include <string.h>

#include "tools/client_trust.h"
#include "tools/words.h"

/* gnutls_certificate_status_t */
#define GNUTLS_REVOKED	(1 << 5)
#define GNUTLS_UNKNOWN	(1 << 6)
#define GNUTLS_EARLY	(1 << 9)
#define GNUTLS_EXPIRED	(1 << 10)

enum trust { TRUST_NAME, TRUST_UNKNOWN, TRUST_EXPIRED, TRUST_EARLY,
    TRUST_REVOKED, TRUST_OTHER };

static enum trust
from_gnutls(long bits)
{
	if (bits == 0)
		return TRUST_NAME;
	if (bits & GNUTLS_UNKNOWN)
		return TRUST_UNKNOWN;
	if (bits & GNUTLS_REVOKED)
		return TRUST_REVOKED;
	if (bits & GNUTLS_EXPIRED)
		return TRUST_EXPIRED;
	return bits & GNUTLS_EARLY ? TRUST_EARLY : TRUST_OTHER;
}

/* X509_V_ERR_... of openssl/x509_vfy.h */
static enum trust
from_openssl(long code)
{
	switch (code) {
	case 0:
	case 62:		/* HOSTNAME_MISMATCH */
		return TRUST_NAME;
	case 9:			/* CERT_NOT_YET_VALID */
		return TRUST_EARLY;
	case 10:		/* CERT_HAS_EXPIRED */
		return TRUST_EXPIRED;
	case 18:		/* DEPTH_ZERO_SELF_SIGNED_CERT */
	case 19:		/* SELF_SIGNED_CERT_IN_CHAIN */
	case 20:		/* UNABLE_TO_GET_ISSUER_CERT_LOCALLY */
	case 21:		/* UNABLE_TO_VERIFY_LEAF_SIGNATURE */
		return TRUST_UNKNOWN;
	case 23:		/* CERT_REVOKED */
		return TRUST_REVOKED;
	default:
		return TRUST_OTHER;
	}
}

static enum trust
reason(CURL *curl)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
	long result = 0;

	if (v->ssl_version == NULL || curl_easy_getinfo(curl,
	    CURLINFO_SSL_VERIFYRESULT, &result) != CURLE_OK)
		return TRUST_OTHER;
	if (strncmp(v->ssl_version, "GnuTLS", 6) == 0)
		return from_gnutls(result);
	if (strncmp(v->ssl_version, "OpenSSL", 7) == 0 ||
	    strncmp(v->ssl_version, "LibreSSL", 8) == 0)
		return from_openssl(result);
	return TRUST_OTHER;
}

const char *
client_trust_why(CURL *curl)
{
	switch (reason(curl)) {
	case TRUST_NAME:
		return _("is for another name: compare the address with the "
		    "one that you were given");
	case TRUST_UNKNOWN:
		return _("is signed by nobody whom this machine trusts: if "
		    "the service has an authority of its own, join with "
		    "'--ca FILE'");
	case TRUST_EXPIRED:
		return _("has expired: ask the people who run the service to "
		    "renew it");
	case TRUST_EARLY:
		return _("is not valid yet: look whether your computer's "
		    "clock is right");
	case TRUST_REVOKED:
		return _("was called back: do not go on, and ask the people "
		    "who run the service");
	default:
		return NULL;
	}
}
