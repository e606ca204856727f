/*
 * A look at a mailbox, for teduh-admin doctor: log in, say what the server
 * can, what lies unwatched, and by which name it signs its verdicts; and
 * where a test letter was sent, wait for it, look at its verdict, and remove
 * it again.  Of all other mails nothing but the headers of the newest is
 * looked at, and of those one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/intake/drill.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/login.h"
#include "daemon/probe.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"

#define WHAT		"imap"
#define HEADER_MAX	65536	/* bytes of a mail that are looked at */
#define VERDICT_MAX	512
#define LETTER_S	60	/* how long a test letter is waited for */
#define LOOK_MS		1000
#define FOLDERS_MAX	64

struct look {
	const struct role_args		*args;
	const struct config_mailbox	*box;
	struct imap			*imap;
	char				*junk[FOLDERS_MAX];	/* unwatched */
	size_t				 njunk;
};

static int
is_watched(const struct config_mailbox *box, const char *name)
{
	size_t i;

	for (i = 0; box->folders != NULL && box->folders[i] != NULL; i++)
		if (strcmp(box->folders[i], name) == 0)
			return 1;
	return 0;
}

static void
note_folder(void *ctx, const char *name, enum imap_use use, int flagged)
{
	struct look *l = ctx;

	(void)flagged;
	if (use == IMAP_USE_JUNK && !is_watched(l->box, name) &&
	    l->njunk < FOLDERS_MAX)
		l->junk[l->njunk++] = mem_strdup(name);
}

static void
say_server(const struct look *l)
{
	const struct config_mailbox *box = l->box;

	probe_say(PROBE_GOOD, WHAT, box->name, "logged in to '%s'; the server "
	    "has%s%s%s%s", box->host, imap_can_idle(l->imap) ? " IDLE" : "",
	    imap_can_move(l->imap) ? " MOVE" : "",
	    imap_can_uidplus(l->imap) ? " UIDPLUS" : "",
	    imap_can_idle(l->imap) || imap_can_move(l->imap) ||
	    imap_can_uidplus(l->imap) ? "" : " none of IDLE, MOVE, UIDPLUS");
	if (!imap_can_idle(l->imap))
		probe_say(PROBE_WARN, WHAT, box->name, "the server has no "
		    "IDLE: letters are seen up to 15 seconds later");
	if (box->after == AFTER_DELETE && !imap_can_uidplus(l->imap))
		probe_say(PROBE_WARN, WHAT, box->name, "the server has no "
		    "UIDPLUS: no letter is deleted there, as with 'after = "
		    "keep'");
	if (box->purge_after_s > 0 && !imap_can_uidplus(l->imap))
		probe_say(PROBE_WARN, WHAT, box->name, "the server has no "
		    "UIDPLUS: no letter and no copy is taken away there, as "
		    "without 'purge_after'");
	if (box->after == AFTER_MOVE && !imap_can_move(l->imap) &&
	    !imap_can_uidplus(l->imap))
		probe_say(PROBE_WARN, WHAT, box->name, "the server has "
		    "neither MOVE nor UIDPLUS: letters stay where they are, "
		    "as with 'after = keep'");
	probe_say_until(WHAT, box->name, imap_certificate_until(l->imap));
}

/* Every folder that is watched is there. 0, -1 the session broke. */
static int
look_folders(struct look *l, struct err *e)
{
	int64_t uidvalidity;
	size_t i;

	for (i = 0; l->box->folders[i] != NULL; i++) {
		if (imap_select(l->imap, l->box->folders[i], &uidvalidity,
		    e) == 0)
			continue;
		if (e->code != ERR_GONE)
			return -1;
		probe_say(PROBE_BAD, WHAT, l->box->name, "%s: check 'folders'",
		    e->text);
	}
	if (imap_folders(l->imap, note_folder, l, e) == -1)
		return -1;
	if (l->njunk > 0 && l->box->folders_default) {
		probe_say(PROBE_GOOD, WHAT, l->box->name, "letters in the "
		    "junk folder come to the tray");
		return 0;
	}
	for (i = 0; i < l->njunk; i++)
		probe_say(PROBE_WARN, WHAT, l->box->name, "nobody looks into "
		    "the junk folder '%s', where a letter may lie: add it to "
		    "'folders'", l->junk[i]);
	return 0;
}

