/*
 * A person says that a letter is still right.  The service cannot read which
 * letter is meant, so who may say it and whether the reading is new are asked
 * here only that people hear it at once; post asks all of it again, from the
 * signatures, before anything leaves.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft_inside.h"
#include "daemon/desk/event.h"
#include "daemon/desk/link.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/still.h"
#include "daemon/store/store.h"
#include "lib/err.h"

int
still_facts(struct desk *d, const struct delivery *x,
    const struct letter_read *read, size_t n, struct delivery_facts *facts,
    struct err *e)
{
	struct delivery of = *x;
	size_t i;
	int unread;

	unread = link_unread(d, x->desk, x->case_id, read, n, e);
	for (i = 0; i < n && unread == 0; i++) {
		memcpy(of.case_id, read[i].case_id, sizeof(of.case_id));
		if (delivery_facts(d, &of, read[i].deposit, &facts[i],
		    e) == -1)
			unread = e->code == ERR_GONE ? 1 : -1;
	}
	return unread;
}

int
still_is_stale(const struct delivery_facts *facts, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!facts[i].last_read_known || facts[i].later_letter)
			return 1;
	return 0;
}

struct each {
	still_fn	*fn;
	void		*ctx;
};

static int
get_each(void *ctx, const struct row *row, struct err *e)
{
	const struct each *each = ctx;
	unsigned char signature[SIGN_LEN];
	const void *statement;
	size_t len;

	statement = row_blob(row, 1, &len);
	if (statement == NULL ||
	    row_bytes(row, 2, signature, sizeof(signature)) == -1)
		return 0;
	return each->fn(each->ctx, statement, len, signature, e);
}

int
still_each(struct desk *d, const unsigned char item[SEAL_ID], still_fn *fn,
    void *ctx, struct err *e)
{
	struct each each = { fn, ctx };

	return store_run(d->store, STMT_STILL_OF, ARGS(V_BLOB(item, SEAL_ID)),
	    get_each, &each, e) == -1 ? -1 : 0;
}

/* What was said, and the letter that it is about. */
struct saying {
	struct still_statement	 is;
	const char		*text;
	unsigned char		 signature[SIGN_LEN];
	char			 state[16], code[16];	/* of its delivery */
	unsigned char		 approver[SIGN_PUBLIC];
	int			 has_approval;
};

static int
parse(struct saying *s, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	struct still_letter letter;

	memset(s, 0, sizeof(*s));
	if (wire_get_string(body, "statement", &s->text, e) == -1 ||
	    wire_get_hex(body, "signature", s->signature, SIGN_LEN,
	    e) == -1 || still_parse(&s->is, s->text, strlen(s->text),
	    e) == -1)
		return -1;
	letter = s->is.letter;
	(void)snprintf(letter.case_id, sizeof(letter.case_id), "%s", case_id);
	letter.draft = no;
	if (still_holds(actor->person, &letter, s->text, strlen(s->text),
	    s->signature, &s->is))
		return 0;
	err_set(e, ERR_DENIED, "the statement about the letter is not signed "
	    "by who sends it, or is about another one");
	return -1;
}

/* Before the store is locked: a long case takes a while. */
static int
check_fresh(struct desk *d, const struct actor *actor,
    const struct saying *s, const char *desk, struct err *e)
{
	struct delivery_facts facts[LETTER_LAST_READ_MAX];
	struct delivery x = { .participant = 0 };
	size_t i;
	int stale;

	for (i = 0; i < s->is.nlast_read; i++)
		if (case_access(d, actor, s->is.last_read[i].case_id,
		    e) == -1)
			return -1;
	memcpy(x.case_id, s->is.letter.case_id, sizeof(x.case_id));
	(void)snprintf(x.desk, sizeof(x.desk), "%s", desk);
	stale = still_facts(d, &x, s->is.last_read, s->is.nlast_read, facts,
	    e);
	if (stale == -1)
		return -1;
	if (!stale && !still_is_stale(facts, s->is.nlast_read))
		return 0;
	err_set(e, ERR_CONFLICT, "somebody wrote just now: read it with "
	    "'teduh show %s', then repeat the command", x.case_id);
	return -1;
}

static int
get_letter(void *ctx, const struct row *row, struct err *e)
{
	struct saying *s = ctx;

	(void)e;
	(void)snprintf(s->state, sizeof(s->state), "%s", row_text(row, 0));
	(void)snprintf(s->code, sizeof(s->code), "%s", row_text(row, 1));
	s->has_approval = row_bytes(row, 2, s->approver, SIGN_PUBLIC) == 0;
	return 1;
}

/* The author; who approved it, or before that who may. */
static int
may_say(struct desk *d, const struct actor *actor, const char *case_id,
    const struct draft *draft, const struct saying *s, struct err *e)
{
	const struct roster_person *me = actor->person;

	if (strcmp(draft->author, me->name) == 0 ||
	    (s->has_approval && memcmp(s->approver, me->sign,
	    SIGN_PUBLIC) == 0))
		return 0;
	if (strcmp(draft->state, "submitted") == 0)
		return draft_may_review(d, actor, case_id, e);
	err_set(e, ERR_DENIED, "this answer is %s's: only its author and who "
	    "approved it may say that it is still right", draft->author);
	return -1;
}

