/*
 * Whether a code opens something, without opening it.
 */
#include "daemon/desk/code_known.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/return_code.h"

/* Of the row that the locator names. */
struct lock {
	unsigned char	salt[RETURN_CODE_SALT], key[SEAL_KEY];
	int		good;
};

static int
get_lock(void *ctx, const struct row *row, struct err *e)
{
	struct lock *l = ctx;

	(void)e;
	l->good = row_bytes(row, 3, l->salt, sizeof(l->salt)) == 0 &&
	    row_bytes(row, 4, l->key, sizeof(l->key)) == 0;
	return 1;
}

enum code_known
code_known(struct desk *d, const struct return_code *code, struct err *e)
{
	struct lock lock = { .good = 0 };
	unsigned char key[SEAL_KEY];

	if (store_run(d->store, STMT_STRAND_FIND,
	    ARGS(V_TEXT(code->locator)), get_lock, &lock, e) == -1)
		return CODE_FAILED;
	if (!lock.good)
		return CODE_NOTHING;
	secret_free(return_code_pair(code, lock.salt, key));
	return seal_equal(key, lock.key, SEAL_KEY) ? CODE_OPENS : CODE_WRONG;
}
