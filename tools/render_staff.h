#ifndef TEDUH_TOOLS_RENDER_STAFF_H
#define TEDUH_TOOLS_RENDER_STAFF_H

#include <jansson.h>
#include <stdint.h>

/*
 * `staff list` on the terminal, from what --json prints (teduh(1), OUTPUT).
 * now_s is the service's time.
 */
void	render_staff(const json_t *, int64_t now_s);
/* `staff list NAME`. */
void	render_staff_one(json_t *, int64_t now_s);

#endif
