/*
 * Hex, base64, times, strict JSON, and the contexts of boxes: what both ends
 * write alike.
 *
 * Everything read here comes from outside: one spelling per value, nothing
 * skipped, nothing guessed.  Errors name the member and never quote what
 * stood there, because errors are logged and letters are not.
 */
#include <inttypes.h>
#ifdef __APPLE__
#include <malloc/malloc.h>
#define malloc_usable_size	malloc_size
#else
#include <malloc.h>
#endif
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "lib/words.h"

#define DEPTH_MAX	32
#define TIME_MAX	INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

static void
wipe_and_free(void *p)
{
	if (p != NULL)
		sodium_memzero(p, malloc_usable_size(p));
	free(p);
}

void
wire_init(void)
{
	json_set_alloc_funcs(mem_alloc, wipe_and_free);
}

void
wire_hex(char *out, const void *bytes, size_t n)
{
	(void)sodium_bin2hex(out, 2 * n + 1, bytes, n);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
wire_unhex(void *out, size_t n, const char *hex)
{
	unsigned char *bytes = out;
	int high, low;
	size_t i;

	if (strlen(hex) != 2 * n)
		return -1;
	for (i = 0; i < n; i++) {
		high = hex_digit(hex[2 * i]);
		low = hex_digit(hex[2 * i + 1]);
		if (high == -1 || low == -1)
			return -1;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

char *
wire_base64(const void *bytes, size_t n)
{
	size_t size = sodium_base64_encoded_len(n,
	    sodium_base64_VARIANT_ORIGINAL);
	char *out = mem_alloc(size);

	(void)sodium_bin2base64(out, size, bytes, n,
	    sodium_base64_VARIANT_ORIGINAL);
	return out;
}

int
wire_unbase64(struct buf *out, const char *text, size_t n)
{
	size_t size = n / 4 * 3, len = 0;
	unsigned char *bytes = NULL;
	int r = -1;

	buf_clear(out);
	if (n == 0)
		return 0;
	if (n % 4 != 0 || size - 2 > out->max)
		return -1;
	bytes = mem_alloc(size);
	if (sodium_base642bin(bytes, size, text, n, NULL, &len, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0)
		r = buf_add(out, bytes, len);
	sodium_memzero(bytes, size);
	free(bytes);
	return r;
}

void
wire_time(char out[32], int64_t unix_s)
{
	time_t t = unix_s < 0 ? 0 : unix_s > TIME_MAX ? TIME_MAX : unix_s;
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&t, &tm);
	if (strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0';
}

/* The n digits at s; the form has been checked. */
static int
digits(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

int
wire_untime(int64_t *unix_s, const char *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	char again[32];
	struct tm tm;
	size_t i;

	if (strlen(text) != sizeof(form) - 1)
		return -1;
	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' :
		    text[i] != form[i])
			return -1;
	memset(&tm, 0, sizeof(tm));
	tm.tm_year = digits(text, 4) - 1900;
	tm.tm_mon = digits(text + 5, 2) - 1;
	tm.tm_mday = digits(text + 8, 2);
	tm.tm_hour = digits(text + 11, 2);
	tm.tm_min = digits(text + 14, 2);
	tm.tm_sec = digits(text + 17, 2);
	*unix_s = timegm(&tm);
	wire_time(again, *unix_s);	/* refuses 31 February and 25:00 */
	return strcmp(text, again) == 0 ? 0 : -1;
}

/* The parser below recurses; strangers choose the depth. */
static int
depth_ok(const char *s, size_t n)
{
	int depth = 0, quoted = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (quoted) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				quoted = 0;
		} else if (s[i] == '"')
			quoted = 1;
		else if (s[i] == '{' || s[i] == '[') {
			if (++depth > DEPTH_MAX)
				return 0;
		} else if (s[i] == '}' || s[i] == ']')
			depth--;
	}
	return 1;
}

json_t *
wire_parse(const void *bytes, size_t n, struct err *e)
{
	json_error_t why;
	json_t *o;

	if (n > 0 && memchr(bytes, '\0', n) != NULL) {
		err_set(e, ERR_INPUT, "not JSON: a NUL byte");
		return NULL;
	}
	if (!depth_ok(bytes, n)) {
		err_set(e, ERR_INPUT, "not acceptable JSON: more than %d deep",
		    DEPTH_MAX);
		return NULL;
	}
	memset(&why, 0, sizeof(why));
	o = json_loadb(n == 0 ? "" : bytes, n, JSON_REJECT_DUPLICATES, &why);
	if (o == NULL)	/* why.text quotes the input: not for us */
		err_set(e, ERR_INPUT, "not acceptable JSON: line %d, "
		    "column %d", why.line, why.column);
	return o;
}

json_t *
wire_parse_most(const void *bytes, size_t n, size_t max, struct err *e)
{
	if (n <= max)
		return wire_parse(bytes, n, e);
	err_set(e, ERR_INPUT, "not acceptable: longer than %zu bytes", max);
	return NULL;
}

char *
wire_print(const json_t *o, size_t *len)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);

	if (text == NULL)
		mem_out();	/* out of memory, or not an object */
	if (len != NULL)
		*len = strlen(text);
	return text;
}

char *
wire_print_free(json_t *o, size_t *len)
{
	char *text = wire_print(o, len);

	json_decref(o);
	return text;
}

