/* Who helps right now: the file, its days, and the one that ends first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/desk/help_now.h"
#include "lib/buf.h"
#include "lib/err.h"

#define DAY	86400
#define NOON	(1795564800 + DAY / 2)	/* of 2026-11-25 */
#define HEAD	"checked: 2026-11-01\ngood_until: 2026-11-25\n\n"

struct folder {
	char	path[64];
};

static const char *const files[] = { "en/help-now.txt", "et/help-now.txt",
    "et/help-else.txt", "desks/y/et/help-now.txt", "desks/y/et", "desks/y",
    "desks", "en", "et", NULL };

static void
put(const struct folder *f, const char *name, const char *text)
{
	char path[128];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", f->path, name);
	assert_non_null(out = fopen(path, "w"));
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static int
set_up(void **state)
{
	static const char *const folders[] = { "en", "et", "desks",
	    "desks/y", "desks/y/et", NULL };
	struct folder *f = mem_alloc(sizeof(*f));
	char path[128];
	int i;

	*state = f;
	(void)snprintf(f->path, sizeof(f->path), "/tmp/teduh-help-XXXXXX");
	if (mkdtemp(f->path) == NULL)
		return 1;
	for (i = 0; folders[i] != NULL; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->path,
		    folders[i]);
		if (mkdir(path, 0700) == -1)
			return 1;
	}
	return 0;
}

static int
tear_down(void **state)
{
	struct folder *f = *state;
	char path[128];
	int i;

	for (i = 0; files[i] != NULL; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->path,
		    files[i]);
		(void)remove(path);
	}
	i = rmdir(f->path);
	free(f);
	return i;
}

static const char *
text_of(const json_t *list, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(list, i),
	    key));
}

static void
is_read(void **state)
{
	const struct folder *f = *state;
	struct help_days days;
	struct err e = ERR_INIT;
	char path[128];
	json_t *list;

	put(f, "en/help-now.txt", "# whom to call\n" HEAD
	    "name: Police\ntel: +62 112\nabout: Free.\n\n"
	    "name: Chat\nlink: https://chat.example/now?x#y\n");
	(void)snprintf(path, sizeof(path), "%s/en/help-now.txt", f->path);
	list = help_now_load(path, &days, &e);
	assert_string_equal(e.text, "");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(text_of(list, 0, "tel"), "+62112");
	assert_string_equal(text_of(list, 0, "shown"), "+62 112");
	assert_string_equal(text_of(list, 0, "about"), "Free.");
	assert_string_equal(text_of(list, 1, "shown"), "chat.example");
	assert_string_equal(text_of(list, 1, "link"),
	    "https://chat.example/now?x#y");
	json_decref(list);
	assert_int_equal(days.checked, 1795564800 - 24 * DAY);
	assert_int_equal(days.good_until, 1795564800);
}

static void
mistakes_are_said(void **state)
{
	static const struct {
		const char	*text, *want;
	} bad[] = {
		{ "name: A\ntel: 1\n", "without 'checked' and 'good_until'" },
		{ HEAD, "names nobody" },
		{ HEAD "name: A\n", "'A' has neither 'tel' nor 'link'" },
		{ HEAD "tel: 1\n", ":4: 'name' comes first" },
		{ HEAD "name: A\ntel: 1\ntel: 2\n", ":6: this stands twice" },
		{ HEAD "name: A\ntel: 1a\n", ":5: a number has digits" },
		{ HEAD "name: A\ntel: 01234567890123456789012345678901\n",
		    ":5: a number has digits" },
		{ HEAD "name: A\nlink: http://a.example\n",
		    ":5: a link begins with https://" },
		{ HEAD "name: A\nlink: https:///x\n", ":5: a link begins" },
		{ HEAD "name: A\nmail: x\n", ":5: allowed are" },
		{ "checked: 2026-13-01\n", ":1: a day is YYYY-MM-DD" },
		{ "checked 2026-11-01\n", ":1: a line is" },
		{ "checked: \n", ":1: a line is" },
	};
	const struct folder *f = *state;
	struct help_days days;
	char path[128];
	size_t i;

	(void)snprintf(path, sizeof(path), "%s/en/help-now.txt", f->path);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = ERR_INIT;

		put(f, "en/help-now.txt", bad[i].text);
		assert_null(help_now_load(path, &days, &e));
		assert_int_equal(e.code, ERR_INPUT);
		if (strstr(e.text, bad[i].want) == NULL)
			fail_msg("%s, not %s", e.text, bad[i].want);
	}
}

static void
days_left(void **state)
{
	const struct help_days days = { 0, 1795564800 };

	(void)state;
	assert_int_equal(help_now_left(&days, NOON), 1);
	assert_int_equal(help_now_left(&days, NOON + DAY / 2 - 1), 1);
	assert_int_equal(help_now_left(&days, NOON + DAY / 2), 0);
	assert_int_equal(help_now_left(&days, NOON + 900 * (int64_t)DAY), 0);
	assert_int_equal(help_now_left(&days, NOON - DAY), 2);
}

/* "et" or "-" and, in *left, the days at NOON. */
static const char *
shortest(const struct config *c, int64_t *left)
{
	static char language[HELP_LANGUAGE];
	struct help_days days;
	struct err e = ERR_INIT;

	(void)snprintf(language, sizeof(language), "-");
	*left = help_now_shortest(c, &c->desks[0], language, &days, &e) ==
	    -1 ? -1 : help_now_left(&days, NOON);
	return language;
}

static void
the_one_that_ends_first(void **state)
{
	const struct folder *f = *state;
	struct err e = ERR_INIT;
	struct config *c;
	char text[512];
	int64_t left;

	(void)snprintf(text, sizeof(text), "data = \"/d\" secrets = \"/s\"\n"
	    "api { listen = \"unix:/a\" }\n"
	    "desk y { languages = {en, et} from_address = \"a@b.example\" }\n"
	    "alarm { texts = \"%s\" }\n", f->path);
	c = config_parse("/c", text, &e);
	assert_string_equal(e.text, "");
	put(f, "en/help-now.txt", "checked: 2026-11-01\n"
	    "good_until: 2026-12-24\n\nname: A\ntel: 1\n");
	put(f, "et/help-now.txt", "checked: 2026-11-01\n"
	    "good_until: 2026-12-04\n\nname: A\ntel: 1\n");
	assert_string_equal(shortest(c, &left), "et");
	assert_int_equal(left, 10);
	/* The desk's own stands before it. */
	put(f, "desks/y/et/help-now.txt", "checked: 2026-11-01\n"
	    "good_until: 2027-12-04\n\nname: A\ntel: 1\n");
	assert_string_equal(shortest(c, &left), "en");
	assert_int_equal(left, 30);
	/* And who else helps counts as well. */
	put(f, "et/help-else.txt", HEAD "name: A\ntel: 1\n");
	assert_string_equal(shortest(c, &left), "et");
	assert_int_equal(left, 1);
	put(f, "et/help-else.txt", HEAD);
	assert_string_equal(shortest(c, &left), "et");
	assert_int_equal(left, -1);
	config_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mistakes_are_said, set_up,
		    tear_down),
		cmocka_unit_test(days_left),
		cmocka_unit_test_setup_teardown(the_one_that_ends_first,
		    set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
