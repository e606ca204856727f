/*
 * The audit chain against whoever can write to the store: ten thousand single
 * changes up to a head that somebody has seen, each of which is found, and its
 * first bad entry named; and behind that head whatever no role and no person
 * has signed.
 *
 * The changes are drawn from a fixed seed, so that a failure comes again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/audit.h"
#include "daemon/store/store.h"
#include "lib/audit_chain.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tests/unit/desk_kit.h"

#define CHANGES		10000
#define FORGERIES	2000
#define CHAIN_MAX	64
#define TEXTS		5	/* actor action case_id detail base */

/* An entry with its texts in memory of its own, each of which may grow. */
struct line {
	struct audit_entry	x;
	char			texts[TEXTS][1200];
	int			absent[TEXTS];
};

static struct line first[CHAIN_MAX], now[CHAIN_MAX + 1];
static size_t nfirst, nnow;
static uint64_t state;

/* xorshift64*: the same on every machine. */
static uint64_t
draw(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 2685821657736338717u >> 16) % below;
}

static void
set_text(struct line *l, size_t i, const char *s)
{
	l->absent[i] = s == NULL;
	(void)snprintf(l->texts[i], sizeof(l->texts[i]), "%s",
	    s == NULL ? "" : s);
}

/* The entry, pointing into its line. */
static const struct audit_entry *
entry_of(struct line *l)
{
	l->x.actor = l->texts[0];
	l->x.action = l->texts[1];
	l->x.case_id = l->absent[2] ? NULL : l->texts[2];
	l->x.detail = l->absent[3] ? NULL : l->texts[3];
	l->x.base = l->absent[4] ? NULL : l->texts[4];
	return &l->x;
}

static int
read_line(void *ctx, const struct row *row, struct err *e)
{
	struct line *l = &first[nfirst++];
	size_t i;

	(void)ctx;
	(void)e;
	assert_true(nfirst < CHAIN_MAX);
	l->x.seq = row_int(row, 0);
	l->x.at = row_int(row, 1);
	for (i = 0; i < TEXTS; i++)
		set_text(l, i, row_text(row, 2 + (int)i));
	assert_int_equal(row_bytes(row, 7, l->x.signer, SIGN_PUBLIC), 0);
	assert_int_equal(row_bytes(row, 8, l->x.signature, SIGN_LEN), 0);
	assert_int_equal(row_bytes(row, 9, l->x.prev, SEAL_HASH), 0);
	assert_int_equal(row_bytes(row, 10, l->x.hash, SEAL_HASH), 0);
	l->x.v = row_int(row, 11);
	return 0;
}

/* 0, or the number of the entry that is named. */
static int64_t
judge(const struct line *pin, struct err *e)
{
	struct audit_chain *c = audit_chain_new(kit_post.roster);
	long long named = 0;
	size_t i;
	int bad = 0;

	if (pin != NULL)
		audit_chain_pin(c, pin->x.seq, pin->x.hash);
	for (i = 0; i < nnow && !bad; i++)
		bad = audit_chain_next(c, entry_of(&now[i]), e) == -1;
	if (!bad)
		bad = audit_chain_end(c, e) == -1;
	audit_chain_free(c);
	if (!bad)
		return 0;
	assert_int_equal(e->code, ERR_DENIED);
	assert_int_equal(sscanf(e->text, "audit entry %lld ", &named), 1);
	return named;
}

static void
begin_again(void)
{
	memcpy(now, first, sizeof(first));
	nnow = nfirst;
}

static int
same(struct line *a, struct line *b)
{
	size_t i;

	for (i = 0; i < TEXTS; i++)
		if (a->absent[i] != b->absent[i] ||
		    strcmp(a->texts[i], b->texts[i]) != 0)
			return 0;
	return a->x.v == b->x.v && a->x.seq == b->x.seq &&
	    a->x.at == b->x.at &&
	    memcmp(a->x.signer, b->x.signer, SIGN_PUBLIC) == 0 &&
	    memcmp(a->x.signature, b->x.signature, SIGN_LEN) == 0 &&
	    memcmp(a->x.prev, b->x.prev, SEAL_HASH) == 0 &&
	    memcmp(a->x.hash, b->x.hash, SEAL_HASH) == 0;
}