static int
member_is(const char *name, const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "'%s' is %s", name, _(what));
	return -1;
}

int
wire_get_string(const json_t *o, const char *name, const char **out,
    struct err *e)
{
	const json_t *m = json_object_get(o, name);

	*out = NULL;
	if (m == NULL)
		return member_is(name, "missing", e);
	if (!json_is_string(m))
		return member_is(name, "not a string", e);
	*out = json_string_value(m);
	return 0;
}

int
wire_get_string_opt(const json_t *o, const char *name, const char **out,
    struct err *e)
{
	const json_t *m = json_object_get(o, name);

	*out = NULL;
	if (m == NULL || json_is_null(m))
		return 0;
	return wire_get_string(o, name, out, e);
}

int
wire_get_int(const json_t *o, const char *name, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	const json_t *m = json_object_get(o, name);

	*out = 0;
	if (m == NULL)
		return member_is(name, "missing", e);
	if (!json_is_integer(m))
		return member_is(name, "not an integer", e);
	if (json_integer_value(m) < min || json_integer_value(m) > max)
		return member_is(name, "out of range", e);
	*out = json_integer_value(m);
	return 0;
}

int
wire_get_bool(const json_t *o, const char *name, int *out, struct err *e)
{
	const json_t *m = json_object_get(o, name);

	*out = 0;
	if (m == NULL)
		return member_is(name, "missing", e);
	if (!json_is_boolean(m))
		return member_is(name, "not true or false", e);
	*out = json_is_true(m);
	return 0;
}

int
wire_get_hex(const json_t *o, const char *name, void *out, size_t n,
    struct err *e)
{
	const char *text;

	memset(out, 0, n);
	if (wire_get_string(o, name, &text, e) == -1)
		return -1;
	if (wire_unhex(out, n, text) == -1)
		return member_is(name, "not lower-case hex of its length", e);
	return 0;
}

int
wire_get_base64(const json_t *o, const char *name, size_t max,
    struct buf *out, struct err *e)
{
	const char *text;

	buf_init(out, max);
	if (wire_get_string(o, name, &text, e) == -1)
		return -1;
	if (wire_unbase64(out, text, strlen(text)) == -1)
		return member_is(name, "too long or not base64", e);
	return 0;
}

int
wire_get_object(const json_t *o, const char *name, json_t **out,
    struct err *e)
{
	json_t *m = json_object_get(o, name);

	*out = NULL;
	if (m == NULL)
		return member_is(name, "missing", e);
	if (!json_is_object(m))
		return member_is(name, "not an object", e);
	*out = m;
	return 0;
}

int
wire_get_array(const json_t *o, const char *name, size_t max, json_t **out,
    struct err *e)
{
	json_t *m = json_object_get(o, name);

	*out = NULL;
	if (m == NULL)
		return member_is(name, "missing", e);
	if (!json_is_array(m))
		return member_is(name, "not an array", e);
	if (json_array_size(m) > max)
		return member_is(name, "too long", e);
	*out = m;
	return 0;
}

int
wire_only(const json_t *o, const char *const *names, struct err *e)
{
	size_t i, known = 0;

	for (i = 0; names[i] != NULL; i++)
		known += json_object_get(o, names[i]) != NULL;
	if (json_is_object(o) && known == json_object_size(o))
		return 0;
	err_set(e, ERR_INPUT, "not an object, or with an unknown member");
	return -1;
}

static void
set(json_t *o, const char *name, const char *text)
{
	if (json_object_set_new(o, name, json_string(text)) == -1)
		mem_out();
}

void
wire_set(json_t *o, const char *name, json_t *value)
{
	if (json_object_set_new(o, name, value) == -1)
		mem_out();
}

void
wire_set_hex(json_t *o, const char *name, const void *bytes, size_t n)
{
	char *hex = mem_alloc(2 * n + 1);

	wire_hex(hex, bytes, n);
	set(o, name, hex);
	free(hex);
}

void
wire_set_base64(json_t *o, const char *name, const void *bytes, size_t n)
{
	char *text = wire_base64(bytes, n);

	set(o, name, text);
	free(text);
}

/* A context that was cut could mean two things. */
static void
need_whole(int n)
{
	if (n < 0 || n >= CONTEXT_MAX)
		mem_out();
}

void
context_case(char out[CONTEXT_MAX], const char *case_id, int64_t epoch,
    const char *desk, int64_t team_epoch)
{
	need_whole(snprintf(out, CONTEXT_MAX, "%s/%" PRId64 "/%s/%" PRId64,
	    case_id, epoch, desk, team_epoch));
}

void
context_team(char out[CONTEXT_MAX], const char *desk, int64_t epoch,
    const char *member)
{
	need_whole(snprintf(out, CONTEXT_MAX, "%s/%" PRId64 "/%s", desk,
	    epoch, member));
}

void
context_grant(char out[CONTEXT_MAX], const char *case_id,
    const unsigned char item[SEAL_ID], const char *which, int64_t epoch)
{
	char hex[2 * SEAL_ID + 1];

	wire_hex(hex, item, SEAL_ID);
	need_whole(snprintf(out, CONTEXT_MAX, "%s/%s/%s/%" PRId64, case_id,
	    hex, which, epoch));
}
