/*
 * What a desk's form asks.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config_duty.h"
#include "daemon/config_form.h"

/* As the keys of the texts are. */
static int
is_word(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= FORM_WORD_MAX && strspn(s,
	    "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

static int
stands_before(char *const *list, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (strcmp(list[i], list[at]) == 0)
			return 1;
	return 0;
}

static char **
take_words(struct config_parse *p, cfg_t *sec, const char *key, size_t max)
{
	char **list = config_parse_list(p, sec, key);
	int line = config_parse_line(sec, key);
	size_t i;

	for (i = 0; list != NULL && list[i] != NULL && !p->bad; i++) {
		if (i == max)
			config_parse_problem(p, line, "'%s' has too many "
			    "words; at most %zu", key, max);
		else if (!is_word(list[i]))
			config_parse_problem(p, line, "'%s' has '%.48s'; "
			    "allowed are words of at most %d of a-z 0-9 _",
			    key, list[i], FORM_WORD_MAX);
		else if (stands_before(list, i))
			config_parse_problem(p, line, "'%s' has '%s' twice",
			    key, list[i]);
	}
	return list;
}

void
config_form_take(struct config_parse *p, cfg_t *sec, struct config_desk *desk)
{
	desk->areas = take_words(p, sec, "areas", FORM_AREAS);
	desk->questions = take_words(p, sec, "questions", FORM_QUESTIONS);
	desk->capacity = config_parse_number(p, sec, "capacity",
	    CAPACITY_MAX, 0);
	config_duty_take(p, sec, desk);
}

void
config_form_free(struct config_desk *desk)
{
	config_parse_free_list(desk->areas);
	config_parse_free_list(desk->questions);
	config_duty_free(desk);
}