static int
keep_bytes(void *ctx, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	(void)buf_add(ctx, bytes, len);		/* what is over is not needed */
	return 0;
}

/*
 * The topmost Authentication-Results of the header in b, unfolded: only what
 * the server itself put on top counts.  0, or -1 when there is none.
 */
static int
find_verdict(const struct buf *b, char out[VERDICT_MAX])
{
	static const char field[] = "Authentication-Results:";
	const char *line = b->bytes, *end = line + b->len, *next;
	size_t n = 0;
	int in = 0;

	for (; line < end && *line != '\r' && *line != '\n'; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next == NULL ? end : next + 1;
		if (in && *line != ' ' && *line != '\t')
			break;
		if (!in && (size_t)(next - line) >= strlen(field) &&
		    strncasecmp(line, field, strlen(field)) == 0) {
			in = 1;
			line += strlen(field);
		}
		for (; in && line < next && n < VERDICT_MAX - 1; line++)
			out[n++] = *line > ' ' && *line < 0x7f ? *line : ' ';
	}
	out[n] = '\0';
	return in ? 0 : -1;
}

/* Header of a mail in the selected folder, as a verdict. 1, 0 none, -1. */
static int
fetch_verdict(struct look *l, const struct imap_mail *mail,
    char out[VERDICT_MAX], struct err *e)
{
	struct buf b;
	int r;

	buf_init(&b, HEADER_MAX);
	r = imap_fetch(l->imap, mail, HEADER_MAX, keep_bytes, &b, e);
	if (r == 0)
		r = find_verdict(&b, out) == 0;
	buf_free(&b);
	return r;
}

/* The name that stands first in a verdict, as it would be configured. */
static const char *
verdict_name(const char *verdict, char out[VERDICT_MAX])
{
	size_t n;

	verdict += strspn(verdict, " ");
	n = strcspn(verdict, " ;");
	memcpy(out, verdict, n);
	out[n] = '\0';
	return out;
}

static void
say_name(const struct look *l, const char *verdict)
{
	const char *own = l->box->authserv_id;
	char name[VERDICT_MAX];

	(void)verdict_name(verdict, name);
	if (own == NULL)
		probe_say(PROBE_WARN, WHAT, l->box->name, "the mail server "
		    "signs its verdicts as '%s': set 'authserv_id = \"%s\"' "
		    "if that is your provider's", name, name);
	else if (strcasecmp(own, name) != 0)
		probe_say(PROBE_BAD, WHAT, l->box->name, "'authserv_id' is "
		    "'%s', but the newest mail has a verdict of '%s': no "
		    "sender counts as verified", own, name);
	else
		probe_say(PROBE_GOOD, WHAT, l->box->name, "the mail server "
		    "signs its verdicts as '%s', as configured", own);
}

/* By the newest mail of the first watched folder, or of where they go. */
static int
look_verdict(struct look *l, struct err *e)
{
	const char *folders[2] = { l->box->folders[0], l->box->after_folder };
	struct imap_mail *mails = NULL;
	char verdict[VERDICT_MAX];
	int64_t uidvalidity;
	size_t i, n = 0;
	int r = 0;

	for (i = 0; i < 2 && n == 0 && folders[i] != NULL; i++) {
		if (imap_select(l->imap, folders[i], &uidvalidity, e) == -1) {
			if (e->code != ERR_GONE)
				return -1;
			continue;	/* said before, or not there yet */
		}
		free(mails);
		mails = NULL;
		if (imap_list(l->imap, 1, &mails, &n, e) == -1)
			return -1;
	}
	if (n == 0)
		probe_say(PROBE_GOOD, WHAT, l->box->name, "there is no mail "
		    "yet by which to know the server's verdicts");
	else if ((r = fetch_verdict(l, &mails[n - 1], verdict, e)) == 1)
		say_name(l, verdict);
	else if (r == 0)
		probe_say(PROBE_WARN, WHAT, l->box->name, "the newest mail "
		    "has no Authentication-Results: the server verifies no "
		    "sender, so no sender counts as verified");
	free(mails);
	return r == -1 ? -1 : 0;
}

