#ifndef TEDUH_TEST_CASE_KIT_H
#define TEDUH_TEST_CASE_KIT_H

/*
 * One case as roles and staff would build it, in JSON as the service hands
 * it out, and what is needed to open it as cem.  A story changes a thing or
 * two and opens it with open_case().
 */
#include "tests/unit/people.h"

#include "lib/buf.h"
#include "tools/casefile.h"
#include "tools/team.h"

#define CASE	"7K2M9Q4X"
#define OTHER	"0000000Z"
#define PARTS	32

struct stored {				/* what the service keeps */
	unsigned char	 id[SEAL_ID];
	uint32_t	 part;
	char		*bytes;
	size_t		 len;
};

/* One case in the making; fields may be spoilt before use. */
struct world {
	struct roster	*roster;
	struct team	*team;
	struct secret	*team_secret, *case_secret;
	unsigned char	 team_pub[SEAL_KEY], case_pub[SEAL_KEY];
	json_t		*o;		/* CASE */
	struct stored	 parts[PARTS];
	size_t		 nparts;
	enum err_code	 fails;		/* fetching does */
	unsigned char	 last[SEAL_HASH];
	struct casefile	*cf;
};

static inline int
fetch(void *ctx, const unsigned char id[SEAL_ID], uint32_t part,
    struct buf *out, struct err *e)
{
	struct world *w = ctx;
	size_t i;

	for (i = 0; i < w->nparts && w->fails == ERR_NONE; i++)
		if (w->parts[i].part == part &&
		    memcmp(w->parts[i].id, id, SEAL_ID) == 0)
			return buf_add(out, w->parts[i].bytes,
			    w->parts[i].len);
	err_set(e, w->fails == ERR_NONE ? ERR_GONE : w->fails, "not there");
	return -1;
}

/* A row at a time, so that there is more than one. */
static inline int
fetch_rows(void *ctx, const unsigned char id[SEAL_ID], uint32_t part,
    int64_t from, struct buf *out, struct err *e)
{
	size_t at = (size_t)from * SEAL_CHUNK, n;
	struct buf all;
	int bad;

	buf_init(&all, 1 << 20);
	if ((bad = fetch(ctx, id, part, &all, e)) == 0 && at < all.len) {
		n = all.len - at < SEAL_CHUNK ? all.len - at : SEAL_CHUNK;
		bad = buf_add(out, all.bytes + at, n);
	}
	buf_free(&all);
	return bad;
}

static inline json_t *
key_json(const unsigned char pub[SEAL_KEY], const struct secret *secret,
    const unsigned char team[SEAL_KEY])
{
	char context[CONTEXT_MAX];
	struct buf box_bytes;
	json_t *o = json_pack("{s:i, s:i}", "epoch", 1, "team_epoch", 2);

	buf_init(&box_bytes, 1024);
	context_case(context, CASE, 1, "youth", 2);
	assert_int_equal(seal_box(team, BOX_CASE, context, secret->bytes,
	    secret->len, &box_bytes, NULL), 0);
	wire_set_hex(o, "public", pub, SEAL_KEY);
	wire_set_base64(o, "box", box_bytes.bytes, box_bytes.len);
	buf_free(&box_bytes);
	return o;
}

/* This person's team keys, from one secret of the desk youth. */
static inline struct team *
team_of(const struct roster *r, const struct secret *secret)
{
	struct team_key key = { .epoch = 2 };
	struct team *team;
	json_t *list = json_array();

	memcpy(key.desk, "youth", 6);
	key.secret = secret_copy(secret->bytes, secret->len);
	assert_int_equal(json_array_append_new(list, team_seal(&key, "cem",
	    people[CEM]->box_pub, NULL)), 0);
	team = team_open(list, people[CEM], "cem", r);
	secret_free(key.secret);
	json_decref(list);
	return team;
}

