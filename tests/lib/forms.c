/*
 * Letters by form in the store of a service, as role web takes them, without
 * a browser: each line of the input is one, all lines are one transaction.
 *
 *   forms CONFIG DESK LANGUAGE < lines of "RANDOM-HEX FLAGS TEXT"
 *
 * FLAGS: "-" for none, "tray", "tray,suspect".  Prints a line for each:
 * "stored|same|again CASE DUE LOCATOR NUMBER"; exit 75: try again.
 *
 *   forms CONFIG DESK LANGUAGE LOCATOR NUMBER < the same lines
 *
 * The strand that this code opens: each line is written into it (locator and
 * number are "-" then), and one more line is all of it as JSON, or "null".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reading.h"
#include "daemon/desk/strand.h"
#include "daemon/sandbox.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"

#define LINE_MAX_BYTES	(128 * 1024)
#define TRY_AGAIN	75

static void __attribute__((noreturn))
die(const struct err *e)
{
	(void)fprintf(stderr, "forms: %s\n", e->text);
	exit(e->code == ERR_RETRY ? TRY_AGAIN : 1);
}

static struct secrets *
load_secrets(const struct config *config)
{
	static const char *const names[] = { "pepper", "web.key", "pin" };
	struct secrets *s = secrets_new();
	struct secret *one;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		one = secrets_load(config->secrets, names[i], SEAL_KEY, &e);
		if (one == NULL)
			die(&e);
		secrets_put(s, names[i], one);
	}
	return s;
}

/* As the reader says it of a mail without a sender. */
static json_t *
view_of(const char *text)
{
	return json_pack("{s:s, s:b, s:s, s:n, s:n, s:s, s:s, s:[], s:[], "
	    "s:[s], s:n, s:n, s:[], s:[], s:[], s:[], s:[]}", "class",
	    "suspect", "answerable", 0, "why", "it has not exactly one "
	    "sender", "from", "subject", "text", text, "text_origin", "plain",
	    "folded", "attachments", "flags", "ambiguous-from", "message_id",
	    "in_reply_to", "references", "tokens", "triage", "to", "cc");
}

static json_t *
answers_of(const char *language)
{
	return json_pack("{s:s, s:s, s:[s, s], s:[{s:s, s:s}], s:s, s:s}",
	    "age_group", "15-17", "gender", "girl", "areas", "family",
	    "school", "questions", "question", "Is somebody with you now?",
	    "answer", "My aunt, until evening.", "notice", "1", "language",
	    language);
}

static struct deposit_form *
seal_line(struct desk *d, char *line, const struct strand *strand,
    const char *desk, const char *language)
{
	unsigned char random[RETURN_CODE_FORM];
	char *rest = line, *hex = strsep(&rest, " "), *p;
	char *flags = strsep(&rest, " ");
	json_t *answers = answers_of(language);
	struct reading r = { .view = NULL };
	struct arrival_form asked = { .desk = desk, .random = random,
	    .flags = "", .answers = answers, .language = language,
	    .strand = strand };
	struct arrival a = { .reading = &r, .form = &asked };
	struct deposit_form *f;
	struct err e = ERR_INIT;

	if (rest == NULL || wire_unhex(random, sizeof(random), hex) == -1)
		exit(2);
	for (p = flags; (p = strchr(p, ',')) != NULL; *p = ' ')
		;
	asked.flags = strcmp(flags, "-") == 0 ? "" : flags;
	if ((r.view = view_of(rest)) == NULL || answers == NULL)
		exit(2);
	a.raw = rest;
	a.len = strlen(rest);
	if ((f = deposit_form_new(d, &a, &e)) == NULL)
		die(&e);
	json_decref(r.view);
	json_decref(answers);
	return f;
}

static void
print_letter(const struct form_letter *l)
{
	static const char *const results[] = { "stored", "same", "again" };

	(void)printf("%s %s %" PRId64 " ", results[l->result], l->case_id,
	    l->due);
	if (l->code.number == NULL)
		(void)printf("- -\n");
	else
		(void)printf("%s %.*s\n", l->code.locator,
		    RETURN_CODE_NUMBER,
		    (const char *)l->code.number->bytes);
}

