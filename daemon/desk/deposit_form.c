/*
 * Taking letters that came by form.  Everything is sealed before the lock is
 * taken; then one transaction holds up to FORM_BATCH of them, and in it each
 * form is looked for once more, because two processes may hold the same.
 *
 * The code and the seeker's secret key live here for a moment, in locked
 * memory.  What is stored of them is the locator, the salt and the public
 * key; the same form makes the same code again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/deposit_inside.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/item.h"
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

static int
seal_letter(struct deposit_form *f, const struct arrival *a, struct err *e)
{
	struct taking *t = &f->taking;

	return deposit_taking_init(t, t->desk, a, e) == -1 ||
	    make_code(f, e) == -1 || deposit_begin_case(t, e) == -1 ||
	    deposit_seal_part(t, t->raw, PART_RAW, a->raw, a->len,
	    e) == -1 || deposit_seal_reading(t, e) == -1 ? -1 : 0;
}

struct deposit_form *
deposit_form_new(struct desk *d, const struct arrival *a, struct err *e)
{
	struct deposit_form *f = mem_alloc(sizeof(*f));
	struct taking *t = &f->taking;

	t->desk = d;
	memcpy(f->random, a->form->random, sizeof(f->random));
	desk_hash_form(d, f->random, sizeof(f->random), f->hash);
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
	return 1;
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
	    V_INT(f->nth), V_INT(at)), NULL, NULL, e) == -1)
		goto out;
	f->letter.result = FORM_STORED;
	f->letter.due = at + t->line->due_first_s;
	result = 0;
out:
	deposit_free(&dep);
	return result;
}

/* One of the batch; what another one did meanwhile is no error. */
static int
write_form(struct deposit_form *f, struct err *e)
{
	struct desk *d = f->taking.desk;
	int same, taken;

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
