/*
 * From a folder to a verified roster.  The roster is the root of all trust:
 * it is rebuilt from the pinned first entry at every start, and the service
 * must go on from what this person saw last; an older or another list is
 * refused, whoever serves it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/bridge.h"
#include "tools/casefile.h"
#include "tools/heads.h"
#include "tools/progress.h"
#include "tools/prompt.h"
#include "tools/render.h"
#include "tools/older.h"
#include "tools/session.h"
#include "tools/unlocked.h"
#include "tools/unopened.h"
#include "tools/words.h"

#define PAGE_MAX	500
#define PREFIX_MIN	4
#define PASSPHRASE_TRIES	3

void
session_init(struct session *s)
{
	memset(s, 0, sizeof(*s));
}

void
session_free(struct session *s)
{
	json_decref(s->unopened);
	json_decref(s->desks);
	team_free(s->team);
	json_decref(s->audit);
	json_decref(s->restored);
	json_decref(s->entries);
	roster_free(s->roster);
	client_free(s->client);
	identity_free(s->me);
	vault_service_free(&s->service);
	vault_free(s->vault);
	session_init(s);
}

int
session_add_entry(struct roster *r, const unsigned char *pin, const json_t *o,
    struct err *e)
{
	unsigned char signature[SIGN_LEN];
	struct buf entry;
	int result = -1;

	if (wire_get_base64(o, "entry", ROSTER_ENTRY_MAX, &entry, e) == 0 &&
	    wire_get_hex(o, "signature", signature, SIGN_LEN, e) == 0)
		result = roster_add(r, pin, entry.bytes, entry.len, signature,
		    e);
	buf_free(&entry);
	return result;
}

/* What stands in the folder; when it does not hold it is read anew. */
static json_t *
load_known(struct session *s)
{
	json_t *known = vault_read_roster(s->vault);
	const json_t *o;
	size_t i;

	roster_free(s->roster);
	s->roster = roster_new();
	json_array_foreach(known, i, o)
		if (session_add_entry(s->roster, s->service.pin, o, NULL) ==
		    -1) {
			json_decref(known);
			known = NULL;
			roster_free(s->roster);
			s->roster = roster_new();
			break;
		}
	return known == NULL ? json_array() : known;
}

static int
other_roster(struct session *s, struct err *e)
{
	s->other = 1;
	err_set(e, ERR_DENIED, _("the service shows an older or another list "
	    "of staff than before; do not go on, and ask the people who run "
	    "it"));
	return -1;
}

/* The first entry that the service sends is our last one, unchanged. */
static int
same_entry(struct session *s, const json_t *ours, const json_t *theirs,
    struct err *e)
{
	if (json_equal(json_object_get(ours, "entry"),
	    json_object_get(theirs, "entry")) &&
	    json_equal(json_object_get(ours, "signature"),
	    json_object_get(theirs, "signature")))
		return 0;
	return other_roster(s, e);
}

/* Whether the service was put back from a backup. */
static void
note_restored(struct session *s, const json_t *answer)
{
	json_t *q = json_object_get(answer, "quarantine");

	json_decref(s->restored);
	s->restored = json_is_object(q) ? json_incref(q) : NULL;
}

/* One page from the last known entry on; *n entries came. */
static int
fetch_page(struct session *s, json_t *known, size_t *n, struct err *e)
{
	size_t i, have = json_array_size(known);
	json_t *answer, *entries, *o;
	char path[64];
	int result = -1;

	(void)snprintf(path, sizeof(path), "/v1/roster?from=%zu",
	    have == 0 ? 1 : have);
	if ((answer = client_get(s->client, path, e)) == NULL)
		return -1;
	note_restored(s, answer);
	json_decref(s->audit);
	s->audit = json_incref(json_object_get(answer, "audit"));
	if (wire_get_array(answer, "entries", PAGE_MAX, &entries, e) == -1)
		goto out;
	*n = json_array_size(entries);
	if (have > 0 && *n == 0) {
		(void)other_roster(s, e);
		goto out;
	}
	json_array_foreach(entries, i, o) {
		if (have > 0 && i == 0) {
			if (same_entry(s, json_array_get(known, have - 1),
			    o, e) == -1)
				goto out;
			continue;
		}
		if (session_add_entry(s->roster, s->service.pin, o, e) == -1)
			goto out;
		(void)json_array_append(known, o);
	}
	result = 0;
out:
	json_decref(answer);
	return result;
}

