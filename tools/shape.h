#ifndef TEDUH_TOOLS_SHAPE_H
#define TEDUH_TOOLS_SHAPE_H

#include <jansson.h>
#include <stdint.h>

#include "tools/casefile.h"

/*
 * The JSON that teduh prints (design, section 8), made from what verified.
 * People script against these shapes; what a terminal shows is rendered from
 * the same objects.  All are the caller's to decref.
 *
 * problems: an array to which a sentence is added for everything that is not
 * shown because it did not verify.
 */

/* A row of `queue`. now_s: the service's time. Never NULL. */
json_t	*shape_row(struct casefile *, int64_t now_s);
/* `show`. NULL with *e when the service did not give a part. */
json_t	*shape_case(struct casefile *, json_t *problems, struct err *);
/*
 * For a terminal: the newest letter, what came after it and so many items
 * before it, and how many are left out ("left_out"). The others are not
 * fetched: a long case is as fast as a short one.
 */
json_t	*shape_case_newest(struct casefile *, int64_t earlier,
	    json_t *problems, struct err *);
/* `show` with this item alone; ERR_GONE when there is none. */
json_t	*shape_case_item(struct casefile *, int64_t seq, json_t *problems,
	    struct err *);
/*
 * One item of `show`; JSON null, and a sentence in problems, when it does not
 * verify; NULL with *e.
 */
json_t	*shape_item(struct casefile *, struct casefile_item *,
	    json_t *problems, struct err *);
/* {claimant, until} of a CLAIM; JSON null when there is none. */
json_t	*shape_claim(const json_t *);
/* A row of `drafts` and `review`, from a DRAFT. */
json_t	*shape_draft(const json_t *);

#endif
