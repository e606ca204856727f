/*
 * Links that make a return code.  Nothing of the code is stored but what a
 * form's would be (daemon/desk/deposit_form.c): its random bytes follow from
 * the link's token, so that the page that is loaded twice shows one code.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/once.h"
#include "daemon/desk/reach.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

int
once_has_door(const struct desk *d)
{
	return d->config->web.listen != NULL && d->config->web.url != NULL;
}

void
once_url(const struct desk *d, const struct automatic *m,
    char out[ONCE_URL_MAX])
{
	char token[ONCE_TOKEN + 1];
	const char *url = d->config->web.url;
	int n = url == NULL ? 0 : (int)strcspn(url, "?#");

	out[0] = '\0';
	if (!once_has_door(d))
		return;
	while (n > 0 && url[n - 1] == '/')
		n--;
	desk_once_token(d, m->id, token);
	(void)snprintf(out, ONCE_URL_MAX, "%.*s" ONCE_PATH "%s", n, url,
	    token);
	seal_wipe(token, sizeof(token));
}

/*
 * What binds a link to its case: without the pepper nobody can let it lead to
 * another one, or live longer.
 */
static void
prove(const struct desk *d, const char *token, const char *case_id,
    int64_t participant, int64_t expires, unsigned char out[SEAL_HASH])
{
	char text[128];

	(void)snprintf(text, sizeof(text), "%s/%s/%" PRId64 "/%" PRId64,
	    token, case_id, participant, expires);
	desk_hash_token(d, "once-proof", text, out);
	seal_wipe(text, sizeof(text));
}