static void
say_letter(const struct look *l, const char *folder, int has,
    const char *verdict)
{
	int junk = !is_watched(l->box, folder);
	int aligned = has && (strstr(verdict, "dmarc=pass") != NULL);

	probe_say(junk ? PROBE_BAD : PROBE_GOOD, WHAT, l->box->name,
	    junk ? "the test letter landed in '%s': answers of this desk "
	    "will land in the junk folders of seekers too" :
	    "the test letter arrived in '%s'", folder);
	if (aligned)
		probe_say(PROBE_GOOD, WHAT, l->box->name, "the test letter "
		    "passed DMARC for the desk's own domain");
	else
		probe_say(PROBE_WARN, WHAT, l->box->name, has ? "the test "
		    "letter did not pass DMARC: check SPF, DKIM and DMARC of "
		    "the desk's domain" : "the test letter has no verdict: "
		    "whether SPF, DKIM and DMARC fit must be seen elsewhere");
}

/* In one folder. 1 found (and removed again), 0 not here, -1. */
static int
seek_letter(struct look *l, const char *folder, const char *message_id,
    struct err *e)
{
	struct imap_mail mail = { 0, HEADER_MAX };
	char verdict[VERDICT_MAX] = "";
	int64_t uidvalidity;
	int has, r;

	if (imap_select(l->imap, folder, &uidvalidity, e) == -1)
		return e->code == ERR_GONE ? 0 : -1;
	if (imap_find(l->imap, message_id, &mail.uid, e) == -1)
		return -1;
	if (mail.uid == 0)
		return 0;
	if ((has = fetch_verdict(l, &mail, verdict, e)) == -1)
		return -1;
	say_letter(l, folder, has, verdict);
	if (probe_is(l->args->token, 'l'))
		return 1;		/* for the service to take */
	if ((r = imap_delete(l->imap, &mail.uid, 1, e)) == -1)
		return -1;
	if (r == 1)
		probe_say(PROBE_WARN, WHAT, l->box->name, "the test letter "
		    "could not be removed from '%s': remove it by hand, or it "
		    "comes into the queue", folder);
	return 1;
}

static int
look_letter(struct look *l, struct err *e)
{
	const struct config_desk *desk = config_desk(l->args->config,
	    l->box->desk);
	const char *token = l->args->token;
	time_t end = time(NULL) + LETTER_S;
	char id[PROBE_ID_MAX];
	size_t i;
	int r = 0;

	if (probe_is(token, 'b'))
		return drill_seek(l->imap, l->box, desk, token, e);
	probe_message_id(id, token, desk->name, desk->from_address);
	while (r == 0 && time(NULL) < end && !role_stopping()) {
		for (i = 0; r == 0 && l->box->folders[i] != NULL; i++)
			r = seek_letter(l, l->box->folders[i], id, e);
		for (i = 0; r == 0 && i < l->njunk; i++)
			r = seek_letter(l, l->junk[i], id, e);
		if (r == 0)
			role_pause(LOOK_MS);
	}
	if (r == 0)
		probe_say(PROBE_BAD, WHAT, l->box->name, "the test letter did "
		    "not arrive within %d seconds: is this the mailbox of the "
		    "desk's 'from_address'?", LETTER_S);
	return r == -1 ? -1 : 0;
}

int
intake_probe(const struct role_args *args)
{
	struct look l = { .args = args, .box = config_mailbox(args->config,
	    args->name) };
	struct err e = ERR_INIT;
	size_t i;

	if (l.box == NULL || l.box->listen != NULL)
		return EX_SOFTWARE;
	l.imap = login_open(args, l.box, NULL, &e);
	if (l.imap != NULL)
		say_server(&l);
	if (l.imap == NULL || look_folders(&l, &e) == -1 ||
	    look_verdict(&l, &e) == -1 ||
	    (*args->token != '\0' && look_letter(&l, &e) == -1))
		probe_say(PROBE_BAD, WHAT, l.box->name, "%s", e.text);
	imap_free(l.imap);
	for (i = 0; i < l.njunk; i++)
		free(l.junk[i]);
	return EX_OK;
}
