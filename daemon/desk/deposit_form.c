/*
 * Taking letters that came by form.  Everything is sealed before the lock is
 * taken; then one transaction holds up to FORM_BATCH of them, and in it each
 * form is looked for once more, because two processes may hold the same.
 *
 * The code and the seeker's secret key live here for a moment, in locked
 * memory.  What is stored of them is the locator, the salt and the public
 * key; the same form makes the same code again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/deposit_inside.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/item.h"
#include "daemon/desk/strand.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define LOCK_MAX	(4 * 1024 * 1024)	/* bytes under the lock */

struct deposit_form {
	struct taking		 taking;
	unsigned char		 random[RETURN_CODE_FORM];
	unsigned char		 hash[SEAL_HASH];
	unsigned char		 salt[RETURN_CODE_SALT];
	uint32_t		 nth;
	struct form_letter	 letter;
};

static int
locator_taken(struct desk *d, const char *locator, struct err *e)
{
	int64_t n = store_run(d->store, STMT_LOCATOR_TAKEN,
	    ARGS(V_TEXT(locator)), NULL, NULL, e);

	return n == -1 ? -1 : n > 0;
}

/* The code of this form whose locator nobody has, and the key it opens. */
static int
make_code(struct deposit_form *f, struct err *e)
{
	struct return_code *code = &f->letter.code;
	struct desk *d = f->taking.desk;
	struct secret *pair;
	int taken;

	return_code_make(code, d->pepper, f->random, 0);
	while ((taken = locator_taken(d, code->locator, e)) == 1) {
		return_code_free(code);
		return_code_make(code, d->pepper, f->random, ++f->nth);
	}
	if (taken == -1)
		return -1;
	seal_random(f->salt, sizeof(f->salt));
	pair = return_code_pair(code, f->salt, f->taking.seeker);
	secret_free(pair);
	return 0;
}

/* In the strand that was opened: what was checked then holds here. */
static void
place_again(struct taking *t, const struct strand *s)
{
	struct deposit_place *p = &t->place;

	t->again = p->joins = 1;
	memcpy(p->case_id, s->case_id, sizeof(p->case_id));
	p->epoch = s->epoch;
	p->participant = s->participant;
	memcpy(p->case_key, s->case_key, SEAL_KEY);
	memcpy(p->address, s->address, SEAL_HASH);
	memcpy(t->mode, s->mode, sizeof(t->mode));
	memcpy(t->check, s->check, SEAL_HASH);
	memcpy(t->seeker, s->key, SEAL_KEY);
}

static int
place_new(struct deposit_form *f, struct err *e)
{
	return make_code(f, e) == -1 ? -1 : deposit_begin_case(&f->taking, e);
}

static int
seal_letter(struct deposit_form *f, const struct arrival *a, struct err *e)
{
	const struct strand *strand = a->form->strand;
	struct taking *t = &f->taking;

	if (deposit_taking_init(t, t->desk, a, e) == -1)
		return -1;
	if (strand != NULL)
		place_again(t, strand);
	else if (place_new(f, e) == -1)
		return -1;
	return deposit_seal_part(t, t->raw, PART_RAW, a->raw, a->len,
	    e) == -1 || deposit_seal_reading(t, e) == -1 ? -1 : 0;
}

/* Of the bytes and, when somebody writes again, of where. */
static void
hash_form(const struct desk *d, const struct strand *s,
    const unsigned char random[RETURN_CODE_FORM],
    unsigned char hash[SEAL_HASH])
{
	unsigned char bytes[RETURN_CODE_FORM + 64];
	int n = 0;

	memcpy(bytes, random, RETURN_CODE_FORM);
	if (s != NULL)
		n = snprintf((char *)bytes + RETURN_CODE_FORM, 64,
		    "%s/%" PRId64, s->case_id, s->participant);
	desk_hash_form(d, bytes, RETURN_CODE_FORM + (size_t)n, hash);
	seal_wipe(bytes, sizeof(bytes));
}

struct deposit_form *
deposit_form_new(struct desk *d, const struct arrival *a, struct err *e)
{
	struct deposit_form *f = mem_alloc(sizeof(*f));
	struct taking *t = &f->taking;

	t->desk = d;
	memcpy(f->random, a->form->random, sizeof(f->random));
	hash_form(d, a->form->strand, f->random, f->hash);
	if (seal_letter(f, a, e) == -1) {
		deposit_form_free(f);
		return NULL;
	}
	(void)snprintf(t->place.flags, sizeof(t->place.flags), "%s",
	    a->form->flags);
	memcpy(f->letter.case_id, t->place.case_id,
	    sizeof(f->letter.case_id));
	t->arrival = NULL;
	return f;
}

