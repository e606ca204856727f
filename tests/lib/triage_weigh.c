/*
 * Weighs letters by rules, without a service: a letter per line on standard
 * input ("\n" written as two characters is a line end), for each a line with
 * its urgency, its areas and the rules that counted.
 *
 *	triage_weigh RULEFILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/triage.h"
#include "daemon/reader/match.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/rules.h"

static char *
slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = mem_alloc(RULES_TEXT_MAX);
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	n = fread(text, 1, RULES_TEXT_MAX - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

static void
load(struct rules *rules, const char *path)
{
	struct err e = ERR_INIT;
	char *text = slurp(path);

	if (rules_add(rules, path, text, &e) == -1) {
		(void)fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	free(text);
}

/* The line ends that were written as two characters. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++)
		if (s[0] == '\\' && s[1] == 'n') {
			*to++ = '\n';
			s++;
		} else if (*s != '\n')
			*to++ = *s;
	*to = '\0';
}

static void
say(const struct triage *t)
{
	const json_t *one;
	size_t i;

	(void)printf("%d\t", (int)t->urgency);
	json_array_foreach(t->areas, i, one)
		(void)printf("%s%s", i > 0 ? "," : "",
		    json_string_value(one));
	(void)printf("\t");
	json_array_foreach(t->fired, i, one)
		(void)printf("%s%s", i > 0 ? "," : "", json_string_value(
		    json_object_get(one, "rule")));
	(void)printf("\n");
}

int
main(int argc, char **argv)
{
	static const struct triage_facts none;
	struct err e = ERR_INIT;
	struct rules rules;
	struct match *match;
	struct triage t;
	size_t size = 0;
	char *line = NULL;
	json_t *hits;
	int i;

	rules_init(&rules);
	for (i = 1; i < argc; i++)
		load(&rules, argv[i]);
	if ((match = match_new(&rules, &e)) == NULL) {
		(void)fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	while (getline(&line, &size, stdin) > 0) {
		unescape(line);
		hits = match_letter(match, NULL, line);
		triage_weigh(&rules, hits, &none, &t);
		say(&t);
		triage_free(&t);
		json_decref(hits);
	}
	free(line);
	match_free(match);
	rules_free(&rules);
	return 0;
}
