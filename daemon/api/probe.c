/*
 * A look at what the staff's way in stands on, for teduh-admin doctor: its
 * certificate, where it has one.
 */
#include <sysexits.h>

#include "daemon/config.h"
#include "daemon/http/pem.h"
#include "daemon/probe.h"
#include "daemon/role.h"

#define WHAT	"api"

int
api_probe(const struct role_args *args)
{
	const struct config_api *api = &args->config->api;

	if (api->cert == NULL)
		probe_say(PROBE_GOOD, WHAT, "-", "staff come by '%s'",
		    api->listen);
	else
		pem_look(WHAT, api->cert, api->key, args->config->user);
	return EX_OK;
}