/* Whether the letter waits for review or may still leave. */
static int
can_say(const struct draft *draft, const struct saying *s, const char *id,
    int64_t no, struct err *e)
{
	static const char *const leaving[] = { "held", "due", "sending",
	    "deferred" };
	size_t i;

	if (strcmp(draft->state, "submitted") == 0)
		return 0;
	if (strcmp(draft->state, "approved") != 0)
		return draft_wrong_state(id, no, draft->state,
		    "submitted or approved", e);
	for (i = 0; i < sizeof(leaving) / sizeof(leaving[0]); i++)
		if (strcmp(s->state, leaving[i]) == 0)
			return 0;
	if (strcmp(s->state, "blocked") != 0)
		return draft_wrong_state(id, no, s->state, "on its way", e);
	if (strcmp(s->code, "stale") == 0)
		return 0;
	err_set(e, ERR_CONFLICT, "the answer %s.d%" PRId64 " was not sent for "
	    "another reason (%s): 'teduh review %s.d%" PRId64 "' says what to "
	    "do", id, no, s->code, id, no);
	return -1;
}

static int
release(struct desk *d, const char *case_id, const struct draft *draft,
    struct err *e)
{
	int64_t leave_at, now = store_now(d->store);

	if (draft_leave_at(d, case_id, now, &leave_at, e) == -1)
		return -1;
	/* None: it was not blocked, or post was quicker. */
	return store_run(d->store, STMT_STILL_RELEASE,
	    ARGS(V_BLOB(draft->letter, SEAL_ID), V_INT(now),
	    V_INT(leave_at)), NULL, NULL, e) == -1 ? -1 : 0;
}

static int
keep(struct desk *d, const struct actor *actor, const struct draft *draft,
    const struct saying *s, struct err *e)
{
	const struct still_letter *l = &s->is.letter;
	const struct letter_read *own = letter_read_find(s->is.last_read,
	    s->is.nlast_read, l->case_id);

	return store_run(d->store, STMT_STILL_PUT,
	    ARGS(V_BLOB(draft->letter, SEAL_ID), V_TEXT(actor->person->name),
	    V_INT(store_now(d->store)), V_BLOB(s->text, strlen(s->text)),
	    V_BLOB(s->signature, SIGN_LEN)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_STILL_SEEN, ARGS(V_TEXT(l->case_id),
	    V_INT(l->draft), V_BLOB(own->deposit, SEAL_HASH)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

static int
say_within(struct desk *d, const struct actor *actor, struct saying *s,
    struct err *e)
{
	const char *id = s->is.letter.case_id;
	int64_t no = s->is.letter.draft;
	struct draft draft;
	char detail[32];

	if (draft_load(d, actor, id, no, &draft, e) == -1)
		return -1;
	if (draft.has_letter && store_run(d->store, STMT_STILL_LETTER,
	    ARGS(V_BLOB(draft.letter, SEAL_ID)), get_letter, s, e) == -1)
		return -1;
	if (may_say(d, actor, id, &draft, s, e) == -1 ||
	    can_say(&draft, s, id, no, e) == -1)
		return -1;
	if (draft.revision != s->is.letter.revision) {
		err_set(e, ERR_CONFLICT, "draft %s.d%" PRId64 " was changed "
		    "since you read it: read it again with 'teduh review'",
		    id, no);
		return -1;
	}
	(void)snprintf(detail, sizeof(detail), "d%" PRId64, no);
	if (keep(d, actor, &draft, s, e) == -1 ||
	    (strcmp(s->state, "blocked") == 0 &&
	    release(d, id, &draft, e) == -1) ||
	    event_add(d, actor, id, "still-right", detail, e) == -1 ||
	    claim_renew(d, actor, id, 0, e) == -1)
		return -1;
	return draft_audit(d, actor, "still-right", id, no, e);
}

/* Only what this person may see is walked through. 0 or -1. */
static int
look(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct saying *s, struct err *e)
{
	struct draft draft;
	json_t *row = NULL;
	int result = -1;

	if (store_read(d->store, e) == -1)
		return -1;
	if (draft_load(d, actor, case_id, no, &draft, e) == 0 &&
	    (row = rows_object(d->store, STMT_CASE_JSON,
	    ARGS(V_TEXT(case_id)), e)) != NULL)
		result = check_fresh(d, actor, s, json_string_value(
		    json_object_get(row, "desk")), e);
	json_decref(row);
	store_rollback(d->store);
	return result;
}

json_t *
still_say(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	struct saying s;
	struct actor me;

	if (parse(&s, actor, case_id, no, body, e) == -1 ||
	    look(d, actor, case_id, no, &s, e) == -1)
		return NULL;
	crash_point("draft: still before");
	if (staff_begin(d, actor, &me, e) == -1 || staff_end(d,
	    say_within(d, &me, &s, e), e) == -1)
		return NULL;
	crash_point("draft: still after");
	return draft_answer(d, case_id, no, e);
}
