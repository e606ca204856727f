/*
 * Taking a letter.  It is sealed before the lock is taken; then one
 * transaction holds everything: ledger row, case, item, keys, the signed
 * deposit, audit.  Until that is durable nobody is told anything.
 *
 * The case key's secret half lives here for a moment, in locked memory, when
 * a case begins: it is sealed to the team and wiped.  From then on this
 * process can add to the case and can not read it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/canary.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/deposit_inside.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/item.h"
#include "daemon/desk/reading.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/strand.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/wire.h"

#define GRANT_MAX	1024

static const char *
view_string(const struct arrival *a, const char *name)
{
	if (a->reading == NULL || a->reading->unreadable)
		return NULL;
	return json_string_value(json_object_get(a->reading->view, name));
}

void
deposit_taking_free(struct taking *t)
{
	buf_free(&t->case_box);
	buf_free(&t->grant_content);
	buf_free(&t->grant_raw);
	buf_free(&t->seeker_content);
	buf_free(&t->seeker_raw);
	secret_free(t->content);
	secret_free(t->raw);
	item_out_free(t->out);
	triage_free(&t->triage);
}

/* Of the letter, when the desk speaks it; 1 when it does. */
static int
set_language(struct taking *t, const char *language)
{
	if (!config_speaks(t->line, language))
		return 0;
	(void)snprintf(t->language, sizeof(t->language), "%s", language);
	return 1;
}

/* A form names nobody, and that makes it no less a person's. */
static void
who_wrote(struct taking *t)
{
	const struct arrival *a = t->arrival;

	t->unreadable = a->reading == NULL || a->reading->unreadable;
	t->class = view_string(a, "class");
	if (!set_language(t, view_string(a, "language")) && t->by_form)
		(void)set_language(t, a->form->language);
	if (t->by_form)
		t->class = t->unreadable ? NULL : "person";
	else if (!t->unreadable)
		t->from = json_string_value(json_object_get(json_object_get(
		    a->reading->view, "from"), "address"));
}

int
deposit_case_exists(struct desk *d, const char *id, struct err *e)
{
	int64_t n = store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(id)), NULL,
	    NULL, e);

	return n == -1 ? -1 : n > 0;
}

int
deposit_begin_case(struct taking *t, struct err *e)
{
	struct deposit_place *p = &t->place;
	const char *desk = t->line->name;
	unsigned char team[SEAL_KEY];
	char context[CONTEXT_MAX];
	struct secret *secret;
	int taken, bad;

	if (roster_team(t->desk->roster, desk, team, &t->team_epoch,
	    e) == -1)
		return -1;
	do {
		code_random(p->case_id, CASE_ID_LEN);
		if ((taken = deposit_case_exists(t->desk, p->case_id,
		    e)) == -1)
			return -1;
	} while (taken);
	p->epoch = 1;
	p->participant = 1;
	secret = seal_pair_new(p->case_key);
	context_case(context, p->case_id, p->epoch, desk, t->team_epoch);
	bad = seal_box(team, BOX_CASE, context, secret->bytes, secret->len,
	    &t->case_box, e);
	secret_free(secret);
	return bad;
}

int
deposit_taking_init(struct taking *t, struct desk *d,
    const struct arrival *a, struct err *e)
{
	const char *line = a->form == NULL ? a->mailbox->desk :
	    a->form->strand != NULL ? a->form->strand->desk : a->form->desk;

	memset(t, 0, sizeof(*t));
	t->desk = d;
	t->arrival = a;
	t->by_form = t->coded = a->form != NULL;
	t->source = t->by_form ? "web" : a->mailbox->name;
	t->channel = t->by_form ? "web" : "mail";
	t->size = (int64_t)a->len;
	buf_init(&t->case_box, GRANT_MAX);
	buf_init(&t->grant_content, GRANT_MAX);
	buf_init(&t->grant_raw, GRANT_MAX);
	buf_init(&t->seeker_content, GRANT_MAX);
	buf_init(&t->seeker_raw, GRANT_MAX);
	t->content = secret_random(SEAL_KEY);
	t->raw = secret_random(SEAL_KEY);
	seal_random(t->item, sizeof(t->item));
	t->out = item_out_new(d->store, t->item);
	if ((t->line = config_desk(d->config, line)) == NULL) {
		err_set(e, ERR_GONE, "there is no desk '%s'", line);
		return -1;
	}
	who_wrote(t);
	return 0;
}