void
deposit_form_free(struct deposit_form *f)
{
	if (f == NULL)
		return;
	deposit_taking_free(&f->taking);
	return_code_free(&f->letter.code);
	seal_wipe(f->random, sizeof(f->random));
	free(f);
}

struct found {
	struct form_letter	*letter;
	uint32_t		 nth;
};

static int
get_found(void *ctx, const struct row *row, struct err *e)
{
	struct found *found = ctx;
	const char *id = row_text(row, 0);

	(void)e;
	memcpy(found->letter->case_id, id, strnlen(id, CASE_ID_LEN) + 1);
	found->nth = (uint32_t)row_int(row, 1);
	found->letter->due = row_int(row, 2);
	found->letter->by_link = row_type(row, 3) == VALUE_TEXT &&
	    strcmp(row_text(row, 3), "mail") == 0;
	return 1;
}

/* 1 and *letter is the one that the form became; 0; -1. */
static int
find_again(struct desk *d, const unsigned char hash[SEAL_HASH],
    struct form_letter *letter, struct err *e)
{
	struct found found = { letter, 0 };

	return (int)store_run(d->store, STMT_FORM_FIND,
	    ARGS(V_BLOB(hash, SEAL_HASH)), get_found, &found, e);
}

/* 1 and *letter is the first one's; 0 and it is as it was; -1. */
static int
find(struct desk *d, const unsigned char random[RETURN_CODE_FORM],
    const unsigned char hash[SEAL_HASH], struct form_letter *letter,
    struct err *e)
{
	struct found found = { letter, 0 };
	int64_t n = store_run(d->store, STMT_LOCATOR_OF_FORM,
	    ARGS(V_BLOB(hash, SEAL_HASH)), get_found, &found, e);

	if (n <= 0)
		return (int)n;
	letter->result = FORM_SAME;
	return_code_free(&letter->code);
	return_code_make(&letter->code, d->pepper, random, found.nth);
	return 1;
}

/* By which a mail of theirs finds its way here, if they want one answered. */
static int
add_token(struct desk *d, const struct deposit *dep, struct err *e)
{
	char token[DESK_MAILTO + 1];
	unsigned char hash[SEAL_HASH];

	desk_mailto_token(d, dep->case_id, dep->participant, token);
	desk_hash_token(d, "reply", token, hash);
	seal_wipe(token, sizeof(token));
	return store_run(d->store, STMT_TOKEN_ADD, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_TEXT("reply"), V_TEXT(dep->case_id),
	    V_INT(dep->participant), V_BLOB(dep->item, SEAL_ID)), NULL,
	    NULL, e) == -1 ? -1 : 0;
}

/* Within the transaction: letter, audit, and how the code leads to it. */
static int
write_letter(struct deposit_form *f, struct err *e)
{
	struct taking *t = &f->taking;
	int64_t at = store_now(t->desk->store);
	struct deposit dep;
	int result = -1;

	if (deposit_write_letter(t, at, &dep, e) == -1 ||
	    audit_add(t->desk, NULL, "letter", dep.case_id, t->source,
	    e) == -1 ||
	    store_run(t->desk->store, STMT_LOCATOR_ADD,
	    ARGS(V_TEXT(dep.case_id), V_INT(dep.participant),
	    V_TEXT(f->letter.code.locator), V_BLOB(f->salt, sizeof(f->salt)),
	    V_BLOB(t->seeker, SEAL_KEY), V_BLOB(f->hash, SEAL_HASH),
	    V_INT(f->nth), V_INT(at)), NULL, NULL, e) == -1 ||
	    add_token(t->desk, &dep, e) == -1)
		goto out;
	/* The rules may have made it an earlier one. */
	if (due_of(t->desk, dep.case_id, &f->letter.due, e) == -1)
		goto out;
	f->letter.result = FORM_STORED;
	result = 0;
out:
	deposit_free(&dep);
	return result;
}

/* Within the transaction: a letter in its strand, and that it is here. */
static int
write_again(struct deposit_form *f, struct err *e)
{
	struct taking *t = &f->taking;
	struct desk *d = t->desk;
	int64_t at = store_now(d->store);
	struct deposit dep;
	int result = -1;

	if (deposit_write_letter(t, at, &dep, e) == -1 ||
	    audit_add(d, NULL, "letter", dep.case_id, t->source, e) == -1 ||
	    store_run(d->store, STMT_FORM_ADD, ARGS(V_BLOB(f->hash,
	    SEAL_HASH), V_TEXT(dep.case_id), V_INT(at)), NULL, NULL,
	    e) == -1 || find_again(d, f->hash, &f->letter, e) == -1)
		goto out;
	f->letter.result = FORM_STORED;
	result = 0;
out:
	deposit_free(&dep);
	return result;
}

