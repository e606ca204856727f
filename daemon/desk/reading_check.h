#ifndef TEDUH_READING_CHECK_H
#define TEDUH_READING_CHECK_H

#include <jansson.h>
#include <stddef.h>

struct err;

/*
 * Is this a view as reading.h describes it?  The process that wrote it has
 * met a stranger's bytes and may be anybody's by now: every member is there,
 * has its type, its form and its bounds; there is no other; and the sizes of
 * its attachments sum up to `bytes`.  0, or -1 with ERR_INPUT.
 */
#define READING_PEOPLE_MAX	50
#define READING_PARTS_MAX	1050	/* fewer than ITEM_PARTS_MAX */
#define READING_IDS_MAX		20
#define READING_TOKENS_MAX	10

int	reading_check(const json_t *view, size_t bytes, struct err *);

#endif
