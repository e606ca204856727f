#ifndef TEDUH_TOOLS_CLIENT_TRUST_H
#define TEDUH_TOOLS_CLIENT_TRUST_H

#include <curl/curl.h>

/*
 * Why the certificate of the service was refused, as what stands behind "the
 * certificate of 'URL' " in a sentence, translated; or NULL when the library
 * does not say it in a way that we know.  For CURLE_PEER_FAILED_VERIFICATION.
 */
const char	*client_trust_why(CURL *);

#endif
