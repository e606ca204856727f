/* Pages with holes and the words in them: what is rendered, what is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/web/page.h"
#include "daemon/web/saying.h"
#include "lib/buf.h"
#include "lib/err.h"

struct folder {
	char	path[64];
};

static void
put(const struct folder *f, const char *name, const char *text)
{
	char path[160];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", f->path, name);
	assert_non_null(out = fopen(path, "w"));
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static int
set_up(void **state)
{
	struct folder *f = mem_alloc(sizeof(*f));

	(void)snprintf(f->path, sizeof(f->path), "/tmp/teduh-page-XXXXXX");
	*state = f;
	return mkdtemp(f->path) == NULL;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "a.html", "b.html", "c.html",
	    "web.txt", NULL };
	struct folder *f = *state;
	char path[160];
	int i;

	for (i = 0; names[i] != NULL; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->path,
		    names[i]);
		(void)unlink(path);
	}
	i = rmdir(f->path);
	free(f);
	return i;
}

static void
assert_page(const struct folder *f, const char *values, const char *want)
{
	struct err e = ERR_INIT;
	struct pages *p = pages_load(f->path, &e);
	json_t *o = json_loads(values, 0, NULL);
	struct buf out;

	assert_string_equal(e.text, "");
	assert_non_null(o);
	buf_init(&out, 4096);
	assert_int_equal(pages_render(p, "a", o, &out, &e), 0);
	assert_string_equal(out.bytes, want);
	buf_free(&out);
	json_decref(o);
	pages_free(p);
}

static void
fills_and_escapes(void **state)
{
	put(*state, "a.html", "<p title=\"{{a}}\">{{a}} {{n}} {{none}}"
	    "{{words.hello}}</p>{ {x} }}");
	assert_page(*state, "{\"a\":\"<b> & \\\"'\",\"n\":-3,"
	    "\"words\":{\"hello\":\"hi\"}}",
	    "<p title=\"&lt;b&gt; &amp; &quot;&#39;\">&lt;b&gt; &amp; "
	    "&quot;&#39; -3 hi</p>{ {x} }}");
	/* A value that looks like a hole stays what it is. */
	assert_page(*state, "{\"a\":\"{{n}}{{> b}}\",\"n\":1}",
	    "<p title=\"{{n}}{{&gt; b}}\">{{n}}{{&gt; b}} 1 </p>{ {x} }}");
}

static void
sections(void **state)
{
	put(*state, "a.html", "{{#list}}[{{name}}{{#here}}!{{/here}}"
	    "{{^here}}-{{/here}}{{top}}]{{/list}}{{^list}}none{{/list}}"
	    "{{#one}}({{x}}{{#one}}{{x}}{{/one}}){{/one}}{{#s}}{{s}}{{/s}}");
	assert_page(*state, "{\"top\":\"t\",\"list\":[{\"name\":\"a\","
	    "\"here\":true},{\"name\":\"b\",\"here\":false}],"
	    "\"one\":{\"x\":\"1\"},\"s\":\"text\"}", "[a!t][b-t](11)text");
	assert_page(*state, "{\"list\":[],\"one\":null,\"s\":\"\"}", "none");
}

static void
files(void **state)
{
	put(*state, "a.html", "{{> b}}{{#l}}{{> b}}{{/l}}");
	put(*state, "b.html", "<{{x}}>");
	assert_page(*state, "{\"x\":\"1\",\"l\":[{\"x\":\"2\"}]}",
	    "<1><2>");
}

