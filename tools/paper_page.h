#ifndef TEDUH_TOOLS_PAPER_PAGE_H
#define TEDUH_TOOLS_PAPER_PAGE_H

#include <stdio.h>

#include "lib/paper.h"
#include "lib/roster.h"

struct buf;
struct err;
struct identity;
struct vault_service;

/*
 * The page with a key on it, as it is printed and as it is typed again.  It
 * has everything that is needed on another machine: the seed, and where the
 * service is and how to know it.
 */
#define PAPER_PAGE_MAX		8192	/* bytes of a page */
#define PAPER_PAGE_LINE		1024

/* What a page says, as far as it was read; wipe it. */
struct paper_page {
	char	lines[PAPER_LINES][PAPER_CHARS + 1];
	int	have[PAPER_LINES];
	char	name[ROSTER_NAME_MAX + 1];
	char	service[PAPER_PAGE_LINE];
	char	pin[2 * SEAL_HASH + 1];
};

/* The page, appended; of a service that has no address only the key. */
void	paper_page_print(struct buf *, const struct identity *,
	    const struct vault_service *);
/* From a file. 0, or -1 with ERR_INPUT (a line is missing or wrong). */
int	paper_page_read(FILE *, struct paper_page *, struct err *);
/*
 * The four lines at a terminal, one by one; a wrong one is asked for again.
 * 0, or -1 with ERR_INPUT (what) when the input ends.
 */
int	paper_page_ask(struct paper_page *, const char *what, struct err *);
/* Name, service and pin, until an empty line. */
void	paper_page_ask_service(struct paper_page *);

#endif
