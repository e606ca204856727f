/*
 * Close a case: nobody waits in it any more.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/face.h"
#include "tools/care.h"
#include "tools/casefile.h"
#include "tools/closings.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/commands/face_change.h"
#include "tools/session.h"
#include "tools/wishes.h"
#include "tools/words.h"

#define WORDS_MAX	400

static void
done(struct change *c)
{
	const char *id = casefile_id(c->cf);
	char name[COMMANDS_NAME];

	commands_name(name, id, c->cf);
	if (c->s->args.after_care)
		commands_done(c->s, change_row(c), _("%s is closed, and the "
		    "desk's after-care letter goes to p1, not in quiet hours: "
		    "'teduh show %s' says when it left; a letter opens the "
		    "case again by itself, you with 'teduh reopen %s -m "
		    "WHY'"), name, id, id);
	else
		commands_done(c->s, change_row(c), _("%s is closed; a letter "
		    "opens it again by itself, you with 'teduh reopen %s -m "
		    "WHY'"), name, id);
}

/*
 * What came behind the page that was read is not closed with it: what this
 * person read is known here, what comes meanwhile the service sees.
 */
static int
set_seen(struct change *c, struct err *e)
{
	const char *id = casefile_id(c->cf);
	const struct casefile_item *newest = casefile_newest(c->cf), *item;
	struct vault_read read;
	int64_t seen = 0;
	size_t i;

	vault_get_read(c->s->vault, id, &read);
	if (newest != NULL && read.seq > 0 &&
	    !seal_equal(read.deposit, newest->hash, SEAL_HASH)) {
		err_set(e, ERR_CONFLICT, _("somebody wrote in the case %s "
		    "since you read it (%s.%" PRId64 "): 'teduh show %s', "
		    "then close it"), id, id, newest->seq, id);
		return -1;
	}
	for (i = 0; (item = casefile_at(c->cf, i)) != NULL; i++)
		if (item->seq > seen)
			seen = item->seq;
	(void)json_object_set_new(c->body, "seen", json_integer(seen));
	return 0;
}

/* The desk's entry for the reason that was given, or for none. */
static const json_t *
find_reason(struct session *s, const json_t *list)
{
	const char *wanted = s->args.reason, *word;
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o) {
		word = json_string_value(json_object_get(o, "reason"));
		if (wanted == NULL ? word == NULL : word != NULL &&
		    strcmp(word, wanted) == 0)
			return o;
	}
	return NULL;
}

static void
no_reason(const struct session *s, const json_t *list, struct err *e)
{
	char words[WORDS_MAX] = "";
	const char *word;
	const json_t *o;
	size_t i, n = 0;

	json_array_foreach(list, i, o) {
		word = json_string_value(json_object_get(o, "reason"));
		if (word != NULL && n + strlen(word) + 3 < sizeof(words))
			n += (size_t)snprintf(words + n, sizeof(words) - n,
			    "%s%s", n == 0 ? "" : ", ", word);
	}
	err_set(e, ERR_INPUT, _("this desk does not close for the reason "
	    "'%.40s'; it has: %s"), s->args.reason, words);
}

/* Sealed like the tags, with the case. */
static int
apply(const struct change *c, struct face *f, struct err *e)
{
	const char *reason = c->s->args.reason == NULL ? "" :
	    c->s->args.reason;

	(void)e;
	if (strcmp(f->reason, reason) == 0)
		return 1;
	memset(f->reason, 0, sizeof(f->reason));
	(void)snprintf(f->reason, sizeof(f->reason), "%s", reason);
	return 0;
}

/* Why, and until which day it is kept: which this person signs. */
static int
set_reason(struct change *c, struct err *e)
{
	const json_t *desk = session_desk(c->s, casefile_desk(c->cf), e);
	const json_t *list = json_object_get(desk, "reasons"), *o;
	json_t *retention = json_null();
	int64_t keep_s = 0;

	if (desk == NULL)
		return -1;
	if ((o = find_reason(c->s, list)) == NULL &&
	    c->s->args.reason != NULL) {
		no_reason(c->s, list, e);
		return -1;
	}
	if (o != NULL && wire_get_int(o, "keep_s", 0, INT64_MAX / 4, &keep_s,
	    e) == -1)
		return -1;
	if (keep_s > 0 && (retention = wishes_erase(c->s, casefile_id(c->cf),
	    client_now(c->s->client) + keep_s, e)) == NULL)
		return -1;
	(void)json_object_set_new(c->body, "retention", retention);
	return face_change_add(c, apply, e) == -1 ? -1 : 0;
}

/* What the board is told when the case is long gone. */
static int
set_statistic(struct change *c, struct err *e)
{
	json_t *row = closings_row(c->s, c->cf, c->s->args.reason, e);

	if (row == NULL)
		return -1;
	(void)json_object_set_new(c->body, "statistic", row);
	return 0;
}

int
close_run(struct session *s, struct err *e)
{
	json_t *care;
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0 ||
	    (result = set_seen(&c, e)) == -1 ||
	    (result = set_reason(&c, e)) == -1 ||
	    (result = set_statistic(&c, e)) == -1)
		goto out;
	if (s->args.after_care) {
		if ((care = care_request(s, c.cf, e)) == NULL) {
			result = -1;
			goto out;
		}
		(void)json_object_set_new(c.body, "after_care", care);
	}
	if ((result = change_post(&c, "close", e)) == -1)
		goto out;
	done(&c);
out:
	change_end(&c);
	return result;
}
