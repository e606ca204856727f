/*
 * What was called back must not leave, not even when the store is put back to
 * the time before.  First the file, durable; then the store forgets its row:
 * a death between the two notes the letter twice, which changes nothing.
 */
#include "daemon/crash.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/recall.h"
#include "daemon/post/spent.h"
#include "daemon/post/unsend.h"
#include "daemon/store/store.h"
#include "lib/err.h"

int
unsend_is(const struct desk *d, struct spent *spent,
    const unsigned char item[SEAL_ID], struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct spent_state state;

	recall_hash(d, item, hash);
	return spent_look(spent, hash, &state, e) == -1 ? -1 : state.final;
}

static int
note_one(struct desk *d, struct spent *spent,
    const unsigned char item[SEAL_ID], struct err *e)
{
	unsigned char hash[SEAL_HASH];
	int known = unsend_is(d, spent, item, e);

	if (known == -1)
		return -1;
	recall_hash(d, item, hash);
	crash_point("post: recall before");
	if (!known && spent_add(spent, hash, SPENT_CANCELLED,
	    store_now(d->store), e) == -1)
		return -1;
	crash_point("post: recall after");
	return recall_done(d, item, e);
}

int
unsend_note(struct desk *d, struct spent *spent, struct err *e)
{
	unsigned char item[SEAL_ID];
	int n, found;

	for (n = 0; (found = recall_next(d, item, e)) == 1; n++)
		if (note_one(d, spent, item, e) == -1)
			return -1;
	return found == -1 ? -1 : n;
}
