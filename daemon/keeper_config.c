/*
 * One reading of the configuration file: the keeper's own understanding of
 * it, and its text in a sealed memfd, so that every role that is started
 * from this reading sees the very same bytes, whatever the file says by then.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/keeper_parts.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"

struct keeper_config *
keeper_config_read(const char *path, struct err *e)
{
	struct keeper_config *c = mem_alloc(sizeof(*c));
	char *text;
	size_t len;

	c->fd = -1;
	if ((text = config_read(path, &len, e)) == NULL ||
	    (c->config = config_parse(path, text, e)) == NULL)
		goto out;
	/* The path as given in messages, the absolute one for the roles. */
	if (realpath(path, c->path) == NULL)
		err_set(e, ERR_IO, "cannot find '%s': %s", path,
		    strerror(errno));
	else
		c->fd = secrets_memory("configuration", text, len, e);
out:
	free(text);
	if (c->fd != -1)
		return c;
	keeper_config_free(c);
	return NULL;
}

void
keeper_config_free(struct keeper_config *c)
{
	if (c == NULL)
		return;
	config_free(c->config);
	if (c->fd != -1)
		(void)close(c->fd);
	free(c);
}