/* The entry that is the first to differ: what must be named. 0: none. */
static int64_t
first_changed(void)
{
	size_t i;

	for (i = 0; i < nnow && i < nfirst; i++)
		if (!same(&now[i], &first[i]))
			return now[i].x.seq;
	return nnow < nfirst ? (int64_t)nnow + 1 : 0;
}

/* NULL and '' for one another, or a character more, less or another. */
static void
edit_text(struct line *l, size_t i)
{
	size_t n = strlen(l->texts[i]), at = n == 0 ? 0 : draw(n);

	if (i > 1 && draw(4) == 0) {
		set_text(l, i, l->absent[i] ? "" : NULL);
		return;
	}
	l->absent[i] = 0;
	if (n == 0 || draw(3) == 0) {
		l->texts[i][n] = (char)('a' + draw(26));
		l->texts[i][n + 1] = '\0';
	} else if (draw(3) == 0)
		l->texts[i][n - 1] = '\0';
	else
		l->texts[i][at] = (char)('!' + draw(90));
}

static void
edit(struct line *l)
{
	struct { void *bytes; size_t n; } blobs[] = {
		{ l->x.signer, SIGN_PUBLIC }, { l->x.signature, SIGN_LEN },
		{ l->x.prev, SEAL_HASH }, { l->x.hash, SEAL_HASH }
	};
	size_t which = draw(TEXTS + 7), i;

	if (which < TEXTS) {
		edit_text(l, which);
		return;
	}
	which -= TEXTS;
	if (which < 4) {
		i = draw(8 * blobs[which].n);
		((unsigned char *)blobs[which].bytes)[i / 8] ^=
		    (unsigned char)(1 << i % 8);
	} else if (which == 4)
		l->x.at += (int64_t)draw(2001) - 1000;
	else if (which == 5)
		l->x.seq += (int64_t)draw(9) - 4;
	else
		l->x.v = (int64_t)draw(4);
}

/* All is numbered and hashed anew. */
static void
chain_again(void)
{
	size_t i;

	for (i = 0; i < nnow; i++) {
		now[i].x.seq = (int64_t)i + 1;
		if (i > 0)
			memcpy(now[i].x.prev, now[i - 1].x.hash, SEAL_HASH);
		(void)audit_entry_hash(entry_of(&now[i]), now[i].x.hash);
	}
}

static void
remove_line(size_t at)
{
	memmove(&now[at], &now[at + 1], (nnow - at - 1) * sizeof(now[0]));
	nnow--;
}

enum kind { EDIT, DELETE, REORDER, TRUNCATE, REPLACE, KINDS };

static void
change(enum kind kind)
{
	size_t a = draw(nnow), b = draw(nnow);
	struct line keep;

	switch (kind) {
	case EDIT:
		edit(&now[a]);
		break;
	case DELETE:
		remove_line(a);
		break;
	case REORDER:
		keep = now[a];
		now[a] = now[b];
		now[b] = keep;
		if (draw(2) == 0) {	/* with the numbers of their places */
			now[a].x.seq = (int64_t)a + 1;
			now[b].x.seq = (int64_t)b + 1;
		}
		break;
	case TRUNCATE:
		nnow = a;
		break;
	default:
		now[a] = first[b];
		now[a].x.seq = (int64_t)a + 1;
	}
}

/* who NULL: role post. */
static void
add(const struct identity *who, const char *action, const char *case_id,
    const char *detail)
{
	struct desk *d = who == NULL ? &kit_post : &kit_api;
	struct err e = ERR_INIT;
	struct actor actor;

	if (who != NULL)
		actor = kit_actor(who);
	if (store_begin(d->store, &e) == -1 ||
	    audit_add(d, who == NULL ? NULL : &actor, action, case_id,
	    detail, &e) == -1 || store_commit(d->store, &e) == -1)
		fail_msg("%s", e.text);
}

