/*
 * A look at what the staff's way in stands on, for teduh-admin doctor: its
 * certificate, where it has one.
 */
#include <string.h>
#include <sysexits.h>

#include "daemon/config.h"
#include "daemon/http/pem.h"
#include "daemon/probe.h"
#include "daemon/role.h"
#include "daemon/trust.h"
#include "lib/err.h"
#include "lib/seal.h"

#define WHAT	"api"

int
api_probe(const struct role_args *args)
{
	const struct config_api *api = &args->config->api;
	struct err e = ERR_INIT;
	struct secret *cert, *key = NULL;
	int64_t until;

	if (api->cert == NULL) {
		probe_say(PROBE_GOOD, WHAT, "-", "staff come by '%s'",
		    api->listen);
		return EX_OK;
	}
	if ((cert = pem_read(api->cert, &e)) == NULL ||
	    (key = pem_read(api->key, &e)) == NULL)
		probe_say(PROBE_BAD, WHAT, "-", "%s: user '%s' must be able "
		    "to read it", e.text, args->config->user);
	else if ((until = trust_until(cert->bytes, strlen(
	    (const char *)cert->bytes), 1)) == -1)
		probe_say(PROBE_BAD, WHAT, "-", "'%s' holds no certificate",
		    api->cert);
	else
		probe_say_until(WHAT, "-", until);
	secret_free(key);
	secret_free(cert);
	return EX_OK;
}
