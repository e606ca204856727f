/*
 * Which key of a case is the present one.  The service hands out the records
 * of new keys; one that does not hold makes the case one to which nothing is
 * sealed any more, because whoever left out or changed a record might want us
 * to go on under a key that somebody else knows.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/casefile_inside.h"
#include "tools/words.h"

#define BOX_MAX		1024
#define RECORDS_MAX	1000

static void
remember(struct casefile *cf, const char *desk)
{
	if (desk[0] == '\0' || casefile_was_on(cf, desk))
		return;
	memcpy(cf->former[cf->nformer++], desk, strlen(desk) + 1);
}

static int
read_record(struct casefile *cf, const json_t *o, struct err *e)
{
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	struct buf bytes;
	struct epoch next;
	int result = -1;

	if (wire_get_base64(o, "statement", EPOCH_MAX, &bytes, e) == 0 &&
	    wire_get_hex(o, "signer", signer, SIGN_PUBLIC, e) == 0 &&
	    wire_get_hex(o, "signature", signature, SIGN_LEN, e) == 0) {
		result = 0;
		if (!epoch_holds(cf->source.roster, cf->id,
		    cf->epoch.epoch > 0 ? &cf->epoch : NULL, bytes.bytes,
		    bytes.len, signer, signature, &next))
			cf->has_epoch = -1;
		else {
			cf->epoch = next;
			cf->has_epoch = 1;
			cf->records[cf->nrecords++] = next;
			remember(cf, next.from);
		}
	}
	buf_free(&bytes);
	return result;
}

/* Did a role sign that the case begins with this? */
static int
is_first(const struct casefile *cf, const struct casefile_item *item)
{
	static const unsigned char none[SEAL_HASH];
	const struct deposit *dep = &item->deposit;

	return roster_is_role_key(cf->source.roster, dep->role, item->signer,
	    0) && strcmp(dep->case_id, cf->id) == 0 &&
	    seal_equal(dep->prev, none, SEAL_HASH);
}

/*
 * Where the case began.  A row of the queue has the newest letter alone; but
 * where all items are, the first deposit is among them, or was taken away.
 */
static void
begin(struct casefile *cf)
{
	size_t i = 0;

	while (i < cf->nitems && !casefile_deposited(&cf->items[i]))
		i++;
	if (i < cf->nitems && is_first(cf, &cf->items[i])) {
		if (cf->items[i].deposit.desk[0] != '\0')
			epoch_begun(&cf->epoch, &cf->items[i].deposit);
	} else if (json_object_get(cf->json, "letters") != NULL)
		cf->has_epoch = -1;
}

int
casefile_epochs(struct casefile *cf, struct err *e)
{
	json_t *list, *o;
	size_t i;

	begin(cf);
	if (json_object_get(cf->json, "epochs") == NULL)
		return 0;	/* a service of the version before */
	if (wire_get_array(cf->json, "epochs", RECORDS_MAX, &list, e) == -1)
		return -1;
	cf->records = mem_alloc((json_array_size(list) + 1) *
	    sizeof(*cf->records));
	cf->former = mem_alloc((json_array_size(list) + 1) *
	    sizeof(*cf->former));
	json_array_foreach(list, i, o)
		if (cf->has_epoch != -1 && read_record(cf, o, e) == -1)
			return -1;
	return 0;
}

int
casefile_was_on(const struct casefile *cf, const char *desk)
{
	size_t i;

	for (i = 0; i < cf->nformer; i++)
		if (strcmp(cf->former[i], desk) == 0)
			return 1;
	return 0;
}

int
casefile_knows(const struct casefile *cf, const struct roster_person *p)
{
	size_t i;

	if (roster_on_desk(p, cf->desk))
		return 1;
	for (i = 0; i < cf->nformer; i++)
		if (roster_on_desk(p, cf->former[i]))
			return 1;
	return 0;
}

/* The record of the key with this number, or NULL. */
static const struct epoch *
record_of(const struct casefile *cf, int64_t epoch)
{
	size_t i;

	for (i = 0; i < cf->nrecords; i++)
		if (cf->records[i].epoch == epoch)
			return &cf->records[i];
	return NULL;
}

/*
 * Every deposit stands under the key that its record names, also of a letter
 * that is not shown; and the case is with the desk that the newest names.
 */
static int
agree(const struct casefile *cf)
{
	const struct deposit *dep;
	const struct epoch *x;
	size_t i;

	for (i = 0; i < cf->nitems; i++) {
		dep = &cf->items[i].deposit;
		if (casefile_deposited(&cf->items[i]) && dep->epoch > 1 &&
		    ((x = record_of(cf, dep->epoch)) == NULL ||
		    !seal_equal(x->case_key, dep->case_key, SEAL_KEY)))
			return 0;
	}
	return cf->epoch.epoch == 0 || strcmp(cf->epoch.desk, cf->desk) == 0;
}

