/*
 * The reader under dice: broken mails go through all of it, from the header
 * block to the view, without walls.  Each ends as a view that desk/reading.c
 * would believe, or with a sentence.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "daemon/desk/reading_check.h"
#include "daemon/reader/decode.h"
#include "daemon/reader/mime.h"
#include "daemon/reader/view.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tests/fuzz/fuzz.h"

#define ROUNDS	10000

static const struct reading_rules rules = {
	"utf-8 windows-1257", "mx.example.org", "help@example.org",
	"en\nthe\nand\nof\nis\n\net\nja\non\n\303\265\n\nid\nyang\nthe\n",
	NULL, NULL, NULL
};

static const char *const words[] = { "\r\n", "\n\n", "\r", "\n", "--",
    "=?utf-8?q?", "=?utf-7?b?", "?=", "\"", "(", ")", "<", ">", ";boundary=",
    "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n",
    "\nContent-Type: multipart/alternative; boundary=\"\\\"\"\n",
    "\nContent-Type: message/rfc822\n\n", "\nContent-Type: text/html\n",
    "\nContent-Transfer-Encoding: base64\n", "\nContent-Transfer-Encoding: "
    "quoted-printable\n", "\nContent-Transfer-Encoding: x-uuencode\n",
    "\nbegin 644 x\n", "\n=ybegin line=128 size=9 name=x\n", "=\r\n", "=00",
    "=0D=0A", "; charset=utf-7", "; charset=iso-2022-jp", "; charset=utf-16",
    "; format=flowed; delsp=yes", "; name*0*=utf-8''%00%0d; name*1=x",
    "; filename=\"../../x\"", "\nSubject: ", "\nFrom: ", "\nDate: ",
    "\nReferences: <a@b> ", "\xff\xfe", "\xe2\x80\xae", "\x1b$B", "&#x202e;",
    "<!--", "<script>", "<p style=\"display:none\">", "> ", ">> ", "-- \n",
    "-----Original Message-----\nFrom: a\nSent: b\nTo: c\n", NULL };

static size_t
attached(const struct mime *m)
{
	size_t i, n = 0;

	for (i = 0; i < m->nparts; i++)
		n += m->parts[i].size;
	return n;
}

static void
every_view_can_be_believed(void **state)
{
	struct fuzz_seeds seeds = { NULL, NULL, 0 };
	const char *why;
	struct view view;
	struct fuzz f;
	struct buf b;
	struct err e = ERR_INIT;
	json_t *parsed;
	size_t read = 0, unreadable = 0;
	int rc;

	(void)state;
	fuzz_add_files(&seeds, "tests/corpus", ".eml");
	assert_true(seeds.n > 20);
	buf_init(&b, 4 * 1024 * 1024);
	for (fuzz_begin(&f, ROUNDS); fuzz_next(&f);) {
		fuzz_input(&f, &seeds, words, &b);
		rc = view_make(&view, b.bytes, b.len, &rules, &why);
		if (rc == -1) {
			assert_non_null(why);
			unreadable++;
		} else {
			parsed = wire_parse(view.json, view.len, NULL);
			if (parsed == NULL || reading_check(parsed,
			    attached(&view.mime), &e) == -1)
				fail_msg("round %zu: its view is not "
				    "believed: %s", f.round - 1, e.text);
			json_decref(parsed);
			read++;
		}
		view_free(&view);
	}
	/* A broken mail is a mail for nearly all of them. */
	assert_true(read >= 9 * unreadable);
	buf_free(&b);
	fuzz_free_seeds(&seeds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_view_can_be_believed),
	};

	mime_init();
	decode_preload();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