/* Not below what was seen before; what is new is remembered. */
static int
remember(struct session *s, const json_t *known, size_t loaded,
    struct err *e)
{
	struct vault_service *v = &s->service;
	unsigned char head[SEAL_HASH];
	int64_t seq = roster_seq(s->roster);
	int same;

	roster_head(s->roster, head);
	same = seal_equal(head, v->head, SEAL_HASH);
	if (seq < v->seq || (seq == v->seq && seq > 0 && !same))
		return other_roster(s, e);
	v->seq = seq;
	memcpy(v->head, head, SEAL_HASH);
	if (!v->joined)			/* join writes it when it is done */
		return 0;
	if (same && json_array_size(known) == loaded)
		return 0;
	return vault_remember(s->vault, v, json_array_size(known) > loaded ?
	    known : NULL, e);
}

int
session_roster(struct session *s, struct err *e)
{
	json_t *known = load_known(s);
	size_t n = PAGE_MAX, loaded = json_array_size(known);
	int result = -1;

	s->other = s->unsure = 0;
	while (n == PAGE_MAX)
		if (fetch_page(s, known, &n, e) == -1) {
			if (s->other && bridge_cross(s, known, e) == 0) {
				loaded = 0;
				break;
			}
			if (e->code == ERR_INPUT)
				err_prefix(e, _("the service's list of "
				    "staff does not hold, so nothing was "
				    "done; tell the people who run it"));
			goto out;
		}
	/* Before there is a bridge nothing is forgotten. */
	result = s->unsure ? 0 : remember(s, known, loaded, e);
	if (result == 0) {
		json_decref(s->entries);
		s->entries = json_incref(known);
	}
out:
	json_decref(known);
	return result;
}

/* The key, unlocked; who types may mistype. */
int
session_unlock(struct session *s, int anew, struct err *e)
{
	struct secret *passphrase, *seed;
	int has, tries;

	if ((has = vault_has_key(s->vault, e)) == -1)
		return -1;
	if (!has) {
		err_set(e, ERR_GONE, _("there is no key in '%s'; 'teduh join "
		    "URL CODE' makes one"), vault_path(s->vault));
		return -1;
	}
	if (!anew && s->args.passphrase_fd == -1 &&
	    (seed = unlocked_get(s->vault)) != NULL) {
		s->me = identity_from_seed(seed);
		secret_free(seed);
		return 0;
	}
	for (tries = 1; s->me == NULL; tries++) {
		passphrase = prompt_passphrase(s->args.passphrase_fd, 0, e);
		if (passphrase == NULL)
			return -1;
		s->me = vault_read_key(s->vault, passphrase, e);
		secret_free(passphrase);
		if (s->me != NULL)
			break;
		if (s->args.passphrase_fd != -1 || e->code != ERR_DENIED ||
		    tries == PASSPHRASE_TRIES)
			return -1;
		(void)fprintf(stderr, "teduh: %s\n", _("the passphrase is not "
		    "right; once more:"));
	}
	return 0;
}

/* An end of `join` that was never heard is made good here. */
static int
note_joined(struct session *s, struct err *e)
{
	const struct roster_person *me = session_person(s, e);

	if (me == NULL)
		return -1;
	memcpy(s->service.name, me->name, sizeof(me->name));
	render_setup(s->service.name);
	if (s->service.joined)
		return 0;
	s->service.joined = 1;
	return vault_write_service(s->vault, &s->service, e);
}

static void
say_restored(const struct session *s)
{
	if (s->restored != NULL && !s->accepting && !s->args.quiet)
		render_say(stderr, _("teduh: the service was put back from a "
		    "backup. Letters come in; nothing goes out until a "
		    "supervisor has looked: teduh restore accept"));
}

/* Said once a command; what it means only `audit verify` can tell. */
static void
note_audit(struct session *s)
{
	if (heads_note(s, s->audit) && s->restored == NULL && !s->args.quiet)
		render_say(stderr, _("teduh: the service's audit is older or "
		    "another than what was seen from here before: teduh audit "
		    "verify says more"));
}

