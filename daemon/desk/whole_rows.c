/*
 * The sealed bytes by their hashes, rows by the rows that they name, and the
 * ledger by the letters: what came in is somewhere.
 *
 * One chunk and one row are in memory at a time, however many there are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/whole_inside.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define TRIED_S		86400	/* a mail that is not taken for so long */

struct summing {
	struct part_hash	*hash;
	int64_t			 bytes;
};

static int
sum_chunk(void *ctx, const struct row *row, struct err *e)
{
	struct summing *sum = ctx;
	const void *bytes;
	size_t len;

	(void)e;
	bytes = row_blob(row, 0, &len);
	part_hash_add(sum->hash, bytes, len);
	sum->bytes += (int64_t)len;
	return 0;
}

struct bytes_walk {
	struct whole	*whole;
	int64_t		 total;
};

static int
look_at_part(void *ctx, const struct row *row, struct err *e)
{
	struct bytes_walk *walk = ctx;
	struct whole *w = walk->whole;
	struct summing sum = { part_hash_new(), 0 };
	unsigned char item[SEAL_ID], want[SEAL_HASH], got[SEAL_HASH];
	char id[WHOLE_ID], what[128];
	int64_t no = row_int(row, 1), n;
	int whole;

	w->step(w->ctx, "reading sealed bytes", ++w->parts, walk->total);
	memset(item, 0, sizeof(item));
	whole = row_bytes(row, 0, item, sizeof(item)) == 0 &&
	    row_bytes(row, 3, want, sizeof(want)) == 0;
	n = store_run(w->desk->store, STMT_CHUNK_GET,
	    ARGS(V_BLOB(item, sizeof(item)), V_INT(no)), sum_chunk, &sum, e);
	part_hash_end(sum.hash, got);
	if (n == -1)
		return -1;
	w->bytes += sum.bytes;
	if (whole && sum.bytes == row_int(row, 2) &&
	    seal_equal(got, want, sizeof(got)))
		return 0;
	whole_id(id, row_text(row, 4), row_int(row, 5));
	if (sum.bytes == row_int(row, 2))
		(void)snprintf(what, sizeof(what), "the sealed bytes of part "
		    "%" PRId64 " were changed", no);
	else
		(void)snprintf(what, sizeof(what), "of part %" PRId64 " %"
		    PRId64 " bytes are here, and %" PRId64 " were stored",
		    no, sum.bytes, row_int(row, 2));
	whole_found(w, &(struct whole_finding){ "bytes", "chunk", id, what,
	    NEXT_RESTORE });
	return 0;
}

static int
get_total(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	*(int64_t *)ctx = row_int(row, 1);
	return 1;
}

int
whole_bytes(struct whole *w, struct err *e)
{
	struct bytes_walk walk = { w, 0 };
	struct store *s = w->desk->store;

	w->parts = w->bytes = 0;
	return store_run(s, STMT_WHOLE_COUNTS, NO_ARGS, get_total,
	    &walk.total, e) == -1 || store_run(s, STMT_WHOLE_PARTS, NO_ARGS,
	    look_at_part, &walk, e) == -1 ? -1 : 0;
}

/* What a row lacks, and what that means. */
static void
found_row(struct whole *w, const char *table, const char *id,
    const char *lacks)
{
	static const struct { const char *lacks, *what, *next; } all[] = {
		{ "case", "the case that it belongs to is not here",
		    NEXT_RESTORE },
		{ "item", "the item that it belongs to is not here",
		    NEXT_RESTORE },
		{ "grant", "it has no key for its case, so nobody can open "
		    "it", NEXT_RESTORE },
		{ "part", "its sealed bytes are not here", NEXT_RESTORE },
		{ "key", "the key that it names is not here", NEXT_RESTORE },
		{ "audit", "its mails as they came are gone, and no entry of "
		    "the audit tells of that", NEXT_FORGED },
		{ "sight", "clock is said to have seen this wish, and no entry "
		    "of the audit tells of that", NEXT_FORGED },
		{ "state", "it is in a state that it cannot have come into",
		    NEXT_FORGED },
	};
	struct whole_finding f = { "row", table, id, "it is not whole",
	    NEXT_RESTORE };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].lacks, lacks) == 0) {
			f.what = all[i].what;
			f.next = all[i].next;
		}
	if (strcmp(table, "chunk") == 0 || strcmp(table, "part") == 0) {
		f.what = "these sealed bytes belong to no item";
		f.next = NEXT_NOTHING;
	}
	whole_found(w, &f);
}

