#ifndef TEDUH_TOOLS_VERSIONS_H
#define TEDUH_TOOLS_VERSIONS_H

#include <jansson.h>
#include <stdint.h>

struct casefile;
struct err;

/*
 * The letter of a draft that was submitted before the one that stands, as its
 * author signed it: {at, author, subject, text}; NULL when there is none, or
 * it does not verify; with *e when it could not be fetched.
 */
json_t	*versions_last(struct casefile *, int64_t draft, struct err *);

#endif
