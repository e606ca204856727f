#ifndef TEDUH_GUESS_H
#define TEDUH_GUESS_H

#include <stddef.h>
#include <stdint.h>

/*
 * How often something may still be tried: return codes of one locator, wrong
 * codes from one network, letters from one network.  Each has a budget that
 * time fills again.  Nothing is slowed for all because of one.
 *
 * All of it is in the memory of one process and gone with it.  What is
 * counted is kept as a hash under a key that this process drew at its start,
 * so that its memory names neither a network nor a locator.  Where `workers`
 * is more than one, each counts for itself.
 *
 *   a locator	10 wrong codes, then one a minute.  Whoever knows the first
 *		part of somebody's code could keep them out while they go on;
 *		the second part has 77 bits and does not need this budget,
 *		and so a few more do no harm.
 *   a network	200 wrong codes, then ten a minute.  A school is one address:
 *		only wrong codes cost, so that a class that mistypes is far
 *		from it.  When it is spent, even a right code waits; else
 *		right and wrong ones could be told apart without limit.
 *   written	as of a locator, but by codes that stand in letters: whoever
 *		reads the own letter again sees which of them was taken out.
 *   letters	60, then one a minute.  Over it letters are taken as well and
 *		wait in the tray: no budget ever refuses one.
 */
#define GUESS_SLOTS	4096	/* of each kind; the nearest to full goes */

enum guess_kind { GUESS_LOCATOR, GUESS_NETWORK, GUESS_LETTERS,
    GUESS_WRITTEN };

struct guess;
struct guess	*guess_new(void);
void		 guess_free(struct guess *);	/* NULL is fine */

/* 1 while there is something left; now: Unix seconds. */
int		 guess_left(struct guess *, enum guess_kind, const void *,
		    size_t len, int64_t now);
/* One less. Nothing is counted where len is 0: it is not known. */
void		 guess_spend(struct guess *, enum guess_kind, const void *,
		    size_t len, int64_t now);

#endif
