/*
 * The letters and answers of a strand: opened with the seeker's key, each
 * after its own checks.  A letter must be the one that its deposit signed; an
 * answer the one that post published, and signed by the people whom the desk
 * asked for at that time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/item.h"
#include "daemon/desk/letter_check.h"
#include "daemon/desk/strand_inside.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/publication.h"

#define BOX_MAX		1024
#define VIEW_MAX	((size_t)4 * 1024 * 1024)
#define TEXT_MAX	((size_t)64 * 1024)

/* An answer that post says may be shown. */
struct answer {
	struct delivery		 delivery;
	int64_t			 seq;
	struct publication	 publication;
};

struct answers {
	const struct opening	*opening;
	struct answer		*list;		/* newest first */
	size_t			 n, all;	/* here; there are */
	size_t			 refused;
};

/* Whose fault it is: the machine's (-1), or the item's (0, counted). */
static int
refuse(struct opening *o, const char *why, const struct err *is,
    struct err *e)
{
	if (is->code == ERR_IO || is->code == ERR_RETRY ||
	    is->code == ERR_BUG) {
		err_set(e, is->code, "%s", is->text);
		return -1;
	}
	o->strand->refused++;
	o->strand->why = why;
	return 0;
}

static int
add_box(void *ctx, const struct row *row, struct err *e)
{
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	if (bytes != NULL && buf_add(ctx, bytes, len) == 0)
		return 1;
	err_set(e, ERR_DENIED, "the seeker's grant is too large");
	return -1;
}

/* The item's key. 1; 0 the person was never given it; -1. */
static int
open_grant(struct desk *d, const struct strand *s,
    const unsigned char item[SEAL_ID], struct secret **key, struct err *e)
{
	char context[CONTEXT_MAX];
	struct buf box;
	int64_t n;

	buf_init(&box, BOX_MAX);
	n = store_run(d->store, STMT_GRANT_SEEKER, ARGS(V_BLOB(item,
	    SEAL_ID), V_TEXT("content")), add_box, &box, e);
	context_grant(context, s->case_id, item, "content", 0);
	if (n == 1 && (*key = seal_box_open(s->seeker, BOX_GRANT, context,
	    box.bytes, box.len, e)) == NULL)
		n = -1;
	if (n == 1 && (*key)->len != SEAL_KEY) {
		err_set(e, ERR_DENIED, "the seeker's grant holds no key");
		secret_free(*key);
		n = -1;
	}
	buf_free(&box);
	return (int)n;
}

/* The view of an item, opened. 1, 0 not for this person, -1. */
static int
open_view(struct opening *o, const unsigned char item[SEAL_ID],
    struct buf *out, unsigned char hash[SEAL_HASH], struct err *e)
{
	struct secret *key = NULL;
	int r = open_grant(o->desk, o->strand, item, &key, e);

	if (r == 1) {
		if (item_open(o->desk, key, item, PART_VIEW, out, hash,
		    e) == -1)
			r = -1;
		secret_free(key);
	}
	return r;
}

static struct strand_item *
add_item(struct strand *s, const unsigned char id[SEAL_ID], int64_t seq,
    int64_t at)
{
	struct strand_item *item = &s->items[s->nitems++];

	memcpy(item->id, id, SEAL_ID);
	item->seq = seq;
	item->at = at;
	return item;
}

/* At most so much of it, and whole characters. */
static char *
copy_text(const char *text)
{
	size_t n = strlen(text);
	char *copy;

	if (n > TEXT_MAX) {
		n = TEXT_MAX;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
	}
	copy = mem_dup(text, n);
	return copy;
}

static void
add_file(struct strand_item *item, const char *name, const char *type,
    int64_t size, const unsigned char hash[SEAL_HASH], uint32_t part)
{
	struct strand_file *f = &item->files[item->nfiles++];

	f->name = mem_strdup(name);
	f->type = mem_strdup(type);
	f->size = size < 0 ? 0 : (size_t)size;
	f->part = part;
	memcpy(f->hash, hash, SEAL_HASH);
}

/* What was attached, as far as the deposit has it. */
static void
letter_files(struct strand_item *item, const struct deposit *dep,
    const json_t *view)
{
	const json_t *list = json_object_get(view, "attachments"), *file;
	const struct deposit_part *part;
	const char *name, *type;
	int64_t size;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	item->files = mem_alloc(json_array_size(list) *
	    sizeof(*item->files));
	json_array_foreach(list, i, file) {
		part = deposit_part(dep, PART_ATTACHMENT + (uint32_t)i);
		name = json_string_value(json_object_get(file, "name"));
		type = json_string_value(json_object_get(file, "type"));
		size = json_integer_value(json_object_get(file, "size"));
		if (part != NULL)
			add_file(item, name == NULL ? "" : name,
			    type == NULL ? "" : type, size, part->hash,
			    part->no);
	}
}