static int
found_of_case(void *ctx, const struct row *row, struct err *e)
{
	const char *table = row_text(row, 0);
	char id[WHOLE_ID];

	(void)e;
	if (strcmp(table, "draft") == 0 || strcmp(table, "delivery") == 0)
		(void)snprintf(id, sizeof(id), "%s.d%" PRId64,
		    row_text(row, 1), row_int(row, 2));
	else
		whole_id(id, row_text(row, 1), row_int(row, 2));
	found_row(ctx, table, id, row_text(row, 3));
	return 0;
}

static int
found_of_item(void *ctx, const struct row *row, struct err *e)
{
	char id[WHOLE_ID] = "";
	const void *item;
	size_t len;

	(void)e;
	item = row_blob(row, 1, &len);
	if (item != NULL && len == SEAL_ID)
		wire_hex(id, item, len);
	found_row(ctx, row_text(row, 0), id, row_text(row, 2));
	return 0;
}

static int
found_postman(void *ctx, const struct row *row, struct err *e)
{
	char id[WHOLE_ID], what[128];
	int opens = row_int(row, 3) != 0;

	(void)e;
	(void)snprintf(id, sizeof(id), "%s.d%" PRId64, row_text(row, 0),
	    row_int(row, 1));
	(void)snprintf(what, sizeof(what), opens ? "the answer is %s, and "
	    "the daemon can still open it" : "the answer is %s, and the "
	    "daemon cannot open it to send it", row_text(row, 2));
	whole_found(ctx, &(struct whole_finding){ "key", "grants", id, what,
	    opens ? NEXT_FORGED : "a supervisor gives it back with 'teduh "
	    "return', and it is approved again" });
	return 0;
}

static int
found_mail(void *ctx, const struct row *row, struct err *e)
{
	const char *lacks = row_text(row, 4);
	struct whole_finding f = { "ledger", "ledger", NULL, NULL,
	    NEXT_RESTORE };
	char id[WHOLE_ID];

	(void)e;
	(void)snprintf(id, sizeof(id), "%.32s %.32s uid %" PRId64,
	    row_text(row, 0), row_text(row, 1), row_int(row, 2));
	f.id = id;
	if (strcmp(lacks, "tried") == 0) {
		f.what = "this mail was seen and could not be fetched: it "
		    "still lies on the mail server, see 'mail-not-fetched' "
		    "in doc/alarms.md";
		f.next = "";
		whole_note(ctx, &f);
		return 0;
	}
	f.what = strcmp(lacks, "letter") == 0 ? "the letter that this mail "
	    "became is not here" : strcmp(lacks, "first") == 0 ? "this mail "
	    "was counted as a duplicate, and what it repeats is not here" :
	    strcmp(lacks, "state") == 0 ? "it is in a state that it cannot "
	    "have come into" : "this mail came in and became no letter";
	whole_found(ctx, &f);
	return 0;
}

/* Letters of a mailbox have a row in the ledger; of the web they have none. */
static int
found_unledgered(void *ctx, const struct row *row, struct err *e)
{
	struct deposit dep;
	const void *statement;
	char id[WHOLE_ID];
	size_t len;
	int by_mail;

	(void)e;
	statement = row_blob(row, 2, &len);
	if (statement == NULL || deposit_parse(&dep, statement, len,
	    NULL) == -1)
		return 0;	/* told where deposits are looked at */
	by_mail = strcmp(dep.role, "intake") == 0;
	deposit_free(&dep);
	if (!by_mail)
		return 0;
	whole_id(id, row_text(row, 0), row_int(row, 1));
	whole_found(ctx, &(struct whole_finding){ "ledger", "item", id,
	    "the ledger knows of no mail that became this letter",
	    NEXT_FORGED });
	return 0;
}

static int
count_mails(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	((struct whole *)ctx)->mails = row_int(row, 2);
	return 1;
}

int
whole_rows(struct whole *w, struct err *e)
{
	struct store *s = w->desk->store;

	w->step(w->ctx, "comparing rows", 0, 0);
	return store_run(s, STMT_WHOLE_OF_CASES, NO_ARGS, found_of_case, w,
	    e) == -1 ||
	    store_run(s, STMT_WHOLE_OF_TEAM, NO_ARGS, found_of_case, w,
	    e) == -1 ||
	    store_run(s, STMT_WHOLE_OF_ITEMS, NO_ARGS, found_of_item, w,
	    e) == -1 ||
	    store_run(s, STMT_WHOLE_POSTMAN, NO_ARGS, found_postman, w,
	    e) == -1 ||
	    store_run(s, STMT_WHOLE_COUNTS, NO_ARGS, count_mails, w,
	    e) == -1 ||
	    store_run(s, STMT_WHOLE_LEDGER, ARGS(V_INT(store_now(s) -
	    TRIED_S)), found_mail, w, e) == -1 ||
	    store_run(s, STMT_WHOLE_UNLEDGERED, NO_ARGS, found_unledgered, w,
	    e) == -1 ? -1 : 0;
}
