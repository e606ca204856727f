/*
 * The table of requests, and the only parser of paths and queries.  Nothing
 * is decoded: ids are plain characters in one spelling, so whatever is
 * written in another way is simply not there.
 */
#include <string.h>

#include "daemon/api/route.h"
#include "lib/code.h"
#include "lib/err.h"

#define NUMBER_DIGITS	15

#define CASES		"/v1/cases/{case}"
#define DRAFTS		CASES "/drafts"
#define PARTS		"/v1/items/{item}/parts/{n}"
#define INVITATIONS	"/v1/invitations"

static const struct route table[] = {
	{ "GET", "/v1/hello", NULL, WHO_ANYBODY, call_hello, NULL },
	{ "GET", "/v1/card", NULL, WHO_ANYBODY, call_card, NULL },
	{ "POST", "/v1/found", NULL, WHO_FOUNDER, call_found, NULL },
	{ "GET", "/v1/roster", "from", WHO_PERSON_OR_INVITATION, call_roster,
	    NULL },
	{ "POST", "/v1/roster", NULL, WHO_SUPERVISOR, call_append, NULL },
	{ "GET", "/v1/audit", "from", WHO_SUPERVISOR, call_audit, NULL },
	{ "GET", "/v1/counters", "month", WHO_SUPERVISOR, call_counters,
	    NULL },
	{ "GET", "/v1/statistics", "desk", WHO_SUPERVISOR, call_statistics,
	    NULL },
	{ "POST", "/v1/restore", NULL, WHO_SUPERVISOR, call_restore, NULL },
	{ "GET", "/v1/team", NULL, WHO_PERSON, call_team, NULL },
	{ "GET", "/v1/desks", NULL, WHO_PERSON, call_desks, NULL },
	{ "POST", INVITATIONS, NULL, WHO_SUPERVISOR, call_invite, NULL },
	{ "GET", INVITATIONS, NULL, WHO_SUPERVISOR, call_invitations, NULL },
	{ "GET", INVITATIONS "/{n}", NULL, WHO_INVITATION, call_invitation,
	    NULL },
	{ "POST", INVITATIONS "/{n}/card", NULL, WHO_INVITATION,
	    call_invitation_card, NULL },
	{ "GET", "/v1/queue", "after", WHO_PERSON, call_queue, NULL },
	{ "GET", "/v1/next", NULL, WHO_PERSON, call_next, NULL },
	{ "GET", "/v1/watch", "from", WHO_PERSON, call_watch, NULL },
	{ "GET", "/v1/duty", NULL, WHO_PERSON, call_duty, NULL },
	{ "POST", "/v1/duty", NULL, WHO_SUPERVISOR, call_duty_put, NULL },
	{ "GET", "/v1/hours", NULL, WHO_PERSON, call_hours, NULL },
	{ "POST", "/v1/hours", NULL, WHO_PERSON, call_hours_put, NULL },
	{ "GET", "/v1/cases", "before", WHO_PERSON, call_cases, NULL },
	{ "GET", "/v1/triage/misses", "from", WHO_PERSON, call_misses, NULL },
	{ "GET", CASES, NULL, WHO_PERSON, call_case, NULL },
	{ "GET", CASES "/views", NULL, WHO_PERSON, call_views, NULL },
	{ "POST", CASES "/read", NULL, WHO_PERSON, call_read, NULL },
	{ "POST", CASES "/export", NULL, WHO_PERSON, call_export, NULL },
	{ "POST", CASES "/claim", NULL, WHO_PERSON, call_claim, NULL },
	{ "POST", CASES "/release", NULL, WHO_PERSON, call_release, NULL },
	{ "POST", CASES "/pass", NULL, WHO_PERSON, call_pass, NULL },
	{ "POST", CASES "/hand", NULL, WHO_PERSON, call_hand, NULL },
	{ "POST", CASES "/move", NULL, WHO_PERSON, call_move, NULL },
	{ "POST", CASES "/take", NULL, WHO_PERSON, call_take, NULL },
	{ "POST", CASES "/pause", NULL, WHO_PERSON, call_pause, NULL },
	{ "POST", CASES "/note", NULL, WHO_PERSON, call_note, NULL },
	{ "POST", CASES "/urgency", NULL, WHO_PERSON, call_urgency, NULL },
	{ "POST", CASES "/close", NULL, WHO_PERSON, call_close, NULL },
	{ "POST", CASES "/erase", NULL, WHO_PERSON, call_erase, NULL },
	{ "POST", CASES "/erase/undo", NULL, WHO_PERSON, call_erase_undo,
	    NULL },
	{ "POST", CASES "/erase/hold", NULL, WHO_SUPERVISOR, call_erase_hold,
	    NULL },
	{ "POST", CASES "/erase/lift", NULL, WHO_SUPERVISOR, call_erase_lift,
	    NULL },
	{ "POST", CASES "/disclose", NULL, WHO_PERSON, call_disclose, NULL },
	{ "POST", CASES "/disclose/second", NULL, WHO_SUPERVISOR,
	    call_disclose_second, NULL },
	{ "POST", CASES "/hold", NULL, WHO_SUPERVISOR, call_hold, NULL },
	{ "POST", CASES "/lift", NULL, WHO_SUPERVISOR, call_lift, NULL },
	{ "GET", "/v1/recovery", NULL, WHO_PERSON, call_recovery, NULL },
	{ "GET", "/v1/recovery/secrets", NULL, WHO_RECOVERY,
	    call_recovery_secrets, NULL },
	{ "POST", "/v1/recovery/rehearsed", NULL, WHO_RECOVERY,
	    call_recovery_rehearsed, NULL },
	{ "POST", "/v1/recovery/appoint", NULL, WHO_RECOVERY,
	    call_recovery_appoint, NULL },
	{ "POST", CASES "/epoch", NULL, WHO_SUPERVISOR, call_epoch, NULL },
	{ "GET", "/v1/epochs", "behind", WHO_SUPERVISOR, call_epochs, NULL },
	{ "POST", CASES "/unopened", NULL, WHO_PERSON, call_unopened, NULL },
	{ "POST", CASES "/opened", NULL, WHO_PERSON, call_opened, NULL },
	{ "POST", CASES "/reopen", NULL, WHO_PERSON, call_reopen, NULL },
	{ "POST", CASES "/people", NULL, WHO_PERSON, call_people, NULL },
	{ "POST", CASES "/people/second", NULL, WHO_SUPERVISOR,
	    call_people_second, NULL },
	{ "POST", CASES "/people/discard", NULL, WHO_PERSON,
	    call_people_discard, NULL },
	{ "POST", CASES "/link", NULL, WHO_PERSON, call_link, NULL },
	{ "POST", CASES "/unlink", NULL, WHO_PERSON, call_unlink, NULL },
	{ "POST", CASES "/untray", NULL, WHO_PERSON, call_untray, NULL },
	{ "POST", CASES "/seeker", NULL, WHO_PERSON, call_seeker, NULL },
	{ "POST", CASES "/face", NULL, WHO_PERSON, call_face, NULL },
	{ "PUT", PARTS, "case", WHO_PERSON, call_put, NULL },
	{ "GET", PARTS, NULL, WHO_PERSON, NULL, call_part },
	{ "GET", PARTS "/rows", "from", WHO_PERSON, NULL, call_part_rows },
	{ "POST", DRAFTS, NULL, WHO_PERSON, call_draft, NULL },
	{ "POST", DRAFTS "/{n}/submit", NULL, WHO_PERSON, call_submit, NULL },
	{ "POST", DRAFTS "/{n}/approve", NULL, WHO_SUPERVISOR, call_approve,
	    NULL },
	{ "POST", DRAFTS "/{n}/return", NULL, WHO_PERSON, call_return, NULL },
	{ "POST", DRAFTS "/{n}/still-right", NULL, WHO_PERSON, call_still,
	    NULL },
	{ "POST", DRAFTS "/{n}/adopt", NULL, WHO_PERSON, call_adopt, NULL },
	{ "POST", DRAFTS "/{n}/crisis", NULL, WHO_PERSON, call_crisis, NULL },
	{ "POST", DRAFTS "/{n}/second", NULL, WHO_SUPERVISOR, call_second,
	    NULL },
	{ "POST", DRAFTS "/{n}/discard", NULL, WHO_PERSON, call_discard,
	    NULL },
	{ "POST", DRAFTS "/{n}/undo", NULL, WHO_PERSON, call_undo, NULL },
	{ "POST", DRAFTS "/{n}/settle", NULL, WHO_PERSON, call_settle, NULL },
	{ "GET", "/v1/drafts", NULL, WHO_PERSON, call_drafts, NULL }
};

