/*
 * The list that says what was read.  One spelling for all documents that
 * have it, because post compares what stands there with the deposits.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter_read.h"

static const char *const members[] = { "case", "deposit", NULL };

json_t *
letter_read_print(const struct letter_read *read, size_t n)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < n; i++) {
		o = json_object();
		(void)json_object_set_new(o, "case",
		    json_string(read[i].case_id));
		wire_set_hex(o, "deposit", read[i].deposit, SEAL_HASH);
		if (json_array_append_new(list, o) == -1)
			mem_out();
	}
	return list;
}

static int
bad(const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "'%s' %s", "last_read", what);
	return -1;
}

int
letter_read_check(const struct letter_read *read, size_t n, struct err *e)
{
	size_t i;

	if (n > LETTER_LAST_READ_MAX)
		return bad("is too long", e);
	for (i = 0; i < n; i++) {
		if (!deposit_case_valid(read[i].case_id))
			return bad("has what is not a case", e);
		if (letter_read_find(read, i, read[i].case_id) != NULL)
			return bad("has a case twice", e);
	}
	return 0;
}

int
letter_read_get(const json_t *o, struct letter_read out[LETTER_LAST_READ_MAX],
    size_t *n, struct err *e)
{
	const char *id;
	json_t *list, *one;
	size_t i;

	*n = 0;
	if (wire_get_array(o, "last_read", LETTER_LAST_READ_MAX, &list,
	    e) == -1)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		one = json_array_get(list, i);
		if (wire_only(one, members, e) == -1 ||
		    wire_get_string(one, "case", &id, e) == -1 ||
		    wire_get_hex(one, "deposit", out[i].deposit, SEAL_HASH,
		    e) == -1)
			return -1;
		if (!deposit_case_valid(id))
			return bad("has what is not a case", e);
		memcpy(out[i].case_id, id, CASE_ID_LEN + 1);
	}
	*n = i;
	return letter_read_check(out, i, e);
}

const struct letter_read *
letter_read_find(const struct letter_read *read, size_t n,
    const char *case_id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(read[i].case_id, case_id) == 0)
			return &read[i];
	return NULL;
}
