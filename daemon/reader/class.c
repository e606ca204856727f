/*
 * Did a person write this, and may a machine answer?
 *
 * The marks of machines (RFC 3834, 3464, 8098, 5965, 2369, 2919 and the
 * customs beside them) decide only that no machine answers; none of them
 * lets a letter disappear.  Doubt means: no automatic answer.
 */
#include "config.h"

#include <glib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/class.h"
#include "lib/buf.h"

#define WORD_MAX	256

/*
 * The value without comments (RFC 5322 3.2.2) and quotes, so that nothing
 * hides a word; what does not fit is cut.
 */
static void
plain_value(const char *p, char out[WORD_MAX])
{
	size_t depth = 0, n = 0;

	for (; *p != '\0' && n < WORD_MAX - 1; p++) {
		if (*p == '\\' && p[1] != '\0') {
			p++;
			if (depth == 0)
				out[n++] = *p;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')' && depth > 0) {
			depth--;
		} else if (depth == 0 && *p != '"') {
			out[n++] = *p == '\t' ? ' ' : *p;
		}
	}
	out[n] = '\0';
}

/* Its first word is one of these, in any case. */
static int
has_word(const char *value, const char *const *words)
{
	char plain[WORD_MAX], *word = plain;

	if (value == NULL)
		return 0;
	plain_value(value, plain);
	word += strspn(word, " ;,");
	word[strcspn(word, " ;,")] = '\0';
	for (; *words != NULL; words++)
		if (strcasecmp(word, *words) == 0)
			return 1;
	return 0;
}

/* Auto-Submitted: "no", with parameters at most (RFC 3834 5). */
static int
says_no(const char *value)
{
	char plain[WORD_MAX];
	const char *p = plain;

	plain_value(value, plain);
	p += strspn(p, " ");
	if (strncasecmp(p, "no", 2) != 0)
		return 0;
	p += 2;
	p += strspn(p, " ");
	return *p == '\0' || *p == ';';
}

