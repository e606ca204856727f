#ifndef TEDUH_TOOLS_RENDER_HITS_H
#define TEDUH_TOOLS_RENDER_HITS_H

#include <jansson.h>
#include <stdint.h>

/*
 * `search`: the places that were found, and in how many cases was looked.
 * {id, kind, at, from, before, match, after}: before and after are the words
 * around the match.
 */
void	render_hits(const json_t *hits, uint64_t ncases, int64_t now_s);

#endif
