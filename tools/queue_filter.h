#ifndef TEDUH_TOOLS_QUEUE_FILTER_H
#define TEDUH_TOOLS_QUEUE_FILTER_H

#include <jansson.h>
#include <stdint.h>

struct err;
struct session;

/*
 * Which rows of the queue somebody wants to see.  They are chosen here: the
 * service knows no tags, and need not know who looks for what.
 */
/* The options themselves: 0, or EXIT_USAGE with *e. */
int	queue_filter_check(const struct session *, struct err *);
/* By what the service says of a case, before it is opened. */
int	queue_filter_wants(const struct session *, const json_t *, int64_t);
/* By what stands in its row. */
int	queue_filter_wants_row(const struct session *, const json_t *row);

#endif
