/*
 * The rows of a letter, within the transaction: the case, new or grown, the
 * item with the deposit that the role signs, keys and participant.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/counter.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_inside.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/item.h"
#include "daemon/desk/link.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

/* Flags of the letter, and of a case that begins with it. */
static void
item_flags(const struct taking *t, char out[64])
{
	const char *tray = t->place.joins ? "" : t->place.flags;

	/* It cannot be both. */
	const char *odd = t->unreadable ? "unreadable" :
	    t->triage.failed ? "rules-failed" : "";

	(void)snprintf(out, 64, "%s%s%s", tray, tray[0] != '\0' &&
	    odd[0] != '\0' ? " " : "", odd);
}

static const char *
language(const struct taking *t)
{
	return t->language[0] == '\0' ? NULL : t->language;
}

/* The case's row, new or grown; gives the item's seq and the last hash. */
static int
write_case(struct taking *t, int64_t at, int64_t *seq,
    unsigned char prev[SEAL_HASH], struct err *e)
{
	struct desk *d = t->desk;
	struct deposit_place *p = &t->place;
	const struct config_desk *desk = t->line;
	char flags[64];
	int64_t due;

	*seq = 1;
	memset(prev, 0, SEAL_HASH);
	if (p->joins)
		return epoch_unmoved(d, p->case_id, p->epoch, e) == -1 ? -1 :
		    deposit_case_head(d, p->case_id, seq, prev, e);
	due = due_at(desk, at, DUE_FIRST, 0);
	item_flags(t, flags);
	if (store_run(d->store, STMT_CASE_ADD, ARGS(V_TEXT(p->case_id),
	    V_TEXT(desk->name), V_TEXT(flags),
	    V_TEXT(t->channel), V_INT(at), V_INT(due),
	    V_BLOB(prev, SEAL_HASH), V_TEXT(language(t))), NULL, NULL,
	    e) == -1 ||
	    store_run(d->store, STMT_CASE_KEY_ADD, ARGS(V_TEXT(p->case_id),
	    V_INT(p->epoch), V_BLOB(p->case_key, SEAL_KEY),
	    V_INT(t->team_epoch), V_BLOB(t->case_box.bytes,
	    t->case_box.len)), NULL, NULL, e) == -1)
		return -1;
	return 0;
}

/* Whom we write to. Who writes again by form is reached as before. */
static void
fill_person(const struct taking *t, struct deposit *dep)
{
	const struct deposit_place *p = &t->place;
	const char *from = t->from == NULL ? "" : t->from;

	dep->participant = p->participant;
	memcpy(dep->address, p->address, sizeof(dep->address));
	if (t->again) {
		memcpy(dep->mode, t->mode, sizeof(dep->mode));
		memcpy(dep->check, t->check, sizeof(dep->check));
		return;
	}
	(void)snprintf(dep->mode, sizeof(dep->mode), "%s",
	    t->from == NULL ? "pickup" : p->joins && p->mode[0] != '\0' ?
	    p->mode : "mail");
	desk_hash_check(t->desk, p->case_id, p->participant, from,
	    dep->check);
}

static void
fill_deposit(const struct taking *t, struct deposit *dep, int64_t at,
    int64_t seq, const unsigned char prev[SEAL_HASH])
{
	const struct deposit_place *p = &t->place;
	const struct deposit_part *parts;

	memset(dep, 0, sizeof(*dep));
	(void)snprintf(dep->role, sizeof(dep->role), "%s", t->desk->role);
	memcpy(dep->case_id, p->case_id, sizeof(dep->case_id));
	dep->seq = seq;
	(void)snprintf(dep->kind, sizeof(dep->kind), "letter");
	memcpy(dep->item, t->item, sizeof(dep->item));
	parts = item_out_parts(t->out, &dep->nparts);
	dep->parts = mem_dup(parts, dep->nparts * sizeof(*parts));
	dep->epoch = p->epoch;
	memcpy(dep->case_key, p->case_key, sizeof(dep->case_key));
	fill_person(t, dep);
	(void)snprintf(dep->class, sizeof(dep->class), "%s",
	    t->class == NULL ? "" : t->class);
	item_flags(t, dep->flags);
	if (!p->joins) {
		(void)snprintf(dep->desk, sizeof(dep->desk), "%s",
		    t->line->name);
		dep->team_epoch = t->team_epoch;
	}
	if (!p->joins && p->link[0] != '\0') {
		memcpy(dep->link, p->link, sizeof(dep->link));
		(void)snprintf(dep->link_kind, sizeof(dep->link_kind), "%s",
		    p->link_kind);
	}
	if (t->by_form) {
		dep->has_seeker = 1;
		memcpy(dep->seeker, t->seeker, SEAL_KEY);
	}
	dep->urgency = t->triage.urgency;
	dep->at = at;
	memcpy(dep->prev, prev, SEAL_HASH);
}