int
session_open(struct session *s, struct err *e)
{
	if ((s->vault = vault_open(e)) == NULL ||
	    vault_read_service(s->vault, &s->service, e) == -1 ||
	    (s->client = client_new(s->service.url, s->service.ca,
	    e)) == NULL)
		return -1;
	client_hush(s->client, s->args.quiet);
	if (session_unlock(s, 0, e) == -1)
		return -1;
	client_sign_as(s->client, s->me->signer);
	if (session_roster(s, e) == 0) {
		say_restored(s);
		note_audit(s);
		return note_joined(s, e);
	}
	if (client_is_stranger(s->client) && roster_seq(s->roster) == 0)
		err_set(e, ERR_DENIED, _("the service does not know your key "
		    "yet: ask a supervisor to run 'teduh staff confirm %s'"),
		    s->service.name);
	else if (client_is_stranger(s->client))
		err_set(e, ERR_DENIED, _("your key is not on the list of "
		    "staff (any more): ask a supervisor"));
	return -1;
}

const struct roster_person *
session_person(struct session *s, struct err *e)
{
	const struct roster_person *p;

	p = roster_person_by_key(s->roster, s->me->signer->pub);
	if (p == NULL)
		err_set(e, ERR_DENIED, _("your key is not on the list of "
		    "staff (any more): ask a supervisor"));
	return p;
}

const struct team *
session_team(struct session *s, struct err *e)
{
	const struct roster_person *p;
	json_t *answer;

	if (s->team != NULL)
		return s->team;
	if ((p = session_person(s, e)) == NULL ||
	    (answer = client_get(s->client, "/v1/team", e)) == NULL)
		return NULL;
	s->team = team_open(json_object_get(answer, "secrets"), s->me,
	    p->name, s->roster);
	json_decref(answer);
	return s->team;
}

const json_t *
session_desk(struct session *s, const char *name, struct err *e)
{
	const json_t *o, *found = NULL;
	const char *its;
	size_t i;

	if (s->desks == NULL &&
	    (s->desks = client_get(s->client, "/v1/desks", e)) == NULL)
		return NULL;
	json_array_foreach(json_object_get(s->desks, "desks"), i, o) {
		its = json_string_value(json_object_get(o, "name"));
		if (its != NULL && strcmp(its, name) == 0)
			found = o;
	}
	if (found == NULL)
		err_set(e, ERR_GONE, _("the service has no desk '%s' for "
		    "you"), name);
	return found;
}

const char *
session_first_line(const json_t *desk, const char *language)
{
	const json_t *lines = json_object_get(desk, "first_lines");
	const char *first = json_string_value(json_array_get(json_object_get(
	    desk, "languages"), 0));
	const char *line = NULL;

	if (language != NULL)
		line = json_string_value(json_object_get(lines, language));
	if (line == NULL && first != NULL)
		line = json_string_value(json_object_get(lines, first));
	return line;
}

static int
fetch_part(void *ctx, const unsigned char item[SEAL_ID], uint32_t part,
    struct buf *out, struct err *e)
{
	struct session *s = ctx;
	char hex[2 * SEAL_ID + 1], path[96];

	if (s->reading != NULL)
		progress_step(s->reading, s->reading->done + 1);
	wire_hex(hex, item, SEAL_ID);
	(void)snprintf(path, sizeof(path), "/v1/items/%s/parts/%" PRIu32, hex,
	    part);
	return client_get_bytes(s->client, path, out, e);
}

static int
fetch_rows(void *ctx, const unsigned char item[SEAL_ID], uint32_t part,
    int64_t from, struct buf *out, struct err *e)
{
	struct session *s = ctx;
	char hex[2 * SEAL_ID + 1], path[128];

	if (s->reading != NULL && from == 0)
		progress_step(s->reading, s->reading->done + 1);
	wire_hex(hex, item, SEAL_ID);
	(void)snprintf(path, sizeof(path), "/v1/items/%s/parts/%" PRIu32
	    "/rows?from=%" PRId64, hex, part, from);
	return client_get_bytes(s->client, path, out, e);
}

