/*
 * The reader as a plain filter, for sanitizers and fuzzers: one mail on
 * standard input, its view on standard output, 65 when it cannot be read.
 * With file names: each is read in turn and only its fate is printed.  No
 * sandbox; never installed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/reader/decode.h"
#include "daemon/reader/mime.h"
#include "daemon/reader/sets.h"
#include "daemon/reader/view.h"
#include "lib/buf.h"

static const struct reading_rules rules = {
	"utf-8 windows-1252", "mx.example.org", "help@example.org",
	"en\nthe\nand\nof\nto\n\net\nja\non\nei\n\303\265\n\n",
	NULL, "youth", NULL
};

/* So that a fuzzer walks through them, too. */
static char triage[] = "desk youth\nrule a\nweight 60\nwhy w\nowner o\n"
    "word kill|end .. myself|life\nstem suicid\nnot not|never\n"
    "unless film\nrule b\nweight 10\nwhy w\nowner o\n"
    "pattern /\\b(took|take) [0-9]+ (pills?|\\w+)/\n";

static void
slurp(FILE *f, struct buf *b)
{
	char chunk[65536];
	size_t n;

	buf_init(b, READING_MAIL_MAX + sizeof(chunk));
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		if (buf_add(b, chunk, n) == -1)
			break;
}

static int
read_one(FILE *f, int print)
{
	struct view view;
	struct buf mail;
	const char *why = NULL;
	int rc;

	slurp(f, &mail);
	rc = view_make(&view, mail.bytes, mail.len, &rules, &why);
	if (rc == 0 && print)
		(void)printf("%s\n", view.json);
	if (rc == -1)
		(void)fprintf(stderr, "unreadable: %s\n", why);
	view_free(&view);
	buf_free(&mail);
	return rc;
}

int
main(int argc, char **argv)
{
	FILE *f;
	int i, rc;

	mime_init();
	decode_preload();
	sets_take(triage, strlen(triage));
	if (argc == 1)
		return read_one(stdin, 1) == 0 ? EX_OK : EX_DATAERR;
	for (i = 1; i < argc; i++) {
		if ((f = fopen(argv[i], "rb")) == NULL)
			return EX_NOINPUT;
		(void)printf("%s ", argv[i]);
		(void)fflush(stdout);
		rc = read_one(f, 0);
		(void)printf("%s\n", rc == 0 ? "read" : "unreadable");
		(void)fclose(f);
	}
	return EX_OK;
}
