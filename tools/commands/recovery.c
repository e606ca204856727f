/*
 * A recovery key: made in three parts, tried, and used when nobody is left
 * who could let others in.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/join.h"
#include "tools/commands/join_paper.h"
#include "tools/commands/named.h"
#include "tools/entries.h"
#include "tools/recovery.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

/* A recovery key that is being made. */
struct making {
	struct identity		*key;
	struct recovery_card	 cards[SHARES];
	char			 paths[SHARES][PATH_MAX];
	int			 folder;	/* was made here */
	int			 written;
};

static int
fill_cards(const struct session *s, struct making *m, struct err *e)
{
	struct share parts[SHARES];
	struct recovery_card *c;
	int i, k;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < SHARES; i++)
		for (k = 0; k < i; k++)
			if (strcmp(s->args.words[i], s->args.words[k]) == 0) {
				err_set(e, ERR_INPUT, "%s", _("three "
				    "custodians are three people"));
				return EXIT_USAGE;
			}
	for (i = 0; i < SHARES; i++)
		if (named_name("NAME", s->args.words[i], e) != 0)
			return EXIT_USAGE;
	m->key = identity_new();
	shares_split(m->key->seed, parts);
	for (i = 0; i < SHARES; i++) {
		c = &m->cards[i];
		c->part = parts[i];
		(void)snprintf(c->custodian, sizeof(c->custodian), "%s",
		    s->args.words[i]);
		(void)snprintf(m->paths[i], PATH_MAX, "%s/%s.txt",
		    s->args.words[SHARES], c->custodian);
	}
	return 0;
}

