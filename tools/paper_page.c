/*
 * A key on paper: the page, and how it is read again.  Whoever finds it is
 * that person, which it says.
 */
#include <string.h>
#include <time.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/identity.h"
#include "lib/wire.h"
#include "tools/paper_page.h"
#include "tools/vault.h"
#include "tools/words.h"

/* What is read back is the same in all languages. */
enum label { LABEL_NAME, LABEL_SERVICE, LABEL_PIN, LABELS };
static const char *const labels[LABELS] = { "name", "service", "pin" };

static void
put_label(struct buf *b, enum label label, const char *value)
{
	(void)buf_addf(b, "%s: %s\n", labels[label], value);
}

void
paper_page_print(struct buf *b, const struct identity *me,
    const struct vault_service *service)
{
	char line[PAPER_LINE_LEN], pin[2 * SEAL_HASH + 1], date[32];
	char fingerprint[CODE_FINGERPRINT_LEN];
	int n;

	code_fingerprint(fingerprint, me->signer->pub, me->box_pub);
	wire_time(date, (int64_t)time(NULL));
	(void)buf_addf(b, "%s\n%.10s\n\n", _("Teduh: a key on paper"), date);
	(void)buf_addf(b, "%s\n\n", _("Whoever has this page can read and "
	    "answer in your name. Keep it locked away,\nnot beside the "
	    "computer, and tell a supervisor at once when it is lost."));
	if (service->url != NULL) {
		wire_hex(pin, service->pin, SEAL_HASH);
		put_label(b, LABEL_NAME, service->name);
		put_label(b, LABEL_SERVICE, service->url);
		put_label(b, LABEL_PIN, pin);
	}
	(void)buf_addf(b, "fingerprint: %s\n\n", fingerprint);
	for (n = 1; n <= PAPER_LINES; n++) {
		paper_print(line, n, me->seed);
		(void)buf_addf(b, "  %d: %s\n", n, line);
	}
	seal_wipe(line, sizeof(line));
	(void)buf_addf(b, "\n%s\n", _("To use it on another computer: install "
	    "teduh, run 'teduh key restore' and type\nwhat it asks for. In "
	    "the four lines capital or small, spaces or none, O or 0,\n"
	    "I or 1: all is the same."));
}

/* "  2: XXXXX ...", "service: URL". 0 or -1. */
static int
take_line(struct paper_page *p, const char *line, struct err *e)
{
	const struct { char *to; size_t size; } into[LABELS] = {
		[LABEL_NAME] = { p->name, sizeof(p->name) },
		[LABEL_SERVICE] = { p->service, sizeof(p->service) },
		[LABEL_PIN] = { p->pin, sizeof(p->pin) }
	};
	const char *colon = strchr(line, ':'), *rest;
	size_t n;
	int i;

	line += strspn(line, " \t");
	if (colon == NULL || colon <= line)
		return 0;
	n = (size_t)(colon - line);
	rest = colon + 1 + strspn(colon + 1, " \t");
	if (n == 1 && *line >= '1' && *line <= '0' + PAPER_LINES) {
		i = *line - '1';
		p->have[i] = 1;
		return paper_read(p->lines[i], i + 1, rest, e);
	}
	for (i = 0; i < LABELS; i++)
		if (strlen(labels[i]) == n && strncmp(line, labels[i], n) == 0)
			(void)snprintf(into[i].to, into[i].size, "%s", rest);
	return 0;
}

/* A line from f without its end. 1, 0 at the end. */
static int
get_line(FILE *f, char line[PAPER_PAGE_LINE])
{
	if (fgets(line, PAPER_PAGE_LINE, f) == NULL)
		return 0;
	line[strcspn(line, "\r\n")] = '\0';
	return 1;
}

int
paper_page_read(FILE *f, struct paper_page *p, struct err *e)
{
	char line[PAPER_PAGE_LINE];
	int i, result = 0;

	while (result == 0 && get_line(f, line))
		result = take_line(p, line, e);
	seal_wipe(line, sizeof(line));
	for (i = 0; result == 0 && i < PAPER_LINES; i++)
		if (!p->have[i]) {
			err_set(e, ERR_INPUT, _("line %d is missing: there "
			    "are four, '1: XXXXX XXXXX XXX XX' and so on"),
			    i + 1);
			result = -1;
		}
	return result;
}

int
paper_page_ask(struct paper_page *p, const char *what, struct err *e)
{
	char line[PAPER_PAGE_LINE];
	struct err why = ERR_INIT;
	int i;

	for (i = 0; i < PAPER_LINES; i++) {
		(void)fprintf(stderr, "%d: ", i + 1);
		if (!get_line(stdin, line)) {
			err_set(e, ERR_INPUT, "%s", what);
			return -1;
		}
		if (paper_read(p->lines[i], i + 1, line, &why) == -1) {
			(void)fprintf(stderr, "teduh: %s\n", why.text);
			i--;
		}
	}
	seal_wipe(line, sizeof(line));
	return 0;
}

void
paper_page_ask_service(struct paper_page *p)
{
	char line[PAPER_PAGE_LINE], whole[PAPER_PAGE_LINE + 16];
	size_t k;

	for (k = 0; k < LABELS; k++) {
		(void)fprintf(stderr, "%s: ", labels[k]);
		if (!get_line(stdin, line) || line[0] == '\0')
			break;
		(void)snprintf(whole, sizeof(whole), "%s: %s", labels[k],
		    line);
		(void)take_line(p, whole, NULL);
	}
}