int
casefile_key(const struct casefile *cf, int64_t *epoch,
    unsigned char pub[SEAL_KEY], struct err *e)
{
	const struct casefile_item *item = casefile_newest(cf);

	if (item == NULL) {
		err_set(e, ERR_DENIED, _("no letter of the case %s could be "
		    "verified, so nothing can be sealed to it"), cf->id);
		return -1;
	}
	*epoch = item->deposit.epoch;
	memcpy(pub, item->deposit.case_key, SEAL_KEY);
	if (cf->has_epoch != -1 && agree(cf) && epoch_present(
	    casefile_epoch(cf), record_of(cf, *epoch), epoch, pub) == 0)
		return 0;
	err_set(e, ERR_DENIED, _("a record of the keys of case %s does not "
	    "hold or is missing, so nothing is sealed to it: run 'teduh-admin "
	    "check' on the server"), cf->id);
	return -1;
}

int
casefile_opens(const struct casefile *cf)
{
	const struct casefile_key *key;
	unsigned char pub[SEAL_KEY];
	int64_t epoch;

	return casefile_key(cf, &epoch, pub, NULL) == 0 &&
	    (key = casefile_case_key(cf, epoch)) != NULL &&
	    key->secret != NULL && seal_equal(key->pub, pub, SEAL_KEY);
}

int
casefile_shut(const struct casefile *cf)
{
	int shut = cf->nkeys == 0 ? -1 : 0;
	size_t i;

	for (i = 0; i < cf->nkeys; i++) {
		if (cf->keys[i].shut)
			return 1;
		if (cf->keys[i].secret == NULL)
			shut = -1;
	}
	return shut;
}

/* With which desk the case was under that key; 0: nobody signed it. */
static int
find_desk(const struct casefile *cf, int64_t epoch, struct epoch *out)
{
	const struct epoch *x = record_of(cf, epoch);
	size_t i = 0;

	if (x != NULL) {
		*out = *x;
		return 1;
	}
	while (i < cf->nitems && !casefile_deposited(&cf->items[i]))
		i++;
	if (epoch != 1 || i == cf->nitems || !is_first(cf, &cf->items[i]) ||
	    cf->items[i].deposit.desk[0] == '\0')
		return 0;
	epoch_begun(out, &cf->items[i].deposit);
	return 1;
}

int
casefile_held(const struct casefile *cf, int64_t epoch, const char *desk,
    const unsigned char sign[SIGN_PUBLIC])
{
	const struct roster *r = cf->source.roster;
	unsigned char team[SEAL_KEY];
	struct epoch x;
	int64_t now;
	int rank = -1, its;

	if (!find_desk(cf, epoch, &x))
		return roster_held(r, desk, 0, sign);
	if (strcmp(x.desk, desk) != 0 ||
	    roster_team(r, desk, team, &now, NULL) == -1)
		return -1;
	for (; x.team_epoch <= now; x.team_epoch++)
		if ((its = roster_held(r, desk, x.team_epoch, sign)) > rank)
			rank = its;
	return rank;
}

/* The secret half of one key, sealed to another team. */
static json_t *
reseal(const struct casefile *cf, const struct casefile_key *key,
    const char *desk, int64_t team_epoch, const unsigned char team[SEAL_KEY],
    struct err *e)
{
	char context[CONTEXT_MAX];
	json_t *o = NULL;
	struct buf box;

	buf_init(&box, BOX_MAX);
	context_case(context, cf->id, key->epoch, desk, team_epoch);
	if (seal_box(team, BOX_CASE, context, key->secret->bytes,
	    key->secret->len, &box, e) == 0) {
		o = json_pack("{s:I}", "epoch", (json_int_t)key->epoch);
		wire_set_base64(o, "box", box.bytes, box.len);
	}
	buf_free(&box);
	return o;
}

json_t *
casefile_reseal(const struct casefile *cf, const char *desk,
    int64_t team_epoch, const unsigned char team[SEAL_KEY], struct err *e)
{
	json_t *list = json_array(), *o = NULL;
	const struct casefile_key *key;
	size_t i;

	for (i = 0; i < cf->nkeys; i++) {
		key = &cf->keys[i];
		if (key->secret == NULL)
			err_set(e, ERR_DENIED, _("the case %s has a key that "
			    "is not yours to give on: %s"), cf->id,
			    key->problem);
		if (key->secret == NULL || (o = reseal(cf, key, desk,
		    team_epoch, team, e)) == NULL) {
			json_decref(list);
			return NULL;
		}
		(void)json_array_append_new(list, o);
	}
	return list;
}

const struct epoch *
casefile_epoch(const struct casefile *cf)
{
	return cf->has_epoch == 1 ? &cf->epoch : NULL;
}