/* A letter of theirs. */
static int
open_letter(struct opening *o, const struct deposit *dep, struct err *e)
{
	const struct deposit_part *part = deposit_part(dep, PART_VIEW);
	unsigned char hash[SEAL_HASH];
	struct err is = ERR_INIT;
	struct strand_item *item;
	json_t *view = NULL;
	const char *text;
	struct buf bytes;
	int r;

	buf_init(&bytes, VIEW_MAX);
	r = open_view(o, dep->item, &bytes, hash, &is);
	if (r == -1)
		r = refuse(o, "sealed", &is, e);
	else if (r == 1 && (part == NULL || !seal_equal(hash, part->hash,
	    SEAL_HASH) || (view = wire_parse(bytes.bytes, bytes.len,
	    &is)) == NULL))
		r = refuse(o, "deposit", &is, e);
	else if (r == 1) {
		item = add_item(o->strand, dep->item, dep->seq, dep->at);
		text = json_string_value(json_object_get(view, "text"));
		item->text = copy_text(text == NULL ? "" : text);
		letter_files(item, dep, view);
		r = 0;
	}
	json_decref(view);
	buf_free(&bytes);
	return r;
}

static void
answer_files(struct strand_item *item, const struct letter *l)
{
	const struct letter_attachment *a;
	size_t i;

	item->files = mem_alloc((l->nattachments + 1) *
	    sizeof(*item->files));
	for (i = 0; i < l->nattachments; i++) {
		a = &l->attachments[i];
		add_file(item, a->name, a->type, a->size, a->hash,
		    PART_ATTACHMENT + (uint32_t)i);
	}
}

/*
 * Signed by those whom its desk asked for when post published it?  That may
 * be one that has given the case away since.
 */
static int
check_answer(struct opening *o, const struct answer *a,
    const struct buf *bytes, struct letter *l, const char **why,
    struct err *e)
{
	struct delivery x = a->delivery;
	const struct roster *r;

	if ((*why = letter_check_signatures(&x, bytes->bytes,
	    bytes->len)) != NULL)
		return -1;
	*why = "document";
	if (letter_parse(l, bytes->bytes, bytes->len, e) == -1)
		return -1;
	if (epoch_was_on(&o->former, l->desk))
		memcpy(x.desk, l->desk, sizeof(x.desk));
	*why = "publication";
	if ((r = roster_then(&o->then, a->publication.roster, e)) == NULL)
		return -1;
	*why = letter_check_signers(r, &x, l);
	return *why == NULL ? 0 : -1;
}

static int
open_answer(struct opening *o, const struct answer *a, struct err *e)
{
	const unsigned char *id = a->delivery.item;
	unsigned char hash[SEAL_HASH];
	struct strand_item *item;
	const char *why = "code";
	struct err is = ERR_INIT;
	struct buf bytes;
	struct letter l;
	int r;

	letter_init(&l);
	buf_init(&bytes, LETTER_MAX);
	r = open_view(o, id, &bytes, hash, &is);
	if (r == -1)
		why = "sealed";
	else if (r == 1 && !seal_equal(hash, a->publication.letter,
	    SEAL_HASH)) {
		why = "publication";
		r = -1;
	} else if (r == 1 && check_answer(o, a, &bytes, &l, &why, &is) == -1)
		r = -1;
	if (r == 1) {
		item = add_item(o->strand, id, a->seq, a->publication.at);
		item->ours = 1;
		/* The desk's first line was for a mail's preview. */
		item->text = copy_text(l.body + l.opening);
		answer_files(item, &l);
		o->answered = a->seq;
		r = 0;
	} else
		r = refuse(o, why, &is, e);
	letter_free(&l);
	buf_free(&bytes);
	return r;
}

static void
get_delivery(const struct opening *o, const struct row *row,
    struct delivery *x)
{
	const struct strand *s = o->strand;

	memcpy(x->case_id, s->case_id, sizeof(x->case_id));
	(void)snprintf(x->desk, sizeof(x->desk), "%s", s->desk);
	x->participant = s->participant;
	x->draft = row_int(row, 2);
	x->has_approval = row_type(row, 5) != VALUE_NULL &&
	    row_bytes(row, 5, x->approver, SIGN_PUBLIC) == 0 &&
	    row_bytes(row, 6, x->approval, SIGN_LEN) == 0;
}

/* Has post signed that this item of this person may be shown? */
static int
is_published(const struct opening *o, const struct row *row,
    struct answer *a)
{
	const struct roster *r = o->desk->roster;
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	struct delivery *x = &a->delivery;
	struct publication *p = &a->publication;
	const void *statement;
	size_t len;

