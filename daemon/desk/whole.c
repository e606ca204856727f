/*
 * Is the store whole: in which order one looks, and the lists that everything
 * else is measured by.
 *
 * When the file is damaged nothing else that it says means much, and when
 * the roster does not hold no signature does; then what rests on it is left
 * out, so that one damage is not told a hundred times.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/founding.h"
#include "daemon/desk/readers.h"
#include "daemon/desk/whole_inside.h"
#include "daemon/store/store.h"
#include "lib/err.h"

void
whole_found(struct whole *w, const struct whole_finding *f)
{
	w->findings++;
	w->found(w->ctx, f, 0);
}

void
whole_note(struct whole *w, const struct whole_finding *f)
{
	w->notes++;
	w->found(w->ctx, f, 1);
}

void
whole_id(char out[WHOLE_ID], const char *case_id, int64_t n)
{
	if (n == 0)
		(void)snprintf(out, WHOLE_ID, "%s", case_id);
	else
		(void)snprintf(out, WHOLE_ID, "%s.%" PRId64, case_id, n);
}

/* What an error of a list means: a finding, or that it cannot be read. */
static int
is_verdict(const struct err *e)
{
	return e->code == ERR_DENIED || e->code == ERR_INPUT ||
	    e->code == ERR_GONE || e->code == ERR_CONFLICT;
}

/* 1 it is whole, 0 not, -1. */
static int
look_at_file(struct whole *w, struct err *e)
{
	struct err why = ERR_INIT;

	w->step(w->ctx, "reading the file", 0, 0);
	if (store_check_file(w->desk->store, &why) == 0)
		return 1;
	if (why.code != ERR_IO) {
		*e = why;
		return -1;
	}
	whole_found(w, &(struct whole_finding){ "file", "", "", why.text,
	    NEXT_RESTORE });
	return 0;
}

/*
 * 1 it holds, 0 not, -1.  This comes first in our view of the store: what was
 * seen before is read before the view begins, so that an entry which somebody
 * adds just now is no finding.
 */
static int
look_at_roster(struct whole *w, struct err *e)
{
	struct whole_finding f = { "roster", "roster", "", NULL,
	    NEXT_FORGED };
	struct err why = ERR_INIT;
	int bad;

	w->step(w->ctx, "reading the roster", 0, 0);
	bad = desk_refresh(w->desk, &why);
	w->roster = roster_seq(w->desk->roster);
	if (bad == 0 && w->pin != NULL)
		bad = founding_check_pin(w->desk->store, w->pin, &why);
	if (bad == 0)
		return 1;
	if (why.code == ERR_IO) {
		f.kind = "file";
		f.next = NEXT_RESTORE;
	} else if (!is_verdict(&why)) {
		*e = why;
		return -1;
	}
	f.what = why.text;
	whole_found(w, &f);
	return 0;
}

struct audit_walk {
	struct whole	*whole;
	int64_t		 total;
};

static void
step_audit(void *ctx, int64_t done)
{
	const struct audit_walk *walk = ctx;

	walk->whole->step(walk->whole->ctx, "reading the audit chain", done,
	    walk->total);
}

static int
look_at_audit(struct whole *w, int64_t total, struct err *e)
{
	struct audit_walk walk = { w, total };
	struct err why = ERR_INIT;

	if (audit_verify(w->desk, step_audit, &walk, &w->audit, &why) == 0)
		return 0;
	if (!is_verdict(&why)) {
		*e = why;
		return -1;
	}
	whole_found(w, &(struct whole_finding){ "audit", "audit", "",
	    why.text, NEXT_FORGED });
	return 0;
}

static int
found_backup(void *ctx, const struct row *row, struct err *e)
{
	char id[WHOLE_ID], what[128];

	(void)e;
	(void)snprintf(id, sizeof(id), "%" PRId64, row_int(row, 0));
	(void)snprintf(what, sizeof(what), "when this backup was made the "
	    "audit chain had another entry %" PRId64 ", or the roster was "
	    "longer", row_int(row, 1));
	whole_found(ctx, &(struct whole_finding){ "audit", "backup", id,
	    what, NEXT_FORGED });
	return 0;
}

static int
found_letters(void *ctx, const struct row *row, struct err *e)
{
	const char *case_id = row_text(row, 0), *state = row_text(row, 2);
	int64_t told = row_int(row, 1), here = row_int(row, 3);
	char what[128];

	(void)e;
	if (told == here || strcmp(state, "erased") == 0)
		return 0;
	(void)snprintf(what, sizeof(what), "the audit chain tells of %" PRId64
	    " letters, and %" PRId64 " are here", told, here);
	whole_found(ctx, &(struct whole_finding){ "audit", "cases", case_id,
	    what, NEXT_FORGED });
	return 0;
}