static inline void
begin(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->roster = service();
	w->team_secret = seal_pair_new(w->team_pub);
	w->case_secret = seal_pair_new(w->case_pub);
	assert_int_equal(add_key(w->roster, ANA, "team", "youth", 2,
	    w->team_pub), 0);
	w->team = team_of(w->roster, w->team_secret);
	w->o = json_pack("{s:s, s:s, s:s, s:i, s:[], s:[], s:[o], s:[],"
	    "s:[{s:i, s:s, s:s}]}", "id", CASE, "desk", "youth", "state",
	    "open", "urgency", 0, "flags", "drafts", "keys",
	    key_json(w->case_pub, w->case_secret, w->team_pub), "letters",
	    "participants", "no", 1, "role", "seeker", "mode", "mail");
	assert_non_null(w->o);
}

static inline void
end(struct world *w)
{
	size_t i;

	casefile_free(w->cf);
	for (i = 0; i < w->nparts; i++)
		free(w->parts[i].bytes);
	json_decref(w->o);
	team_free(w->team);
	secret_free(w->team_secret);
	secret_free(w->case_secret);
	roster_free(w->roster);
}

static inline json_t *
at(const struct world *w, size_t i)
{
	return json_array_get(json_object_get(w->o, "letters"), i);
}

static inline struct casefile_item *
open_case(struct world *w)
{
	struct casefile_source source = { w->roster, w->team, fetch,
	    fetch_rows, w };

	casefile_free(w->cf);
	w->cf = casefile_open(w->o, &source, NULL);
	assert_non_null(w->cf);
	return casefile_at(w->cf, casefile_count(w->cf) - 1);
}

/* Seal a part and keep it; how it is named in a deposit. */
static inline struct deposit_part
store_part(struct world *w, const unsigned char id[SEAL_ID], uint32_t no,
    const struct secret *key, const char *plain, size_t len)
{
	struct stored *s = &w->parts[w->nparts++];
	struct deposit_part part = { .no = no };
	struct buf sealed;

	buf_init(&sealed, 1 << 20);
	assert_int_equal(seal_part_bytes(key, id, no, plain, len, &sealed,
	    part.hash, NULL), 0);
	memcpy(s->id, id, SEAL_ID);
	s->part = no;
	s->bytes = buf_take(&sealed, &s->len);
	part.size = (int64_t)s->len;
	return part;
}

static inline json_t *
grant_json(const struct world *w, const unsigned char id[SEAL_ID],
    const char *which, const struct secret *key)
{
	char context[CONTEXT_MAX];
	struct buf box_bytes;
	json_t *o = json_pack("{s:s, s:i}", "which", which, "epoch", 1);

	buf_init(&box_bytes, 1024);
	context_grant(context, CASE, id, which, 1);
	assert_int_equal(seal_box(w->case_pub, BOX_GRANT, context,
	    key->bytes, key->len, &box_bytes, NULL), 0);
	wire_set_base64(o, "box", box_bytes.bytes, box_bytes.len);
	buf_free(&box_bytes);
	return o;
}

static inline json_t *
item_json(const char *kind, const unsigned char id[SEAL_ID], int64_t seq,
    const unsigned char *signer, const unsigned char *signature)
{
	json_t *o = json_pack("{s:s, s:I, s:I, s:n, s:n, s:[], s:[], s:n,"
	    "s:n, s:n}", "kind", kind, "seq", (json_int_t)seq, "at",
	    (json_int_t)AT, "statement", "class", "flags", "grants",
	    "delivery", "approver", "approval");

	assert_non_null(o);
	if (seq == 0)
		assert_int_equal(json_object_set_new(o, "seq", json_null()),
		    0);
	wire_set_hex(o, "id", id, SEAL_ID);
	wire_set_hex(o, "signer", signer, SIGN_PUBLIC);
	wire_set_hex(o, "signature", signature, SIGN_LEN);
	return o;
}

#define FACE	"{\"excerpt\":\"Dear all\",\"subject\":\"School\"}"
#define PARTY	"{\"address\":\"a@example.org\",\"name\":null}"

/* A mail as it came, of more than two rows. */
#define RAW_LEN	((size_t)150 * 1024)

