/*
 * The words that an argument can be.
 *
 * Ids come from the service only while the key is unlocked, by one signed
 * request and without opening anything; else the cases that were shown on
 * this machine are known by their names.  What the service says is a
 * suggestion and is not verified: only what looks like an id, a desk or a
 * state gets through, so that nothing of it can do harm in a shell.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/commands/complete.h"
#include "tools/session.h"
#include "tools/unlocked.h"

#define IDS_MAX		500
#define PATH_MAX_BYTES	4096
#define LINE_MAX_BYTES	256

static int
is_case(const char *s)
{
	return s != NULL && deposit_case_valid(s);
}

/* A desk, a state, a person: one word, or it is left out. */
static const char *
word(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL && roster_name_valid(s) ? s : "";
}

/* What GET of this path says, if that can be had without asking. */
static json_t *
ask(const char *path)
{
	struct session s;
	struct secret *seed = NULL;
	json_t *answer = NULL;

	session_init(&s);
	if ((s.vault = vault_open(NULL)) == NULL ||
	    vault_read_service(s.vault, &s.service, NULL) == -1 ||
	    (seed = unlocked_get(s.vault)) == NULL)
		goto out;
	s.me = identity_from_seed(seed);
	s.client = client_new(s.service.url, s.service.ca, NULL);
	if (s.client != NULL) {
		client_hush(s.client, 1);
		client_sign_as(s.client, s.me->signer);
		answer = client_get(s.client, path, NULL);
	}
out:
	secret_free(seed);
	session_free(&s);
	return answer;
}

static int
add_queue(struct complete *out)
{
	const char *id;
	json_t *answer = ask("/v1/queue"), *o;
	char what[LINE_MAX_BYTES];
	int answered = answer != NULL;
	size_t i;

	json_array_foreach(json_object_get(answer, "cases"), i, o) {
		id = json_string_value(json_object_get(o, "id"));
		if (i == IDS_MAX)
			break;
		(void)snprintf(what, sizeof(what), "%.32s %.32s",
		    word(o, "desk"), word(o, "state"));
		if (is_case(id))
			complete_add(out, id, what);
	}
	json_decref(answer);
	return answered;
}

/* Cases that were shown here. */
static void
add_read(struct complete *out)
{
	struct vault *v = vault_open(NULL);
	const struct dirent *entry;
	char path[PATH_MAX_BYTES];
	DIR *dir = NULL;
	size_t n = 0;

	if (v != NULL && snprintf(path, sizeof(path), "%s/read",
	    vault_path(v)) < (int)sizeof(path))
		dir = opendir(path);
	while (dir != NULL && n < IDS_MAX && (entry = readdir(dir)) != NULL)
		if (is_case(entry->d_name)) {
			complete_add(out, entry->d_name, NULL);
			n++;
		}
	if (dir != NULL)
		(void)closedir(dir);
	vault_free(v);
}

static void
add_drafts(struct complete *out)
{
	const char *id;
	json_t *answer = ask("/v1/drafts"), *o;
	char name[LINE_MAX_BYTES], what[LINE_MAX_BYTES];
	size_t i;

	json_array_foreach(json_object_get(answer, "drafts"), i, o) {
		id = json_string_value(json_object_get(o, "case"));
		if (i == IDS_MAX)
			break;
		if (!is_case(id))
			continue;
		(void)snprintf(name, sizeof(name), "%s.d%" PRId64, id,
		    (int64_t)json_integer_value(json_object_get(o, "no")));
		(void)snprintf(what, sizeof(what), "%.32s %.32s",
		    word(o, "author"), word(o, "state"));
		complete_add(out, name, what);
	}
	json_decref(answer);
}

/* The list of staff as it was last seen, verified; NULL when there is none. */
static struct roster *
known_staff(void)
{
	struct roster *r = roster_new();
	struct vault_service service;
	struct vault *v = vault_open(NULL);
	json_t *known = NULL;
	const json_t *o;
	size_t i;

	memset(&service, 0, sizeof(service));
	if (v != NULL && vault_read_service(v, &service, NULL) == 0)
		known = vault_read_roster(v);
	json_array_foreach(known, i, o)
		if (session_add_entry(r, service.pin, o, NULL) == -1)
			break;
	json_decref(known);
	vault_service_free(&service);
	vault_free(v);
	return r;
}

static void
add_people(struct complete *out)
{
	struct roster *r = known_staff();
	const struct roster_person *p;
	size_t i;

	for (i = 0; i < roster_count(r); i++)
		if ((p = roster_at(r, i))->active)
			complete_add(out, p->name,
			    roster_rank_word(p->rank));
	roster_free(r);
}

/* Has somebody before number n this desk? */
static int
is_named_before(const struct roster *r, size_t n, const char *desk)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (roster_on_desk(roster_at(r, i), desk))
			return 1;
	return 0;
}

static void
add_desks(struct complete *out)
{
	struct roster *r = known_staff();
	const struct roster_person *p;
	size_t i, k;

	for (i = 0; i < roster_count(r); i++) {
		p = roster_at(r, i);
		for (k = 0; k < p->ndesks; k++)
			if (!is_named_before(r, i, p->desks[k]))
				complete_add(out, p->desks[k], NULL);
	}
	roster_free(r);
}

static void
add_list(struct complete *out, const char *const *list)
{
	for (; *list != NULL; list++)
		complete_add(out, *list, NULL);
}

static void
add_ranks(struct complete *out)
{
	int rank;

	for (rank = RANK_TRAINEE; rank <= RANK_ADMIN; rank++)
		complete_add(out, roster_rank_word((enum roster_rank)rank),
		    NULL);
}

void
complete_values(struct complete *out, const char *kind)
{
	static const char *const spans[] = { "30m", "1h", "2h", "8h", NULL };
	static const char *const reviews[] = { "always", "trainees", "never",
	    "desk", NULL };
	static const char *const answers[] = { "yes", "no", NULL };
	static const char *const urgencies[] = { "0", "1", "2", "3", NULL };

	if (strcmp(kind, "CASE") == 0) {
		if (!add_queue(out))
			add_read(out);
	} else if (strcmp(kind, "DRAFT") == 0)
		add_drafts(out);
	else if (strcmp(kind, "WHO") == 0 || strcmp(kind, "NAME") == 0)
		add_people(out);
	else if (strcmp(kind, "DESK") == 0)
		add_desks(out);
	else if (strcmp(kind, "ROLE") == 0)
		add_ranks(out);
	else if (strcmp(kind, "SPAN") == 0)
		add_list(out, spans);
	else if (strcmp(kind, "N") == 0)
		add_list(out, urgencies);
	else if (strcmp(kind, "HOW") == 0)
		add_list(out, reviews);
	else if (strcmp(kind, "ANSWER") == 0)
		add_list(out, answers);
	else if (strcmp(kind, "FILE") == 0)
		(void)buf_adds(&out->out, ":files\n");
	else if (strcmp(kind, "FOLDER") == 0)
		(void)buf_adds(&out->out, ":folders\n");
}