struct moved {
	const struct taking	*taking;
	int64_t			 epoch;		/* 0: not begun */
	unsigned char		 key[SEAL_KEY];
	int			 seen, same;
};

static int
compare_facts(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct moved *m = ctx;
	const struct taking *t = m->taking;
	const struct deposit_place *p = &t->place;

	(void)hash;
	(void)e;
	if (m->epoch == 0) {
		m->epoch = dep->epoch;
		memcpy(m->key, dep->case_key, SEAL_KEY);
	}
	if (dep->participant != p->participant)
		return 0;
	m->seen = 1;
	m->same = strcmp(dep->mode, t->mode) == 0 &&
	    seal_equal(dep->address, p->address, SEAL_HASH) &&
	    seal_equal(dep->check, t->check, SEAL_HASH) &&
	    (!dep->has_seeker || seal_equal(dep->seeker, t->seeker,
	    SEAL_KEY));
	return 1;
}

/*
 * 1 when what the letter's deposit says again is still what was signed last:
 * the case's key, how the person is reached, the code's key.  0; -1.
 */
static int
is_unmoved(const struct taking *t, struct err *e)
{
	struct moved m = { .taking = t };
	struct err is = ERR_INIT;
	int64_t alive = store_run(t->desk->store, STMT_CASE_ON_DESK,
	    ARGS(V_TEXT(t->place.case_id), V_TEXT(t->line->name)), NULL,
	    NULL, e);

	if (alive <= 0)
		return (int)alive;
	if (chain_walk(t->desk, t->place.case_id, compare_facts, &m,
	    &is) == 0 && epoch_newest(t->desk, t->place.case_id, &m.epoch,
	    m.key, &is) == 0)
		return m.seen && m.same && m.epoch == t->place.epoch &&
		    seal_equal(m.key, t->place.case_key, SEAL_KEY);
	/* A case that somebody meddled with holds up nobody else's letter. */
	if (is.code == ERR_DENIED || is.code == ERR_GONE)
		return 0;
	err_set(e, is.code, "%s", is.text);
	return -1;
}

static int
write_in_strand(struct deposit_form *f, struct err *e)
{
	int r = find_again(f->taking.desk, f->hash, &f->letter, e);

	if (r != 0) {
		f->letter.result = FORM_SAME;
		return r == 1 ? 0 : -1;
	}
	if ((r = is_unmoved(&f->taking, e)) == 1)
		return write_again(f, e);
	f->letter.result = FORM_AGAIN;
	return r;
}

/* One of the batch; what another one did meanwhile is no error. */
static int
write_form(struct deposit_form *f, struct err *e)
{
	struct desk *d = f->taking.desk;
	int same, taken;

	if (f->taking.again)
		return write_in_strand(f, e);
	if ((same = find(d, f->random, f->hash, &f->letter, e)) != 0)
		return same == 1 ? 0 : -1;
	if ((taken = locator_taken(d, f->letter.code.locator, e)) == 0)
		taken = deposit_case_exists(d, f->letter.case_id, e);
	if (taken == 0)
		return write_letter(f, e);
	f->letter.result = FORM_AGAIN;
	return taken == 1 ? 0 : -1;
}

/* C1 */
int
deposit_forms_commit(struct desk *d, struct deposit_form **forms, size_t n,
    struct err *e)
{
	size_t i, room = LOCK_MAX;

	for (i = 0; i < n; i++)
		if (item_out_fit(forms[i]->taking.out, &room, e) == -1)
			return -1;
	crash_point("C1 before");
	if (store_begin(d->store, e) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (write_form(forms[i], e) == -1)
			goto fail;
	if (store_commit(d->store, e) == -1)
		goto fail;
	crash_point("C1 after");
	return 0;
fail:
	store_rollback(d->store);
	return -1;
}

const struct form_letter *
deposit_form_letter(const struct deposit_form *f)
{
	return &f->letter;
}

int
deposit_form_find(struct desk *d,
    const unsigned char random[RETURN_CODE_FORM], struct form_letter *letter,
    struct err *e)
{
	unsigned char hash[SEAL_HASH];

	memset(letter, 0, sizeof(*letter));
	desk_hash_form(d, random, RETURN_CODE_FORM, hash);
	return find(d, random, hash, letter, e);
}

int
deposit_form_find_again(struct desk *d, const struct strand *s,
    const unsigned char random[RETURN_CODE_FORM], struct form_letter *letter,
    struct err *e)
{
	unsigned char hash[SEAL_HASH];
	int r;

	memset(letter, 0, sizeof(*letter));
	hash_form(d, s, random, hash);
	r = find_again(d, hash, letter, e);
	letter->result = FORM_SAME;
	return r;
}