/* Somebody must be able to open what comes in from now on. */
static int
look_at_team(struct whole *w, const char *desk, struct err *e)
{
	struct err none = ERR_INIT;
	unsigned char box[SEAL_KEY];
	int64_t epoch, n;

	if (roster_team(w->desk->roster, desk, box, &epoch, &none) == -1)
		return 0;	/* a desk that has not begun */
	if (readers_of(w->desk, desk, epoch, &n, e) == -1)
		return -1;
	if (n == 0)
		whole_found(w, &(struct whole_finding){ "key", "team_secret",
		    desk, "nobody on the staff has this desk's key, so nobody "
		    "can open a letter", NEXT_RESTORE });
	return 0;
}

static int
look_at_teams(struct whole *w, struct err *e)
{
	const struct config *config = w->desk->config;
	size_t i;

	for (i = 0; i < config->ndesks; i++)
		if (look_at_team(w, config->desks[i].name, e) == -1)
			return -1;
	return 0;
}

static int
get_total(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	*(int64_t *)ctx = row_int(row, 3);
	return 1;
}

/* What stands or falls with the roster. */
static int
look_at_signed(struct whole *w, struct err *e)
{
	struct store *s = w->desk->store;
	int64_t total = 0;

	return store_run(s, STMT_WHOLE_COUNTS, NO_ARGS, get_total, &total,
	    e) == -1 || look_at_audit(w, total, e) == -1 ||
	    store_run(s, STMT_WHOLE_LETTERS, NO_ARGS, found_letters, w,
	    e) == -1 || look_at_teams(w, e) == -1 ||
	    whole_cases(w, e) == -1 ? -1 : 0;
}

/* What is sealed here lies in clear where it came from. */
static void
look_at_sources(struct whole *w)
{
	const struct config_mailbox *box;
	size_t i;

	for (i = 0; i < w->desk->config->nmailboxes; i++) {
		box = &w->desk->config->mailboxes[i];
		if (box->host != NULL && box->after != AFTER_DELETE &&
		    box->purge_after_s == 0)
			whole_note(w, &(struct whole_finding){ "mailbox", "",
			    box->name, "its letters stay on the mail server, "
			    "where its provider can read them; 'purge_after' "
			    "or 'after = delete' takes away those that stand "
			    "in a backup",
			    "" });
	}
}

static int
look(struct whole *w, struct err *e)
{
	int roster = look_at_roster(w, e), file;

	look_at_sources(w);
	if (roster == -1 || (file = look_at_file(w, e)) == -1)
		return -1;
	if (file == 0)
		return 0;
	if (roster == 1 && look_at_signed(w, e) == -1)
		return -1;
	return store_run(w->desk->store, STMT_WHOLE_BACKUPS, NO_ARGS,
	    found_backup, w, e) == -1 || whole_bytes(w, e) == -1 ||
	    whole_rows(w, e) == -1 ? -1 : 0;
}

static int
look_at_audit_alone(struct whole *w, struct err *e)
{
	struct store *s = w->desk->store;
	int64_t total = 0;
	int roster = look_at_roster(w, e);

	if (roster == -1 || store_run(s, STMT_WHOLE_COUNTS, NO_ARGS,
	    get_total, &total, e) == -1)
		return -1;
	if (roster == 1 && (look_at_audit(w, total, e) == -1 ||
	    store_run(s, STMT_WHOLE_LETTERS, NO_ARGS, found_letters, w,
	    e) == -1))
		return -1;
	return store_run(s, STMT_WHOLE_BACKUPS, NO_ARGS, found_backup, w,
	    e) == -1 ? -1 : 0;
}

static int
in_one_view(struct whole *w, int (*fn)(struct whole *, struct err *),
    struct err *e)
{
	int result;

	w->findings = w->notes = 0;
	if (store_read(w->desk->store, e) == -1)
		return -1;
	result = fn(w, e);
	store_rollback(w->desk->store);
	return result;
}

int
whole_look(struct whole *w, struct err *e)
{
	return in_one_view(w, look, e);
}

int
whole_look_audit(struct whole *w, struct err *e)
{
	return in_one_view(w, look_at_audit_alone, e);
}
