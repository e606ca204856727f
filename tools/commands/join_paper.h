#ifndef TEDUH_TOOLS_JOIN_PAPER_H
#define TEDUH_TOOLS_JOIN_PAPER_H

struct err;
struct session;

/*
 * A key that is lost is a person that is lost: so a new one is told to nobody
 * before its page was read back once, line by line at a terminal, or from a
 * file (--paper).
 */

/* 0 when there is a way to read it back, else -1: before a key is made. */
int	join_paper_possible(const struct session *, struct err *);
/* Show the page and have it read back. 0; -1, nobody was told of the key. */
int	join_paper(struct session *, struct err *);

#endif
