/*
 * How a certificate of the HTTP loop stands, for teduh-admin doctor.
 */
#include <string.h>

#include "daemon/http/pem.h"
#include "daemon/probe.h"
#include "daemon/trust.h"
#include "lib/err.h"
#include "lib/seal.h"

void
pem_look(const char *what, const char *cert_path, const char *key_path,
    const char *user)
{
	struct err e = ERR_INIT;
	struct secret *cert, *key = NULL;
	int64_t until;

	if ((cert = pem_read(cert_path, &e)) == NULL ||
	    (key = pem_read(key_path, &e)) == NULL)
		probe_say(PROBE_BAD, what, "-", "%s: user '%s' must be able "
		    "to read it", e.text, user);
	else if ((until = trust_until(cert->bytes, strlen(
	    (const char *)cert->bytes), 1)) == -1)
		probe_say(PROBE_BAD, what, "-", "'%s' holds no certificate",
		    cert_path);
	else
		probe_say_until(what, "-", until);
	secret_free(key);
	secret_free(cert);
}
