/*
 * Why cases are closed and how long they are kept then.  Nothing is erased
 * by age where nobody has said so.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config_keep.h"
#include "lib/buf.h"
#include "lib/face.h"

#define SPAN_DAYS_MAX	36500
#define DAY_S		86400

static const char *const usual[] = { "answered", "referred", "no-reply",
    "moved", "abuse", "other", NULL };

static char **
copy_list(const char *const *from)
{
	size_t i, n = 0;
	char **list;

	while (from[n] != NULL)
		n++;
	list = mem_alloc((n + 1) * sizeof(*list));
	for (i = 0; i < n; i++)
		list[i] = mem_strdup(from[i]);
	return list;
}

static int
is_reason(const struct config_desk *desk, const char *word)
{
	size_t i;

	for (i = 0; desk->reasons != NULL && desk->reasons[i] != NULL; i++)
		if (strcmp(desk->reasons[i], word) == 0)
			return 1;
	return 0;
}

static void
take_reasons(struct config_parse *p, cfg_t *sec, struct config_desk *desk)
{
	int line = config_parse_line(sec, "reasons");
	size_t i;

	desk->reasons = config_parse_list(p, sec, "reasons");
	if (desk->reasons == NULL)
		desk->reasons = copy_list(usual);
	for (i = 0; desk->reasons[i] != NULL && !p->bad; i++)
		if (i == KEEP_REASONS_MAX ||
		    !face_word_valid(desk->reasons[i]))
			config_parse_problem(p, line, "'reasons' has "
			    "'%.40s'; allowed are %d words of 2 to %d bytes, "
			    "without blanks", desk->reasons[i],
			    KEEP_REASONS_MAX, FACE_WORD_MAX);
}

/* "30d", "keep": seconds, 0; -1 when it is neither. */
static int64_t
take_span(const char *s)
{
	char *end;
	long n;

	if (strcmp(s, "keep") == 0)
		return 0;
	n = strtol(s, &end, 10);
	if (*s < '1' || *s > '9' || strcmp(end, "d") != 0 ||
	    n > SPAN_DAYS_MAX)
		return -1;
	return (int64_t)n * DAY_S;
}

static void
take_one(struct config_parse *p, int line, struct config_desk *desk,
    const char *value)
{
	struct config_keep *keep = &desk->keep[desk->nkeep];
	const char *blank = strchr(value, ' ');

	keep->after_s = take_span(blank == NULL ? value : blank + 1);
	if (blank != NULL) {
		keep->reason = mem_dup(value, (size_t)(blank - value));
		if (!is_reason(desk, keep->reason))
			keep->after_s = -1;
	}
	desk->nkeep++;
	if (keep->after_s == -1)
		config_parse_problem(p, line, "'retention' has '%.60s'; "
		    "allowed are days such as 180d, for all cases, and such "
		    "as 'referred 30d' or 'abuse keep', for a word of "
		    "'reasons'", value);
}

void
config_keep_take(struct config_parse *p, cfg_t *sec,
    struct config_desk *desk)
{
	char **list = config_parse_list(p, sec, "retention");
	int line = config_parse_line(sec, "retention");
	size_t i, n = 0;

	take_reasons(p, sec, desk);
	desk->raw_after_s = config_parse_span(p, sec, "retention_raw", 0);
	while (list != NULL && list[n] != NULL)
		n++;
	desk->keep = mem_alloc((n + 1) * sizeof(*desk->keep));
	for (i = 0; i < n && !p->bad; i++)
		take_one(p, line, desk, list[i]);
	config_parse_free_list(list);
}

void
config_keep_free(struct config_desk *desk)
{
	size_t i;

	for (i = 0; i < desk->nkeep; i++)
		free(desk->keep[i].reason);
	free(desk->keep);
	config_parse_free_list(desk->reasons);
}

int64_t
config_keep_after(const struct config_desk *desk, const char *reason)
{
	int64_t usually = 0;
	size_t i;

	for (i = 0; i < desk->nkeep; i++) {
		if (desk->keep[i].reason == NULL)
			usually = desk->keep[i].after_s;
		else if (reason != NULL &&
		    strcmp(desk->keep[i].reason, reason) == 0)
			return desk->keep[i].after_s;
	}
	return usually;
}
