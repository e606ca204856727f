#ifndef TEDUH_READ_PAGE_H
#define TEDUH_READ_PAGE_H

#include <jansson.h>

/*
 * A view (desk/reading.h) for a person at a terminal, on standard output.
 * Nothing of it can steer the terminal.
 */
void	read_page(const json_t *view);
/* The same for a letter that cannot be read. */
void	read_page_unreadable(const char *why);

#endif
