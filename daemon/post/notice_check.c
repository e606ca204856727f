/*
 * The last look at an automatic mail to a seeker.  As with letters, what is
 * believed is signed: the statement, and the case's deposits.
 */
#include <string.h>

#include "daemon/desk/automatic.h"
#include "daemon/desk/bounce.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/rows.h"
#include "daemon/post/notice.h"
#include "daemon/store/store.h"
#include "lib/asked.h"
#include "lib/err.h"
#include "lib/letter.h"

#define TOGETHER_S	3600	/* letter and statement are one transaction */

/* What stands in the case's row: it can only forbid. */
struct case_row {
	const struct automatic	*mail;
	int			 allows;
};

static int
get_case(void *ctx, const struct row *row, struct err *e)
{
	struct case_row *c = ctx;
	const char *state = row_text(row, 1), *flags = row_text(row, 5);
	int closed = strcmp(state, "closed") == 0;
	int waits = strcmp(state, "new") == 0 ||
	    strcmp(state, "open") == 0 || strcmp(state, "answered") == 0;

	(void)e;
	c->allows = strcmp(row_text(row, 0), c->mail->desk) == 0 &&
	    (c->mail->template == AUTOMATIC_AFTER_CARE ? closed :
	    c->mail->template == AUTOMATIC_NOTICE ? closed || waits :
	    waits) &&
	    strstr(flags, "no-contact") == NULL &&
	    strstr(flags, "tray") == NULL && strstr(flags, "suspect") == NULL;
	return 1;
}

struct look {
	const struct automatic	*mail;
	unsigned char		 check[SEAL_HASH];
	char			 mode[16];
	int			 same_address, seen, is_first, wrote_since;
};

/* The participant's newest deposit, and the letter that is acknowledged. */
static int
collect(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct look *look = ctx;
	const struct automatic *m = look->mail;
	int64_t apart = m->at - dep->at;

	(void)hash;
	(void)e;
	if (dep->participant == m->participant && !look->seen) {
		look->seen = 1;
		look->same_address = seal_equal(dep->check, look->check,
		    SEAL_HASH);
		memcpy(look->mode, dep->mode, sizeof(look->mode));
	}
	look->wrote_since |= apart < 0 && strcmp(dep->kind, "letter") == 0;
	if (dep->seq == 1)
		look->is_first = memcmp(dep->item, m->item, SEAL_ID) == 0 &&
		    strcmp(dep->class, "person") == 0 &&
		    dep->flags[0] == '\0' &&
		    dep->participant == m->participant &&
		    apart <= TOGETHER_S && apart >= -TOGETHER_S;
	return 0;
}

static const char *
decide(const struct look *look)
{
	enum automatic_template template = look->mail->template;

	if (template == AUTOMATIC_ACKNOWLEDGEMENT ? !look->is_first :
	    template == AUTOMATIC_AFTER_CARE && look->wrote_since)
		return "letter";
	if (!look->seen || !look->same_address)
		return "address";
	return strcmp(look->mode, template == AUTOMATIC_NOTICE ? "notice" :
	    "mail") == 0 ? NULL : "mode";
}

/* Does what it tells of lie here? 1, 0, -1. */
static int
is_shown(struct desk *d, const struct automatic *m, struct err *e)
{
	int64_t n = store_run(d->store, STMT_PUBLICATION_SINCE,
	    ARGS(V_TEXT(m->case_id), V_INT(m->participant),
	    V_INT(m->at - TOGETHER_S)), NULL, NULL, e);

	return n == -1 ? -1 : n > 0;
}

/*
 * What is known of the address, whatever the case: NULL, or why it is not
 * written to; -1 in *bad. Somebody who wants to write again does not always
 * answer a letter of ours, and is in a new case then.
 */
static const char *
look_at_address(struct desk *d, const struct automatic *m,
    const char *address, int *bad, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	int64_t wrote = 0;
	int alone;

	if (desk_hash_address(d, address, hash, e) == -1) {
		*bad = e->code == ERR_INPUT ? 0 : -1;
		return "address";
	}
	if ((alone = bounce_no_automatic(d, hash, e)) == -1 ||
	    (m->template == AUTOMATIC_AFTER_CARE && rows_int(d->store,
	    STMT_FLOOD_COUNT, ARGS(V_BLOB(hash, SEAL_HASH), V_INT(m->at)), 0,
	    &wrote, e) == -1)) {
		*bad = -1;
		return NULL;
	}
	return alone ? "complaint" : wrote > 0 ? "letter" : NULL;
}

const char *
notice_check(struct desk *d, const struct automatic *m,
    const struct letter *l, int *bad, struct err *e)
{
	struct case_row row = { m, 0 };
	struct look look;
	const char *to, *why;
	int shown, with;

	if (m->template == AUTOMATIC_CANARY) {
		to = automatic_canary_to(d, m->mailbox);
		return to != NULL && strcmp(to, l->to) == 0 ? NULL :
		    "address";
	}
	memset(&look, 0, sizeof(look));
	look.mail = m;
	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(m->case_id)),
	    get_case, &row, e) == -1) {
		*bad = -1;
		return NULL;
	}
	if (!row.allows)
		return "case";
	/* Whoever writes to the store could put it with another desk. */
	if ((with = epoch_is_with(d, m->case_id, m->desk, e)) != 1) {
		*bad = with == 0 || e->code == ERR_DENIED ? 0 : -1;
		return *bad == -1 ? NULL : with == 0 ? "case" : "deposit";
	}
	if (m->template == AUTOMATIC_AFTER_CARE &&
	    m->participant != ASKED_SEEKER)
		return "participant";
	if (m->template == AUTOMATIC_NOTICE) {
		if ((shown = is_shown(d, m, e)) != 1) {
			*bad = shown;
			return shown == 0 ? "unpublished" : NULL;
		}
	}
	if ((why = look_at_address(d, m, l->to, bad, e)) != NULL || *bad == -1)
		return *bad == -1 ? NULL : why;
	desk_hash_check(d, m->case_id, m->participant, l->to, look.check);
	if (chain_walk(d, m->case_id, collect, &look, e) == 0)
		return decide(&look);
	if (e->code == ERR_DENIED || e->code == ERR_GONE)
		return "deposit";
	*bad = -1;
	return NULL;
}
