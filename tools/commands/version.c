/*
 * Which program this is, and which wire version it speaks.
 */
#include "config.h"

#include <stdio.h>

#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"

int
version_run(struct session *s, struct err *e)
{
	json_t *o;

	(void)e;
	if (!s->args.json) {
		(void)puts("teduh " VERSION);
		return 0;
	}
	o = json_pack("{s:s, s:i}", "version", VERSION, "wire",
	    WIRE_VERSION);
	render_json(o);
	json_decref(o);
	return 0;
}
