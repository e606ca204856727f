/*
 * The order is what makes this safe to stop: first the new team key, in one
 * batch with its boxes for everybody who stays, so that no letter that
 * begins a case is sealed to the old one from then on; then one case after
 * the other.  The service says which cases are left and is believed in
 * nothing else: a case gets a new key only when the present one, under which
 * roles have signed, opens with this person's key of the desk.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/desk_keys.h"
#include "tools/rekey.h"
#include "tools/rotate.h"
#include "tools/session.h"
#include "tools/staffing.h"

#define PAGE_MAX	10000
#define TRIES		3

static int
new_keys(struct session *s, const char *desk, struct err *e)
{
	json_t *entries = json_array(), *secrets = json_array();
	int64_t seq = roster_seq(s->roster) + 1;
	int result = -1;

	if (desk_keys_add(s, desk, entries, secrets, e) == 0)
		result = staffing_append(s, seq, entries, secrets, 0, e);
	json_decref(entries);
	json_decref(secrets);
	return result;
}

/* Since the present team key was made somebody stopped reading this desk. */
static int
has_left(const struct session *s, const char *desk)
{
	int64_t made = roster_team_seq(s->roster, desk);
	const struct roster_person *p;
	size_t i;

	for (i = 0; (p = roster_at(s->roster, i)) != NULL; i++)
		if (p->since_seq > made && !desk_keys_are_for(p, desk, 0) &&
		    roster_held(s->roster, desk, 0, p->sign) != -1)
			return 1;
	return 0;
}

/* How it went with one case. */
enum rotated { FAILED = -1, KEPT, ROTATED, MOVED };

/* KEPT: it is not ours to give it one. MOVED: a colleague was faster. */
static enum rotated
rotate_case(struct session *s, const json_t *row, const char *desk,
    struct err *e)
{
	struct casefile *cf = session_row(s, row, e);
	enum rotated result = FAILED;
	json_t *body = NULL, *answer = NULL;
	char path[64];

	if (cf == NULL)
		return FAILED;
	if (strcmp(casefile_desk(cf), desk) != 0 || !casefile_opens(cf)) {
		result = KEPT;
		goto out;
	}
	if ((body = rekey_body(s, cf, desk, e)) == NULL)
		goto out;
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/epoch",
	    casefile_id(cf));
	answer = client_post(s->client, path, body, e);
	if (answer != NULL)
		result = ROTATED;
	else if (e->code == ERR_CONFLICT || e->code == ERR_GONE)
		result = MOVED;
out:
	json_decref(answer);
	json_decref(body);
	casefile_free(cf);
	return result;
}

/* How many were what; indexed by enum rotated. */
struct page {
	size_t	n[MOVED + 1];
	char	behind[64];	/* the last one: "ACTIVE.CASE" */
};

static int
stand_behind(struct page *p, const json_t *row, struct err *e)
{
	char id[CASE_ID_LEN + 1];
	int64_t active;

	if (wire_get_int(row, "active", 0, INT64_MAX / 2, &active,
	    e) == -1 || deposit_get_case(row, "id", id, e) == -1)
		return -1;
	(void)snprintf(p->behind, sizeof(p->behind), "%" PRId64 ".%s",
	    active, id);
	return 0;
}

/* One page of those that are left. 1, 0 it was empty, -1. */
static int
rotate_page(struct session *s, const char *desk, struct page *p,
    struct err *e)
{
	json_t *answer, *rows, *row;
	int result = -1, some = 0;
	enum rotated one;
	char path[96];
	size_t i;

	(void)snprintf(path, sizeof(path), "/v1/epochs?behind=%s", p->behind);
	answer = client_get(s->client, path, e);
	if (answer == NULL || wire_get_array(answer, "cases", PAGE_MAX, &rows,
	    e) == -1)
		goto out;
	json_array_foreach(rows, i, row) {
		const char *its = json_string_value(json_object_get(row,
		    "desk"));

		if (its == NULL || strcmp(its, desk) != 0)
			continue;
		if (stand_behind(p, row, e) == -1 ||
		    (one = rotate_case(s, row, desk, e)) == FAILED)
			goto out;
		p->n[one]++;
		some = 1;
	}
	result = some;
out:
	json_decref(answer);
	return result;
}

/* A colleague made newer keys: read which, and let them be opened. */
static int
look_again(struct session *s, struct err *e)
{
	team_free(s->team);
	s->team = NULL;
	return session_roster(s, e);
}

/*
 * All that are left, once, or up to where a colleague is at work: those that
 * do not open are passed, and keep nobody from what comes behind them.
 */
static int
rotate_all(struct session *s, const char *desk, struct page *p,
    struct err *e)
{
	int some;

	memset(p, 0, sizeof(*p));
	do
		some = rotate_page(s, desk, p, e);
	while (some == 1 && p->n[MOVED] == 0);
	return some == -1 ? -1 : 0;
}

static int
rotate_cases(struct session *s, const char *desk, struct rotate_done *r,
    struct err *e)
{
	struct page p;
	int behind = 0;

	do {
		if (rotate_all(s, desk, &p, e) == -1)
			return -1;
		r->cases += p.n[ROTATED];
		r->left = p.n[KEPT];
		behind = p.n[MOVED] == 0 || p.n[ROTATED] > 0 ? 0 : behind + 1;
		if (behind == TRIES)
			return -1;	/* CONFLICT */
		if (p.n[MOVED] > 0 && look_again(s, e) == -1)
			return -1;
	} while (p.n[ROTATED] > 0 || p.n[MOVED] > 0);
	return 0;
}

/*
 * Is a new team key wanted, or are only cases left of the last one? made: the
 * entry of the team key when this began; a colleague who was faster made
 * another. 1, 0, -1.
 */
static int
wants_key(struct session *s, const char *desk, int64_t made,
    struct rotate_done *r, struct err *e)
{
	int64_t now = roster_team_seq(s->roster, desk);

	if (now == 0 || has_left(s, desk))
		return 1;
	if (rotate_cases(s, desk, r, e) == -1)
		return -1;
	return now == made && r->cases == 0;
}

int
rotate_desk(struct session *s, const char *desk, struct rotate_done *r,
    struct err *e)
{
	int64_t made = roster_team_seq(s->roster, desk);
	unsigned char pub[SEAL_KEY];
	int wants, i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < TRIES && !r->begun; i++) {
		if ((wants = wants_key(s, desk, made, r, e)) == -1)
			return -1;
		if (!wants)
			break;
		r->begun = new_keys(s, desk, e) == 0;
		if (!r->begun && e->code != ERR_CONFLICT)
			return -1;
	}
	if (i == TRIES && !r->begun)
		return -1;	/* CONFLICT */
	return roster_team(s->roster, desk, pub, &r->epoch, e) == -1 ||
	    (r->begun && rotate_cases(s, desk, r, e) == -1) ? -1 : 0;
}
