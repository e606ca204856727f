#ifndef TEDUH_TOOLS_ATTACHMENTS_H
#define TEDUH_TOOLS_ATTACHMENTS_H

#include <jansson.h>

struct casefile;
struct casefile_item;
struct err;
struct session;

/*
 * Files of letters and answers into the folder of --attachments, verified,
 * under harmless names, none over another.
 */

/* The folder, made when it is missing: a descriptor, or -1 with *e. */
int	attachments_folder(const struct session *, struct err *);
/*
 * All files of one item; list: its "attachments" as they were shown. Each is
 * said, unless --json or -q. 0, or -1 with *e.
 */
int	attachments_save(const struct session *, struct casefile *,
	    struct casefile_item *, const json_t *list, int folder,
	    struct err *);

#endif
