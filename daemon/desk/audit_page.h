#ifndef TEDUH_AUDIT_PAGE_H
#define TEDUH_AUDIT_PAGE_H

#include <jansson.h>
#include <stdint.h>

struct desk;
struct err;

/*
 * The audit chain as supervisors read it, whatever the desk: it is one chain,
 * and a hash over an entry that was left out could not be checked.
 */
#define AUDIT_PAGE	200

/* {entries:[...], head}: at most AUDIT_PAGE, from this one on. NULL with *e. */
json_t	*audit_page(struct desk *, int64_t from, struct err *);
/* {seq, hash} of the newest entry, or null when there is none; NULL with *e. */
json_t	*audit_page_head(struct desk *, struct err *);

#endif