/* Something of everything, as the service writes it. */
static void
live(void)
{
	static const char *const actions[] = { "claim", "note", "urgency",
	    "release", "hand", "close", "reopen", "export" };
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	char id[CASE_ID_LEN + 1];
	size_t i;

	memcpy(id, kit_letter("seeker@example.org", "hello", NULL),
	    sizeof(id));
	kit_approved(id, item);
	(void)kit_letter("other@example.org", "another", NULL);
	for (i = 0; i < 24; i++)
		add(i % 4 == 3 ? NULL : i % 3 == 0 ? kit_maria : kit_anna,
		    i % 4 == 3 ? "expire" : actions[i % 8], id,
		    i % 5 == 0 ? NULL : "maria");
	nfirst = 0;
	assert_true(store_run(kit_post.store, STMT_AUDIT_FROM, ARGS(V_INT(1)),
	    read_line, NULL, &e) > 0);
	begin_again();
	if (judge(&first[nfirst - 1], &e) != 0)
		fail_msg("%s", e.text);
}

static void
every_change_up_to_the_head_is_found(void **ctx)
{
	int64_t counts[KINDS] = { 0 }, expected, named;
	struct err e = ERR_INIT;
	enum kind kind;
	int n = 0;

	(void)ctx;
	live();
	state = 20261126;
	while (n < CHANGES) {
		begin_again();
		kind = (enum kind)draw(KINDS);
		change(kind);
		if ((expected = first_changed()) == 0)
			continue;
		named = judge(&first[nfirst - 1], &e);
		if (named != expected)
			fail_msg("change %d (kind %d): entry %" PRId64
			    " was changed, and %" PRId64 " is named: %s", n,
			    (int)kind, expected, named, e.text);
		counts[kind]++;
		n++;
	}
	print_message("# %d changes of %zu entries, all found: %" PRId64
	    " edited, %" PRId64 " deleted, %" PRId64 " reordered, %" PRId64
	    " truncated, %" PRId64 " replaced\n", n, nfirst, counts[EDIT],
	    counts[DELETE], counts[REORDER], counts[TRUNCATE],
	    counts[REPLACE]);
}

/*
 * Who hashes anew all that follows is found too, at the latest by the head;
 * what is named is not before what was changed.
 */
static void
hashing_anew_does_not_help(void **ctx)
{
	struct err e = ERR_INIT;
	int64_t named;
	int n = 0;

	(void)ctx;
	live();
	state = 19700101;
	while (n < 1000) {
		begin_again();
		change((enum kind)draw(KINDS));
		chain_again();
		if (first_changed() == 0)	/* a number, put right again */
			continue;
		named = judge(&first[nfirst - 1], &e);
		if (named == 0)
			fail_msg("change %d is not found", n);
		assert_true(named >= first_changed());
		n++;
	}
}

/* One more entry, as somebody would write it who has the file. */
static struct line *
plant(const struct line *like)
{
	struct line *l = &now[nnow];

	*l = *like;
	l->x.v = AUDIT_VERSION;
	nnow++;
	return l;
}

/* A forger's own request, under a key that stands nowhere. */
static void
sign_as_nobody(struct line *l, const struct signer *nobody,
    const char *method, const char *path)
{
	struct request q = { method, "kit", path, "", "", 0 };
	struct request_headers h;
	struct request_proof p;

	assert_int_equal(request_sign(nobody, &q, l->x.at, &h, NULL), 0);
	assert_int_equal(request_check(&q, h.digest, h.input, h.signature,
	    l->x.at, &p, NULL), 0);
	set_text(l, 4, p.base);
	memcpy(l->x.signer, nobody->pub, SIGN_PUBLIC);
	memcpy(l->x.signature, p.sig, SIGN_LEN);
}

