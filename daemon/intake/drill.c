/*
 * What came back of the drill's letters.  Found by words that nobody can
 * guess; nothing else in the mailbox is looked at.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/intake/drill.h"
#include "daemon/intake/imap.h"
#include "daemon/probe.h"
#include "daemon/role.h"
#include "lib/err.h"

#define WAIT_S		60
#define LOOK_MS		500
#define WORD_MAX	(2 * PROBE_TOKEN)

enum { NULL_SENDER, PLUS, VERP, MESSAGE_ID, SOUGHT };

struct drill {
	struct imap			*imap;
	const struct config_mailbox	*box;
	char				 header[SOUGHT][16];
	char				 word[SOUGHT][PROBE_ID_MAX];
	int				 found[SOUGHT];
};

/* Look into one folder for what is still missing; a VERP bounce goes last. */
static int
look(struct drill *d, const char *folder, struct err *e)
{
	int64_t uidvalidity, uid, bounce = 0;
	size_t i;

	if (imap_select(d->imap, folder, &uidvalidity, e) == -1)
		return e->code == ERR_GONE ? 0 : -1;
	for (i = 0; i < SOUGHT; i++) {
		if (d->found[i])
			continue;
		if (imap_find_in(d->imap, d->header[i], d->word[i], &uid,
		    e) == -1)
			return -1;
		if (uid == 0)
			continue;
		d->found[i] = 1;
		if (i == VERP || i == MESSAGE_ID)
			bounce = uid;
		else if (imap_delete(d->imap, &uid, 1, e) == -1)
			return -1;
	}
	return bounce == 0 ? 0 : imap_delete(d->imap, &bounce, 1, e) == -1 ?
	    -1 : 0;
}

static void
say(const struct drill *d)
{
	static const struct {
		int		 what;
		const char	*name, *good, *lost;
	} facts[] = {
		{ PLUS, PROBE_PLUS_ADDRESS, "what follows a plus sign in the "
		    "desk's address is delivered", "mail to the desk's "
		    "address with a plus sign is lost: answers and bounces "
		    "are known by our Message-ID alone" },
		{ VERP, PROBE_RETURN_PATH, "a bounce comes back to our "
		    "return path", "no bounce came back to our return path: "
		    "bounces are known by our Message-ID, where they name "
		    "it" },
		{ MESSAGE_ID, PROBE_KEPT_ID, "a bounce names our Message-ID",
		    "no bounce named our Message-ID" },
	};
	size_t i;

	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		probe_say(d->found[facts[i].what] ? PROBE_GOOD : PROBE_WARN,
		    facts[i].name, d->box->name, "%s",
		    d->found[facts[i].what] ? facts[i].good : facts[i].lost);
}

static void
prepare(struct drill *d, const char *token, const struct config_desk *desk)
{
	const char *from = desk->from_address;

	(void)snprintf(d->header[NULL_SENDER], 16, "Message-ID");
	(void)snprintf(d->header[PLUS], 16, "Message-ID");
	(void)snprintf(d->header[VERP], 16, "To");
	probe_message_id(d->word[NULL_SENDER], token, "null", from);
	probe_message_id(d->word[PLUS], token, "plus", from);
	(void)snprintf(d->word[VERP], PROBE_ID_MAX, "+b%.*s",
	    PROBE_TOKEN / 2, token + PROBE_TOKEN / 2);
	(void)snprintf(d->word[MESSAGE_ID], PROBE_ID_MAX, "%.*s.gone",
	    PROBE_TOKEN, token);
}

int
drill_seek(struct imap *imap, const struct config_mailbox *box,
    const struct config_desk *desk, const char *token, struct err *e)
{
	struct drill d;
	time_t end = time(NULL) + WAIT_S;
	size_t i;
	int n;

	memset(&d, 0, sizeof(d));
	d.imap = imap;
	d.box = box;
	prepare(&d, token, desk);
	for (;;) {
		for (i = 0; box->folders[i] != NULL; i++)
			if (look(&d, box->folders[i], e) == -1)
				return -1;
		for (i = 0, n = 0; i < SOUGHT; i++)
			n += d.found[i];
		if (n == SOUGHT || time(NULL) >= end || role_stopping())
			break;
		role_pause(LOOK_MS);
	}
	say(&d);
	return 0;
}
