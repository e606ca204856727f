#ifndef TEDUH_TOOLS_RENDER_STAFF_H
#define TEDUH_TOOLS_RENDER_STAFF_H

#include <jansson.h>
#include <stdint.h>

/*
 * `staff list` on the terminal, from what --json prints (teduh(1), OUTPUT).
 * now_s is the service's time.
 */
void	render_staff(const json_t *, int64_t now_s);
/* How a desk reviews, of shape_staff_policy(): sentences on one line. */
#define RENDER_REVIEW	1536
void	render_staff_review(char out[RENDER_REVIEW], const json_t *desk);
/* `staff list NAME`. */
void	render_staff_one(json_t *, int64_t now_s);

#endif
