/*
 * Heads of the audit chain that this machine has seen: the file `audit` of
 * the folder.  Who writes to the service's store can rewrite what nobody has
 * seen; what somebody has seen must come again.  So none is given up for a
 * newer one before the chain between them was verified.
 *
 * When there are too many, every other one goes: the newest stays, and a
 * change is then narrowed down less.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/audit_chain.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tools/heads.h"
#include "tools/session.h"
#include "tools/vault.h"

struct head {
	int64_t		seq;
	unsigned char	hash[SEAL_HASH];
	int64_t		roster;
};

static int
read_head(const json_t *o, struct head *h)
{
	return json_is_object(o) &&
	    wire_get_int(o, "seq", 1, INT64_MAX / 2, &h->seq, NULL) == 0 &&
	    wire_get_hex(o, "hash", h->hash, SEAL_HASH, NULL) == 0 ? 0 : -1;
}

static json_t *
print_head(const struct head *h)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "seq", json_integer(h->seq));
	wire_set_hex(o, "hash", h->hash, SEAL_HASH);
	(void)json_object_set_new(o, "roster", json_integer(h->roster));
	return o;
}

/* Those of the file, oldest first; what is not one is left out. */
static json_t *
load(const struct session *s)
{
	json_t *known = vault_read_heads(s->vault), *list = json_array(), *o;
	struct head h, last = { 0, { 0 }, 0 };
	size_t i;

	json_array_foreach(known, i, o)
		if (read_head(o, &h) == 0 && h.seq > last.seq &&
		    wire_get_int(o, "roster", 0, INT64_MAX / 2, &h.roster,
		    NULL) == 0) {
			(void)json_array_append(list, o);
			last = h;
		}
	json_decref(known);
	return list;
}

static void
thin_out(json_t *list)
{
	size_t i;

	for (i = json_array_size(list) - 1; i >= 2; i -= 2) {
		(void)json_array_remove(list, i - 1);
		if (i < 4)
			break;
	}
}

/* The place of the newest bridge on the list of staff, or 0. */
static int64_t
newest_bridge(const struct session *s)
{
	const char *kind;
	struct buf bytes;
	json_t *entry;
	int64_t seq;

	for (seq = (int64_t)json_array_size(s->entries); seq > 0; seq--) {
		entry = NULL;
		kind = "";
		if (wire_get_base64(json_array_get(s->entries,
		    (size_t)seq - 1), "entry", ROSTER_ENTRY_MAX, &bytes,
		    NULL) == 0)
			entry = wire_parse(bytes.bytes, bytes.len, NULL);
		buf_free(&bytes);
		if (wire_get_string(entry, "kind", &kind, NULL) == 0 &&
		    strcmp(kind, "bridge") == 0) {
			json_decref(entry);
			return seq;
		}
		json_decref(entry);
	}
	return 0;
}

int
heads_note(struct session *s, const json_t *head)
{
	struct head now, last = { 0, { 0 }, 0 };
	json_t *list, *o;
	int other;

	if (read_head(head, &now) == -1)
		return 0;
	list = load(s);
	o = json_array_get(list, json_array_size(list) - 1);
	if (o != NULL) {
		(void)read_head(o, &last);
		last.roster = json_integer_value(json_object_get(o,
		    "roster"));
	}
	other = now.seq < last.seq || (now.seq == last.seq &&
	    !seal_equal(now.hash, last.hash, SEAL_HASH));
	if (now.seq > last.seq) {
		now.roster = roster_seq(s->roster);
		if (json_array_size(list) >= HEADS_MAX)
			thin_out(list);
		(void)json_array_append_new(list, print_head(&now));
		/* The older ones stand where it cannot be written. */
		(void)vault_write_heads(s->vault, list, NULL);
	}
	json_decref(list);
	return other && newest_bridge(s) <= last.roster;
}

void
heads_ask(const struct session *s, struct audit_chain *chain,
    int64_t *restored)
{
	int64_t bridge = newest_bridge(s);
	json_t *list = load(s), *o;
	struct head h;
	size_t i;

	*restored = 0;
	json_array_foreach(list, i, o) {
		(void)read_head(o, &h);
		if (json_integer_value(json_object_get(o, "roster")) < bridge)
			(*restored)++;
		else
			audit_chain_pin(chain, h.seq, h.hash);
	}
	json_decref(list);
}

int
heads_held(const struct session *s, int64_t seq,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct head h = { seq, { 0 }, roster_seq(s->roster) };
	json_t *list = json_array();
	int result;

	memcpy(h.hash, hash, SEAL_HASH);
	(void)json_array_append_new(list, print_head(&h));
	result = vault_write_heads(s->vault, list, e);
	json_decref(list);
	return result;
}
