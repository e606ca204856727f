#ifndef TEDUH_STATISTICS_H
#define TEDUH_STATISTICS_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * Sealed rows for the board (lib/statistic.h).  A closing brings one; it
 * waits beside the case's id until its desk has STATISTICS_LEAST, then all of
 * them go, shuffled, to where nothing says whose they were.  A desk that
 * closes few cases waits longer: days or months, but not for fewer.
 *
 * A case has one row, however often it is closed: what waits is replaced;
 * once it has gone nothing can find it, so that a later closing adds none.
 * The case keeps a mark for that.  When a case is erased (erase_end.c) a row
 * that still waits stays without the case's id, and a mark goes.
 */
#define STATISTICS_LEAST	8
#define STATISTICS_PAGE		500

/*
 * Within the transaction that closes the case: body may have
 * statistic: {epoch, box}|null. 0, or -1: ERR_INPUT no row's size,
 * ERR_CONFLICT not the present epoch of the desk's report key.
 */
int	statistics_put(struct desk *, const char *case_id,
	    const json_t *body, struct err *);
/* By clock: how many rows wait no more, or -1. */
int	statistics_move(struct desk *, struct err *);
/*
 * {rows:[{epoch, box: BASE64}], next: HEX|null} of a desk that the actor
 * supervises, behind the row `after` ("": from the beginning). NULL with *e:
 * ERR_GONE.
 */
json_t	*statistics_page(struct desk *, const struct actor *,
	    const char *name, const char *after, struct err *);

#endif