static inline const char *
raw_mail(void)
{
	static char mail[RAW_LEN];
	size_t i;

	for (i = 0; i < RAW_LEN; i++)
		mail[i] = (char)('a' + i % 23);
	return mail;
}

/* What a story may change in a letter before it is signed. */
struct twist {
	const char		*case_id;
	const unsigned char	*case_key;
	const struct signer	*by;
	int64_t			 seq;
};

static inline void
put_letter(struct world *w, int64_t seq, const char *text,
    const struct twist *twist)
{
	struct secret *key = secret_random(SEAL_KEY), *raw;
	const struct signer *by = roles[0];
	unsigned char sig[SIGN_LEN];
	struct deposit_part parts[4];
	struct deposit d;
	char view[256], *statement;
	size_t len;
	json_t *o;

	memset(&d, 0, sizeof(d));
	raw = secret_random(SEAL_KEY);
	seal_random(d.item, SEAL_ID);
	(void)snprintf(view, sizeof(view), "{\"text\":\"%s\",\"from\":{"
	    "\"name\":null,\"address\":\"a@example.org\"},\"folded\":[[1,1]],"
	    "\"flags\":[],\"attachments\":[]}", text);
	parts[0] = store_part(w, d.item, PART_VIEW, key, view, strlen(view));
	parts[1] = store_part(w, d.item, PART_RAW, raw, raw_mail(), RAW_LEN);
	parts[2] = store_part(w, d.item, PART_FACE, key, FACE, strlen(FACE));
	parts[3] = store_part(w, d.item, PART_PARTY, key, PARTY,
	    strlen(PARTY));
	(void)strcpy(d.role, "intake");
	(void)strcpy(d.kind, "letter");
	(void)strcpy(d.mode, "mail");
	(void)strcpy(d.class, "person");
	memcpy(d.case_id, CASE, sizeof(d.case_id));
	memcpy(d.case_key, w->case_pub, SEAL_KEY);
	memcpy(d.prev, w->last, SEAL_HASH);
	d.seq = seq;
	d.epoch = d.participant = 1;
	d.at = AT + seq;
	d.parts = parts;
	d.nparts = 4;
	if (twist != NULL && twist->case_id != NULL)
		memcpy(d.case_id, twist->case_id, sizeof(d.case_id));
	if (twist != NULL && twist->case_key != NULL)
		memcpy(d.case_key, twist->case_key, SEAL_KEY);
	if (twist != NULL && twist->by != NULL)
		by = twist->by;
	if (twist != NULL && twist->seq != 0)
		d.seq = twist->seq;
	statement = deposit_print(&d, &len);
	deposit_hash(w->last, statement, len);
	signature_make(by, PURPOSE_DEPOSIT, statement, len, sig);
	o = item_json("letter", d.item, seq, by->pub, sig);
	wire_set_base64(o, "statement", statement, len);
	(void)json_array_append_new(json_object_get(o, "grants"),
	    grant_json(w, d.item, "content", key));
	(void)json_array_append_new(json_object_get(o, "grants"),
	    grant_json(w, d.item, "raw", raw));
	(void)json_array_append_new(json_object_get(w->o, "letters"), o);
	free(statement);
	secret_free(key);
	secret_free(raw);
}

/* What staff wrote: sealed, signed by who, under a purpose. */
static inline json_t *
put_written(struct world *w, const char *kind, int64_t seq,
    const struct signer *by, const char *purpose, const char *text)
{
	struct secret *key = secret_random(SEAL_KEY);
	unsigned char id[SEAL_ID], sig[SIGN_LEN];
	json_t *o;

	seal_random(id, SEAL_ID);
	(void)store_part(w, id, PART_VIEW, key, text, strlen(text));
	signature_make(by, purpose, text, strlen(text), sig);
	o = item_json(kind, id, seq, by->pub, sig);
	(void)json_array_append_new(json_object_get(o, "grants"),
	    grant_json(w, id, "content", key));
	(void)json_array_append_new(json_object_get(w->o, "letters"), o);
	secret_free(key);
	return o;
}

#endif
