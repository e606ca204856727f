/*
 * What a return code opens.  An unknown locator and a wrong number cost the
 * same: one row is asked for, one key is made and compared; and where there
 * is no row, with a salt that looks like any other.
 *
 * Nothing of it outlives the request: what is opened is wiped when freed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/chain.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/strand_inside.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/return_code.h"

/* The row that a locator names; without one, what looks like it. */
struct place {
	int		 found;
	char		 case_id[CASE_ID_LEN + 1];
	int64_t		 participant;
	char		 desk[ROSTER_NAME_MAX + 1];
	unsigned char	 salt[RETURN_CODE_SALT];
	unsigned char	 key[SEAL_KEY];
	int64_t		 shown, shown_seq;
};

static int
get_place(void *ctx, const struct row *row, struct err *e)
{
	struct place *p = ctx;

	(void)e;
	(void)snprintf(p->case_id, sizeof(p->case_id), "%s",
	    row_text(row, 0));
	p->participant = row_int(row, 1);
	(void)snprintf(p->desk, sizeof(p->desk), "%s", row_text(row, 2));
	p->found = row_bytes(row, 3, p->salt, sizeof(p->salt)) == 0 &&
	    row_bytes(row, 4, p->key, sizeof(p->key)) == 0;
	p->shown = row_int(row, 5);
	p->shown_seq = row_int(row, 6);
	return 1;
}

/*
 * 1 the code leads to this row of the desk, and *pair is its key; 0; -1. Who
 * has the right code may have got it at a desk that gave the case away since.
 */
static int
find_place(struct desk *d, const char *desk, const struct return_code *code,
    struct place *p, struct secret **pair, struct err *e)
{
	struct epoch_former former;
	unsigned char key[SEAL_KEY];
	int is_key, is_desk;

	memset(p, 0, sizeof(*p));
	return_code_salt(p->salt, d->pepper, code->locator);
	if (store_run(d->store, STMT_STRAND_FIND,
	    ARGS(V_TEXT(code->locator)), get_place, p, e) == -1)
		return -1;
	*pair = return_code_pair(code, p->salt, key);
	is_key = seal_equal(key, p->key, SEAL_KEY);
	is_desk = strcmp(desk, p->desk) == 0;
	if (!(p->found & is_key) || is_desk)
		return p->found & is_key & is_desk;
	return epoch_former(d, p->case_id, &former, e) == -1 ? -1 :
	    epoch_was_on(&former, desk);
}

/*
 * What the deposits say of the person; each fact from the newest of them, but
 * the key from the oldest: no code ever takes the place of another.
 */
struct facts {
	struct opening	*opening;
	int		 has_case, has_person, good;
};

static void
keep_letter(struct opening *o, const struct deposit *dep)
{
	struct deposit *kept = &o->own[o->nown];

	if (o->newest == 0)
		o->newest = dep->seq;
	if (dep->seq >= o->before || o->nletters++ >= STRAND_ITEMS_MAX)
		return;
	*kept = *dep;
	kept->parts = mem_dup(dep->parts, dep->nparts * sizeof(*dep->parts));
	o->nown++;
}

static int
take_facts(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct facts *f = ctx;
	struct strand *s = f->opening->strand;

	(void)hash;
	(void)e;
	if (!f->has_case) {
		f->has_case = 1;
		s->epoch = dep->epoch;
		memcpy(s->case_key, dep->case_key, SEAL_KEY);
	}
	if (dep->participant != s->participant)
		return 0;
	if (!f->has_person) {
		f->has_person = 1;
		memcpy(s->mode, dep->mode, sizeof(s->mode));
		memcpy(s->address, dep->address, SEAL_HASH);
		memcpy(s->check, dep->check, SEAL_HASH);
	}
	/* Such a deposit of another role would not have been parsed. */
	if (dep->has_seeker)
		f->good = seal_equal(dep->seeker, s->key, SEAL_KEY);
	if (chain_counts(dep))
		keep_letter(f->opening, dep);
	return 0;
}

struct state {
	int64_t		 due;
	enum strand_status status;
};

static int
get_state(void *ctx, const struct row *row, struct err *e)
{
	struct state *state = ctx;

	(void)e;
	state->due = row_int(row, 0);
	if (row_int(row, 3))
		state->status = STRAND_ANSWERED;
	else if (row_int(row, 2))
		state->status = STRAND_COMING;
	else if (row_int(row, 1))
		state->status = STRAND_READING;
	return 1;
}

/* As it is now, or as it was shown before, whichever is higher. */
static int
read_state(struct opening *o, struct err *e)
{
	struct state state = { 0, STRAND_RECEIVED };
	struct strand *s = o->strand;
	struct desk *d = o->desk;

	if (store_run(d->store, STMT_STRAND_STATE, ARGS(V_TEXT(s->case_id),
	    V_INT(s->participant), V_INT(o->newest),
	    V_INT(store_now(d->store))), get_state, &state, e) == -1)
		return -1;
	s->status = o->answered > o->newest ? STRAND_ANSWERED : state.status;
	if (o->shown_seq == o->newest && o->shown > (int64_t)s->status &&
	    o->shown <= STRAND_ANSWERED)
		s->status = (enum strand_status)o->shown;
	s->due = s->status == STRAND_ANSWERED ? 0 : state.due;
	return 0;
}

