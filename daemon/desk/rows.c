/*
 * Rows as JSON, so that an answer of the API is a statement and nothing
 * more.  Knows forms, no meaning.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/rows.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

static json_t *
words(const char *text)
{
	json_t *array = json_array();
	size_t n;

	while (text != NULL && *text != '\0') {
		if ((n = strcspn(text, " ")) > 0)
			(void)json_array_append_new(array,
			    json_stringn(text, n));
		text += n + strspn(text + n, " ");
	}
	return array;
}

static json_t *
blob(const struct row *row, int column, int hex)
{
	const void *bytes;
	json_t *value;
	char *text;
	size_t len;

	bytes = row_blob(row, column, &len);
	if (hex) {
		text = mem_alloc(2 * len + 1);
		wire_hex(text, bytes, len);
	} else
		text = wire_base64(bytes, len);
	value = json_string(text);
	free(text);
	return value;
}

/* The value of a column; *name becomes the member's name. */
static json_t *
member(const struct row *row, int column, const char **name)
{
	const char *alias = row_name(row, column);
	const char *colon = strchr(alias, ':');
	size_t form = colon == NULL ? 0 : (size_t)(colon - alias);

	*name = colon == NULL ? alias : colon + 1;
	if (form == 5 && strncmp(alias, "words", form) == 0)
		return words(row_text(row, column));
	if (form == 4 && strncmp(alias, "bool", form) == 0 &&
	    row_type(row, column) != VALUE_NULL)
		return json_boolean(row_int(row, column) != 0);
	switch (row_type(row, column)) {
	case VALUE_INT:
		return json_integer(row_int(row, column));
	case VALUE_TEXT:
		return json_string(row_text(row, column));
	case VALUE_BLOB:
		return blob(row, column, form == 3 && alias[0] == 'h');
	case VALUE_NULL:
		break;
	}
	return json_null();
}

/* Put "outer.name" into the object "outer", which is null until then. */
static void
set_inner(json_t *object, const char *name, const char *dot, json_t *value)
{
	char outer[64];
	json_t *inner;
	size_t n = (size_t)(dot - name);

	if (n >= sizeof(outer))
		n = sizeof(outer) - 1;
	memcpy(outer, name, n);
	outer[n] = '\0';
	inner = json_object_get(object, outer);
	if (inner == NULL)
		(void)json_object_set_new(object, outer, json_null());
	if (!json_is_object(inner)) {
		if (json_is_null(value)) {
			json_decref(value);
			return;
		}
		inner = json_object();
		(void)json_object_set_new(object, outer, inner);
	}
	(void)json_object_set_new(inner, dot + 1, value);
}

static int
add_row(void *ctx, const struct row *row, struct err *e)
{
	json_t *object = json_object(), *value;
	const char *name, *dot;
	int i;

	(void)e;
	for (i = 0; i < row_columns(row); i++) {
		value = member(row, i, &name);
		if ((dot = strchr(name, '.')) != NULL)
			set_inner(object, name, dot, value);
		else
			(void)json_object_set_new(object, name, value);
	}
	(void)json_array_append_new(ctx, object);
	return 0;
}

json_t *
rows_array(struct store *s, enum statement statement,
    const struct value *args, size_t nargs, struct err *e)
{
	json_t *array = json_array();

	if (store_run(s, statement, args, nargs, add_row, array, e) == -1) {
		json_decref(array);
		return NULL;
	}
	return array;
}

json_t *
rows_object(struct store *s, enum statement statement,
    const struct value *args, size_t nargs, struct err *e)
{
	json_t *array, *object = NULL;

	if ((array = rows_array(s, statement, args, nargs, e)) == NULL)
		return NULL;
	if (json_array_size(array) == 0)
		err_set(e, ERR_GONE, "there is no such thing");
	else
		object = json_incref(json_array_get(array, 0));
	json_decref(array);
	return object;
}

static int
first_int(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	if (row_type(row, 0) == VALUE_INT)
		*(int64_t *)ctx = row_int(row, 0);
	return 1;
}

int
rows_int(struct store *s, enum statement statement, const struct value *args,
    size_t nargs, int64_t none, int64_t *out, struct err *e)
{
	*out = none;
	return store_run(s, statement, args, nargs, first_int, out, e) == -1 ?
	    -1 : 0;
}
