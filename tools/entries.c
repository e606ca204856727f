/*
 * Makes roster entries.  The founding batch is the one moment when a list
 * of keys is believed because of a code that somebody read from a screen, so
 * the card is read strictly and every entry passes the common rules.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tools/entries.h"
#include "tools/team.h"
#include "tools/words.h"

int
entries_add(json_t *entries, struct roster *r, const struct signer *signer,
    char *entry, size_t len, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *o;
	int result;

	signature_make(signer, PURPOSE_ROSTER, entry, len, signature);
	result = roster_add(r, NULL, entry, len, signature, e);
	if (result == 0) {
		o = json_object();
		wire_set_base64(o, "entry", entry, len);
		wire_set_hex(o, "signature", signature, SIGN_LEN);
		(void)json_array_append_new(entries, o);
	}
	free(entry);
	return result;
}

struct founding {
	struct roster		*roster;
	const struct identity	*me;
	const char		*name;
	int64_t			 now_s;
	json_t			*card, *desks, *roles;
	json_t			*entries, *secrets;
};

static int
read_card(struct founding *f, const void *bytes, size_t len, struct err *e)
{
	const char *kind, *desk;
	const json_t *one;
	int64_t version;
	size_t i;

	if ((f->card = wire_parse(bytes, len, e)) == NULL ||
	    wire_get_int(f->card, "v", 1, 1, &version, e) == -1 ||
	    wire_get_string(f->card, "kind", &kind, e) == -1 ||
	    wire_get_array(f->card, "desks", ROSTER_DESKS_MAX, &f->desks,
	    e) == -1 ||
	    wire_get_object(f->card, "roles", &f->roles, e) == -1)
		return -1;
	if (strcmp(kind, "service") != 0 || json_array_size(f->desks) == 0) {
		err_set(e, ERR_INPUT, _("this is not the card of a service "
		    "with a desk"));
		return -1;
	}
	json_array_foreach(f->desks, i, one) {
		desk = json_string_value(one);
		if (desk == NULL || !roster_name_valid(desk)) {
			err_set(e, ERR_INPUT, _("the service's card names a "
			    "desk that cannot be one"));
			return -1;
		}
	}
	return 0;
}

static const char *
desk_at(const struct founding *f, size_t i)
{
	return json_string_value(json_array_get(f->desks, i));
}

static int
add_founder(struct founding *f, struct err *e)
{
	struct roster_person p;
	size_t i, len;
	char *entry;

	memset(&p, 0, sizeof(p));
	memcpy(p.name, f->name, strlen(f->name) + 1);
	p.rank = RANK_SUPERVISOR;
	p.active = 1;
	p.ndesks = json_array_size(f->desks);
	for (i = 0; i < p.ndesks; i++)
		memcpy(p.desks[i], desk_at(f, i), strlen(desk_at(f, i)) + 1);
	memcpy(p.sign, f->me->signer->pub, SIGN_PUBLIC);
	memcpy(p.box, f->me->box_pub, SEAL_KEY);
	entry = roster_entry_person(f->roster, f->name, f->now_s, &p, &len);
	return entries_add(f->entries, f->roster, f->me->signer, entry, len,
	    e);
}

static int
add_role(struct founding *f, const char *role, struct err *e)
{
	unsigned char sign[SIGN_PUBLIC], box[SEAL_KEY];
	int is_post = strcmp(role, "post") == 0;
	json_t *o;
	char *entry;
	size_t len;

	if (wire_get_object(f->roles, role, &o, e) == -1 ||
	    wire_get_hex(o, "sign", sign, SIGN_PUBLIC, e) == -1 ||
	    (is_post && wire_get_hex(o, "box", box, SEAL_KEY, e) == -1))
		return -1;
	entry = roster_entry_role(f->roster, f->name, f->now_s, role, sign,
	    is_post ? box : NULL, &len);
	return entries_add(f->entries, f->roster, f->me->signer, entry, len,
	    e);
}

/* A new team or report key: its public half for all, its secret for me. */
static int
add_key(struct founding *f, const char *desk, int report, struct err *e)
{
	struct team_key key = { .report = report, .epoch = 1 };
	unsigned char pub[SEAL_KEY];
	json_t *sealed = NULL;
	char *entry;
	size_t len;
	int result = -1;

	memcpy(key.desk, desk, strlen(desk) + 1);
	key.secret = seal_pair_new(pub);
	entry = roster_entry_key(f->roster, f->name, f->now_s,
	    report ? "report" : "team", desk, key.epoch, pub, &len);
	if (entries_add(f->entries, f->roster, f->me->signer, entry, len,
	    e) == 0 &&
	    (sealed = team_seal(&key, f->name, f->me->box_pub, e)) != NULL) {
		(void)json_array_append_new(f->secrets, sealed);
		result = 0;
	}
	secret_free(key.secret);
	return result;
}

static int
add_desk(struct founding *f, const char *desk, struct err *e)
{
	const struct roster_policy careful = { REVIEW_ALWAYS, 0, 0 };
	char *entry;
	size_t len;

	if (add_key(f, desk, 0, e) == -1 || add_key(f, desk, 1, e) == -1)
		return -1;
	entry = roster_entry_policy(f->roster, f->name, f->now_s, desk,
	    &careful, &len);
	return entries_add(f->entries, f->roster, f->me->signer, entry, len,
	    e);
}

static int
add_all(struct founding *f, unsigned char pin[SEAL_HASH], struct err *e)
{
	static const char *const roles[] = { "intake", "web", "post",
	    "clock" };
	size_t i;

	if (add_founder(f, e) == -1)
		return -1;
	roster_head(f->roster, pin);
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (add_role(f, roles[i], e) == -1)
			return -1;
	for (i = 0; i < json_array_size(f->desks); i++)
		if (add_desk(f, desk_at(f, i), e) == -1)
			return -1;
	return 0;
}

json_t *
entries_found(struct roster *r, const struct identity *me, const char *name,
    const void *card, size_t len, int64_t now_s, unsigned char pin[SEAL_HASH],
    struct err *e)
{
	struct founding f = { r, me, name, now_s, NULL, NULL, NULL,
	    json_array(), json_array() };
	json_t *body = NULL;

	if (read_card(&f, card, len, e) == -1 || add_all(&f, pin, e) == -1) {
		json_decref(f.entries);
		json_decref(f.secrets);
	} else {
		body = json_object();
		(void)json_object_set_new(body, "entries", f.entries);
		(void)json_object_set_new(body, "secrets", f.secrets);
	}
	json_decref(f.card);
	return body;
}