/* 1 it is to be erased, so that nothing is shown; 0; -1. */
static int
read_erasure(struct opening *o, struct err *e)
{
	char own[ROSTER_NAME_MAX + 1];
	struct strand *s = o->strand;
	struct erasure x;

	if (erase_look(o->desk, s->case_id, &x, e) == -1)
		return -1;
	if (x.state != ERASE_ASKED && x.state != ERASE_HELD)
		return 0;
	erase_name(own, s->participant);
	s->erased_until = x.ends;
	s->erase_own = strcmp(x.by, own) == 0;
	s->erase_kept = x.state == ERASE_HELD;
	return 1;
}

/* From the store to the strand, as one moment saw it. 1, 0, -1. */
static int
read_all(struct opening *o, struct err *e)
{
	struct facts f = { .opening = o };
	int erased;

	if (chain_walk(o->desk, o->strand->case_id, take_facts, &f,
	    e) == -1 || epoch_newest(o->desk, o->strand->case_id,
	    &o->strand->epoch, o->strand->case_key, e) == -1)
		return -1;
	/* Whoever can write a row can not make role web sign it. */
	if (!f.good)
		return 0;
	if ((erased = read_erasure(o, e)) != 0)
		return erased;
	return strand_open_items(o, e) == -1 || read_state(o, e) == -1 ?
	    -1 : 1;
}

static int
write_shown(struct opening *o, struct err *e)
{
	const struct strand *s = o->strand;
	struct store *store = o->desk->store;

	if (store_begin(store, e) == -1)
		return -1;
	if (store_run(store, STMT_STRAND_SHOWN, ARGS(V_TEXT(s->case_id),
	    V_INT(s->participant), V_INT(o->newest), V_INT(s->status)), NULL,
	    NULL, e) == -1 || store_commit(store, e) == -1) {
		store_rollback(store);
		return -1;
	}
	return 0;
}

/*
 * What is shown once must not be taken back: it is remembered first.  Where
 * that cannot be (the disk is full, the lock is busy) the letters are shown
 * all the same, and what is not remembered is not said.
 */
static int
remember_shown(struct opening *o, struct err *e)
{
	struct strand *s = o->strand;
	int64_t before = o->shown_seq == o->newest ? o->shown : 0;

	if ((int64_t)s->status <= before || write_shown(o, e) == 0)
		return 0;
	if (e->code != ERR_RETRY)
		return -1;
	if (s->status != STRAND_ANSWERED)
		s->status = (enum strand_status)before;
	return 0;
}

/* Of the place that was found. 1, 0, -1. */
static int
open_place(struct desk *d, const struct place *p, struct opening *o,
    struct err *e)
{
	struct strand *s = o->strand;

	o->desk = d;
	o->shown = p->shown;
	o->shown_seq = p->shown_seq;
	memcpy(s->case_id, p->case_id, sizeof(s->case_id));
	s->participant = p->participant;
	memcpy(s->desk, p->desk, sizeof(s->desk));
	memcpy(s->key, p->key, SEAL_KEY);
	return read_all(o, e);
}

static void
opening_free(struct opening *o)
{
	size_t i;

	for (i = 0; i < o->nown; i++)
		deposit_free(&o->own[i]);
	strand_free(o->strand);
	free(o);
}

int
strand_open(struct desk *d, const char *desk_name,
    const struct return_code *code, struct strand **out, struct err *e)
{
	return strand_open_before(d, desk_name, code, INT64_MAX, out, e);
}

int
strand_open_before(struct desk *d, const char *desk_name,
    const struct return_code *code, int64_t before, struct strand **out,
    struct err *e)
{
	struct opening *o = mem_alloc(sizeof(*o));
	struct place place;
	int result;

	o->before = before;
	o->strand = mem_alloc(sizeof(*o->strand));
	if ((result = store_read(d->store, e)) == 0) {
		result = find_place(d, desk_name, code, &place,
		    &o->strand->seeker, e);
		if (result == 1)
			result = open_place(d, &place, o, e);
		store_rollback(d->store);
	}
	if (result == 1 && before == INT64_MAX &&
	    remember_shown(o, e) == -1)
		result = -1;
	if (result == 1) {
		*out = o->strand;
		o->strand = NULL;
	}
	opening_free(o);
	return result;
}

static void
item_free(struct strand_item *item)
{
	size_t i;

	if (item->text != NULL)
		seal_wipe(item->text, strlen(item->text));
	free(item->text);
	for (i = 0; i < item->nfiles; i++) {
		seal_wipe(item->files[i].name, strlen(item->files[i].name));
		free(item->files[i].name);
		free(item->files[i].type);
	}
	free(item->files);
}

void
strand_free(struct strand *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->nitems; i++)
		item_free(&s->items[i]);
	free(s->items);
	secret_free(s->seeker);
	seal_wipe(s, sizeof(*s));
	free(s);
}