struct casefile *
session_row(struct session *s, const json_t *o, struct err *e)
{
	struct casefile_source source = { s->roster, NULL, fetch_part,
	    fetch_rows, s };
	struct casefile *cf;

	if ((source.team = session_team(s, e)) == NULL)
		return NULL;
	if ((cf = casefile_open(o, &source, e)) != NULL)
		unopened_look(s, cf);
	return cf;
}

/* The case that was asked for, and no other. */
static struct casefile *
open_asked(struct session *s, const json_t *answer, const char *prefix,
    struct err *e)
{
	struct casefile *cf = session_row(s, answer, e);

	if (cf == NULL || strncmp(casefile_id(cf), prefix,
	    strlen(prefix)) == 0)
		return cf;
	err_set(e, ERR_DENIED, _("the service answered with another case than "
	    "'%s'; tell the people who run it"), prefix);
	casefile_free(cf);
	return NULL;
}

/* Why this command reads a case; the words are those of doc/api.md. */
static const char *
why_read(const struct session *s)
{
	static const struct {
		const char	*command, *why;
	} table[] = {
		{ "show", "look" }, { "tray", "look" },
		{ "people list", "look" }, { "check", "look" },
		{ "review", "review" }, { "approve", "review" },
		{ "return", "review" }, { "still-right", "review" },
		{ "export", "export" }, { "search", "search" }
	};
	size_t i;

	if (s->args.command == NULL)
		return "work";
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(s->args.command->name, table[i].command) == 0)
			return s->args.message != NULL && i == 0 ? "note" :
			    table[i].why;
	return "work";
}

/* Who does not hold a case says why, before what is sealed in it is given. */
static int
say_why(struct session *s, const json_t *o, struct err *e)
{
	const char *claimant = json_string_value(json_object_get(
	    json_object_get(o, "claim"), "claimant"));
	const char *id = json_string_value(json_object_get(o, "id"));
	const char *why = why_read(s);
	json_t *body, *answer;
	char path[64];

	if (id == NULL || (claimant != NULL &&
	    strcmp(claimant, s->service.name) == 0))
		return 0;
	/*
	 * It was said before, and nobody took the case meanwhile. A note or
	 * an export is said by itself, once.
	 */
	if (json_is_true(json_object_get(o, "readable")) &&
	    ((strcmp(why, "note") != 0 && strcmp(why, "export") != 0) ||
	    strcmp(s->noted, id) == 0))
		return 0;
	(void)snprintf(path, sizeof(path), "/v1/cases/%.8s/read", id);
	body = json_object();
	(void)json_object_set_new(body, "why", json_string(why));
	answer = client_post(s->client, path, body, e);
	json_decref(body);
	json_decref(answer);
	(void)snprintf(s->noted, sizeof(s->noted), "%s", id);
	return answer == NULL ? -1 : 0;
}

struct casefile *
session_case(struct session *s, const char *prefix, int changing,
    struct err *e)
{
	struct casefile *cf;
	json_t *answer;
	char path[64];

	if (changing && strlen(prefix) < PREFIX_MIN) {
		err_set(e, ERR_INPUT, _("to change something give at least %d "
		    "characters of the case, not '%s'"), PREFIX_MIN, prefix);
		return NULL;
	}
	(void)snprintf(path, sizeof(path), "/v1/cases/%s", prefix);
	if ((answer = client_get(s->client, path, e)) == NULL) {
		if (e->code == ERR_GONE)
			err_set(e, ERR_GONE, _("there is no case '%s', or it "
			    "is not yours to see; 'teduh queue' lists those "
			    "that wait"), prefix);
		return NULL;
	}
	cf = say_why(s, answer, e) == -1 ? NULL :
	    open_asked(s, answer, prefix, e);
	json_decref(answer);
	if (cf != NULL)
		older_grant(s, cf);
	return cf;
}

struct casefile *
session_views(struct session *s, const char *id, struct err *e)
{
	struct casefile *cf;
	json_t *answer;
	char path[64];

	(void)snprintf(path, sizeof(path), "/v1/cases/%s/views", id);
	if ((answer = client_get(s->client, path, e)) == NULL)
		return NULL;
	cf = open_asked(s, answer, id, e);
	json_decref(answer);
	return cf;
}
