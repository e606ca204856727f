/*
 * Cases against what was signed of them: the chain of deposits, and the plain
 * columns that queue and API go by.  Who can write to the store can change
 * a column and sign nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/desk/chain.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/whole_inside.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/publication.h"
#include "lib/statement.h"

/* A case, and the deposit of it that is looked at. */
struct looking {
	struct whole			*whole;
	const char			*case_id;
	const struct deposit		*dep;
	const unsigned char		*hash;
	int				 same;	/* rows that fit */
	/* Of whom a deposit was seen; the first one is the newest. */
	unsigned char			 seen[STATEMENT_PEOPLE_MAX + 1];
	/* The same of the deposits that name the key of a return code. */
	unsigned char			 coded[STATEMENT_PEOPLE_MAX + 1];
	/* What the newest deposit says of the case's key. */
	int64_t				 epoch;		/* 0: not seen */
	unsigned char			 key[SEAL_KEY];
};

static void
found(struct whole *w, const char *table, const char *case_id, int64_t n,
    const char *what, const char *next)
{
	char id[WHOLE_ID];

	whole_id(id, case_id, n);
	whole_found(w, &(struct whole_finding){ "deposit", table, id, what,
	    next });
}

static int
is_bytes(const struct row *row, int column, const unsigned char *want,
    size_t n)
{
	const void *bytes;
	size_t len;

	bytes = row_blob(row, column, &len);
	return bytes != NULL && len == n && memcmp(bytes, want, n) == 0;
}

static int
same_item(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;
	const struct deposit *dep = l->dep;

	(void)e;
	l->same = strcmp(row_text(row, 0), dep->case_id) == 0 &&
	    row_int(row, 1) == dep->seq &&
	    strcmp(row_text(row, 2), dep->kind) == 0 &&
	    row_int(row, 3) == dep->at &&
	    row_int(row, 4) == dep->participant &&
	    strcmp(row_text(row, 5), dep->class) == 0 &&
	    strcmp(row_text(row, 6), dep->flags) == 0 &&
	    is_bytes(row, 7, l->hash, SEAL_HASH);
	return 1;
}

static int
same_part(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;
	const struct deposit_part *part = deposit_part(l->dep,
	    (uint32_t)row_int(row, 0));

	(void)e;
	l->same += part != NULL && row_int(row, 1) == part->size &&
	    is_bytes(row, 2, part->hash, SEAL_HASH) ? 1 : -1;
	return 0;
}

static int
same_key(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;

	(void)e;
	l->same = is_bytes(row, 0, l->dep->case_key, SEAL_KEY);
	return 1;
}

static int
same_address(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;

	(void)e;
	l->same = is_bytes(row, 0, l->dep->address, SEAL_HASH);
	return 1;
}

static int
same_seeker(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;

	(void)e;
	l->same = is_bytes(row, 0, l->dep->seeker, SEAL_KEY);
	return 1;
}

/* One statement's rows say what the deposit says, or it is told. */
static int
compare(struct looking *l, enum statement statement,
    const struct value *args, size_t nargs, store_row *fn, int want,
    const char *table, const char *what, struct err *e)
{
	const struct deposit *dep = l->dep;

	l->same = 0;
	if (store_run(l->whole->desk->store, statement, args, nargs, fn, l,
	    e) == -1)
		return -1;
	if (l->same != want)
		found(l->whole, table, dep->case_id, dep->seq, what,
		    NEXT_FORGED);
	return 0;
}

/* Answers are sealed to what role web signed; the row is asked as well. */
static int
look_at_code(struct looking *l, struct err *e)
{
	const struct deposit *dep = l->dep;

	if (!dep->has_seeker || dep->participant > STATEMENT_PEOPLE_MAX ||
	    l->coded[dep->participant]++)
		return 0;
	return compare(l, STMT_LOCATOR_KEY, ARGS(V_TEXT(dep->case_id),
	    V_INT(dep->participant)), same_seeker, 1, "locator", "the return "
	    "code of who wrote this letter does not lead to the key that was "
	    "signed", e);
}

static int
look_at_deposit(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct looking *l = ctx;

	l->dep = dep;
	l->hash = hash;
	l->whole->letters++;
	if (l->epoch == 0) {
		l->epoch = dep->epoch;
		memcpy(l->key, dep->case_key, SEAL_KEY);
	}
	if (compare(l, STMT_WHOLE_ITEM, ARGS(V_BLOB(dep->item, SEAL_ID)),
	    same_item, 1, "item", "its columns are not what was signed when "
	    "it came", e) == -1 ||
	    compare(l, STMT_WHOLE_ITEM_PARTS, ARGS(V_BLOB(dep->item,
	    SEAL_ID)), same_part, (int)dep->nparts, "part", "the parts of "
	    "this letter are not those that were signed when it came",
	    e) == -1 ||
	    compare(l, STMT_WHOLE_CASE_KEY, ARGS(V_TEXT(dep->case_id),
	    V_INT(dep->epoch)), same_key, 1, "case_key", "the case's key is "
	    "not the one under which this letter came", e) == -1)
		return -1;
	if (look_at_code(l, e) == -1)
		return -1;
	if (dep->participant == 0)
		return 0;	/* a machine's report: nobody's strand */
	if (dep->participant <= STATEMENT_PEOPLE_MAX &&
	    l->seen[dep->participant]++)
		return 0;	/* an address of before */
	return compare(l, STMT_WHOLE_PARTICIPANT, ARGS(V_TEXT(dep->case_id),
	    V_INT(dep->participant)), same_address, 1, "participant",
	    "the address is not that of who wrote this letter", e);
}