/* A path of "<>": what machines set so that nobody answers. */
static int
has_null_path(const struct mail *m)
{
	const char *path = mail_field(m, "Return-Path");
	char plain[WORD_MAX], *from, *to;

	if (path == NULL)
		return 0;
	plain_value(path, plain);
	for (from = to = plain; *from != '\0'; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	return plain[0] == '\0' || strcmp(plain, "<>") == 0;
}

/* "mailer-daemon", "no-reply+7@", "news-bounces@": nobody reads there. */
static int
local_part_is(const char *address, const char *const *names)
{
	size_t n = strcspn(address, "@+=");

	for (; *names != NULL; names++)
		if (strlen(*names) == n && strncasecmp(address, *names, n) ==
		    0)
			return 1;
	return 0;
}

static int
is_daemon(const char *from)
{
	static const char *const names[] = { "mailer-daemon",
	    "mailer_daemon", "mailerdaemon", "postmaster", "mail-daemon",
	    "maildaemon", "mdaemon", "mail-delivery-system", NULL };

	return from != NULL && local_part_is(from, names);
}

static int
is_nobody(const char *from)
{
	static const char *const names[] = { "no-reply", "noreply",
	    "no_reply", "no.reply", "do-not-reply", "donotreply",
	    "do_not_reply", "do.not.reply", "dontreply", "dont-reply",
	    "not-reply", "noreply-dmarc-support", "nobody", "root", "bounce",
	    "bounces", "autoreply", "auto-reply", "autoresponder",
	    "auto-responder", "notification", "notifications", "listserv",
	    "majordomo", "www-data", "cron", "eivasta", "tidak-membalas",
	    NULL };
	static const char *const begins[] = { "owner-", "bounce-", "bounces-",
	    "bounces+", "prvs=", "noreply-", "no-reply-", "no_reply_",
	    "donotreply-", "do-not-reply-", NULL };
	static const char *const ends[] = { "-bounces", "-bounce",
	    "-request", "-owner", "-noreply", "-no-reply", "_noreply",
	    ".noreply", "-donotreply", NULL };
	size_t n, i, len;

	if (from == NULL)
		return 0;
	if (local_part_is(from, names))
		return 1;
	for (i = 0; begins[i] != NULL; i++)
		if (strncasecmp(from, begins[i], strlen(begins[i])) == 0)
			return 1;
	n = strcspn(from, "@+");
	for (i = 0; ends[i] != NULL; i++) {
		len = strlen(ends[i]);
		if (n > len && strncasecmp(from + n - len, ends[i], len) == 0)
			return 1;
	}
	return 0;
}

static int
any_word(const struct mail *m, const char *name, const char *const *words)
{
	const char *value;
	size_t at = 0;

	while ((value = mail_next(m, name, &at)) != NULL)
		if (has_word(value, words))
			return 1;
	return 0;
}

static int
is_list(const struct mail *m)
{
	static const char *const fields[] = { "Mailing-List",
	    "X-Mailing-List", "X-Mailing-List-Name", "X-BeenThere",
	    "X-Mailman-Version", "X-ML-Name", "X-List", NULL };
	static const char *const list[] = { "list", NULL };
	size_t i;

	/* RFC 2369 and 2919, and what may come to stand beside them. */
	for (i = 0; i < m->nfields; i++)
		if (strncasecmp(m->fields[i].name, "List-", 5) == 0)
			return 1;
	for (i = 0; fields[i] != NULL; i++)
		if (mail_count(m, fields[i]) > 0)
			return 1;
	return any_word(m, "Precedence", list);
}

/* X-Loop names our own address, with or without a token of ours. */
static int
is_own_loop(const struct mail *m, const char *own)
{
	struct addresses list;
	const char *value;
	size_t at = 0, i;
	int found = 0;

	while (own != NULL && !found &&
	    (value = mail_next(m, "X-Loop", &at)) != NULL) {
		memset(&list, 0, sizeof(list));
		address_add(&list, value, NULL);
		for (i = 0; i < list.n; i++)
			found |= address_same(list.v[i].address, own);
		address_free(&list);
		found |= strcasestr(value, own) != NULL;
	}
	return found;
}

/* The mark by which a machine shows itself, or NULL. */
static const char *
machine_mark(const struct mail *m, const char *own)
{
	static const char *const fields[] = { "X-Autoreply",
	    "X-Autorespond", "X-Autoresponder", "X-Auto-Reply",
	    "X-Auto-Reply-From", "X-Autoreply-From", "X-AutoReply-From",
	    "X-Auto-Respond", "X-Autogenerated", "X-Auto-Generated",
	    "X-Mail-Autoreply", "X-Vacation", "X-Cron-Env",
	    "X-FC-MachineGenerated", NULL };
	static const char *const bulk[] = { "bulk", "junk", "auto_reply",
	    "auto-reply", NULL };
	const char *value;
	size_t i, at = 0;

	while ((value = mail_next(m, "Auto-Submitted", &at)) != NULL)
		if (!says_no(value))
			return "a machine wrote it: it says Auto-Submitted";
	if (any_word(m, "Precedence", bulk))
		return "a machine wrote it: its Precedence is bulk or junk";
	if (mail_count(m, "X-Auto-Response-Suppress") > 0)
		return "it asks for no automatic answer";
	for (i = 0; fields[i] != NULL; i++)
		if (mail_count(m, fields[i]) > 0)
			return "a machine wrote it: it is marked as an "
			    "automatic answer";
	if (is_own_loop(m, own))
		return "it went through us before: X-Loop names us";
	return NULL;
}

static int
is_bounce(const struct class_facts *f)
{
	if (f->report == REPORT_DELIVERY)
		return 1;
	if (!is_daemon(f->from))
		return 0;
	return has_null_path(f->mail) ||
	    mail_count(f->mail, "X-Failed-Recipients") > 0 ||
	    mail_count(f->mail, "Return-Path") == 0;
}

static const char *
decide(const struct class_facts *f, const char **why)
{
	const struct mail *m = f->mail;

	if (f->from != NULL && f->own != NULL &&
	    address_same(f->from, f->own)) {
		*why = "it bears our own address as sender";
		return "own";
	}
	if (is_bounce(f) && (f->from != NULL || mail_count(m, "From") == 0)) {
		*why = "it is a report about delivery";
		return "bounce";
	}
	if (f->from == NULL) {
		*why = "it has not exactly one sender";
		return "suspect";
	}
	if (is_list(m)) {
		*why = "it came through a mailing list";
		return "list";
	}
	if (f->report != REPORT_NONE)
		*why = "a machine wrote it: it is a report";
	else if (has_null_path(m))
		*why = "a machine wrote it: its return path is empty";
	else if (is_daemon(f->from) || is_nobody(f->from))
		*why = "nobody reads answers at the sender's address";
	else
		*why = machine_mark(m, f->own);
	return *why == NULL ? "person" : "automatic";
}

static int
stands_in(const struct addresses *list, const char *own)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (address_same(list->v[i].address, own))
			return 1;
	return 0;
}

/* The return path equals From where our server records one. */
static int
path_agrees(const struct class_facts *f)
{
	const char *path = mail_field(f->mail, "Return-Path");
	struct addresses list;
	int same;

	if (path == NULL)
		return 1;
	memset(&list, 0, sizeof(list));
	address_add(&list, path, NULL);
	same = list.n == 1 && !list.odd &&
	    address_equal(list.v[0].address, f->from);
	address_free(&list);
	return same;
}

const char *
class_decide(const struct class_facts *f, int *answerable, const char **why)
{
	const char *class = decide(f, why);

	*answerable = 0;
	if (*why != NULL)
		return class;
	if (f->spam)
		*why = "the mail server took it for spam";
	else if (!f->verified)
		*why = "our mail server does not vouch for the sender";
	else if (!path_agrees(f))
		*why = "the return path is not the sender";
	else if (f->own == NULL)
		*why = "our own address is not known";
	else if (!stands_in(f->to, f->own) && !stands_in(f->cc, f->own))
		*why = "it is not addressed to us";
	else {
		*answerable = 1;
		*why = "may be acknowledged";
	}
	return class;
}