/* Decimal without zeros in front. */
static int
read_number(const char *s, size_t n, int64_t *out)
{
	int64_t v = 0;
	size_t i;

	if (n == 0 || n > NUMBER_DIGITS || (n > 1 && s[0] == '0'))
		return -1;
	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	*out = v;
	return 0;
}

/* The canonical spelling and no other. */
static int
read_case(const char *s, size_t n, char out[CASE_ID_LEN + 1])
{
	char typed[CASE_ID_LEN + 1];

	if (n == 0 || n > CASE_ID_LEN)
		return -1;
	memcpy(typed, s, n);
	typed[n] = '\0';
	if (code_canonical(out, CASE_ID_LEN, typed, NULL) == -1)
		return -1;
	return strcmp(out, typed) == 0 ? 0 : -1;
}

static int
read_item(const char *s, size_t n, char out[2 * SEAL_ID + 1])
{
	unsigned char id[SEAL_ID];

	if (n != 2 * SEAL_ID)
		return -1;
	memcpy(out, s, n);
	out[n] = '\0';
	return wire_unhex(id, sizeof(id), out);
}

static int
match_segment(const char *pattern, size_t len, const char *s, size_t n,
    struct call *c)
{
	if (len == 6 && memcmp(pattern, "{case}", 6) == 0)
		return read_case(s, n, c->case_id) == 0;
	if (len == 6 && memcmp(pattern, "{item}", 6) == 0)
		return read_item(s, n, c->item) == 0;
	if (len == 3 && memcmp(pattern, "{n}", 3) == 0)
		return read_number(s, n, &c->number) == 0;
	return len == n && memcmp(pattern, s, n) == 0;
}

