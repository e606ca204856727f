/*
 * The document that carries a case's tags, areas and summary.  Strict in what
 * it reads: a member, a word or an order that this program would not have
 * written is refused, so that two programs never see two faces in one.
 */
#include <string.h>

#include "lib/err.h"
#include "lib/face.h"
#include "lib/text.h"

#define NUMBER_MAX	((int64_t)1 << 53)	/* JSON's */

static const char *const members[] = { "v", "case", "author", "at", "fence",
    "revision", "tags", "areas", "summary", "reason", NULL };

int
face_word_valid(const char *word)
{
	size_t n = strlen(word);

	return n >= 2 && n <= FACE_WORD_MAX && *word != '+' &&
	    *word != '-' && word[strcspn(word, " ,\t\r\n")] == '\0' &&
	    text_is_line(word);
}

/* Where it stands, or would; *found tells which. */
static size_t
place(const struct face_words *list, const char *word, int *found)
{
	size_t i;
	int order = 1;

	for (i = 0; i < list->n; i++)
		if ((order = strcmp(list->words[i], word)) >= 0)
			break;
	*found = i < list->n && order == 0;
	return i;
}

int
face_word_add(struct face_words *list, const char *word)
{
	int found;
	size_t i;

	if (!face_word_valid(word))
		return -1;
	i = place(list, word, &found);
	if (found)
		return 0;
	if (list->n == FACE_WORDS_MAX)
		return -1;
	memmove(list->words[i + 1], list->words[i],
	    (list->n - i) * sizeof(list->words[0]));
	memset(list->words[i], 0, sizeof(list->words[0]));
	memcpy(list->words[i], word, strlen(word));
	list->n++;
	return 0;
}

int
face_word_remove(struct face_words *list, const char *word)
{
	int found;
	size_t i = place(list, word, &found);

	if (!found)
		return -1;
	list->n--;
	memmove(list->words[i], list->words[i + 1],
	    (list->n - i) * sizeof(list->words[0]));
	return 0;
}

int
face_words_equal(const struct face_words *a, const struct face_words *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return 0;
	return a->n == b->n;
}

static json_t *
print_words(const struct face_words *list)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < list->n; i++)
		(void)json_array_append_new(array,
		    json_string(list->words[i]));
	return array;
}

char *
face_print(const struct face *f, size_t *len)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "v", json_integer(1));
	(void)json_object_set_new(o, "case", json_string(f->case_id));
	(void)json_object_set_new(o, "author", json_string(f->author));
	(void)json_object_set_new(o, "at", json_integer(f->at));
	(void)json_object_set_new(o, "fence", json_integer(f->fence));
	(void)json_object_set_new(o, "revision", json_integer(f->revision));
	(void)json_object_set_new(o, "tags", print_words(&f->tags));
	(void)json_object_set_new(o, "areas", print_words(&f->areas));
	(void)json_object_set_new(o, "summary", f->summary[0] == '\0' ?
	    json_null() : json_string(f->summary));
	if (f->reason[0] != '\0')
		(void)json_object_set_new(o, "reason",
		    json_string(f->reason));
	return wire_print_free(o, len);
}

static int
parse_words(const json_t *o, const char *name, struct face_words *list,
    struct err *e)
{
	const char *word;
	json_t *array;
	size_t i;

	if (wire_get_array(o, name, FACE_WORDS_MAX, &array, e) == -1)
		return -1;
	for (i = 0; i < json_array_size(array); i++) {
		word = json_string_value(json_array_get(array, i));
		if (word == NULL || !face_word_valid(word) || (i > 0 &&
		    strcmp(list->words[i - 1], word) >= 0)) {
			err_set(e, ERR_INPUT, "'%s' is not a sorted list of "
			    "words", name);
			return -1;
		}
		memcpy(list->words[i], word, strlen(word) + 1);
		list->n = i + 1;
	}
	return 0;
}

static int
parse_text(const json_t *o, const char *name, char *out, size_t size,
    struct err *e)
{
	const char *text;

	if (wire_get_string_opt(o, name, &text, e) == -1)
		return -1;
	if (text == NULL)
		return 0;
	if (*text == '\0' || strlen(text) >= size || !text_is_lines(text)) {
		err_set(e, ERR_INPUT, "'%s' is empty, too long or no text",
		    name);
		return -1;
	}
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

static int
parse_all(const json_t *o, struct face *f, struct err *e)
{
	int64_t v;

	if (wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    parse_text(o, "case", f->case_id, sizeof(f->case_id), e) == -1 ||
	    parse_text(o, "author", f->author, sizeof(f->author), e) == -1 ||
	    wire_get_int(o, "at", 0, NUMBER_MAX, &f->at, e) == -1 ||
	    wire_get_int(o, "fence", 0, NUMBER_MAX, &f->fence, e) == -1 ||
	    wire_get_int(o, "revision", 1, NUMBER_MAX, &f->revision,
	    e) == -1 || parse_words(o, "tags", &f->tags, e) == -1 ||
	    parse_words(o, "areas", &f->areas, e) == -1 ||
	    parse_text(o, "summary", f->summary, sizeof(f->summary),
	    e) == -1 || parse_text(o, "reason", f->reason,
	    sizeof(f->reason), e) == -1)
		return -1;
	if (json_is_null(json_object_get(o, "reason")) ||
	    (f->reason[0] != '\0' && !face_word_valid(f->reason))) {
		err_set(e, ERR_INPUT, "'reason' is not a word");
		return -1;
	}
	if (strlen(f->case_id) != CASE_ID_LEN ||
	    !roster_name_valid(f->author)) {
		err_set(e, ERR_INPUT, "'case' or 'author' is not one");
		return -1;
	}
	return 0;
}

int
face_parse(struct face *f, const void *bytes, size_t len, struct err *e)
{
	json_t *o;
	int result = -1;

	memset(f, 0, sizeof(*f));
	if ((o = wire_parse(bytes, len, e)) != NULL)
		result = parse_all(o, f, e);
	if (result == -1)
		err_prefix(e, "not a face");
	json_decref(o);
	return result;
}
