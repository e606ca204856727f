#ifndef TEDUH_HELP_NOW_H
#define TEDUH_HELP_NOW_H

#include <jansson.h>
#include <stdint.h>

struct err;

/*
 * Who helps right now: dated, because a telephone number that has died is
 * worse than none.
 *
 *   checked: YYYY-MM-DD	when somebody last called or looked
 *   good_until: YYYY-MM-DD	when that must be done again
 *   (empty line)
 *   name: TEXT
 *   tel: DIGITS AND SPACES	or link: https://...
 *   about: TEXT		may be absent
 *
 * An array of {name, tel, link, shown, about} with what is there; shown is
 * the number as people read it or the link's host. NULL with ERR_INPUT
 * ("FILE:LINE: what").
 */
#define HELP_NOW_MAX		20
#define HELP_NOW_FILE_MAX	((size_t)16 * 1024)

json_t	*help_now_load(const char *path, int64_t *good_until, struct err *);

#endif
