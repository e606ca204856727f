/*
 * audit verify: the service's audit chain, from its first entry on, read and
 * checked on this machine.  The service is what is doubted here, so nothing
 * that it says of itself counts: only hashes, signatures, the list of staff
 * as it was verified from the pin on, and what this machine saw before.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/audit_chain.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/heads.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

#define PAGE_MAX	500
#define HEAD_SHOWN	16	/* characters that two people can compare */

/* Members point into the object. */
static int
read_entry(const json_t *o, struct audit_entry *x, struct err *e)
{
	memset(x, 0, sizeof(*x));
	return wire_get_int(o, "v", 0, INT32_MAX, &x->v, e) == -1 ||
	    wire_get_int(o, "seq", 1, INT64_MAX / 2, &x->seq, e) == -1 ||
	    wire_get_int(o, "at", INT64_MIN / 2, INT64_MAX / 2, &x->at,
	    e) == -1 ||
	    wire_get_string(o, "actor", &x->actor, e) == -1 ||
	    wire_get_string(o, "action", &x->action, e) == -1 ||
	    wire_get_string_opt(o, "case", &x->case_id, e) == -1 ||
	    wire_get_string_opt(o, "detail", &x->detail, e) == -1 ||
	    wire_get_string_opt(o, "base", &x->base, e) == -1 ||
	    wire_get_hex(o, "signer", x->signer, SIGN_PUBLIC, e) == -1 ||
	    wire_get_hex(o, "signature", x->signature, SIGN_LEN, e) == -1 ||
	    wire_get_hex(o, "prev", x->prev, SEAL_HASH, e) == -1 ||
	    wire_get_hex(o, "hash", x->hash, SEAL_HASH, e) == -1 ? -1 : 0;
}

/* The next page. Its number of entries, or -1; *at: when the last was made. */
static int64_t
verify_page(struct session *s, struct audit_chain *chain, int64_t *at,
    struct err *e)
{
	json_t *answer, *entries, *o;
	struct audit_entry x;
	int64_t n = -1;
	char path[64];
	size_t i;

	(void)snprintf(path, sizeof(path), "/v1/audit?from=%" PRId64,
	    audit_chain_seq(chain) + 1);
	if ((answer = client_get(s->client, path, e)) == NULL)
		return -1;
	if (wire_get_array(answer, "entries", PAGE_MAX, &entries, e) == -1)
		goto out;
	json_array_foreach(entries, i, o) {
		if (read_entry(o, &x, e) == -1 ||
		    audit_chain_next(chain, &x, e) == -1)
			goto out;
		*at = x.at;
	}
	n = (int64_t)json_array_size(entries);
out:
	json_decref(answer);
	return n;
}

static void
tell(struct session *s, const struct audit_chain *chain, int64_t at,
    int64_t restored)
{
	unsigned char head[SEAL_HASH];
	char hex[2 * SEAL_HASH + 1], when[RENDER_WHEN], text[32];
	json_t *o = json_object();

	audit_chain_head(chain, head);
	wire_hex(hex, head, SEAL_HASH);
	wire_time(text, at);
	render_when(when, at, client_now(s->client));
	(void)json_object_set_new(o, "entries",
	    json_integer(audit_chain_seq(chain)));
	(void)json_object_set_new(o, "head", json_string(hex));
	(void)json_object_set_new(o, "at", json_string(text));
	(void)json_object_set_new(o, "restored", json_integer(restored));
	if (restored > 0 && !s->args.quiet)
		render_say(stderr, _("teduh: the service was put back from a "
		    "backup, and a supervisor has signed for that; what was "
		    "seen of the audit before is not asked for any more"));
	commands_done(s, o, _("All %lld audit entries hold, with everything "
	    "that was seen from here before. The newest is of %s; its hash "
	    "begins with %.*s."), (long long)audit_chain_seq(chain), when,
	    HEAD_SHOWN, hex);
}

int
audit_verify_run(struct session *s, struct err *e)
{
	const struct roster_person *me;
	struct audit_chain *chain;
	unsigned char head[SEAL_HASH];
	int64_t n, at = 0, restored;
	int result = -1;

	if (session_open(s, e) == -1 || (me = session_person(s, e)) == NULL)
		return -1;
	if (me->rank != RANK_SUPERVISOR) {
		err_set(e, ERR_DENIED, _("only a supervisor reads the audit: "
		    "ask one to check it"));
		return -1;
	}
	chain = audit_chain_new(s->roster);
	heads_ask(s, chain, &restored);
	do
		n = verify_page(s, chain, &at, e);
	while (n > 0);
	if (n == 0 && audit_chain_end(chain, e) == 0) {
		audit_chain_head(chain, head);
		result = heads_held(s, audit_chain_seq(chain), head, e);
		if (result == 0)
			tell(s, chain, at, restored);
	} else if (e->code == ERR_DENIED)
		err_prefix(e, _("the audit chain does not hold, so the "
		    "service or its store is not what it was; tell the "
		    "people who run it"));
	audit_chain_free(chain);
	return result;
}
