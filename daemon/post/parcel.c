/*
 * From a sealed letter document to a message.  What is opened lives in
 * buffers that are wiped when freed, and nowhere else.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/item.h"
#include "daemon/desk/letter_check.h"
#include "daemon/post/idna.h"
#include "daemon/post/parcel.h"
#include "daemon/store/store.h"
#include "lib/compose.h"
#include "lib/err.h"
#include "lib/text.h"

#define BOX_MAX		4096

void
parcel_init(struct parcel *p)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	buf_init(&p->document, LETTER_MAX);
	buf_init(&p->message, PARCEL_SIZE_MAX);
	letter_init(&p->letter);
	for (i = 0; i < LETTER_ATTACHMENTS_MAX; i++)
		buf_init(&p->attachments[i], 0);
}

void
parcel_free(struct parcel *p)
{
	size_t i;

	secret_free(p->key);
	buf_free(&p->document);
	buf_free(&p->message);
	letter_free(&p->letter);
	for (i = 0; i < LETTER_ATTACHMENTS_MAX; i++)
		buf_free(&p->attachments[i]);
	seal_wipe(p, sizeof(*p));
}

/* Whose fault a failure is: the machine's (-1), or the letter's (1). */
static int
blame(const struct err *e, const char *word, const char **why)
{
	switch (e->code) {
	case ERR_IO:
	case ERR_RETRY:
	case ERR_BUG:
		return -1;
	default:
		*why = word;
		return 1;
	}
}

static int
open_grant(struct parcel *p, struct desk *d, const struct delivery *x,
    const struct secret *postman, struct err *e)
{
	char context[CONTEXT_MAX];
	struct buf box;
	int r = -1;

	buf_init(&box, BOX_MAX);
	if (delivery_grant(d, x, &box, e) == -1)
		goto out;
	context_grant(context, x->case_id, x->item, "content", 0);
	p->key = seal_box_open(postman, BOX_GRANT, context, box.bytes,
	    box.len, e);
	if (p->key == NULL)
		goto out;
	if (p->key->len != SEAL_KEY) {
		err_set(e, ERR_DENIED, "the postman's grant holds no key");
		goto out;
	}
	r = 0;
out:
	buf_free(&box);
	return r;
}


int
parcel_document(struct parcel *p, struct desk *d, const struct delivery *x,
    const struct secret *postman, const char **why, struct err *e)
{
	if (open_grant(p, d, x, postman, e) == 0 &&
	    item_open(d, p->key, x->item, PART_VIEW, &p->document, p->sealed,
	    e) == 0)
		return 0;
	return blame(e, "sealed", why);
}

int
parcel_open(struct parcel *p, struct desk *d, const struct delivery *x,
    const struct secret *postman, const char **why, struct err *e)
{
	int r;

	if ((r = parcel_document(p, d, x, postman, why, e)) != 0)
		return r;
	*why = letter_check_signatures(x, p->document.bytes,
	    p->document.len);
	if (*why != NULL)
		return 1;
	desk_hash_body(d, p->document.bytes, p->document.len, p->hash);
	if (letter_parse(&p->letter, p->document.bytes, p->document.len,
	    e) == -1)
		return blame(e, "document", why);
	return 0;
}

static int
open_attachments(struct parcel *p, struct desk *d, const struct delivery *x,
    struct err *e)
{
	const struct letter_attachment *a;
	unsigned char hash[SEAL_HASH];
	struct buf *b;
	size_t i;

	for (i = 0; i < p->letter.nattachments; i++) {
		a = &p->letter.attachments[i];
		b = &p->attachments[i];
		if (a->size < 0 || (uint64_t)a->size > PARCEL_SIZE_MAX) {
			err_set(e, ERR_INPUT, "an attachment is too large");
			return -1;
		}
		buf_free(b);
		buf_init(b, (size_t)a->size);
		if (item_open(d, p->key, x->item,
		    PART_ATTACHMENT + (uint32_t)i, b, hash, e) == -1)
			return -1;
		seal_hash(hash, LETTER_ATTACHMENT_HASH, b->bytes, b->len);
		if (b->len != (size_t)a->size ||
		    !seal_equal(hash, a->hash, SEAL_HASH)) {
			err_set(e, ERR_DENIED, "an attachment is another one "
			    "than was signed");
			return -1;
		}
	}
	return 0;
}

int
parcel_attachments(struct parcel *p, struct desk *d, const struct delivery *x,
    const char **why, struct err *e)
{
	return open_attachments(p, d, x, e) == -1 ?
	    blame(e, "attachment", why) : 0;
}

void
parcel_publication(const struct parcel *p, const struct desk *d,
    const struct delivery *x, struct publication *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->case_id, x->case_id, sizeof(out->case_id));
	out->participant = x->participant;
	memcpy(out->item, x->item, SEAL_ID);
	memcpy(out->letter, p->sealed, SEAL_HASH);
	out->at = store_now(d->store);
	out->roster = roster_seq(d->roster);
}

int
parcel_plus_address(char out[PARCEL_ADDRESS_MAX], const char *address,
    const char *word, struct err *e)
{
	const char *at = strrchr(address, '@');
	int n;

	n = at == NULL ? -1 : snprintf(out, PARCEL_ADDRESS_MAX, "%.*s+%s%s",
	    (int)(at - address), address, word, at);
	if (n < 0 || n >= PARCEL_ADDRESS_MAX) {
		err_set(e, ERR_INPUT, "the desk's address has no room for a "
		    "token");
		return -1;
	}
	return text_address_check(out, e);
}

static int
make_addresses(struct parcel *p, const char *address, struct err *e)
{
	char *token = letter_token_new();

	(void)snprintf(p->token, sizeof(p->token), "b%s", token);
	free(token);
	if (parcel_plus_address(p->return_path, address, p->token,
	    e) == -1)
		return -1;
	return parcel_plus_address(p->reply_to, address,
	    p->letter.reply_token, e);
}

int
parcel_compose(struct parcel *p, struct desk *d, const struct delivery *x,
    const struct config_desk *desk, const char **why, struct err *e)
{
	const void *bytes[LETTER_ATTACHMENTS_MAX];
	size_t sizes[LETTER_ATTACHMENTS_MAX], i;
	struct compose c;
	int r;

	if (desk == NULL || desk->from_address == NULL ||
	    make_addresses(p, desk->from_address, e) == -1) {
		*why = "desk";
		return 1;
	}
	if (p->letter.to == NULL || idna_address(&p->letter.to, e) == -1) {
		*why = "address";
		return 1;
	}
	if ((r = parcel_attachments(p, d, x, why, e)) != 0)
		return r;
	for (i = 0; i < p->letter.nattachments; i++) {
		bytes[i] = p->attachments[i].bytes;
		sizes[i] = p->attachments[i].len;
	}
	memset(&c, 0, sizeof(c));
	c.letter = &p->letter;
	c.from_name = desk->from_name;
	c.from_address = desk->from_address;
	c.reply_to = p->reply_to;
	c.date_s = store_now(d->store);
	c.attachments = bytes;
	c.attachment_sizes = sizes;
	seal_random(c.boundary_seed, sizeof(c.boundary_seed));
	if (compose_message(&c, &p->message, e) == -1)
		return blame(e, "document", why);
	return 0;
}