	statement = row_blob(row, 7, &len);
	return statement != NULL &&
	    row_bytes(row, 0, x->item, SEAL_ID) == 0 &&
	    row_bytes(row, 3, x->signer, SIGN_PUBLIC) == 0 &&
	    row_bytes(row, 4, x->signature, SIGN_LEN) == 0 &&
	    row_bytes(row, 8, signer, sizeof(signer)) == 0 &&
	    row_bytes(row, 9, signature, sizeof(signature)) == 0 &&
	    roster_is_role_key(r, "post", signer, 0) &&
	    signature_check(signer, PURPOSE_PUBLICATION, statement, len,
	    signature) && publication_parse(p, statement, len, NULL) == 0 &&
	    strcmp(p->case_id, x->case_id) == 0 &&
	    p->participant == x->participant &&
	    seal_equal(p->item, x->item, SEAL_ID);
}

static int
get_answer(void *ctx, const struct row *row, struct err *e)
{
	struct answers *all = ctx;
	struct answer *a;

	(void)e;
	if (row_int(row, 1) >= all->opening->before)
		return 0;
	if (all->n == STRAND_ITEMS_MAX) {
		all->all++;
		return 0;
	}
	a = &all->list[all->n];
	a->seq = row_int(row, 1);
	get_delivery(all->opening, row, &a->delivery);
	if (!is_published(all->opening, row, a)) {
		memset(a, 0, sizeof(*a));
		all->refused++;
		return 0;
	}
	all->n++;
	all->all++;
	return 0;
}

/* How many of each are the newest STRAND_ITEMS_MAX. */
static void
choose(const struct opening *o, const struct answers *all, size_t *letters,
    size_t *answers)
{
	size_t l = 0, a = 0;

	while (l + a < STRAND_ITEMS_MAX && (l < o->nown || a < all->n)) {
		if (a == all->n || (l < o->nown &&
		    o->own[l].seq > all->list[a].seq))
			l++;
		else
			a++;
	}
	*letters = l;
	*answers = a;
}

/* Of the chosen ones, whether or not they can be opened. */
static int64_t
oldest_of(const struct opening *o, const struct answers *all, size_t letters,
    size_t answers)
{
	int64_t letter = letters == 0 ? o->before : o->own[letters - 1].seq;
	int64_t answer = answers == 0 ? o->before :
	    all->list[answers - 1].seq;

	return letter < answer ? letter : answer;
}

/* Oldest first. */
static int
open_chosen(struct opening *o, const struct answers *all, struct err *e)
{
	size_t l, a;
	int r = 0;

	o->then.desk = o->desk;
	choose(o, all, &l, &a);
	o->strand->older = o->nletters - l + all->all - a;
	o->strand->oldest = oldest_of(o, all, l, a);
	o->strand->items = mem_alloc((l + a + 1) *
	    sizeof(*o->strand->items));
	while (r == 0 && l + a > 0) {
		if (a == 0 || (l > 0 &&
		    o->own[l - 1].seq < all->list[a - 1].seq))
			r = open_letter(o, &o->own[--l], e);
		else
			r = open_answer(o, &all->list[--a], e);
	}
	roster_then_free(&o->then);
	return r;
}

int
strand_open_items(struct opening *o, struct err *e)
{
	struct answers all = { .opening = o };
	struct strand *s = o->strand;
	int r;

	if (epoch_former(o->desk, s->case_id, &o->former, e) == -1)
		return -1;
	all.list = mem_alloc(STRAND_ITEMS_MAX * sizeof(*all.list));
	r = store_run(o->desk->store, STMT_STRAND_ANSWERS,
	    ARGS(V_TEXT(s->case_id), V_INT(s->participant)), get_answer,
	    &all, e) == -1 ? -1 : 0;
	if (all.refused > 0)
		s->why = "publication";
	s->refused = all.refused;
	if (r == 0)
		r = open_chosen(o, &all, e);
	free(all.list);
	return r;
}

/* Of a letter the sealed part was signed, of an answer what is in it. */
static int
is_signed(const struct strand_item *item, const struct strand_file *file,
    const unsigned char sealed[SEAL_HASH], const void *bytes, size_t len)
{
	unsigned char hash[SEAL_HASH];

	if (!item->ours)
		return seal_equal(sealed, file->hash, SEAL_HASH);
	seal_hash(hash, LETTER_ATTACHMENT_HASH, bytes, len);
	return len == file->size && seal_equal(hash, file->hash, SEAL_HASH);
}

int
strand_fetch(struct desk *d, const struct strand *s, size_t item,
    size_t file, struct buf *out, struct err *e)
{
	const struct strand_item *i = &s->items[item];
	const struct strand_file *f = &i->files[file];
	unsigned char hash[SEAL_HASH];
	struct secret *key = NULL;
	size_t before = out->len;
	int r = open_grant(d, s, i->id, &key, e);

	if (r == 1 && item_open(d, key, i->id, f->part, out, hash, e) == -1)
		r = -1;
	secret_free(key);
	if (r == 1 && is_signed(i, f, hash, out->bytes + before,
	    out->len - before))
		return 0;
	if (r != -1)
		err_set(e, ERR_DENIED, "a file of case %s is not the one "
		    "that was signed", s->case_id);
	return -1;
}