enum forgery { COPIED, OTHER_ACTION, OTHER_CASE, OTHER_TIME, ROLE_COPIED,
    ROLE_BY_NOBODY, PERSON_BY_NOBODY, FOUNDED_AGAIN, CARD_BY_NOBODY,
    OLD_VERSION, FORGERY_KINDS };

static void
forge(enum forgery what, const struct signer *nobody)
{
	static const char *const actions[] = { "approve", "erase-ask",
	    "roster", "granted", "close", "no such" };
	struct line *l;
	size_t i;

	do
		i = draw(nfirst);
	while ((what == ROLE_COPIED) != first[i].absent[4]);
	l = plant(&first[i]);
	if (what == OTHER_ACTION)
		set_text(l, 1, actions[draw(6)]);
	else if (what == OTHER_CASE)
		set_text(l, 2, "ZZZZZZZZ");
	else if (what == OTHER_TIME)
		l->x.at += 3600;
	else if (what == ROLE_BY_NOBODY) {
		set_text(l, 0, "post");
		set_text(l, 4, NULL);
		memcpy(l->x.signer, nobody->pub, SIGN_PUBLIC);
	} else if (what == PERSON_BY_NOBODY) {
		set_text(l, 2, "ZZZZZZZZ");
		set_text(l, 1, "claim");
		sign_as_nobody(l, nobody, "POST",
		    "/v1/cases/ZZZZZZZZ/claim");
	} else if (what == FOUNDED_AGAIN || what == CARD_BY_NOBODY) {
		set_text(l, 0, "code");
		set_text(l, 1, what == FOUNDED_AGAIN ? "found" : "card");
		set_text(l, 2, NULL);
		sign_as_nobody(l, nobody, "POST", what == FOUNDED_AGAIN ?
		    "/v1/found" : "/v1/invitations/7/card");
	} else if (what == OLD_VERSION)
		l->x.v = 1;
	chain_again();
	if (what == ROLE_BY_NOBODY)
		signature_make(nobody, PURPOSE_AUDIT, l->x.hash, SEAL_HASH,
		    l->x.signature);
}

static void
behind_the_head_only_what_is_signed(void **ctx)
{
	struct signer *nobody = signer_new();
	struct err e = ERR_INIT;
	int n;

	(void)ctx;
	live();
	state = 424242;
	for (n = 0; n < FORGERIES; n++) {
		begin_again();
		forge((enum forgery)(n % FORGERY_KINDS), nobody);
		if (judge(&first[nfirst - 1], &e) != (int64_t)nnow)
			fail_msg("forgery %d of kind %d is believed", n,
			    n % FORGERY_KINDS);
	}
	print_message("# %d forged entries behind the head, all found\n", n);
	signer_free(nobody);
}

/* An invitation's code is believed when an invitation named its key, once. */
static void
a_card_comes_for_an_invitation(void **ctx)
{
	struct signer *code = signer_new();
	char detail[AUDIT_INVITE_MAX];
	struct err e = ERR_INIT;

	(void)ctx;
	audit_chain_invite(detail, "rita", code->pub);
	add(kit_maria, "invite", NULL, detail);
	live();
	begin_again();
	forge(CARD_BY_NOBODY, code);
	if (judge(NULL, &e) != 0)
		fail_msg("%s", e.text);
	plant(&now[nnow - 1]);
	chain_again();
	assert_int_equal(judge(NULL, &e), (int64_t)nnow);
	signer_free(code);
}

/* What the request did not ask for is not even written. */
static void
nothing_else_is_written(void **ctx)
{
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;

	(void)ctx;
	assert_int_equal(store_begin(kit_api.store, &e), 0);
	assert_int_equal(audit_add(&kit_api, &anna, "no such", NULL, NULL,
	    &e), -1);
	assert_int_equal(e.code, ERR_BUG);
	store_rollback(kit_api.store);
}

