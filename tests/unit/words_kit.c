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
#include "lib/seal.h"
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

struct word_list *kit_lists[WORDS_KIT_LISTS + 1];

const struct word_list *const *
kit_all(void)
{
	return (const struct word_list *const *)kit_lists;
}

int
kit_lists_begin(void **state)
{
	(void)state;
	kit_lists[EN] = words_kit_list("en");
	kit_lists[ET] = words_kit_list("et");
	kit_lists[ID] = words_kit_list("id");
	return seal_init(NULL);
}

int
kit_lists_end(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < WORDS_KIT_LISTS; i++)
		word_list_free(kit_lists[i]);
	return 0;
}
