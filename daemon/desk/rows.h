#ifndef TEDUH_ROWS_H
#define TEDUH_ROWS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/store/store.h"

struct err;

/*
 * Rows as JSON.  The column's alias says the form: "hex:name", "b64:name",
 * "words:name" (a list of words), "bool:name", "outer.name" (a member of an
 * object that is null when all its members are).
 */

/* An array of objects; NULL with *e. The caller decrefs. */
json_t	*rows_array(struct store *, enum statement, const struct value *args,
	    size_t nargs, struct err *);
/* The first row's object; NULL with ERR_GONE when there is none. */
json_t	*rows_object(struct store *, enum statement,
	    const struct value *args, size_t nargs, struct err *);
/* The first column of the first row, or `none` when there is no row. */
int	 rows_int(struct store *, enum statement, const struct value *args,
	    size_t nargs, int64_t none, int64_t *out, struct err *);

#endif
