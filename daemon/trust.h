#ifndef TEDUH_TRUST_H
#define TEDUH_TRUST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Why the certificate of a server is not believed, said so that somebody can
 * do something about it.  For both ends that talk TLS to a mail server:
 * intake (over GnuTLS) and post (over libcurl, which reports GnuTLS's bits).
 */
struct trust {
	const char	*word;	/* at most 15 characters: "tls-expired" */
	const char	*what;	/* behind "the certificate of 'HOST' " */
};

/*
 * bits: gnutls_certificate_status_t as verification gave it; 0 when only the
 * host name did not match. Never NULL.
 */
const struct trust	*trust_of(unsigned int bits);

/*
 * When a certificate ends, Unix seconds; of several the first to end counts.
 * pem: text with one or more of them, else the bytes of one. -1: not one.
 */
int64_t	trust_until(const void *, size_t len, int pem);

#endif
