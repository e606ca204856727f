/*
 * New keys of a desk, sealed to whoever the roster puts there: who is on it
 * when the batch is made, by the entries before them.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/desk_keys.h"
#include "tools/entries.h"
#include "tools/session.h"
#include "tools/team.h"

/* Who must be able to open the new key, and can. */
int
desk_keys_are_for(const struct roster_person *p, const char *desk, int report)
{
	return p->active && p->rank != RANK_ADMIN && roster_on_desk(p, desk) &&
	    (!report || p->rank == RANK_SUPERVISOR);
}

static int
seal_to_all(struct session *s, const struct team_key *key, json_t *secrets,
    struct err *e)
{
	const struct roster_recovery *recovery = roster_recovery(s->roster);
	const struct roster_person *p;
	json_t *sealed;
	size_t i;

	if (recovery != NULL) {
		sealed = team_seal(key, ROSTER_RECOVERY, recovery->box, e);
		if (sealed == NULL)
			return -1;
		(void)json_array_append_new(secrets, sealed);
	}
	for (i = 0; (p = roster_at(s->roster, i)) != NULL; i++) {
		if (!desk_keys_are_for(p, key->desk, key->report))
			continue;
		if ((sealed = team_seal(key, p->name, p->box, e)) == NULL)
			return -1;
		(void)json_array_append_new(secrets, sealed);
	}
	return 0;
}

/* The entry of the next key and its boxes, into the batch. */
static int
add_key(struct session *s, const char *desk, int report, json_t *entries,
    json_t *secrets, struct err *e)
{
	struct team_key key = { .report = report };
	unsigned char pub[SEAL_KEY];
	char *entry;
	size_t len;
	int result;

	memcpy(key.desk, desk, strlen(desk) + 1);
	if ((report ? roster_report : roster_team)(s->roster, desk, pub,
	    &key.epoch, NULL) == -1)
		key.epoch = 0;
	key.epoch++;
	key.secret = seal_pair_new(pub);
	entry = roster_entry_key(s->roster, s->service.name,
	    client_now(s->client), report ? "report" : "team", desk,
	    key.epoch, pub, &len);
	result = entries_add(entries, s->roster, s->me->signer, entry, len,
	    e);
	if (result == 0)
		result = seal_to_all(s, &key, secrets, e);
	secret_free(key.secret);
	return result;
}

int
desk_keys_add(struct session *s, const char *desk, json_t *entries,
    json_t *secrets, struct err *e)
{
	return add_key(s, desk, 0, entries, secrets, e) == -1 ? -1 :
	    add_key(s, desk, 1, entries, secrets, e);
}
