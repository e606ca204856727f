/*
 * A look at what the web door stands on, for teduh-admin doctor: its
 * certificate, where it has one of its own.  Whether it answers is seen from
 * outside.
 */
#include <sysexits.h>

#include "daemon/config.h"
#include "daemon/http/pem.h"
#include "daemon/probe.h"
#include "daemon/role.h"

#define WHAT	"web"

int
web_probe(const struct role_args *args)
{
	const struct config_web *web = &args->config->web;

	if (web->cert == NULL)
		probe_say(PROBE_GOOD, WHAT, "-", "people come by '%s', "
		    "through a front that has the certificate", web->listen);
	else
		pem_look(WHAT, web->cert, web->key, args->config->user);
	return EX_OK;
}