/* Somebody stands in the case: did a role ever say so? */
static int
look_at_person(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;
	int64_t no = row_int(row, 0);

	(void)e;
	if (no < 1 || no > STATEMENT_PEOPLE_MAX || !l->seen[no])
		found(l->whole, "participant", l->case_id, no, "nothing that "
		    "was signed says that this person is in the case",
		    NEXT_FORGED);
	return 0;
}

static int
look_at_chain(struct whole *w, const char *case_id, const char *desk,
    struct err *e)
{
	struct looking l = { .whole = w, .case_id = case_id };
	struct err why = ERR_INIT;
	int with;

	if (chain_walk(w->desk, case_id, look_at_deposit, &l, &why) == 0 &&
	    epoch_newest(w->desk, case_id, &l.epoch, l.key, &why) == 0 &&
	    (with = epoch_is_with(w->desk, case_id, desk, &why)) != -1) {
		if (!with)
			found(w, "cases", case_id, 0, "it stands with another "
			    "desk than was signed last", NEXT_FORGED);
		return store_run(w->desk->store, STMT_WHOLE_PEOPLE,
		    ARGS(V_TEXT(case_id)), look_at_person, &l, e) == -1 ?
		    -1 : 0;
	}
	if (why.code != ERR_DENIED && why.code != ERR_INPUT &&
	    why.code != ERR_GONE) {
		*e = why;
		return -1;
	}
	found(w, "cases", case_id, 0, why.text, NEXT_FORGED);
	return 0;
}

static int
look_at_case(void *ctx, const struct row *row, struct err *e)
{
	struct whole *w = ctx;
	const char *case_id = row_text(row, 0);
	int64_t want = row_int(row, 2), here = row_int(row, 3);
	char what[96];

	w->step(w->ctx, "reading cases", ++w->cases, 0);
	if (strcmp(row_text(row, 1), "erased") == 0)
		return 0;
	if (want != here) {
		(void)snprintf(what, sizeof(what), "it had %" PRId64
		    " letters, answers and notes, and %" PRId64 " are here",
		    want, here);
		found(w, "cases", case_id, 0, what, NEXT_FORGED);
	}
	if (row_int(row, 4) == 0)
		whole_found(w, &(struct whole_finding){ "key", "case_key",
		    case_id, "the case has no key, so nobody can open it",
		    NEXT_RESTORE });
	else if (row_int(row, 5) > 0)
		whole_note(w, &(struct whole_finding){ "key", "case_key",
		    case_id, "the case was put back without its key and "
		    "stays shut: the keys file was older than "
		    "the backup", "" });
	return look_at_chain(w, case_id, row_text(row, 6), e);
}

/* By whom was it written, if he ever was on the staff. */
static int
look_at_written(void *ctx, const struct row *row, struct err *e)
{
	struct whole *w = ctx;
	const struct roster *r = w->desk->roster;
	unsigned char author[SIGN_PUBLIC], approver[SIGN_PUBLIC];
	int good;

	(void)e;
	good = row_bytes(row, 3, author, sizeof(author)) == 0 &&
	    roster_name_of_key(r, author) != NULL;
	if (good && row_type(row, 4) != VALUE_NULL)
		good = row_bytes(row, 4, approver, sizeof(approver)) == 0 &&
		    roster_name_of_key(r, approver) != NULL;
	if (!good)
		found(w, "item", row_text(row, 0), row_int(row, 1),
		    "it is signed by nobody who ever was on the staff",
		    NEXT_FORGED);
	return 0;
}

/* May it be shown?  Post alone says so, of these very bytes. */
static int
is_published(const struct whole *w, const struct row *row)
{
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	struct publication p;
	const void *statement;
	size_t len;

	statement = row_blob(row, 3, &len);
	return statement != NULL &&
	    row_bytes(row, 4, signer, sizeof(signer)) == 0 &&
	    row_bytes(row, 5, signature, sizeof(signature)) == 0 &&
	    roster_is_role_key(w->desk->roster, "post", signer, 0) &&
	    signature_check(signer, PURPOSE_PUBLICATION, statement, len,
	    signature) && publication_parse(&p, statement, len, NULL) == 0 &&
	    strcmp(p.case_id, row_text(row, 0)) == 0 &&
	    is_bytes(row, 2, p.item, SEAL_ID) &&
	    is_bytes(row, 6, p.letter, SEAL_HASH);
}

static int
look_at_published(void *ctx, const struct row *row, struct err *e)
{
	struct whole *w = ctx;

	(void)e;
	if (!is_published(w, row))
		found(w, "publication", row_text(row, 0), row_int(row, 1),
		    "role post has not signed that this answer may be shown",
		    NEXT_FORGED);
	return 0;
}

int
whole_cases(struct whole *w, struct err *e)
{
	struct store *s = w->desk->store;

	w->cases = w->letters = 0;
	return store_run(s, STMT_WHOLE_CASES, NO_ARGS, look_at_case, w,
	    e) == -1 || store_run(s, STMT_WHOLE_WRITTEN, NO_ARGS,
	    look_at_written, w, e) == -1 || store_run(s,
	    STMT_WHOLE_PUBLISHED, NO_ARGS, look_at_published, w, e) == -1 ?
	    -1 : 0;
}