static void
take_all(struct desk *d, const struct strand *strand, const char *desk,
    const char *language)
{
	static char line[LINE_MAX_BYTES];
	struct deposit_form *forms[FORM_BATCH];
	struct err e = ERR_INIT;
	size_t i, n = 0;

	while (n < FORM_BATCH && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		forms[n++] = seal_line(d, line, strand, desk, language);
	}
	if (n == 0)
		return;
	if (deposit_forms_commit(d, forms, n, &e) == -1)
		die(&e);
	for (i = 0; i < n; i++) {
		print_letter(deposit_form_letter(forms[i]));
		deposit_form_free(forms[i]);
	}
}

static struct strand *
open_strand(struct desk *d, const char *desk, char *const code[2])
{
	struct return_code c = { .number = secret_copy(code[1],
	    strlen(code[1])) };
	struct strand *s = NULL;
	struct err e = ERR_INIT;

	(void)snprintf(c.locator, sizeof(c.locator), "%s", code[0]);
	if (strand_open(d, desk, &c, &s, &e) == -1)
		die(&e);
	return_code_free(&c);
	return s;
}

/* With the bytes of each file. */
static json_t *
files_of(struct desk *d, const struct strand *s, size_t item)
{
	const struct strand_item *i = &s->items[item];
	json_t *list = json_array(), *o;
	struct err e = ERR_INIT;
	struct buf bytes;
	size_t n;

	for (n = 0; n < i->nfiles; n++) {
		buf_init(&bytes, i->files[n].size);
		if (strand_fetch(d, s, item, n, &bytes, &e) == -1)
			die(&e);
		o = json_pack("{s:s, s:s, s:s%}", "name", i->files[n].name,
		    "type", i->files[n].type, "bytes", bytes.bytes,
		    bytes.len);
		(void)json_array_append_new(list, o);
		buf_free(&bytes);
	}
	return list;
}

static void
print_strand(struct desk *d, const struct strand *s)
{
	static const char *const words[] = { "received", "reading", "coming",
	    "answered" };
	json_t *items = json_array();
	size_t i;

	if (s == NULL) {
		(void)printf("null\n");
		return;
	}
	for (i = 0; i < s->nitems; i++)
		(void)json_array_append_new(items, json_pack(
		    "{s:b, s:I, s:s, s:o}", "ours", s->items[i].ours, "at",
		    (json_int_t)s->items[i].at, "text", s->items[i].text,
		    "files", files_of(d, s, i)));
	items = json_pack("{s:s, s:s, s:I, s:s, s:I, s:o}", "case",
	    s->case_id, "status", words[s->status], "due",
	    (json_int_t)s->due, "mode", s->mode, "refused",
	    (json_int_t)s->refused, "items", items);
	(void)json_dumpf(items, stdout, JSON_COMPACT);
	(void)printf("\n");
	json_decref(items);
}

static void
in_strand(struct desk *d, const char *desk, const char *language,
    char *const code[2])
{
	struct strand *s = open_strand(d, desk, code);

	if (s != NULL)
		take_all(d, s, desk, language);
	strand_free(s);
	s = open_strand(d, desk, code);
	print_strand(d, s);
	strand_free(s);
}

int
main(int argc, char *argv[])
{
	struct config *config;
	struct secrets *secrets;
	struct desk d;
	struct err e = ERR_INIT;
	char *text;

	if (argc != 4 && argc != 6)
		return 2;
	wire_init();
	crash_open("web");
	if (seal_init(&e) == -1 ||
	    (text = config_read(argv[1], NULL, &e)) == NULL ||
	    (config = config_parse(argv[1], text, &e)) == NULL)
		die(&e);
	secrets = load_secrets(config);
	if (sandbox_become(config->user, &e) == -1 || desk_open(&d, "web",
	    config, secrets, DESK_PIN | DESK_PEPPER | DESK_KEY, &e) == -1 ||
	    desk_refresh(&d, &e) == -1)
		die(&e);
	if (argc == 6)
		in_strand(&d, argv[2], argv[3], &argv[4]);
	else
		take_all(&d, NULL, argv[2], argv[3]);
	desk_close(&d);
	secrets_free(secrets);
	config_free(config);
	free(text);
	return 0;
}
