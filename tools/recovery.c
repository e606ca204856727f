/*
 * Cards of custodians.  Each stands for itself: who keeps it, of which
 * service it is, and two pieces on four lines each, which are checked line by
 * line as those of a key on paper.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/paper.h"
#include "lib/wire.h"
#include "tools/recovery.h"
#include "tools/words.h"

/* What is read back is the same in all languages. */
#define LABEL_CUSTODIAN	"custodian"
#define LABEL_PART	"part"
#define LABEL_SERVICE	"service"
#define LABEL_PIN	"pin"

void
recovery_card_print(struct buf *b, const struct recovery_card *c)
{
	const char *letters = shares_letters(c->part.no);
	char line[PAPER_LINE_LEN], pin[2 * SEAL_HASH + 1], date[32];
	int i, n;

	wire_time(date, (int64_t)time(NULL));
	wire_hex(pin, c->pin, SEAL_HASH);
	(void)buf_addf(b, "%s\n%.10s\n\n%s\n\n", _("Teduh: a part of the "
	    "recovery key"), date, _("Two of the three parts together open "
	    "every letter and appoint a supervisor; one\nalone says nothing. "
	    "Keep it locked away, apart from the others, and tell a\n"
	    "supervisor at once when it is lost."));
	(void)buf_addf(b, LABEL_CUSTODIAN ": %s\n" LABEL_PART ": %d\n"
	    LABEL_SERVICE ": %s\n" LABEL_PIN ": %s\n", c->custodian,
	    c->part.no, c->service, pin);
	for (i = 0; i < SHARES_PIECES; i++) {
		(void)buf_addf(b, "\n");
		for (n = 1; n <= PAPER_LINES; n++) {
			paper_print(line, n, c->part.pieces[i]);
			(void)buf_addf(b, "  %c%d: %s\n", letters[i], n, line);
		}
	}
	seal_wipe(line, sizeof(line));
}

/* What was read of the pieces, before it is known whose they are. */
struct pieces {
	char	lines[SHARES][PAPER_LINES][PAPER_CHARS + 1];	/* a, b, c */
	int	have[SHARES];
};

static int
take_line(struct recovery_card *c, struct pieces *p, const char *line,
    struct err *e)
{
	const char *colon, *rest;
	char label[16];
	size_t n;

	line += strspn(line, " \t");
	if ((colon = strchr(line, ':')) == NULL)
		return 0;
	n = (size_t)(colon - line);
	rest = colon + 1 + strspn(colon + 1, " \t");
	(void)snprintf(label, sizeof(label), "%.*s", (int)(n < 15 ? n : 15),
	    line);
	if (n == 2 && label[0] >= 'a' && label[0] <= 'c' &&
	    label[1] >= '1' && label[1] <= '0' + PAPER_LINES) {
		p->have[label[0] - 'a']++;
		return paper_read(p->lines[label[0] - 'a'][label[1] - '1'],
		    label[1] - '0', rest, e);
	}
	if (strcmp(label, LABEL_CUSTODIAN) == 0)
		(void)snprintf(c->custodian, sizeof(c->custodian), "%s",
		    rest);
	else if (strcmp(label, LABEL_SERVICE) == 0)
		(void)snprintf(c->service, sizeof(c->service), "%s", rest);
	else if (strcmp(label, LABEL_PART) == 0)
		c->part.no = rest[1] == '\0' ? rest[0] - '0' : 0;
	else if (strcmp(label, LABEL_PIN) == 0 &&
	    wire_unhex(c->pin, SEAL_HASH, rest) == -1)
		c->service[0] = '\0';	/* not whole, as below */
	return 0;
}

static int
take_pieces(struct recovery_card *c, struct pieces *p, const char *path,
    struct err *e)
{
	const char *letters = shares_letters(c->part.no);
	int i;

	for (i = 0; letters != NULL && c->service[0] != '\0' &&
	    i < SHARES_PIECES; i++) {
		if (p->have[letters[i] - 'a'] != PAPER_LINES)
			break;
		c->part.pieces[i] = paper_seed(p->lines[letters[i] - 'a'], e);
		if (c->part.pieces[i] == NULL)
			return -1;
	}
	if (letters != NULL && i == SHARES_PIECES)
		return 0;
	err_set(e, ERR_INPUT, _("'%s' is not a whole part of a recovery key: "
	    "it has a service, a pin, the part's number and two times four "
	    "lines"), path);
	return -1;
}

int
recovery_card_read(const char *path, struct recovery_card *c, struct err *e)
{
	FILE *f = fopen(path, "re");
	char line[RECOVERY_LINE];
	struct pieces p;
	int result = 0;

	memset(c, 0, sizeof(*c));
	memset(&p, 0, sizeof(p));
	if (f == NULL) {
		err_set(e, ERR_GONE, _("'%s' cannot be read: %s"), path,
		    strerror(errno));
		return -1;
	}
	while (result == 0 && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		result = take_line(c, &p, line, e);
	}
	(void)fclose(f);
	if (result == 0)
		result = take_pieces(c, &p, path, e);
	seal_wipe(line, sizeof(line));
	seal_wipe(&p, sizeof(p));
	return result;
}

void
recovery_card_free(struct recovery_card *c)
{
	shares_free(&c->part);
}

struct identity *
recovery_join(const struct recovery_card *a, const struct recovery_card *b,
    struct err *e)
{
	struct identity *key;
	struct secret *seed;

	if (strcmp(a->service, b->service) != 0 ||
	    !seal_equal(a->pin, b->pin, SEAL_HASH)) {
		err_set(e, ERR_INPUT, "%s", _("these two parts are of "
		    "different services"));
		return NULL;
	}
	if (a->part.no == b->part.no) {
		err_set(e, ERR_INPUT, "%s", _("these are not two different "
		    "parts: two of the three custodians come together"));
		return NULL;
	}
	if ((seed = shares_join(&a->part, &b->part, e)) == NULL)
		return NULL;
	key = identity_from_seed(seed);
	secret_free(seed);
	return key;
}

int
recovery_check(const struct roster *r, const struct identity *key,
    struct err *e)
{
	const struct roster_recovery *x = roster_recovery(r);

	if (x != NULL && seal_equal(x->sign, key->signer->pub,
	    SIGN_PUBLIC) && seal_equal(x->box, key->box_pub, SEAL_KEY))
		return 0;
	err_set(e, ERR_DENIED, "%s", x == NULL ? _("this service has no "
	    "recovery key: 'teduh recovery new' makes one") : _("these two "
	    "parts do not make the present recovery key: perhaps there is a "
	    "newer one"));
	return -1;
}
