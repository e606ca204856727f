/*
 * Deposits: the statement that a role signs when an item comes in.
 *
 * The bytes that were signed are the truth and are kept; what is parsed here
 * is for reading only and is never printed again for a signature.  Reading is
 * strict, because CLIs and post decide by these fields.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/wire.h"

static const char *const members[] = { "v", "role", "case", "seq", "kind",
    "item", "parts", "epoch", "case_key", "participant", "mode", "address",
    "check", "class", "flags", "at", "prev", "desk", "team_epoch",
    "link", "seeker", "urgency", NULL };
static const char *const link_members[] = { "case", "kind", NULL };
static const char *const link_kinds[] = { "token", "proposal", NULL };
static const char *const part_members[] = { "no", "size", "hash", NULL };
static const char *const roles[] = { "intake", "web", "post", "clock", NULL };
static const char *const modes[] = { "mail", "notice", "pickup", NULL };

static void
set_string(json_t *o, const char *name, const char *value)
{
	if (json_object_set_new(o, name, json_string(value)) == -1)
		mem_out();
}

static void
set_int(json_t *o, const char *name, int64_t value)
{
	if (json_object_set_new(o, name, json_integer(value)) == -1)
		mem_out();
}

static json_t *
print_parts(const struct deposit *d)
{
	json_t *parts = json_array(), *o;
	size_t i;

	for (i = 0; i < d->nparts; i++) {
		o = json_object();
		set_int(o, "no", d->parts[i].no);
		set_int(o, "size", d->parts[i].size);
		wire_set_hex(o, "hash", d->parts[i].hash, SEAL_HASH);
		if (json_array_append_new(parts, o) == -1)
			mem_out();
	}
	return parts;
}

static json_t *
print_flags(const char *flags)
{
	json_t *list = json_array();
	size_t n;

	for (; *flags != '\0'; flags += n) {
		flags += strspn(flags, " ");
		if ((n = strcspn(flags, " ")) > 0 &&
		    json_array_append_new(list, json_stringn(flags, n)) == -1)
			mem_out();
	}
	return list;
}

char *
deposit_print(const struct deposit *d, size_t *len)
{
	json_t *o = json_object();

	set_int(o, "v", 1);
	set_string(o, "role", d->role);
	set_string(o, "case", d->case_id);
	set_int(o, "seq", d->seq);
	set_string(o, "kind", d->kind);
	wire_set_hex(o, "item", d->item, SEAL_ID);
	(void)json_object_set_new(o, "parts", print_parts(d));
	set_int(o, "epoch", d->epoch);
	wire_set_hex(o, "case_key", d->case_key, SEAL_KEY);
	set_int(o, "participant", d->participant);
	set_string(o, "mode", d->mode);
	wire_set_hex(o, "address", d->address, SEAL_HASH);
	wire_set_hex(o, "check", d->check, SEAL_HASH);
	set_string(o, "class", d->class);
	(void)json_object_set_new(o, "flags", print_flags(d->flags));
	set_int(o, "at", d->at);
	wire_set_hex(o, "prev", d->prev, SEAL_HASH);
	if (d->desk[0] != '\0') {
		set_string(o, "desk", d->desk);
		set_int(o, "team_epoch", d->team_epoch);
	}
	if (d->link[0] != '\0')
		(void)json_object_set_new(o, "link", json_pack("{s:s, s:s}",
		    "case", d->link, "kind", d->link_kind));
	if (d->has_seeker)
		wire_set_hex(o, "seeker", d->seeker, SEAL_KEY);
	if (d->urgency > 0)
		set_int(o, "urgency", d->urgency);
	return wire_print_free(o, len);
}

/* A word of lower-case letters and hyphens, or one of a list. */
static int
get_word(const json_t *o, const char *name, const char *const *list,
    char out[16], struct err *e)
{
	const char *word;
	size_t n;

	if (wire_get_string(o, name, &word, e) == -1)
		return -1;
	n = strspn(word, "abcdefghijklmnopqrstuvwxyz-");
	if (word[n] != '\0' || n > 15)
		goto bad;
	for (; list != NULL; list++) {
		if (*list == NULL)
			goto bad;
		if (strcmp(*list, word) == 0)
			break;
	}
	memcpy(out, word, n + 1);
	return 0;
bad:
	err_set(e, ERR_INPUT, "'%s' is not a known word", name);
	return -1;
}

