#ifndef TEDUH_ADMIN_FINDING_H
#define TEDUH_ADMIN_FINDING_H

#include <jansson.h>

/*
 * Print a finding of doctor or of a drill for a person: "level", "what",
 * "name" ("-" for none) and "text", all of them strings; the text, which may
 * be a server's, made safe for a terminal and wrapped.  Nothing where one is
 * missing.
 */
void	finding_print(const json_t *);

#endif
