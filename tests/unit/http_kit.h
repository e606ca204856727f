#ifndef TEDUH_HTTP_KIT_H
#define TEDUH_HTTP_KIT_H

#include <stddef.h>

#include "lib/buf.h"

#define PATIENCE_MS	20000

/* A client that sends raw bytes and looks at what comes back. */
int	kit_dial(const char *place);
/* All of it; 0, or -1 when the other end has closed. */
int	kit_say(int fd, const char *bytes, size_t n);
/* What comes until the connection ends, or (until_end = 0) one answer. */
void	kit_hear(int fd, struct buf *, int until_end);
int	kit_status(const struct buf *);

#endif