/*
 * Where it goes: a machine's report about a letter of ours to that letter's
 * case, anything else as deposit_find() says. A new case is begun.
 */
static int
taking_place(struct taking *t, struct err *e)
{
	int reports = deposit_report(t->desk, t->arrival, &t->place, e);

	if (reports == 1) {
		t->from = NULL;		/* nobody's strand */
		t->class = bounce_class(&t->place.bounce);
	}
	if (reports == -1 || (reports == 0 && deposit_find(t->desk,
	    t->arrival, t->from, &t->place, e) == -1))
		return -1;
	if (t->place.coded) {
		t->coded = 1;
		memcpy(t->seeker, t->place.seeker, SEAL_KEY);
	}
	return t->place.joins ? 0 : deposit_begin_case(t, e);
}

/* Behind the audit entry of the same letter: it is what counts. */
static int
write_ledger(struct taking *t, int64_t at, const char *class,
    const char *case_id, const unsigned char *item, struct err *e)
{
	const struct arrival *a = t->arrival;
	struct desk *d = t->desk;
	int64_t uid = a->uid;

	if (uid == 0 && rows_int(d->store, STMT_LEDGER_NEXT,
	    ARGS(V_TEXT(a->mailbox->name), V_TEXT(a->folder),
	    V_INT(a->uidvalidity)), 1, &uid, e) == -1)
		return -1;
	return store_run(d->store, STMT_LEDGER_STORED, ARGS(
	    V_TEXT(a->mailbox->name), V_TEXT(a->folder),
	    V_INT(a->uidvalidity), V_INT(uid), V_INT(t->size),
	    V_BLOB(t->has_body ? t->body : NULL, SEAL_HASH), V_TEXT(class),
	    V_TEXT(case_id), V_BLOB(item, SEAL_ID), V_INT(at)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

static int
write_all(struct taking *t, struct err *e)
{
	int64_t at = store_now(t->desk->store);
	struct deposit dep;
	int result = -1;

	if (deposit_write_letter(t, at, &dep, e) == -1 ||
	    audit_add(t->desk, NULL, "letter", dep.case_id, t->source,
	    e) == -1 ||
	    write_ledger(t, at, t->class, dep.case_id, t->item, e) == -1 ||
	    acknowledge_write(&t->acknowledge, t->desk, &dep, e) == -1)
		goto out;
	result = 0;
out:
	deposit_free(&dep);
	return result;
}

/* C1 */
static int
taking_commit(struct taking *t, struct err *e)
{
	struct store *s = t->desk->store;

	crash_point("C1 before");
	if (store_begin(s, e) == -1)
		return -1;
	if (write_all(t, e) == -1 || store_commit(s, e) == -1) {
		store_rollback(s);
		return -1;
	}
	crash_point("C1 after");
	return 0;
}

/* Settled without a case of its own: a ledger row and an audit entry. */
static int
settle(struct taking *t, const char *class, struct err *e)
{
	struct store *s = t->desk->store;
	const char *case_id = t->place.case_id;

	if (case_id[0] == '\0')
		case_id = NULL;
	crash_point("C1 before");
	if (store_begin(s, e) == -1)
		return -1;
	if (audit_add(t->desk, NULL, class, case_id, t->source,
	    e) == -1 ||
	    write_ledger(t, store_now(s), class, case_id, NULL, e) == -1 ||
	    (t->is_canary && canary_back(t->desk, t->canary, t->body,
	    e) == -1) ||
	    store_commit(s, e) == -1) {
		store_rollback(s);
		return -1;
	}
	crash_point("C1 after");
	return 0;
}

/* Sealed and written: what a human will see. */
static int
take(struct taking *t, struct err *e)
{
	const struct arrival *a = t->arrival;

	if (!t->place.joins && !t->unreadable)
		acknowledge_prepare(&t->acknowledge, t->desk, a->mailbox,
		    a->reading->view, t->place.flags);
	return deposit_seal_part(t, t->raw, PART_RAW, a->raw, a->len,
	    e) == -1 || deposit_seal_reading(t, e) == -1 ||
	    taking_commit(t, e) == -1 ? -1 : 0;
}

/*
 * The order of a letter: has this mailbox brought it before?  Is it ours
 * alone?  Else: which case (taking_place), sealed, and one transaction with
 * all that follows from it (write_all).
 */
int
deposit_letter(struct desk *d, const struct arrival *a,
    enum deposit_result *result, char case_id[CASE_ID_LEN + 1],
    struct err *e)
{
	struct taking t;
	int same, bad = -1;

	if (deposit_taking_init(&t, d, a, e) == -1)
		goto out;
	t.has_body = 1;
	desk_hash_body(d, a->raw, a->len, t.body);
	if ((same = deposit_seen(d, a, t.body, t.place.case_id, e)) == -1 ||
	    (!same && (t.is_canary = canary_find(d, a, t.body, t.canary,
	    e)) == -1))
		goto out;
	if (same) {
		*result = DEPOSIT_DUPLICATE;
		bad = settle(&t, "duplicate", e);
	} else if (t.is_canary) {
		*result = DEPOSIT_CANARY;
		bad = settle(&t, "own", e);
	} else {
		if (taking_place(&t, e) == -1)
			goto out;
		*result = t.place.joins ? DEPOSIT_JOINED : DEPOSIT_NEW;
		bad = take(&t, e);
	}
	memcpy(case_id, t.place.case_id, CASE_ID_LEN + 1);
out:
	deposit_taking_free(&t);
	return bad;
}

struct deposit_stream {
	struct taking		 taking;
	struct arrival		 arrival;
	struct seal_stream	*raw;
	struct seal_hashing	*hashing;	/* NULL: only its beginning */
};

struct deposit_stream *
deposit_stream_new(struct desk *d, const struct arrival *a, int whole,
    struct err *e)
{
	struct deposit_stream *s = mem_alloc(sizeof(*s));

	s->arrival = *a;
	s->arrival.reading = NULL;
	if (deposit_taking_init(&s->taking, d, &s->arrival, e) == -1 ||
	    taking_place(&s->taking, e) == -1)
		goto fail;
	item_out_part(s->taking.out, PART_RAW);
	s->raw = seal_stream_new(s->taking.raw, s->taking.item, PART_RAW,
	    item_out_sink, s->taking.out, e);
	if (whole)
		s->hashing = desk_hash_body_begin(d);
	if (s->raw != NULL)
		return s;
fail:
	deposit_stream_free(s);
	return NULL;
}

int
deposit_stream_add(struct deposit_stream *s, const void *bytes, size_t len,
    struct err *e)
{
	s->taking.size += (int64_t)len;
	if (s->hashing != NULL)
		seal_hashing_add(s->hashing, bytes, len);
	return seal_stream_add(s->raw, bytes, len, e);
}

int
deposit_stream_end(struct deposit_stream *s, char case_id[CASE_ID_LEN + 1],
    struct err *e)
{
	struct taking *t = &s->taking;
	unsigned char hash[SEAL_HASH];
	char before[CASE_ID_LEN + 1];
	int same = 0;

	if (seal_stream_end(s->raw, hash, e) == -1)
		return -1;
	item_out_end(t->out, hash);
	if (s->hashing != NULL) {
		seal_hashing_end(s->hashing, t->body);
		s->hashing = NULL;
		t->has_body = 1;
		same = deposit_seen(t->desk, t->arrival, t->body, before, e);
	}
	/* What was sealed of it belongs to nothing then, and is swept. */
	if (same == 1)
		memcpy(t->place.case_id, before, sizeof(before));
	if (same == -1 || (same == 1 ? settle(t, "duplicate", e) == -1 :
	    deposit_seal_reading(t, e) == -1 || taking_commit(t, e) == -1))
		return -1;
	memcpy(case_id, t->place.case_id, CASE_ID_LEN + 1);
	return 0;
}

void
deposit_stream_free(struct deposit_stream *s)
{
	if (s == NULL)
		return;
	seal_stream_free(s->raw);
	seal_hashing_end(s->hashing, NULL);
	deposit_taking_free(&s->taking);
	free(s);
}
