/*
 * Whether another service works on our mailboxes.
 *
 * Marks are never forgotten: what we left once is ours for ever, also when a
 * provider puts an old state of a mailbox back.  A store that was put back
 * to an older state lacks the newest and sees itself as another service,
 * which is right: what it knows is not what was done.
 */
#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/foreign.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/seal.h"

/* Commit what worked, 0; roll back what did not. */
static int
finish(struct store *s, int64_t result, struct err *e)
{
	if (result != -1 && store_commit(s, e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

static int
change(struct store *s, enum statement statement, const struct value *args,
    size_t nargs, struct err *e)
{
	if (store_begin(s, e) == -1)
		return -1;
	return finish(s, store_run(s, statement, args, nargs, NULL, NULL, e),
	    e);
}

int
foreign_mark_new(struct desk *d, unsigned char mark[FOREIGN_MARK],
    struct err *e)
{
	seal_random(mark, FOREIGN_MARK);
	return change(d->store, STMT_MARK_ADD, ARGS(V_BLOB(mark,
	    FOREIGN_MARK)), e);
}

int
foreign_mark_is_own(struct desk *d, const unsigned char mark[],
    struct err *e)
{
	return (int)store_run(d->store, STMT_MARK_OWN, ARGS(V_BLOB(mark,
	    FOREIGN_MARK)), NULL, NULL, e);
}

struct look {
	int	looked, other;
};

static int
get_look(void *ctx, const struct row *row, struct err *e)
{
	struct look *l = ctx;

	(void)e;
	l->looked = row_int(row, 0) != 0;
	l->other = row_type(row, 1) == VALUE_INT;
	return 1;
}

int
foreign_judge(struct desk *d, const char *mailbox, const unsigned char *mark,
    struct err *e)
{
	struct look before = { 0, 0 };
	struct value at = V_NULL, now = V_INT(store_now(d->store));
	int64_t n;
	int own = 1, other;

	n = store_run(d->store, STMT_MARKED_GET, ARGS(V_TEXT(mailbox)),
	    get_look, &before, e);
	if (n == -1 || (mark != NULL && n == 1 &&
	    (own = foreign_mark_is_own(d, mark, e)) == -1))
		return -1;
	other = before.other || !own;
	if (!own)
		at = now;
	/* Most looks find what was there before, and write nothing. */
	if ((!before.looked || other != before.other) && change(d->store,
	    STMT_MARKED_PUT, (const struct value[]){ V_TEXT(mailbox), at }, 2,
	    e) == -1)
		return -1;
	if (other && alarm_raise(d, FOREIGN_ALARM, mailbox, own ? "seen" :
	    "works", e) == -1)
		return -1;
	return other;
}

int
foreign_note_taken(struct desk *d, const char *mailbox, int taken,
    struct err *e)
{
	return change(d->store, STMT_MARKED_TAKE, ARGS(V_TEXT(mailbox),
	    V_INT(taken)), e);
}

struct holding {
	int	looked, other;
};

static int
add_look(void *ctx, const struct row *row, struct err *e)
{
	struct holding *h = ctx;
	struct look one;

	(void)get_look(&one, row, e);
	h->looked |= one.looked;
	h->other |= one.other;
	return 0;
}

int
foreign_holds(struct desk *d, struct err *e)
{
	struct holding h = { 0, 0 };
	size_t i, servers = 0;

	for (i = 0; i < d->config->nmailboxes; i++)
		servers += d->config->mailboxes[i].host != NULL;
	if (store_run(d->store, STMT_MARKED_LIST, NO_ARGS, add_look, &h,
	    e) == -1)
		return -1;
	return h.other || (servers > 0 && !h.looked);
}

int
foreign_restart(struct store *s, struct err *e)
{
	return change(s, STMT_MARKED_UNLOOK, NO_ARGS, e);
}

int
foreign_forget(struct store *s, struct err *e)
{
	return store_run(s, STMT_MARKED_FORGET, NO_ARGS, NULL, NULL, e) ==
	    -1 ? -1 : 0;
}

int
foreign_settle(struct desk *d, struct err *e)
{
	struct holding h = { 0, 0 };
	size_t i;
	int result;

	if (store_run(d->store, STMT_MARKED_LIST, NO_ARGS, add_look, &h,
	    e) == -1)
		return -1;
	if (!h.other) {
		err_set(e, ERR_GONE, "no other service was seen on the "
		    "mailboxes of '%s': there is nothing to do",
		    store_data(d->store));
		return -1;
	}
	if (store_begin(d->store, e) == -1)
		return -1;
	result = audit_add(d, NULL, "retire-other", NULL, NULL, e) == -1 ||
	    foreign_forget(d->store, e) == -1 ? -1 : 0;
	if (finish(d->store, result, e) == -1)
		return -1;
	for (i = 0; i < d->config->nmailboxes; i++)
		if (alarm_clear(d, FOREIGN_ALARM,
		    d->config->mailboxes[i].name, e) == -1)
			return -1;
	return 0;
}
