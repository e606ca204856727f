/* The word lists that we ship, for tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/word_list.h"
#include "tests/unit/words_kit.h"

struct word_list *
words_kit_list(const char *language)
{
	const char *srcdir = getenv("srcdir");
	char *bytes = mem_alloc(WORD_LIST_BYTES + 1), path[4096];
	struct err e = ERR_INIT;
	struct word_list *list;
	size_t len;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/config/words/%s.txt",
	    srcdir != NULL ? srcdir : ".", language);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("cannot open %s", path);
	len = fread(bytes, 1, WORD_LIST_BYTES + 1, f);
	(void)fclose(f);
	list = word_list_new(language, bytes, len, &e);
	if (list == NULL)
		fail_msg("%s", e.text);
	free(bytes);
	return list;
}