int
deposit_case_valid(const char *id)
{
	return strlen(id) == CASE_ID_LEN && strspn(id,
	    "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == CASE_ID_LEN;
}

int
deposit_get_case(const json_t *o, const char *name,
    char out[CASE_ID_LEN + 1], struct err *e)
{
	const char *id;

	if (wire_get_string(o, name, &id, e) == -1)
		return -1;
	if (!deposit_case_valid(id)) {
		err_set(e, ERR_INPUT, "'%s' is not a case id", name);
		return -1;
	}
	memcpy(out, id, CASE_ID_LEN + 1);
	return 0;
}

static int
get_parts(const json_t *o, struct deposit *d, struct err *e)
{
	json_t *list, *part;
	int64_t no;
	size_t i, n;

	if (wire_get_array(o, "parts", DEPOSIT_PARTS_MAX, &list, e) == -1)
		return -1;
	if ((n = json_array_size(list)) == 0) {
		err_set(e, ERR_INPUT, "'parts' is empty");
		return -1;
	}
	d->parts = mem_alloc(n * sizeof(*d->parts));
	for (i = 0; i < n; i++) {
		part = json_array_get(list, i);
		if (wire_only(part, part_members, e) == -1 ||
		    wire_get_int(part, "no", 0, UINT32_MAX, &no, e) == -1 ||
		    wire_get_int(part, "size", 1, WIRE_TOP,
		    &d->parts[i].size, e) == -1 ||
		    wire_get_hex(part, "hash", d->parts[i].hash, SEAL_HASH,
		    e) == -1)
			return -1;
		if (deposit_part(d, (uint32_t)no) != NULL) {
			err_set(e, ERR_INPUT, "a part stands twice");
			return -1;
		}
		d->parts[i].no = (uint32_t)no;
		d->nparts = i + 1;
	}
	return 0;
}

static int
get_flags(const json_t *o, char out[64], struct err *e)
{
	json_t *list;
	const char *word;
	size_t i, n, len = 0;

	if (wire_get_array(o, "flags", 32, &list, e) == -1)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		word = json_string_value(json_array_get(list, i));
		n = word == NULL ? 0 :
		    strspn(word, "abcdefghijklmnopqrstuvwxyz-");
		if (n == 0 || word[n] != '\0' || n + 2 > 64 - len) {
			err_set(e, ERR_INPUT, "'flags' is not a short list "
			    "of words");
			return -1;
		}
		if (len > 0)
			out[len++] = ' ';
		memcpy(out + len, word, n + 1);
		len += n;
	}
	return 0;
}

/* May be absent, as it is in older deposits; only a case's first has it. */
static int
get_desk(const json_t *o, struct deposit *d, struct err *e)
{
	static const unsigned char none[SEAL_HASH];
	const char *desk;

	if (json_object_get(o, "desk") == NULL &&
	    json_object_get(o, "team_epoch") == NULL)
		return 0;
	if (wire_get_string(o, "desk", &desk, e) == -1 ||
	    wire_get_int(o, "team_epoch", 1, INT32_MAX, &d->team_epoch,
	    e) == -1)
		return -1;
	if (!roster_name_valid(desk) ||
	    !seal_equal(d->prev, none, SEAL_HASH)) {
		err_set(e, ERR_INPUT, "'desk' is not one, or not that of a "
		    "case's first deposit");
		return -1;
	}
	memcpy(d->desk, desk, strlen(desk) + 1);
	return 0;
}

/* May be absent, too. */
static int
get_link(const json_t *o, struct deposit *d, struct err *e)
{
	json_t *link;

	if (json_object_get(o, "link") == NULL)
		return 0;
	if (wire_get_object(o, "link", &link, e) == -1 ||
	    wire_only(link, link_members, e) == -1 ||
	    get_word(link, "kind", link_kinds, d->link_kind, e) == -1)
		return -1;
	return deposit_get_case(link, "case", d->link, e);
}