static void
assert_refused(const struct folder *f, const char *text, const char *want)
{
	struct err e = ERR_INIT;

	put(f, "a.html", text);
	assert_null(pages_load(f->path, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(e.text, want));
}

static void
mistakes_are_said(void **state)
{
	assert_refused(*state, "x\n{{#a}}", "section 'a' does not end");
	assert_refused(*state, "x\n{{/a}}", "a.html:2: this ends no section");
	assert_refused(*state, "{{#a}}{{#b}}{{/a}}{{/b}}", "a.html:1:");
	assert_refused(*state, "\n\n{{> gone}}", "a.html:3: there is no such");
	assert_refused(*state, "{{{raw}}}", "a.html:1: this is not a hole");
	assert_refused(*state, "{{& raw}}", "a.html:1: this is not a hole");
	assert_refused(*state, "{{A}}", "a.html:1: this is not a hole");
	assert_refused(*state, "{{open", "a.html:1: this is not a hole");
	assert_refused(*state, "\377", "plain UTF-8");
	assert_refused(*state, "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}"
	    "{{#a}}{{#a}}", "too deep");
}

static void
bounds(void **state)
{
	struct err e = ERR_INIT;
	struct pages *p;
	struct buf out;
	json_t *o = json_object();

	put(*state, "a.html", "0123456789");
	put(*state, "b.html", "{{> c}}");
	put(*state, "c.html", "{{> b}}");
	assert_non_null(p = pages_load(((struct folder *)*state)->path, &e));
	buf_init(&out, 9);
	assert_int_equal(pages_render(p, "a", o, &out, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(pages_render(p, "b", o, &out, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(pages_render(p, "d", o, &out, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	buf_free(&out);
	json_decref(o);
	pages_free(p);
	assert_null(pages_load("/nowhere", &e));
	assert_int_equal(e.code, ERR_IO);
}

static json_t *
words_of(const struct folder *f, const char *text, struct err *e)
{
	char path[160];

	put(f, "web.txt", text);
	(void)snprintf(path, sizeof(path), "%s/web.txt", f->path);
	return saying_load(path, e);
}

static void
words_are_read(void **state)
{
	struct err e = ERR_INIT;
	json_t *o = words_of(*state, "# no\n\na: one\n two\n\n three\n\nb:\n"
	    "  x {n} {m} {N}\n", &e);
	char *s;

	assert_string_equal(e.text, "");
	assert_string_equal(json_string_value(json_object_get(o, "a")),
	    "one two\n\nthree");
	s = saying_fill(o, "b", "n", "{m}", "m", "2", NULL);
	assert_string_equal(s, "x {m} 2 {N}");
	free(s);
	s = saying_fill(o, "none", NULL);
	assert_string_equal(s, "");
	free(s);
	json_decref(o);
}

static void
words_with_mistakes(void **state)
{
	static const struct {
		const char	*text, *want;
	} bad[] = {
		{ "a: 1\na: 2\n", "web.txt:2: this key stands twice" },
		{ " x\n", "web.txt:1: there is nothing to go on with" },
		{ "no key\n", "web.txt:1: a line is" },
		{ "A: x\n", "web.txt:1: a line is" },
		{ "a:\nb: x\n", "web.txt:2: the key before has no text" },
		{ "a: \377\n", "web.txt:1: this is not plain" },
		{ "a:", "no text" },
	};
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_null(words_of(*state, bad[i].text, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.text, bad[i].want));
	}
}

static int
same(const char *a, const char *b)
{
	json_t *first = json_loads(a, 0, NULL), *other = json_loads(b, 0,
	    NULL);
	int r = saying_same(first, other, NULL);

	json_decref(first);
	json_decref(other);
	return r;
}

static void
languages_say_the_same(void **state)
{
	(void)state;
	assert_int_equal(same("{\"a\":\"x {n}\"}", "{\"a\":\"{n} y\"}"), 0);
	assert_int_equal(same("{\"a\":\"x {n}\"}", "{\"a\":\"y\"}"), -1);
	assert_int_equal(same("{\"a\":\"x\"}", "{\"a\":\"y {n}\"}"), -1);
	assert_int_equal(same("{\"a\":\"x\",\"b\":\"\"}", "{\"a\":\"x\"}"),
	    -1);
	assert_int_equal(same("{\"a\":\"x\"}", "{\"a\":\"x\",\"b\":\"\"}"),
	    -1);
}

/* What we ship: every page can be read, every language says the same. */
static void
ours(void **state)
{
	static const char *const languages[] = { "id", "et", NULL };
	char folder[1024], path[1280];
	struct err e = ERR_INIT;
	json_t *en, *other;
	struct pages *p;
	int i;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/config", getenv("srcdir"));
	(void)snprintf(path, sizeof(path), "%s/web", folder);
	p = pages_load(path, &e);
	assert_string_equal(e.text, "");
	pages_free(p);
	(void)snprintf(path, sizeof(path), "%s/texts/en/web.txt", folder);
	en = saying_load(path, &e);
	assert_string_equal(e.text, "");
	for (i = 0; languages[i] != NULL; i++) {
		(void)snprintf(path, sizeof(path), "%s/texts/%s/web.txt",
		    folder, languages[i]);
		other = saying_load(path, &e);
		assert_string_equal(e.text, "");
		(void)saying_same(en, other, &e);
		assert_string_equal(e.text, "");
		json_decref(other);
	}
	json_decref(en);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fills_and_escapes, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(sections, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mistakes_are_said, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_are_read, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(words_with_mistakes, set_up,
		    tear_down),
		cmocka_unit_test(languages_say_the_same),
		cmocka_unit_test(ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
