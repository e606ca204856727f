/*
 * teduh-admin check: says what desk/whole.h finds.  To be asked after an I/O
 * error, before teduhd is started again, and every day beside it.  audit
 * verify is the part of it that needs no reading of letters.
 *
 * The pin lies among the secrets: who may read it (root, or the ordinary user
 * who runs everything) has the founding compared with it as well.  The store
 * is opened as the service's user in any case.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/whole.h"
#include "daemon/sandbox.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define EXIT_FOUND	1
#define SAID_MAX	200	/* sentences of one kind; more are counted */
#define KINDS		16
#define SHOW_MS		200

/* How many of a kind were found. */
struct kind {
	char	word[16];
	int64_t	n;
};

struct checking {
	int		 json, quiet, terminal;
	int		 audit;			/* that alone */
	struct kind	 kinds[KINDS];
	json_t		*findings, *notes;	/* with --json */
	int64_t		 next_ms;		/* of the progress line */
	int		 shown;			/* its columns */
};

static int64_t
clock_ms(void)
{
	struct timespec t = { 0, 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
clear_line(struct checking *c)
{
	if (c->shown > 0)
		(void)fprintf(stderr, "\r%*s\r", c->shown, "");
	c->shown = 0;
}

static void
step(void *ctx, const char *what, int64_t done, int64_t total)
{
	struct checking *c = ctx;
	int64_t now;

	if (!c->terminal || (now = clock_ms()) < c->next_ms)
		return;
	c->next_ms = now + SHOW_MS;
	clear_line(c);
	if (done == 0)
		c->shown = fprintf(stderr, "%s ...", what);
	else if (total == 0)
		c->shown = fprintf(stderr, "%s: %" PRId64, what, done);
	else
		c->shown = fprintf(stderr, "%s: %" PRId64 " of %" PRId64,
		    what, done, total);
	(void)fflush(stderr);
}

static struct kind *
kind_of(struct checking *c, const char *word)
{
	size_t i;

	for (i = 0; i + 1 < KINDS && c->kinds[i].word[0] != '\0'; i++)
		if (strcmp(c->kinds[i].word, word) == 0)
			break;
	(void)snprintf(c->kinds[i].word, sizeof(c->kinds[i].word), "%s",
	    word);
	return &c->kinds[i];
}

/* One sentence: where, what, what to do next. */
static void
print_finding(const struct whole_finding *f, int note)
{
	if (note)
		(void)printf("note: ");
	if (f->table[0] != '\0')
		(void)printf("table '%s'%s%s: ", f->table,
		    f->id[0] == '\0' ? "" : ", ", f->id);
	else if (f->id[0] != '\0')
		(void)printf("%s '%s': ", f->kind, f->id);
	(void)printf("%s%s%s\n", f->what, f->next[0] == '\0' ? "" : "; ",
	    f->next);
}

static void
found(void *ctx, const struct whole_finding *f, int note)
{
	struct checking *c = ctx;
	struct kind *kind = kind_of(c, note ? "note" : f->kind);

	clear_line(c);
	if (++kind->n > SAID_MAX)
		return;
	if (!c->json) {
		if (!note || !c->quiet)
			print_finding(f, note);
		return;
	}
	(void)json_array_append_new(note ? c->notes : c->findings,
	    json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", f->kind, "table",
	    f->table, "id", f->id, "what", f->what, "next", f->next));
}

static void
say_json(struct checking *c, const struct whole *w)
{
	json_t *o, *read;
	char *text;

	read = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "roster",
	    (json_int_t)w->roster, "audit", (json_int_t)w->audit, "cases",
	    (json_int_t)w->cases, "letters", (json_int_t)w->letters,
	    "parts", (json_int_t)w->parts, "bytes", (json_int_t)w->bytes,
	    "mails", (json_int_t)w->mails);
	o = json_pack("{s:i, s:b, s:b, s:o, s:I, s:O, s:O}", "v", 1, "whole",
	    w->findings == 0, "pin", w->pin != NULL, "read", read, "found",
	    (json_int_t)w->findings, "findings", c->findings, "notes",
	    c->notes);
	text = wire_print(o, NULL);
	(void)puts(text);
	free(text);
	json_decref(o);
}

