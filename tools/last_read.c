/*
 * What was read of the cases that an answer belongs to.  Nothing unverified
 * is ever counted as read, and what a person had read comes from what this
 * machine noted when it was shown, because post holds it against what roles
 * signed and sends nothing that differs.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/last_read.h"
#include "tools/linked.h"
#include "tools/session.h"
#include "tools/words.h"

/* One more case, as far as it reaches. 0 or -1. */
static int
add(struct last_read *now, const struct casefile *cf, struct err *e)
{
	const struct casefile_item *newest = casefile_newest(cf);
	struct letter_read *r;

	if (newest == NULL || casefile_doubtful(cf)) {
		err_set(e, ERR_DENIED, _("a letter of the case %s could not "
		    "be verified, so it is not answered: 'teduh show %s' says "
		    "which; tell the people who run the service"),
		    casefile_id(cf), casefile_id(cf));
		return -1;
	}
	if (now->n == LETTER_LAST_READ_MAX) {
		err_set(e, ERR_CONFLICT, _("more cases are linked to this one "
		    "or proposed than the %d that an answer can know of: take "
		    "some apart with 'teduh unlink CASE' first"),
		    LETTER_LAST_READ_MAX - 1);
		return -1;
	}
	if (now->n == 0)
		now->seen = newest->seq;
	r = &now->list[now->n++];
	memcpy(r->case_id, casefile_id(cf), CASE_ID_LEN + 1);
	memcpy(r->deposit, newest->hash, SEAL_HASH);
	return 0;
}

static int
check_shown(struct session *s, const struct casefile *cf, struct err *e)
{
	const struct casefile_item *newest = casefile_newest(cf);
	struct vault_read read;

	vault_get_read(s->vault, casefile_id(cf), &read);
	if (seal_equal(read.deposit, newest->hash, SEAL_HASH))
		return 0;
	err_set(e, ERR_CONFLICT, _("there is a letter that you have not read "
	    "yet (%s.%" PRId64 "): 'teduh show %s', then repeat the command"),
	    casefile_id(cf), newest->seq, casefile_id(cf));
	return -1;
}

/* The case with this id, if it is not in the list yet. */
static int
add_other(struct session *s, const char *id, int shown,
    struct last_read *now, struct err *e)
{
	struct casefile *other;
	int result = 0;

	if (letter_read_find(now->list, now->n, id) != NULL)
		return 0;
	if ((other = session_case(s, id, 0, e)) == NULL ||
	    add(now, other, e) == -1 ||
	    (shown && check_shown(s, other, e) == -1))
		result = -1;
	casefile_free(other);
	return result;
}

/* More than an answer can know of: those in doubt are the first to go. */
static int
too_many(const struct casefile *cf, const struct linked *links, size_t n,
    struct err *e)
{
	size_t i, undecided = 0;

	for (i = 0; i < n; i++)
		undecided += !links[i].confirmed;
	if (undecided > 0)
		err_set(e, ERR_CONFLICT, _("%zu cases may belong to %s, and "
		    "an answer can know of %d: 'teduh unlink %s --all' turns "
		    "down all that nobody has linked"), n, casefile_id(cf),
		    LETTER_LAST_READ_MAX - 1, casefile_id(cf));
	else
		err_set(e, ERR_CONFLICT, _("%zu cases are linked to %s or "
		    "proposed, and an answer can know of %d: take some apart "
		    "with 'teduh unlink CASE' first"), n, casefile_id(cf),
		    LETTER_LAST_READ_MAX - 1);
	return -1;
}

static int
collect(struct session *s, const struct casefile *cf,
    const struct letter *letter, int shown, struct last_read *now,
    struct err *e)
{
	struct linked *links = mem_alloc(LINKED_MAX * sizeof(*links));
	size_t i, n = linked_list(s, cf, links);
	int result;

	memset(now, 0, sizeof(*now));
	result = add(now, cf, e);
	if (result == 0 && shown)
		result = check_shown(s, cf, e);
	if (result == 0 && n >= LETTER_LAST_READ_MAX)
		result = too_many(cf, links, n, e);
	for (i = 0; i < n && result == 0; i++)
		result = add_other(s, links[i].id, shown, now, e);
	for (i = 0; letter != NULL && i < letter->nlast_read && result == 0;
	    i++)
		result = add_other(s, letter->last_read[i].case_id, shown,
		    now, e);
	free(links);
	return result;
}

int
last_read_now(struct session *s, const struct casefile *cf,
    const struct letter *letter, struct last_read *now, struct err *e)
{
	return collect(s, cf, letter, 0, now, e);
}

int
last_read_shown(struct session *s, const struct casefile *cf,
    const struct letter *letter, struct last_read *now, struct err *e)
{
	return collect(s, cf, letter, 1, now, e);
}

int
last_read_reaches(const struct letter_read *read, size_t n,
    const struct last_read *now)
{
	const struct letter_read *r;
	size_t i;

	for (i = 0; i < now->n; i++) {
		r = letter_read_find(read, n, now->list[i].case_id);
		if (r == NULL || !seal_equal(r->deposit,
		    now->list[i].deposit, SEAL_HASH))
			return 0;
	}
	return 1;
}

void
last_read_about(const struct casefile_item *item, const struct letter *l,
    struct still_letter *about)
{
	memset(about, 0, sizeof(*about));
	memcpy(about->case_id, l->case_id, sizeof(about->case_id));
	about->draft = l->draft;
	about->revision = l->revision;
	still_letter_hash(about->hash, item->bytes, item->len);
}

/* One that the service has: 1 when one of the two signed it and it reaches. */
static int
row_holds(const struct roster_person *const who[2],
    const struct still_letter *about, const json_t *o,
    const struct letter *l, const struct last_read *now)
{
	unsigned char signature[SIGN_LEN];
	struct still_statement said;
	struct buf text;
	int good;

	good = wire_get_base64(o, "statement", STILL_MAX, &text, NULL) == 0 &&
	    wire_get_hex(o, "signature", signature, SIGN_LEN, NULL) == 0 &&
	    (still_holds(who[0], about, text.bytes, text.len, signature,
	    &said) || still_holds(who[1], about, text.bytes, text.len,
	    signature, &said)) &&
	    still_covers(&said, l->last_read, l->nlast_read) &&
	    last_read_reaches(said.last_read, said.nlast_read, now);
	buf_free(&text);
	return good;
}

int
last_read_holds(const struct session *s, const struct casefile *cf,
    const struct casefile_item *item, const struct letter *l,
    const struct roster_person *other, const struct last_read *now)
{
	const struct roster_person *who[2] = { roster_person(s->roster,
	    l->author), other };
	struct still_letter about;
	const json_t *o;
	size_t i;

	if (last_read_reaches(l->last_read, l->nlast_read, now))
		return 1;
	last_read_about(item, l, &about);
	json_array_foreach(json_object_get(casefile_json(cf), "still"), i, o)
		if (row_holds(who, &about, o, l, now))
			return 1;
	return 0;
}
