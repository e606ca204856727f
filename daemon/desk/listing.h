#ifndef TEDUH_LISTING_H
#define TEDUH_LISTING_H

#include <jansson.h>
#include <stdint.h>

struct actor;
struct desk;
struct err;

/*
 * For those who look through all that they may read: nothing is searched
 * here, where nobody has a key.
 */
#define LISTING_PAGE		200			/* cases */
#define LISTING_VIEWS_MAX	(8 * 1024 * 1024)	/* bytes, one answer */

/*
 * GET /v1/cases: every case of the actor's desks whose last item is older
 * than `at`, or as old and its id below `id`, newest first (INT64_MAX and "":
 * from the newest on): {now, cases: [{id, desk, state, active}], more}.
 */
json_t	*listing_cases(struct desk *, const struct actor *, int64_t at,
	    const char *id, struct err *);
/*
 * GET .../views: CASE, each of its items with its sealed "view" where all of
 * them fit into LISTING_VIEWS_MAX; the rest is asked for part by part.  Not
 * work on the case: no claim is renewed. ERR_GONE as case_access().
 */
json_t	*listing_views(struct desk *, const struct actor *, const char *id,
	    struct err *);

#endif
