/*
 * HTML to text under dice, both ways: the parser's and our own scanner's.
 * Whatever the page, the text is valid UTF-8 without NULs, no longer than
 * what can be said with it, and no second run says something else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "daemon/reader/html.h"
#include "daemon/reader/html_sink.h"
#include "lib/buf.h"
#include "lib/text.h"
#include "tests/fuzz/fuzz.h"

#define ROUNDS	20000
#define TEXT_MAX (4u * 1024 * 1024)

static const char *const pages[] = {
	"<html><head><title>t</title><style>p { color: red }</style></head>"
	"<body><p>Dear &auml;ll,</p><ul><li>one<li>two</ul><ol><li>a</ol>"
	"<a href=\"https://example.org/x\">here</a><br>Bye</body></html>",
	"<table><tr><td>a</td><td>b</td></tr><tr><th>c<th>d</table>"
	"<pre>  kept\n   so</pre><hr><blockquote><p>quoted</p>"
	"<blockquote>twice</blockquote></blockquote>",
	"<div style='display:none'>hidden <b>text</div><span hidden>x</span>"
	"<script>var secret = 1;</script><!-- secret --><img alt='a picture'>"
	"<p>end &#8364; &#x1F600; &nbsp;&lt;b&gt;",
	"<a href=mailto:a@example.org>a@example.org</a><textarea>\n t\n"
	"</textarea><select><option>1<option>2</select><svg><p>in</svg>",
};

static const char *const words[] = { "<", ">", "</", "<!--", "-->", "<p>",
    "</p>", "<div>", "</div>", "<script>", "</script>", "<style>", "<pre>",
    "</pre>", "<blockquote>", "</blockquote>", "<ul><li>", "<ol>", "<a href=",
    "<a href=\"javascript:x\">", "</a>", "<table>", "<td>", "</tr>",
    "<template>", "<svg>", "</svg>", "<plaintext>", "<![CDATA[", "]]>",
    "<?php ", " style=\"font-size:0\"", " hidden ", "&amp;", "&#0;",
    "&#x202e;", "&#xd800;", "&#99999999999;", "&nbsp;", "\"", "'", "=",
    "\n\n\n", "\t", "\xe2\x80\xae", "\xc2\xa0", "<br><br><br>", "<hr>",
    "<title>", "<textarea>", NULL };

static void
check(const struct buf *text, size_t in, size_t round)
{
	if (!text_is_utf8(text->bytes, text->len))
		fail_msg("round %zu: no UTF-8", round);
	if (memchr(text->bytes, '\0', text->len) != NULL)
		fail_msg("round %zu: a NUL", round);
	/* A tag of four bytes makes one line with its quote marks. */
	if (text->len > 64 + in * (4 + 2 * HTML_DEPTH_MAX))
		fail_msg("round %zu: %zu bytes became %zu", round, in,
		    text->len);
}

static void
any_page_becomes_text(void **state)
{
	struct fuzz_seeds seeds = { NULL, NULL, 0 };
	struct buf b, page, text, again;
	struct html_sink sink;
	struct fuzz f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		fuzz_add_seed(&seeds, pages[i], strlen(pages[i]));
	buf_init(&b, TEXT_MAX);
	buf_init(&page, 4 * TEXT_MAX);
	buf_init(&text, TEXT_MAX);
	buf_init(&again, TEXT_MAX);
	for (fuzz_begin(&f, ROUNDS); fuzz_next(&f);) {
		fuzz_input(&f, &seeds, words, &b);
		/* The page comes as the reader's mime.c gives it. */
		for (i = 0; i < b.len; i++)
			if (b.bytes[i] == '\0')
				b.bytes[i] = ' ';
		buf_clear(&page);
		(void)text_repair(b.bytes, b.len, &page);
		buf_clear(&text);
		(void)html_text(page.bytes, page.len, &text);
		check(&text, page.len, f.round - 1);
		buf_clear(&again);
		(void)html_text(page.bytes, page.len, &again);
		assert_int_equal(text.len, again.len);
		assert_memory_equal(text.bytes, again.bytes, text.len);
		buf_clear(&text);
		html_sink_init(&sink, &text);
		html_scan(&sink, page.bytes, page.len);
		html_sink_finish(&sink);
		check(&text, page.len, f.round - 1);
	}
	buf_free(&b);
	buf_free(&page);
	buf_free(&text);
	buf_free(&again);
	fuzz_free_seeds(&seeds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_page_becomes_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