int
once_add(struct desk *d, const struct automatic *m, struct err *e)
{
	unsigned char hash[SEAL_HASH], proof[SEAL_HASH];
	int64_t expires = store_now(d->store) + ONCE_S;
	char token[ONCE_TOKEN + 1];

	if (!once_has_door(d))
		return 0;
	desk_once_token(d, m->id, token);
	desk_hash_token(d, "once", token, hash);
	prove(d, token, m->case_id, m->participant, expires, proof);
	seal_wipe(token, sizeof(token));
	return store_run(d->store, STMT_ONCE_ADD, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_TEXT(m->case_id), V_INT(m->participant),
	    V_INT(expires), V_BLOB(proof, SEAL_HASH)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

struct link_row {
	char	case_id[CASE_ID_LEN + 1];
	int64_t	participant, expires, used;	/* used 0: not yet */
	char	desk[ROSTER_NAME_MAX + 1];
	unsigned char proof[SEAL_HASH];
};

static int
get_link(void *ctx, const struct row *row, struct err *e)
{
	struct link_row *l = ctx;

	(void)e;
	(void)snprintf(l->case_id, sizeof(l->case_id), "%s",
	    row_text(row, 0));
	l->participant = row_int(row, 1);
	l->expires = row_int(row, 2);
	l->used = row_type(row, 3) == VALUE_NULL ? 0 : row_int(row, 3);
	(void)snprintf(l->desk, sizeof(l->desk), "%s", row_text(row, 4));
	(void)row_bytes(row, 5, l->proof, SEAL_HASH);
	return 1;
}

/* 1 and *l is good now, or was used just now; 0; -1. */
static int
find(struct desk *d, const char *token,
    const unsigned char hash[SEAL_HASH], struct link_row *l, struct err *e)
{
	int64_t now = store_now(d->store), n;
	unsigned char proof[SEAL_HASH];

	memset(l, 0, sizeof(*l));
	n = store_run(d->store, STMT_ONCE_GET, ARGS(V_BLOB(hash,
	    SEAL_HASH)), get_link, l, e);
	if (n <= 0)
		return (int)n;
	prove(d, token, l->case_id, l->participant, l->expires, proof);
	if (!seal_equal(proof, l->proof, SEAL_HASH))
		return 0;
	return l->used == 0 ? now < l->expires : now - l->used <=
	    ONCE_AGAIN_S;
}

int
once_find(struct desk *d, const char *token,
    char desk[ROSTER_NAME_MAX + 1], struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct link_row l;
	int r;

	desk_hash_token(d, "once", token, hash);
	if ((r = find(d, token, hash, &l, e)) == 1)
		memcpy(desk, l.desk, sizeof(l.desk));
	return r;
}

/* A code being made. */
struct making {
	struct return_code	 code;
	uint32_t		 nth;
	unsigned char		 salt[RETURN_CODE_SALT];
	unsigned char		 form[SEAL_HASH];
	struct reach		 wish;
};

static int
make_code(struct desk *d, struct making *m,
    const unsigned char random[RETURN_CODE_FORM], struct err *e)
{
	struct secret *pair;
	int64_t taken;

	return_code_make(&m->code, d->pepper, random, 0);
	while ((taken = store_run(d->store, STMT_LOCATOR_TAKEN,
	    ARGS(V_TEXT(m->code.locator)), NULL, NULL, e)) > 0) {
		return_code_free(&m->code);
		return_code_make(&m->code, d->pepper, random, ++m->nth);
	}
	if (taken == -1)
		return -1;
	seal_random(m->salt, sizeof(m->salt));
	pair = return_code_pair(&m->code, m->salt, m->wish.seeker);
	secret_free(pair);
	m->wish.has_seeker = 1;
	desk_hash_form(d, random, RETURN_CODE_FORM, m->form);
	return 0;
}

/* Within the transaction: 1; 0 somebody was quicker; -1. */
static int
write_code(struct desk *d, const unsigned char hash[SEAL_HASH],
    const struct making *m, struct reach_making *reach, struct err *e)
{
	int64_t now = store_now(d->store), n;

	n = store_run(d->store, STMT_ONCE_USE, ARGS(V_BLOB(hash, SEAL_HASH),
	    V_INT(now)), NULL, NULL, e);
	if (n <= 0)
		return (int)n;
	return store_run(d->store, STMT_LOCATOR_ADD,
	    ARGS(V_TEXT(m->wish.case_id), V_INT(m->wish.participant),
	    V_TEXT(m->code.locator), V_BLOB(m->salt, sizeof(m->salt)),
	    V_BLOB(m->wish.seeker, SEAL_KEY), V_BLOB(m->form, SEAL_HASH),
	    V_INT(m->nth), V_INT(now)), NULL, NULL, e) == -1 ||
	    reach_write(reach, e) == -1 ? -1 : 1;
}

static int
use(struct desk *d, const unsigned char hash[SEAL_HASH],
    const struct link_row *l, const unsigned char random[RETURN_CODE_FORM],
    struct err *e)
{
	struct reach_making *reach = NULL;
	struct making m;
	int r = -1;

	memset(&m, 0, sizeof(m));
	memcpy(m.wish.case_id, l->case_id, sizeof(m.wish.case_id));
	m.wish.participant = l->participant;
	if (make_code(d, &m, random, e) == -1 ||
	    (reach = reach_new(d, &m.wish, e)) == NULL)
		goto out;
	crash_point("once: before");
	if (store_begin(d->store, e) == -1)
		goto out;
	r = write_code(d, hash, &m, reach, e);
	if (r != 1)
		store_rollback(d->store);
	else if (store_commit(d->store, e) == -1) {
		store_rollback(d->store);
		r = -1;
	}
	if (r == 1)
		crash_point("once: after");
out:
	reach_free(reach);
	return_code_free(&m.code);
	seal_wipe(&m, sizeof(m));
	return r;
}

int
once_use(struct desk *d, const char *token,
    unsigned char random[RETURN_CODE_FORM], struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct link_row l;
	int r;

	desk_hash_token(d, "once", token, hash);
	if ((r = find(d, token, hash, &l, e)) != 1)
		return r;
	desk_once_random(d, token, random);
	if (l.used != 0)
		return 1;
	if ((r = use(d, hash, &l, random, e)) == 0)
		r = find(d, token, hash, &l, e); /* it was pressed twice */
	return r;
}