static int
write_grant(struct taking *t, const char *recipient, const char *which,
    int64_t epoch, const struct buf *box, struct err *e)
{
	return store_run(t->desk->store, STMT_GRANT_ADD,
	    ARGS(V_BLOB(t->item, SEAL_ID), V_TEXT(recipient), V_TEXT(which),
	    V_INT(epoch), V_BLOB(box->bytes, box->len)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

static int
write_grants(struct taking *t, const struct deposit *dep, struct err *e)
{
	if (write_grant(t, "case", "content", dep->epoch, &t->grant_content,
	    e) == -1 ||
	    write_grant(t, "case", "raw", dep->epoch, &t->grant_raw, e) == -1)
		return -1;
	if (!t->coded)
		return 0;
	return write_grant(t, "seeker", "content", 0, &t->seeker_content,
	    e) == -1 ||
	    write_grant(t, "seeker", "raw", 0, &t->seeker_raw, e) == -1 ?
	    -1 : 0;
}

static int
write_item(struct taking *t, const struct deposit *dep,
    unsigned char hash[SEAL_HASH], struct err *e)
{
	struct desk *d = t->desk;
	unsigned char signature[SIGN_LEN];
	char *statement;
	size_t len;
	int result = -1;

	statement = deposit_print(dep, &len);
	deposit_hash(hash, statement, len);
	signature_make(d->signer, PURPOSE_DEPOSIT, statement, len, signature);
	if (store_run(d->store, STMT_ITEM_ADD, ARGS(V_BLOB(t->item, SEAL_ID),
	    V_TEXT(dep->case_id), V_INT(dep->seq), V_TEXT(dep->kind),
	    V_INT(dep->at), V_INT(dep->participant), V_TEXT(t->class),
	    V_TEXT(dep->flags), V_BLOB(statement, len),
	    V_BLOB(hash, SEAL_HASH), V_BLOB(d->signer->pub, SIGN_PUBLIC),
	    V_BLOB(signature, SIGN_LEN)), NULL, NULL, e) == -1 ||
	    item_out_commit(t->out, e) == -1 ||
	    item_complete(d->store, t->item, e) == -1 ||
	    write_grants(t, dep, e) == -1)
		goto out;
	result = 0;
out:
	free(statement);
	return result;
}

/* Who came by form has told an address, and is answered there from now on. */
static int
write_moved(struct desk *d, const struct deposit *dep, struct err *e)
{
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "p%" PRId64,
	    dep->participant);
	return store_run(d->store, STMT_PARTICIPANT_MOVED,
	    ARGS(V_TEXT(dep->case_id), V_INT(dep->participant),
	    V_TEXT(dep->mode), V_BLOB(dep->address, SEAL_HASH)), NULL, NULL,
	    e) == -1 || audit_add(d, NULL, "addressed", dep->case_id, detail,
	    e) == -1 || event_add(d, NULL, dep->case_id, "addressed", detail,
	    e) == -1 ? -1 : 0;
}

/* The case learns of its letter; a new one of its participant as well. */
static int
finish_case(struct taking *t, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct desk *d = t->desk;

	if (t->place.moves && write_moved(d, dep, e) == -1)
		return -1;
	if (t->place.reports)
		return bounce_mark(d, &t->place.bounce, dep, hash, e);
	if (!t->place.joins && (store_run(d->store, STMT_PARTICIPANT_ADD,
	    ARGS(V_TEXT(dep->case_id), V_INT(dep->participant),
	    V_TEXT("seeker"), V_TEXT(dep->mode),
	    V_BLOB(dep->address, SEAL_HASH)), NULL, NULL, e) == -1 ||
	    link_add(d, dep, e) == -1))
		return -1;
	/* A first letter is often too short to tell. */
	if (t->place.joins && language(t) != NULL && dep->participant == 1 &&
	    store_run(d->store, STMT_CASE_LANGUAGE, ARGS(V_TEXT(dep->case_id),
	    V_TEXT(language(t))), NULL, NULL, e) == -1)
		return -1;
	if (deposit_case_grow(d, dep, hash, t->place.joins, t->unreadable,
	    e) == -1 || deposit_raise(t, dep, e) == -1)
		return -1;
	return strcmp(dep->class, "automatic") == 0 ? 0 :
	    counter_received(d, dep->case_id, t->place.joins, e);
}

int
deposit_write_letter(struct taking *t, int64_t at, struct deposit *dep,
    struct err *e)
{
	unsigned char prev[SEAL_HASH], hash[SEAL_HASH];
	int64_t seq;

	memset(dep, 0, sizeof(*dep));
	if (write_case(t, at, &seq, prev, e) == -1)
		return -1;
	fill_deposit(t, dep, at, seq, prev);
	return write_item(t, dep, hash, e) == -1 ||
	    finish_case(t, dep, hash, e) == -1 ? -1 : 0;
}