/* May be absent as well; nobody but web makes return codes. */
static int
get_seeker(const json_t *o, struct deposit *d, struct err *e)
{
	if (json_object_get(o, "seeker") == NULL)
		return 0;
	if (strcmp(d->role, "web") != 0) {
		err_set(e, ERR_INPUT, "'seeker' is not for this role to say");
		return -1;
	}
	d->has_seeker = 1;
	return wire_get_hex(o, "seeker", d->seeker, SEAL_KEY, e);
}

/* May be absent: ordinary. Only a letter is weighed, by who had it read. */
static int
get_urgency(const json_t *o, struct deposit *d, struct err *e)
{
	if (json_object_get(o, "urgency") == NULL)
		return 0;
	if (strcmp(d->kind, "letter") != 0 || (strcmp(d->role, "intake") != 0 &&
	    strcmp(d->role, "web") != 0)) {
		err_set(e, ERR_INPUT, "'urgency' is not for this role to say");
		return -1;
	}
	return wire_get_int(o, "urgency", 1, DEPOSIT_URGENCY_MAX,
	    &d->urgency, e);
}

static int
get_all(const json_t *o, struct deposit *d, struct err *e)
{
	int64_t v;

	if (wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    get_word(o, "role", roles, d->role, e) == -1 ||
	    deposit_get_case(o, "case", d->case_id, e) == -1 ||
	    wire_get_int(o, "seq", 1, WIRE_TOP, &d->seq, e) == -1 ||
	    get_word(o, "kind", NULL, d->kind, e) == -1 ||
	    wire_get_hex(o, "item", d->item, SEAL_ID, e) == -1 ||
	    get_parts(o, d, e) == -1 ||
	    wire_get_int(o, "epoch", 1, WIRE_TOP, &d->epoch, e) == -1 ||
	    wire_get_hex(o, "case_key", d->case_key, SEAL_KEY, e) == -1 ||
	    wire_get_int(o, "participant", 0, WIRE_TOP, &d->participant,
	    e) == -1 ||
	    get_word(o, "mode", modes, d->mode, e) == -1 ||
	    wire_get_hex(o, "address", d->address, SEAL_HASH, e) == -1 ||
	    wire_get_hex(o, "check", d->check, SEAL_HASH, e) == -1 ||
	    get_word(o, "class", NULL, d->class, e) == -1 ||
	    get_flags(o, d->flags, e) == -1 ||
	    wire_get_int(o, "at", 0, WIRE_TOP, &d->at, e) == -1 ||
	    wire_get_hex(o, "prev", d->prev, SEAL_HASH, e) == -1)
		return -1;
	return get_desk(o, d, e) == -1 ||
	    get_link(o, d, e) == -1 || get_seeker(o, d, e) == -1 ||
	    get_urgency(o, d, e) == -1 ? -1 : 0;
}

int
deposit_parse(struct deposit *d, const void *bytes, size_t len,
    struct err *e)
{
	json_t *o = NULL;
	int r = -1;

	memset(d, 0, sizeof(*d));
	if ((o = wire_parse(bytes, len, e)) == NULL ||
	    get_all(o, d, e) == -1)
		goto out;
	r = 0;
out:
	if (r == -1) {
		err_prefix(e, "not a deposit");
		deposit_free(d);
	}
	json_decref(o);
	return r;
}

void
deposit_free(struct deposit *d)
{
	free(d->parts);
	memset(d, 0, sizeof(*d));
}

void
deposit_hash(unsigned char out[SEAL_HASH], const void *bytes, size_t len)
{
	seal_hash(out, PURPOSE_DEPOSIT, bytes, len);
}

const struct deposit_part *
deposit_part(const struct deposit *d, uint32_t no)
{
	size_t i;

	for (i = 0; i < d->nparts; i++)
		if (d->parts[i].no == no)
			return &d->parts[i];
	return NULL;
}
