/*
 * From the list of staff that we know to that of a restored service: see
 * bridge.h, and doc/protocol.md for why this is enough.
 */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tools/bridge.h"
#include "tools/session.h"
#include "tools/words.h"

#define PAGE_MAX	500

static int
refuse(struct err *e)
{
	err_set(e, ERR_DENIED, _("the service shows an older or another list "
	    "of staff than before; do not go on, and ask the people who run "
	    "it"));
	return -1;
}

/* The service's whole list, verified from the pin on, into *r. */
static json_t *
fetch_all(struct session *s, struct roster *r, struct err *e)
{
	json_t *all = json_array(), *answer, *entries, *o;
	size_t n = PAGE_MAX, i;
	char path[64];
	int bad = 0;

	while (!bad && n == PAGE_MAX) {
		(void)snprintf(path, sizeof(path), "/v1/roster?from=%zu",
		    json_array_size(all) + 1);
		if ((answer = client_get(s->client, path, e)) == NULL) {
			bad = 1;
			break;
		}
		bad = wire_get_array(answer, "entries", PAGE_MAX, &entries,
		    e) == -1;
		n = bad ? 0 : json_array_size(entries);
		for (i = 0; !bad && i < n; i++) {
			o = json_array_get(entries, i);
			bad = session_add_entry(r, s->service.pin, o,
			    e) == -1;
			(void)json_array_append(all, o);
		}
		json_decref(answer);
	}
	if (!bad)
		return all;
	json_decref(all);
	return NULL;
}

static size_t
shared(const json_t *a, const json_t *b)
{
	size_t n = 0;

	while (n < json_array_size(a) && n < json_array_size(b) &&
	    json_equal(json_array_get(a, n), json_array_get(b, n)))
		n++;
	return n;
}

/* The entry is a bridge by somebody who is a supervisor in both lists. */
static int
is_bridge(const struct session *s, const struct roster *theirs,
    const json_t *entry)
{
	const struct roster_person *ours, *their;
	const char *kind = NULL, *by = NULL;
	json_t *o = NULL;
	struct buf b;
	int yes = 0;

	if (wire_get_base64(entry, "entry", ROSTER_ENTRY_MAX, &b, NULL) ==
	    0 && (o = wire_parse(b.bytes, b.len, NULL)) != NULL &&
	    wire_get_string(o, "kind", &kind, NULL) == 0 &&
	    wire_get_string(o, "by", &by, NULL) == 0 &&
	    strcmp(kind, "bridge") == 0) {
		ours = roster_person(s->roster, by);
		their = roster_person(theirs, by);
		yes = ours != NULL && their != NULL && ours->active &&
		    ours->rank == RANK_SUPERVISOR &&
		    memcmp(ours->sign, their->sign, SIGN_PUBLIC) == 0;
	}
	json_decref(o);
	buf_free(&b);
	return yes;
}

int
bridge_cross(struct session *s, json_t *known, struct err *e)
{
	struct roster *theirs = roster_new();
	json_t *all;
	size_t n;
	int ends, result = -1;

	if ((all = fetch_all(s, theirs, e)) == NULL)
		goto out;
	n = shared(known, all);
	ends = n == json_array_size(all);
	if (n == 0 || (ends && !s->accepting) ||
	    (!ends && !is_bridge(s, theirs, json_array_get(all, n)))) {
		(void)refuse(e);
		if (n > 0 && ends && s->restored)
			err_set(e, ERR_DENIED, _("the service was put back "
			    "from a backup and does not know its newest "
			    "staff: a supervisor looks at it with 'teduh "
			    "restore accept'; until then nothing is done"));
		goto out;
	}
	s->lost = json_array_size(known) - n;
	s->unsure = ends;
	if (!ends)
		(void)fprintf(stderr, "teduh: %s\n", _("the service was put "
		    "back from a backup, and a supervisor has signed for it; "
		    "staff who came or changed since must be confirmed "
		    "again."));
	(void)json_array_clear(known);
	(void)json_array_extend(known, all);
	roster_free(s->roster);
	s->roster = theirs;
	theirs = NULL;
	s->service.seq = 0;
	memset(s->service.head, 0, SEAL_HASH);
	result = 0;
out:
	json_decref(all);
	roster_free(theirs);
	return result;
}
