/*
 * What a person decides of the way we answer.  It joins the chain of deposits
 * that post and every command line go by, so that no plain column has a say
 * in whether an answer leaves by mail or lies behind the code.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/entry.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/reach.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

/* What the chain says now. */
struct facts {
	int64_t		epoch;		/* 0: of nothing yet */
	unsigned char	case_key[SEAL_KEY];
	int		has_participant, has_seeker;
	char		mode[16];
	unsigned char	address[SEAL_HASH], check[SEAL_HASH];
};

struct reach_making {
	struct desk	*desk;
	struct reach	 wish;
	struct facts	 facts;
	struct entry	 entry;
};

struct looking {
	struct facts	*out;
	int64_t		 participant;
};

static int
collect(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct looking *l = ctx;
	struct facts *f = l->out;

	(void)hash;
	(void)e;
	if (f->epoch == 0) {
		f->epoch = dep->epoch;
		memcpy(f->case_key, dep->case_key, SEAL_KEY);
	}
	if (dep->participant != l->participant)
		return 0;
	if (!f->has_participant) {
		f->has_participant = 1;
		(void)snprintf(f->mode, sizeof(f->mode), "%s", dep->mode);
		memcpy(f->address, dep->address, SEAL_HASH);
		memcpy(f->check, dep->check, SEAL_HASH);
	}
	f->has_seeker |= dep->has_seeker;
	return 0;
}

static int
look(struct desk *d, const struct reach *wish, struct facts *f,
    struct err *e)
{
	struct looking l = { f, wish->participant };

	memset(f, 0, sizeof(*f));
	if (chain_walk(d, wish->case_id, collect, &l, e) == -1 ||
	    epoch_newest(d, wish->case_id, &f->epoch, f->case_key, e) == -1)
		return -1;
	if (f->has_participant)
		return 0;
	err_set(e, ERR_GONE, "there is no p%" PRId64 " in the case %s",
	    wish->participant, wish->case_id);
	return -1;
}

static const char *
mode_of(const struct reach *wish, const struct facts *f)
{
	return wish->mode[0] == '\0' ? f->mode : wish->mode;
}

static int
check(const struct reach *wish, const struct facts *f, struct err *e)
{
	static const unsigned char none[SEAL_HASH];
	const char *mode = mode_of(wish, f);
	int by_mail = strcmp(mode, "mail") == 0;
	int by_code = strcmp(mode, "pickup") == 0;

	if (!by_mail && !by_code && strcmp(mode, "notice") != 0)
		err_set(e, ERR_INPUT, "'mode' is not mail, notice or pickup");
	else if (!by_code && seal_equal(f->address, none, SEAL_HASH))
		err_set(e, ERR_INPUT, "'mode' needs an address, and none is "
		    "known");
	else if (!by_mail && !f->has_seeker && !wish->has_seeker)
		err_set(e, ERR_INPUT, "'mode' needs a return code, and there "
		    "is none");
	else
		return 0;
	return -1;
}

static json_t *
view_of(const struct reach *wish, const struct facts *f)
{
	json_t *o = json_pack("{s:i, s:s, s:b}", "v", 1, "mode",
	    mode_of(wish, f), "code", wish->has_seeker);

	if (o == NULL)
		mem_out();
	return o;
}

struct reach_making *
reach_new(struct desk *d, const struct reach *wish, struct err *e)
{
	struct reach_making *m = mem_alloc(sizeof(*m));

	m->desk = d;
	m->wish = *wish;
	if (look(d, wish, &m->facts, e) == 0 &&
	    check(wish, &m->facts, e) == 0 &&
	    entry_seal(&m->entry, d, wish->case_id, m->facts.epoch,
	    m->facts.case_key, view_of(wish, &m->facts), e) == 0)
		return m;
	reach_free(m);
	return NULL;
}

static int
tell(const struct reach_making *m, const char *what, struct err *e)
{
	const struct reach *wish = &m->wish;
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "p%" PRId64,
	    wish->participant);
	return audit_add(m->desk, NULL, what, wish->case_id, detail,
	    e) == -1 || event_add(m->desk, NULL, wish->case_id, what, detail,
	    e) == -1 ? -1 : 0;
}

/* What colleagues see of it: a mode when it is another one, a new code. */
static int
tell_all(const struct reach_making *m, const char *mode, struct err *e)
{
	char what[32];

	(void)snprintf(what, sizeof(what), "mode-%s", mode);
	if (strcmp(mode, m->facts.mode) != 0 && tell(m, what, e) == -1)
		return -1;
	return m->wish.has_seeker ? tell(m, "code", e) : 0;
}

int
reach_write(struct reach_making *m, struct err *e)
{
	const struct reach *wish = &m->wish;
	const char *mode = mode_of(wish, &m->facts);
	struct deposit dep;
	struct facts now;
	int result = -1;

	memset(&dep, 0, sizeof(dep));
	if (look(m->desk, wish, &now, e) == -1)
		return -1;
	if (memcmp(&now, &m->facts, sizeof(now)) != 0) {
		err_set(e, ERR_CONFLICT, "case %s changed meanwhile",
		    wish->case_id);
		return -1;
	}
	(void)snprintf(dep.kind, sizeof(dep.kind), "reach");
	(void)snprintf(dep.class, sizeof(dep.class), REACH_CLASS);
	(void)snprintf(dep.mode, sizeof(dep.mode), "%s", mode);
	dep.participant = wish->participant;
	memcpy(dep.address, now.address, SEAL_HASH);
	memcpy(dep.check, now.check, SEAL_HASH);
	dep.has_seeker = wish->has_seeker;
	memcpy(dep.seeker, wish->seeker, SEAL_KEY);
	if (entry_write(&m->entry, &dep, e) == 0 &&
	    store_run(m->desk->store, STMT_PARTICIPANT_MODE,
	    ARGS(V_TEXT(wish->case_id), V_INT(wish->participant),
	    V_TEXT(mode)), NULL, NULL, e) != -1)
		result = tell_all(m, mode, e);
	deposit_free(&dep);
	return result;
}

void
reach_free(struct reach_making *m)
{
	if (m == NULL)
		return;
	entry_free(&m->entry);
	free(m);
}

int
reach_set(struct desk *d, const struct reach *wish, struct err *e)
{
	struct reach_making *m = reach_new(d, wish, e);
	int result = -1;

	if (m == NULL)
		return -1;
	if (!wish->has_seeker && strcmp(mode_of(wish, &m->facts),
	    m->facts.mode) == 0) {
		reach_free(m);
		return 1;
	}
	crash_point("reach: before");
	if (store_begin(d->store, e) == 0) {
		if (reach_write(m, e) == 0 &&
		    store_commit(d->store, e) == 0)
			result = 0;
		else
			store_rollback(d->store);
	}
	if (result == 0)
		crash_point("reach: after");
	reach_free(m);
	return result;
}