static int
match(const char *pattern, const char *path, struct call *c)
{
	size_t len, n;

	for (;;) {
		len = strcspn(pattern, "/");
		n = strcspn(path, "/");
		if (!match_segment(pattern, len, path, n, c))
			return 0;
		pattern += len;
		path += n;
		if (*pattern == '\0' || *path == '\0')
			return *pattern == *path;
		pattern++;
		path++;
	}
}

const struct route *
route_find(const char *method, const char *path, struct call *c)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].method, method) == 0 &&
		    match(table[i].pattern, path, c))
			return &table[i];
	return NULL;
}

int
route_has_id(const struct route *r)
{
	return strchr(r->pattern, '{') != NULL;
}

/* "TIME.CASE": what comes behind it; nothing: from the newest on. */
static int
read_before(const char *s, struct call *c)
{
	size_t n = strcspn(s, ".");

	if (*s == '\0') {
		c->from = INT64_MAX;
		return 0;
	}
	return s[n] == '.' && strlen(s + n + 1) == CASE_ID_LEN &&
	    read_case(s + n + 1, CASE_ID_LEN, c->case_id) == 0 ?
	    read_number(s, n, &c->from) : -1;
}

/* "URGENCY.DUE.CREATED.CASE", as an answer gave it. */
static int
read_after(const char *s, struct queue_place *place)
{
	int64_t *const numbers[] = { &place->urgency, &place->due,
	    &place->created };
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = strcspn(s, ".");
		if (s[n] != '.' || read_number(s, n, numbers[i]) == -1)
			return -1;
		s += n + 1;
	}
	return strlen(s) == CASE_ID_LEN && place->urgency <= 3 ?
	    read_case(s, CASE_ID_LEN, place->id) : -1;
}

/* "DESK", or "DESK/ID" for what stands behind that row. */
static int
read_desk(const char *s, struct call *c)
{
	size_t n = strcspn(s, "/");

	if (n > ROSTER_NAME_MAX)
		return -1;
	memcpy(c->name, s, n);
	c->name[n] = '\0';
	if (!roster_name_valid(c->name))
		return -1;
	return s[n] == '\0' ? 0 : read_item(s + n + 1, strlen(s + n + 1),
	    c->item);
}

static int
read_query(const char *name, const char *value, struct call *c)
{
	size_t n = strlen(value);

	if (strcmp(name, "case") == 0)
		return n == CASE_ID_LEN ? read_case(value, n, c->case_id) :
		    -1;
	if (strcmp(name, "before") == 0 || strcmp(name, "behind") == 0)
		return read_before(value, c);
	if (strcmp(name, "after") == 0)
		return read_after(value, &c->after);
	if (strcmp(name, "desk") == 0)
		return read_desk(value, c);
	return read_number(value, n, &c->from);
}

/* A query that may be left out: from the first on. */
static int
is_optional(const char *name)
{
	return strcmp(name, "after") == 0 || strcmp(name, "behind") == 0;
}

int
route_query(const struct route *r, const char *query, struct call *c,
    struct err *e)
{
	size_t n = r->query != NULL ? strlen(r->query) : 0;

	c->after.urgency = -1;
	if (query[0] == '\0' && r->query != NULL && is_optional(r->query)) {
		c->from = INT64_MAX;
		return 0;
	}
	if (r->query == NULL) {
		if (query[0] == '\0')
			return 0;
		err_set(e, ERR_INPUT, "this request takes no query");
		return -1;
	}
	if (query[0] == '?' && strncmp(query + 1, r->query, n) == 0 &&
	    query[1 + n] == '=' &&
	    read_query(r->query, query + 1 + n + 1, c) == 0)
		return 0;
	err_set(e, ERR_INPUT, "this request takes the query '?%s=' and "
	    "nothing else", r->query);
	return -1;
}