/* The example of doc/protocol.md. */
static void
the_hash_is_as_documented(void **ctx)
{
	static const char want[] = "f7f3029aa1420cb2ee09354a2bd2c1ad"
	    "c9dbbb409990245071e13f5c1f2c81f9";
	char hex[2 * SEAL_HASH + 1];
	unsigned char hash[SEAL_HASH];
	struct audit_entry x;
	size_t i;

	(void)ctx;
	memset(&x, 0, sizeof(x));
	x.v = AUDIT_VERSION;
	x.seq = 1;
	x.at = 1795600000;
	x.actor = "post";
	x.action = "expire";
	x.case_id = "7K2M9Q4X";
	for (i = 0; i < sizeof(x.signer); i++)
		x.signer[i] = (unsigned char)i;
	assert_int_equal(audit_entry_hash(&x, hash), 0);
	wire_hex(hex, hash, sizeof(hash));
	assert_string_equal(hex, want);
}

/* Rules say of version 1 what its bytes do not. */
static void
the_first_version_has_no_empty_fields(void **ctx)
{
	unsigned char hash[SEAL_HASH], other[SEAL_HASH];
	struct audit_entry x;

	(void)ctx;
	memset(&x, 0, sizeof(x));
	x.v = 1;
	x.seq = 1;
	x.actor = "post";
	x.action = "expire";
	assert_int_equal(audit_entry_hash(&x, hash), 0);
	x.detail = "";
	assert_int_equal(audit_entry_hash(&x, other), -1);
	x.detail = "a\nb";
	assert_int_equal(audit_entry_hash(&x, other), -1);
	x.v = 2;
	assert_int_equal(audit_entry_hash(&x, hash), 0);
	x.detail = NULL;
	assert_int_equal(audit_entry_hash(&x, other), 0);
	assert_memory_not_equal(hash, other, SEAL_HASH);
	x.v = 3;
	assert_int_equal(audit_entry_hash(&x, other), -1);
}

/* In the file itself: what hides behind a NUL, and what is no text. */
static void
the_file_is_read_to_the_last_byte(void **ctx)
{
	static const char *const meddling[] = {
		"UPDATE audit SET detail = detail || char(0) || 'more' "
		    "WHERE seq = 6",
		"UPDATE audit SET signature = substr(signature, 1, 63) "
		    "WHERE seq = 6",
		"UPDATE audit SET v = 1 WHERE seq = 6",
	};
	struct audit_head seen, head;
	struct err e = ERR_INIT;
	size_t i;

	(void)ctx;
	live();
	memset(&seen, 0, sizeof(seen));
	if (audit_verify_seen(&kit_post, &seen, NULL, NULL, &head,
	    &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(head.seq, nfirst);
	for (i = 0; i < sizeof(meddling) / sizeof(meddling[0]); i++) {
		kit_meddle("CREATE TABLE keep AS SELECT * FROM audit");
		kit_meddle(meddling[i]);
		assert_int_equal(audit_verify_seen(&kit_post, &head, NULL,
		    NULL, &seen, &e), -1);
		assert_non_null(strstr(e.text, "audit entry 6 "));
		kit_meddle("DELETE FROM audit; INSERT INTO audit SELECT * "
		    "FROM keep; DROP TABLE keep");
		assert_int_equal(audit_verify_seen(&kit_post, &head, NULL,
		    NULL, &seen, &e), 0);
	}
	kit_meddle("DELETE FROM audit WHERE seq > 9");
	assert_int_equal(audit_verify_seen(&kit_post, &head, NULL, NULL,
	    &seen, &e), -1);
	assert_non_null(strstr(e.text, "audit entry 10 is missing"));
}

#define STORY(name) \
	cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(every_change_up_to_the_head_is_found),
		STORY(hashing_anew_does_not_help),
		STORY(behind_the_head_only_what_is_signed),
		STORY(a_card_comes_for_an_invitation),
		STORY(nothing_else_is_written),
		STORY(the_hash_is_as_documented),
		STORY(the_first_version_has_no_empty_fields),
		STORY(the_file_is_read_to_the_last_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
