/*
 * What doctor and the drills found, as a person reads it: a mark, what it is
 * about, and below that a sentence.  The sentence may hold what a mail server
 * said, so no byte of it reaches the terminal as it came.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/admin/finding.h"
#include "lib/buf.h"
#include "lib/text.h"

#define COLUMNS		79
#define INDENT		6
#define TEXT_MAX_BYTES	8192

/* Words behind the mark, wrapped between them. */
static void
print_words(const char *text)
{
	size_t column = COLUMNS, n;

	for (; *text != '\0'; text += n) {
		text += strspn(text, " ");
		if ((n = strcspn(text, " ")) == 0)
			break;
		if (column + 1 + n > COLUMNS) {
			(void)printf("\n%*s", INDENT, "");
			column = INDENT;
		} else {
			(void)putchar(' ');
			column++;
		}
		(void)printf("%.*s", (int)n, text);
		column += n;
	}
	(void)putchar('\n');
}

void
finding_print(const json_t *o)
{
	const char *level = json_string_value(json_object_get(o, "level"));
	const char *name = json_string_value(json_object_get(o, "name"));
	const char *text = json_string_value(json_object_get(o, "text"));
	const char *what = json_string_value(json_object_get(o, "what"));
	struct buf safe;
	int named;

	if (level == NULL || name == NULL || text == NULL || what == NULL)
		return;
	named = strcmp(name, "-") != 0;
	buf_init(&safe, TEXT_MAX_BYTES);
	(void)text_terminal(text, strlen(text), 0, &safe);
	(void)printf("%-5s %s%s%s", level, what, named ? " " : "",
	    named ? name : "");
	print_words(safe.bytes);
	(void)fflush(stdout);
	buf_free(&safe);
}