static int
write_card(struct making *m, int i, struct err *e)
{
	struct buf b;
	int fd, bad;

	buf_init(&b, RECOVERY_CARD_MAX);
	recovery_card_print(&b, &m->cards[i]);
	fd = open(m->paths[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bad = fd == -1 || write(fd, b.bytes, b.len) != (ssize_t)b.len ||
	    fsync(fd) == -1;
	if (bad)
		err_set(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO,
		    _("'%s' cannot be written: %s"), m->paths[i],
		    strerror(errno));
	if (fd != -1) {
		m->written = i + 1;
		(void)close(fd);
	}
	buf_free(&b);
	return bad ? -1 : 0;
}

static int
write_cards(struct session *s, struct making *m, struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	const char *folder = s->args.words[SHARES];
	int i;

	if (me == NULL || staffing_may_decide(s, me, e) == -1)
		return -1;
	m->folder = mkdir(folder, 0700) == 0;
	if (!m->folder && errno != EEXIST) {
		err_set(e, ERR_IO, _("'%s' cannot be made: %s"), folder,
		    strerror(errno));
		return -1;
	}
	for (i = 0; i < SHARES; i++) {
		(void)snprintf(m->cards[i].service,
		    sizeof(m->cards[i].service), "%s", s->service.url);
		memcpy(m->cards[i].pin, s->service.pin, SEAL_HASH);
		if (write_card(m, i, e) == -1)
			return -1;
	}
	return 0;
}

/* Every key of my desks, sealed to the recovery key. */
static json_t *
seal_all(struct session *s, const struct roster_person *me,
    const unsigned char box[SEAL_KEY], struct err *e)
{
	const struct team *team = session_team(s, e);
	json_t *list = json_array(), *sealed;
	const struct team_key *key;
	size_t i;

	for (i = 0; team != NULL && (key = team_at(team, i)) != NULL; i++) {
		if (!roster_on_desk(me, key->desk))
			continue;
		sealed = team_seal(key, ROSTER_RECOVERY, box, e);
		if (sealed == NULL)
			break;
		(void)json_array_append_new(list, sealed);
	}
	if (team != NULL && key == NULL)
		return list;
	json_decref(list);
	return NULL;
}

static int
put_once(struct session *s, const struct making *m, struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	struct roster_recovery x;
	struct roster_person mine;
	json_t *entries, *secrets;
	int64_t seq = roster_seq(s->roster) + 1;
	int i, result = -1;
	char *entry;
	size_t len;

	if (me == NULL || staffing_may_decide(s, me, e) == -1)
		return -1;
	mine = *me;
	memset(&x, 0, sizeof(x));
	memcpy(x.sign, m->key->signer->pub, SIGN_PUBLIC);
	memcpy(x.box, m->key->box_pub, SEAL_KEY);
	for (i = 0; i < SHARES; i++)
		memcpy(x.custodians[i], m->cards[i].custodian,
		    sizeof(x.custodians[i]));
	if ((secrets = seal_all(s, &mine, x.box, e)) == NULL)
		return -1;
	entries = json_array();
	entry = roster_entry_recovery(s->roster, s->service.name,
	    client_now(s->client), &x, &len);
	if (entries_add(entries, s->roster, s->me->signer, entry, len,
	    e) == 0)
		result = staffing_append(s, seq, entries, secrets, 0, e);
	json_decref(entries);
	json_decref(secrets);
	return result;
}

static void
making_free(struct making *m, const char *folder, int failed)
{
	int i;

	for (i = 0; i < SHARES; i++) {
		if (failed && i < m->written)
			(void)unlink(m->paths[i]);
		recovery_card_free(&m->cards[i]);
	}
	if (failed && m->folder)
		(void)rmdir(folder);
	identity_free(m->key);
}

int
recovery_new_run(struct session *s, struct err *e)
{
	struct making m;
	int result, tries = 0, offered = 0;
	int64_t seq;

	if ((result = fill_cards(s, &m, e)) != 0)
		return result;
	result = -1;
	if (session_open(s, e) == -1 || write_cards(s, &m, e) == -1)
		goto out;
	offered = 1;
	do {
		seq = roster_seq(s->roster);
		result = put_once(s, &m, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == 0)
		commands_done(s, json_pack("{s:[s,s,s], s:s}", "custodians",
		    m.cards[0].custodian, m.cards[1].custodian,
		    m.cards[2].custodian, "folder", s->args.words[SHARES]),
		    _("The recovery key is made. Its three parts are in '%s': "
		    "give each custodian the printed page, try two of them "
		    "with 'teduh recovery rehearse', then remove the folder."),
		    s->args.words[SHARES]);
out:
	/* Where it is not clear whether it arrived the parts are kept. */
	making_free(&m, s->args.words[SHARES], result == -1 && (!offered ||
	    (e->code != ERR_RETRY && e->code != ERR_IO)));
	return result;
}

/* The key of the two cards on the command line. */
static struct identity *
read_key(const char *first, const char *second, struct recovery_card *card,
    struct err *e)
{
	struct recovery_card other;
	struct identity *key = NULL;

	memset(&other, 0, sizeof(other));
	if (recovery_card_read(first, card, e) == 0 &&
	    recovery_card_read(second, &other, e) == 0)
		key = recovery_join(card, &other, e);
	recovery_card_free(&other);
	return key;
}

/* The desks' keys as the service has them for the recovery key, opened. */
static struct team *
fetch_keys(struct client *client, const struct roster *r,
    const struct identity *key, struct err *e)
{
	json_t *answer = client_get(client, "/v1/recovery/secrets", e);
	struct team *team;

	if (answer == NULL)
		return NULL;
	team = team_open(json_object_get(answer, "secrets"), key,
	    ROSTER_RECOVERY, r);
	json_decref(answer);
	return team;
}

/* Per desk, whether its present key opens. *all: each does. */
static json_t *
shape_desks(const struct roster *r, const struct team *team, int *all)
{
	const struct roster_recovery *x = roster_recovery(r);
	json_t *list = json_array();
	unsigned char pub[SEAL_KEY];
	int64_t epoch;
	int opens;
	size_t i;

	*all = 1;
	for (i = 0; i < x->ndesks; i++) {
		if (roster_team(r, x->desks[i], pub, &epoch, NULL) == -1)
			continue;
		opens = team_secret(team, x->desks[i], epoch) != NULL;
		*all &= opens;
		(void)json_array_append_new(list, json_pack("{s:s, s:I, "
		    "s:b}", "desk", x->desks[i], "epoch", (json_int_t)epoch,
		    "opens", opens));
	}
	return list;
}

int
recovery_rehearse_run(struct session *s, struct err *e)
{
	struct recovery_card card;
	struct identity *key = NULL;
	struct client *client = NULL;
	struct team *team = NULL;
	json_t *answer = NULL, *body = NULL, *desks;
	int result = -1, all;

	memset(&card, 0, sizeof(card));
	if (session_open(s, e) == -1 || (key = read_key(s->args.words[0],
	    s->args.words[1], &card, e)) == NULL ||
	    recovery_check(s->roster, key, e) == -1 ||
	    (client = client_new(s->service.url, s->service.ca, e)) == NULL)
		goto out;
	client_sign_as(client, key->signer);
	if ((team = fetch_keys(client, s->roster, key, e)) == NULL)
		goto out;
	desks = shape_desks(s->roster, team, &all);
	body = json_object();
	if (all && (answer = client_post(client, "/v1/recovery/rehearsed",
	    body, e)) == NULL) {
		json_decref(desks);
		goto out;
	}
	commands_done(s, json_pack("{s:b, s:o}", "opens", all, "desks",
	    desks), "%s", all ? _("The two parts make the recovery key, and "
	    "it opens the present key of every desk. Put the parts back, "
	    "apart from each other.") : _("The two parts make the recovery "
	    "key, but not every desk has given it its present key: their "
	    "supervisors run 'teduh team rotate'."));
	result = all ? 0 : EXIT_REFUSED;
out:
	json_decref(answer);
	json_decref(body);
	team_free(team);
	client_free(client);
	identity_free(key);
	recovery_card_free(&card);
	return result;
}

/* The list of staff from the cards' pin on, read as the recovery key. */
static int
open_roster(struct session *s, const struct identity *key,
    const struct recovery_card *card, struct err *e)
{
	memcpy(s->service.pin, card->pin, SEAL_HASH);
	client_sign_as(s->client, key->signer);
	return session_roster(s, e) == -1 ? -1 :
	    recovery_check(s->roster, key, e);
}

static json_t *
make_appointment(struct session *s, const struct identity *key,
    const struct team *team, struct err *e)
{
	const struct roster_recovery *x = roster_recovery(s->roster);
	json_t *entries = json_array(), *secrets = json_array(), *sealed;
	int64_t seq = roster_seq(s->roster) + 1;
	const struct team_key *one;
	struct roster_person p;
	size_t i, len;
	char *entry;

	memset(&p, 0, sizeof(p));
	memcpy(p.name, s->service.name, sizeof(p.name));
	p.rank = RANK_SUPERVISOR;
	p.active = 1;
	memcpy(p.desks, x->desks, sizeof(p.desks));
	p.ndesks = x->ndesks;
	memcpy(p.sign, s->me->signer->pub, SIGN_PUBLIC);
	memcpy(p.box, s->me->box_pub, SEAL_KEY);
	for (i = 0; (one = team_at(team, i)) != NULL; i++) {
		if (!roster_on_desk(&p, one->desk))
			continue;
		if ((sealed = team_seal(one, p.name, p.box, e)) == NULL)
			goto fail;
		(void)json_array_append_new(secrets, sealed);
	}
	entry = roster_entry_person(s->roster, ROSTER_RECOVERY,
	    client_now(s->client), &p, &len);
	if (entries_add(entries, s->roster, key->signer, entry, len, e) == 0)
		return json_pack("{s:I, s:o, s:o}", "seq", (json_int_t)seq,
		    "entries", entries, "secrets", secrets);
fail:
	json_decref(entries);
	json_decref(secrets);
	return NULL;
}

static int
appoint(struct session *s, const struct identity *key, struct err *e)
{
	struct team *team = fetch_keys(s->client, s->roster, key, e);
	json_t *body = NULL, *answer = NULL;
	int result = -1;

	if (team != NULL &&
	    (body = make_appointment(s, key, team, e)) != NULL &&
	    (answer = client_post(s->client, "/v1/recovery/appoint", body,
	    e)) != NULL) {
		s->service.joined = 1;
		result = vault_write_service(s->vault, &s->service, e);
	}
	json_decref(answer);
	json_decref(body);
	team_free(team);
	return result;
}

int
recovery_open_run(struct session *s, struct err *e)
{
	const char *name = s->args.words[0];
	struct recovery_card card;
	struct identity *key;
	int result = -1;

	if (named_name("NAME", name, e) != 0)
		return EXIT_USAGE;
	memset(&card, 0, sizeof(card));
	if ((key = read_key(s->args.words[1], s->args.words[2], &card,
	    e)) == NULL || join_prepare(s, card.service, e) == -1 ||
	    open_roster(s, key, &card, e) == -1)
		goto out;
	memcpy(s->service.name, name, strlen(name) + 1);
	if (join_own_key(s, e) == -1 || join_paper(s, e) == -1 ||
	    appoint(s, key, e) == -1)
		goto out;
	commands_done(s, json_pack("{s:s, s:s}", "name", name, "role",
	    "supervisor"), _("%s is a supervisor from now on, and reads "
	    "everything. Next: invite others, 'teduh recovery new' for new "
	    "parts, and 'teduh team rotate' when a key was stolen."), name);
	result = 0;
out:
	identity_free(key);
	recovery_card_free(&card);
	return result;
}
