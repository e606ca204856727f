/*
 * PCRE2 with limits.  The walls of the reader forbid memory that can be run,
 * so nothing is compiled to machine code; and a pattern that one letter sends
 * round in circles must end, and be told from one that found nothing.
 */
#include "config.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/pattern.h"
#include "lib/buf.h"
#include "lib/err.h"

#define MATCH_LIMIT	500000
#define DEPTH_LIMIT	1000
#define HEAP_KIB	8192

struct pattern {
	pcre2_code		*code;
	pcre2_match_context	*limits;
	pcre2_match_data	*match;
};

/* A verb in front, as (*NO_AUTO_POSSESS), would change what is set here. */
static pcre2_code *
compile(const char *text, struct err *e)
{
	pcre2_compile_context *bounds = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR why[120] = "";
	PCRE2_SIZE at = 0;
	pcre2_code *made = NULL;
	int code = 0;

	if (bounds == NULL ||
	    pcre2_set_max_pattern_length(bounds, PATTERN_MAX) != 0 ||
	    pcre2_set_parens_nest_limit(bounds, PATTERN_NEST) != 0)
		mem_out();
	if (strncmp(text, "(*", 2) == 0)
		err_set(e, ERR_INPUT, "the pattern begins with '(*', and verbs "
		    "of PCRE2 are not allowed there");
	else if ((made = pcre2_compile((PCRE2_SPTR)text,
	    PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP |
	    PCRE2_NEVER_BACKSLASH_C | PCRE2_MULTILINE, &code, &at,
	    bounds)) == NULL) {
		(void)pcre2_get_error_message(code, why, sizeof(why));
		err_set(e, ERR_INPUT, "the pattern is wrong at its byte %zu: "
		    "%s; a pattern is PCRE2 of %d bytes at most, without \\C",
		    (size_t)at, (const char *)why, PATTERN_MAX);
	}
	pcre2_compile_context_free(bounds);
	return made;
}

struct pattern *
pattern_new(const char *text, struct err *e)
{
	struct pattern *p = mem_alloc(sizeof(*p));

	if ((p->code = compile(text, e)) == NULL) {
		pattern_free(p);
		return NULL;
	}
	p->limits = pcre2_match_context_create(NULL);
	p->match = pcre2_match_data_create(1, NULL);
	if (p->limits == NULL || p->match == NULL ||
	    pcre2_set_match_limit(p->limits, MATCH_LIMIT) != 0 ||
	    pcre2_set_depth_limit(p->limits, DEPTH_LIMIT) != 0 ||
	    pcre2_set_heap_limit(p->limits, HEAP_KIB) != 0)
		mem_out();
	return p;
}

void
pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	pcre2_match_data_free(p->match);
	pcre2_match_context_free(p->limits);
	pcre2_code_free(p->code);
	free(p);
}

int
pattern_find(const struct pattern *p, const char *text, size_t len,
    size_t *from, size_t *to)
{
	const PCRE2_SIZE *range;
	int n = pcre2_match(p->code, (PCRE2_SPTR)text, len, 0,
	    PCRE2_NO_UTF_CHECK, p->match, p->limits);

	if (n == PCRE2_ERROR_NOMATCH)
		return 0;
	if (n < 0)
		return -1;
	range = pcre2_get_ovector_pointer(p->match);
	*from = range[0];
	*to = range[1] < range[0] ? range[0] : range[1];
	return 1;
}
