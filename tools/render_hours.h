#ifndef TEDUH_TOOLS_RENDER_HOURS_H
#define TEDUH_TOOLS_RENDER_HOURS_H

#include <jansson.h>
#include <stdint.h>

/* `hours` on the terminal, from what --json prints (teduh(1), OUTPUT). */
void	render_hours(const json_t *rows, int64_t now_s);
/* The same of `duty`. */
void	render_duty(const json_t *rows, int64_t now_s);

#endif
