/*
 * The table of actions, and whether a request and an entry say the same.  A
 * row of the store can be written by whoever has the file; the request that
 * somebody signed cannot.
 */
#include <string.h>

#include "lib/audit_action.h"
#include "lib/audit_entry.h"
#include "lib/signature.h"

#define CASES		"/v1/cases/{case}"
#define DRAFTS		CASES "/drafts"
#define INVITATIONS	"/v1/invitations"

static const struct audit_action table[] = {
	{ "adopt", "POST", DRAFTS "/{n}/adopt", AUDIT_PERSON },
	/* Version 1 gave it an entry of its own before that of close. */
	{ "after-care", "POST", CASES "/close", AUDIT_PERSON },
	{ "appoint", "POST", "/v1/recovery/appoint", AUDIT_PERSON },
	{ "approve", "POST", DRAFTS "/{n}/approve", AUDIT_PERSON },
	{ "card", "POST", INVITATIONS "/{n}/card", AUDIT_INVITED },
	{ "claim", "POST", CASES "/claim", AUDIT_PERSON },
	{ "close", "POST", CASES "/close", AUDIT_PERSON },
	{ "crisis", "POST", DRAFTS "/{n}/crisis", AUDIT_PERSON },
	{ "discard", "POST", DRAFTS "/{n}/discard", AUDIT_PERSON },
	{ "disclose", "POST", CASES "/disclose", AUDIT_PERSON },
	{ "disclose-second", "POST", CASES "/disclose/second", AUDIT_PERSON },
	{ "draft", "POST", DRAFTS, AUDIT_PERSON },
	{ "duty", "POST", "/v1/duty", AUDIT_PERSON },
	{ "erase-ask", "POST", CASES "/erase", AUDIT_PERSON },
	{ "erase-hold", "POST", CASES "/erase/hold", AUDIT_PERSON },
	{ "erase-lift", "POST", CASES "/erase/lift", AUDIT_PERSON },
	{ "erase-undo", "POST", CASES "/erase/undo", AUDIT_PERSON },
	{ "export", "POST", CASES "/export", AUDIT_PERSON },
	{ "face", "POST", CASES "/face", AUDIT_PERSON },
	{ "found", "POST", "/v1/found", AUDIT_FOUNDER },
	{ "granted", "POST", CASES "/seeker", AUDIT_PERSON },
	{ "hand", "POST", CASES "/hand", AUDIT_PERSON },
	{ "hold", "POST", CASES "/hold", AUDIT_PERSON },
	{ "hours", "POST", "/v1/hours", AUDIT_PERSON },
	{ "invite", "POST", INVITATIONS, AUDIT_PERSON },
	{ "lift", "POST", CASES "/lift", AUDIT_PERSON },
	{ "linked", "POST", CASES "/link", AUDIT_PERSON },
	{ "move", "POST", CASES "/move", AUDIT_PERSON },
	{ "note", "POST", CASES "/note", AUDIT_PERSON },
	{ "opened", "POST", CASES "/opened", AUDIT_PERSON },
	{ "pass", "POST", CASES "/pass", AUDIT_PERSON },
	{ "pause", "POST", CASES "/pause", AUDIT_PERSON },
	{ "pause-end", "POST", CASES "/pause", AUDIT_PERSON },
	{ "read", "POST", CASES "/read", AUDIT_PERSON },
	{ "rehearse", "POST", "/v1/recovery/rehearsed", AUDIT_PERSON },
	{ "rekey", "POST", CASES "/epoch", AUDIT_PERSON },
	{ "release", "POST", CASES "/release", AUDIT_PERSON },
	{ "reopen", "POST", CASES "/reopen", AUDIT_PERSON },
	{ "restore", "POST", "/v1/restore", AUDIT_PERSON },
	{ "return", "POST", DRAFTS "/{n}/return", AUDIT_PERSON },
	{ "roster", "POST", "/v1/roster", AUDIT_PERSON },
	{ "second", "POST", DRAFTS "/{n}/second", AUDIT_PERSON },
	{ "seconded", "POST", CASES "/people/second", AUDIT_PERSON },
	{ "settle", "POST", DRAFTS "/{n}/settle", AUDIT_PERSON },
	{ "stated", "POST", CASES "/people", AUDIT_PERSON },
	{ "still-right", "POST", DRAFTS "/{n}/still-right", AUDIT_PERSON },
	{ "submit", "POST", DRAFTS "/{n}/submit", AUDIT_PERSON },
	{ "take", "POST", CASES "/take", AUDIT_PERSON },
	{ "undo", "POST", DRAFTS "/{n}/undo", AUDIT_PERSON },
	{ "unlinked", "POST", CASES "/unlink", AUDIT_PERSON },
	{ "unopened", "POST", CASES "/unopened", AUDIT_PERSON },
	{ "untray", "POST", CASES "/untray", AUDIT_PERSON },
	{ "urgency", "POST", CASES "/urgency", AUDIT_PERSON },
	{ "views", "GET", CASES "/views", AUDIT_PERSON },
	{ "withdrawn", "POST", CASES "/people/discard", AUDIT_PERSON }
};

const struct audit_action *
audit_action_find(const char *action)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].action, action) == 0)
			return &table[i];
	return NULL;
}

static int
is_same(const char *s, size_t n, const char *text)
{
	return text != NULL && strlen(text) == n && memcmp(s, text, n) == 0;
}

/* "d" and the number of the path. */
static int
is_draft(const char *s, size_t n, const char *detail)
{
	return detail != NULL && detail[0] == 'd' &&
	    is_same(s, n, detail + 1);
}

static int
segment_fits(const char *pattern, size_t len, const char *s, size_t n,
    const struct audit_entry *x)
{
	if (len == 6 && memcmp(pattern, "{case}", 6) == 0)
		return is_same(s, n, x->case_id);
	if (len == 3 && memcmp(pattern, "{n}", 3) == 0)
		return x->case_id == NULL ? n > 0 : is_draft(s, n, x->detail);
	return len == n && memcmp(pattern, s, n) == 0;
}

static int
path_fits(const char *pattern, const char *path, const struct audit_entry *x)
{
	size_t len, n;

	for (;;) {
		len = strcspn(pattern, "/");
		n = strcspn(path, "/");
		if (!segment_fits(pattern, len, path, n, x))
			return 0;
		pattern += len;
		path += n;
		if (*pattern == '\0' || *path == '\0')
			return *pattern == *path;
		pattern++;
		path++;
	}
}

int
audit_action_fits(const struct audit_action *a, const struct audit_entry *x,
    const struct request_facts *facts)
{
	if (strcmp(facts->method, a->method) != 0 ||
	    (x->case_id != NULL) != (strstr(a->pattern, "{case}") != NULL))
		return 0;
	return path_fits(a->pattern, facts->path, x);
}
