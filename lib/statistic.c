/*
 * Rows for the board that outlive their case.  All are of one size, and what
 * stands in them is bounded, so that a row tells no more than its words.
 *
 * Anybody on the server can seal one, so reading is strict: a row that is not
 * exactly one is no row.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/statistic.h"
#include "lib/wire.h"

#define MONTH_MIN	200001
#define MONTH_MAX	999912
#define HOURS_FINE	96	/* from here on in whole days */
#define HOUR_S		3600
/* Of a box: ephemeral key, nonce, authenticator, recipient (lib/seal.h). */
#define BOX_OVERHEAD	(32 + 24 + 16 + SEAL_KEY)

static const char *const members[] = { "age", "areas", "gender", "hours",
    "language", "month", "outcome", "v", NULL };

int64_t
statistic_hours(int64_t seconds)
{
	int64_t hours = seconds <= 0 ? 0 : (seconds - 1) / HOUR_S + 1;

	if (hours > STATISTIC_HOURS_MAX)
		return STATISTIC_HOURS_MAX;
	return hours > HOURS_FINE ? (hours + 23) / 24 * 24 : hours;
}

int
statistic_word_valid(const char *word)
{
	return face_word_valid(word) && strchr("=@", *word) == NULL &&
	    word[strcspn(word, "\"'\\")] == '\0';
}

void
statistic_set(char out[FACE_WORD_MAX + 1], const char *word)
{
	(void)snprintf(out, FACE_WORD_MAX + 1, "%s", word != NULL &&
	    statistic_word_valid(word) ? word : "");
}

void
statistic_add_area(struct statistic *s, const char *word)
{
	if (s->areas.n < STATISTIC_AREAS_MAX && statistic_word_valid(word))
		(void)face_word_add(&s->areas, word);
}

static void
set_word(json_t *o, const char *name, const char *word)
{
	wire_set(o, name, *word == '\0' ? json_null() : json_string(word));
}

void
statistic_print(const struct statistic *s, unsigned char out[STATISTIC_SIZE])
{
	json_t *o = json_object(), *areas = json_array();
	char *text;
	size_t i, len;

	for (i = 0; i < s->areas.n; i++)
		(void)json_array_append_new(areas,
		    json_string(s->areas.words[i]));
	set_word(o, "age", s->age);
	wire_set(o, "areas", areas);
	set_word(o, "gender", s->gender);
	wire_set(o, "hours", s->hours < 0 ? json_null() :
	    json_integer(s->hours));
	set_word(o, "language", s->language);
	wire_set(o, "month", json_integer(s->month));
	set_word(o, "outcome", s->outcome);
	wire_set(o, "v", json_integer(1));
	text = wire_print_free(o, &len);
	memset(out, 0, STATISTIC_SIZE);
	/* Twelve areas and four words of the longest kind are shorter. */
	memcpy(out, text, len < STATISTIC_SIZE ? len : 0);
	seal_wipe(text, len);
	free(text);
}

static int
get_word(const json_t *o, const char *name, char out[FACE_WORD_MAX + 1],
    struct err *e)
{
	const char *word;

	out[0] = '\0';
	if (wire_get_string_opt(o, name, &word, e) == -1)
		return -1;
	if (word == NULL)
		return 0;
	if (!statistic_word_valid(word)) {
		err_set(e, ERR_INPUT, "'%s' is not a word", name);
		return -1;
	}
	statistic_set(out, word);
	return 0;
}

/* As they are printed: in order, none twice. */
static int
get_areas(const json_t *o, struct statistic *s, struct err *e)
{
	const char *word, *before = "";
	json_t *areas;
	size_t i;

	if (wire_get_array(o, "areas", STATISTIC_AREAS_MAX, &areas, e) == -1)
		return -1;
	for (i = 0; i < json_array_size(areas); i++) {
		word = json_string_value(json_array_get(areas, i));
		if (word == NULL || !statistic_word_valid(word) ||
		    strcmp(before, word) >= 0) {
			err_set(e, ERR_INPUT, "'areas' is not a list of "
			    "words in order");
			return -1;
		}
		statistic_add_area(s, word);
		before = word;
	}
	return 0;
}

static int
get_hours(const json_t *o, struct statistic *s, struct err *e)
{
	s->hours = -1;
	if (json_is_null(json_object_get(o, "hours")))
		return 0;
	return wire_get_int(o, "hours", 0, STATISTIC_HOURS_MAX, &s->hours,
	    e);
}

static int
get_all(const json_t *o, struct statistic *s, struct err *e)
{
	int64_t v;

	if (wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    wire_get_int(o, "month", MONTH_MIN, MONTH_MAX, &s->month,
	    e) == -1 ||
	    get_word(o, "age", s->age, e) == -1 ||
	    get_word(o, "gender", s->gender, e) == -1 ||
	    get_word(o, "language", s->language, e) == -1 ||
	    get_word(o, "outcome", s->outcome, e) == -1 ||
	    get_areas(o, s, e) == -1 || get_hours(o, s, e) == -1)
		return -1;
	if (s->month % 100 >= 1 && s->month % 100 <= 12)
		return 0;
	err_set(e, ERR_INPUT, "'month' is not a month");
	return -1;
}

int
statistic_parse(struct statistic *s, const void *bytes, size_t len,
    struct err *e)
{
	size_t n, i;
	json_t *o;
	int result;

	memset(s, 0, sizeof(*s));
	n = strnlen(bytes, len);
	for (i = n; i < len && ((const char *)bytes)[i] == '\0'; i++)
		continue;
	if (len != STATISTIC_SIZE || i != len) {
		err_set(e, ERR_INPUT, "it has not the size of a row");
		return -1;
	}
	if ((o = wire_parse(bytes, n, e)) == NULL)
		return -1;
	result = get_all(o, s, e);
	json_decref(o);
	return result;
}

static void
context_statistic(char out[CONTEXT_MAX], const char *desk, int64_t epoch)
{
	(void)snprintf(out, CONTEXT_MAX, "%s/%" PRId64, desk, epoch);
}

size_t
statistic_box_size(const char *desk, int64_t epoch)
{
	char context[CONTEXT_MAX];

	context_statistic(context, desk, epoch);
	return BOX_OVERHEAD + strlen(BOX_STATISTIC) + 1 + strlen(context) +
	    1 + STATISTIC_SIZE;
}

int
statistic_seal(const struct statistic *s,
    const unsigned char report[SEAL_KEY], const char *desk, int64_t epoch,
    struct buf *out, struct err *e)
{
	unsigned char plain[STATISTIC_SIZE];
	char context[CONTEXT_MAX];
	int result;

	statistic_print(s, plain);
	context_statistic(context, desk, epoch);
	result = seal_box(report, BOX_STATISTIC, context, plain,
	    sizeof(plain), out, e);
	seal_wipe(plain, sizeof(plain));
	return result;
}

int
statistic_open(struct statistic *s, const struct secret *report,
    const char *desk, int64_t epoch, const void *box, size_t len,
    struct err *e)
{
	char context[CONTEXT_MAX];
	struct secret *plain;
	int result;

	memset(s, 0, sizeof(*s));
	context_statistic(context, desk, epoch);
	plain = seal_box_open(report, BOX_STATISTIC, context, box, len, e);
	if (plain == NULL)
		return -1;
	result = statistic_parse(s, plain->bytes, plain->len, e);
	secret_free(plain);
	return result;
}