static void
say(struct checking *c, const struct whole *w)
{
	size_t i;

	clear_line(c);
	if (c->json) {
		say_json(c, w);
		return;
	}
	for (i = 0; i < KINDS; i++)
		if (c->kinds[i].n > SAID_MAX)
			(void)printf("and %" PRId64 " more like those of "
			    "kind '%s'\n", c->kinds[i].n - SAID_MAX,
			    c->kinds[i].word);
	if (c->audit && w->findings > 0)
		(void)printf("the audit does not hold: %" PRId64 " %s\n",
		    w->findings, w->findings == 1 ? "finding" : "findings");
	else if (c->audit && !c->quiet)
		(void)printf("all %" PRId64 " audit entries hold; what "
		    "supervisors saw before, 'teduh audit verify' asks "
		    "for\n", w->audit);
	else if (w->findings > 0)
		(void)printf("the store is not whole: %" PRId64 " %s\n",
		    w->findings, w->findings == 1 ? "finding" : "findings");
	else if (!c->audit && !c->quiet)
		(void)printf("the store is whole: %" PRId64 " cases with %"
		    PRId64 " letters, %" PRId64 " parts (%" PRId64 " KiB), %"
		    PRId64 " mails in the ledger; %" PRId64 " roster and %"
		    PRId64 " audit entries hold%s\n", w->cases, w->letters,
		    w->parts, w->bytes / 1024, w->mails, w->roster, w->audit,
		    w->pin == NULL ? "; the pin was not to be read" : "");
}

/* 0, or -1 when it could not be looked at. */
static int
look(struct checking *c, const struct admin *admin, struct whole *w,
    struct err *e)
{
	struct desk d;
	int result = -1;

	memset(&d, 0, sizeof(d));
	d.config = admin->config;
	d.role = "admin";
	d.roster = roster_new();
	w->desk = &d;
	w->found = found;
	w->step = step;
	w->ctx = c;
	d.store = store_open(admin->config->data, STORE_USE, e);
	if (d.store != NULL)
		result = c->audit ? whole_look_audit(w, e) :
		    whole_look(w, e);
	store_close(d.store);
	roster_free(d.roster);
	return result;
}

/* NULL also when there is none yet, or when it is not for us. */
static struct secret *
load_pin(const struct config *config, struct err *e)
{
	struct secret *pin;
	struct err why = ERR_INIT;

	if (access(config->secrets, R_OK | X_OK) == -1)
		return NULL;
	pin = secrets_load(config->secrets, "pin", SEAL_HASH, &why);
	if (pin == NULL && why.code != ERR_GONE)
		*e = why;
	return pin;
}

static int
check(struct checking *c, const struct admin *admin)
{
	struct err e = ERR_INIT;
	struct secret *pin;
	struct whole w;
	int code = EX_TEMPFAIL;

	memset(&w, 0, sizeof(w));
	pin = load_pin(admin->config, &e);
	w.pin = pin == NULL ? NULL : pin->bytes;
	if (e.code == ERR_NONE &&
	    sandbox_become(admin->config->user, &e) == 0 &&
	    seal_harden_process(&e) == 0 && look(c, admin, &w, &e) == 0) {
		say(c, &w);
		code = w.findings == 0 ? EX_OK : EXIT_FOUND;
	} else {
		clear_line(c);
		(void)fprintf(stderr, "teduh-admin: cannot check the store: "
		    "%s\n", e.text);
	}
	secret_free(pin);
	return code;
}

/* Options from argv[first] on. */
static int
run(const struct admin *admin, int audit, int first, int argc,
    char *const argv[])
{
	struct checking c;
	int i, code;

	memset(&c, 0, sizeof(c));
	c.audit = audit;
	for (i = first; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			c.json = 1;
		else if (strcmp(argv[i], "-q") == 0 ||
		    strcmp(argv[i], "--quiet") == 0)
			c.quiet = 1;
		else
			return admin_usage(audit ? "audit verify takes "
			    "--json and -q" : "check takes --json and -q");
	}
	c.terminal = !c.quiet && isatty(STDERR_FILENO);
	c.findings = json_array();
	c.notes = json_array();
	code = check(&c, admin);
	json_decref(c.findings);
	json_decref(c.notes);
	return code;
}

int
admin_check(const struct admin *admin, int argc, char *const argv[])
{
	return run(admin, 0, 1, argc, argv);
}

int
admin_audit(const struct admin *admin, int argc, char *const argv[])
{
	if (argc < 2 || strcmp(argv[1], "verify") != 0)
		return admin_usage("audit is followed by 'verify'");
	return run(admin, 1, 2, argc, argv);
}
