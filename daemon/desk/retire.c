/*
 * Retiring a service, and taking that back.
 *
 * The setting is read by the keeper before any role starts.  Nothing else of
 * the store changes, so that a backup taken afterwards holds all there is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/backup.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/foreign.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/retire.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define SETTING		"retired"

/* Seconds as text, as the clock said them then. */
static int
get_time(void *ctx, const struct row *row, struct err *e)
{
	char text[24];
	int64_t *at = ctx;
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	if (bytes == NULL || len >= sizeof(text)) {
		err_set(e, ERR_INPUT, "the setting '" SETTING "' is broken");
		return -1;
	}
	memcpy(text, bytes, len);
	text[len] = '\0';
	*at = strtoll(text, NULL, 10);
	return 1;
}

int
retire_is(struct store *s, int64_t *at, struct err *e)
{
	int64_t when = 0, n;

	n = store_run(s, STMT_SETTING_GET, ARGS(V_TEXT(SETTING)), get_time,
	    &when, e);
	if (n == 1 && at != NULL)
		*at = when;
	return (int)n;
}

int
retire_check(struct store *s, struct err *e)
{
	char when[32];
	int64_t at = 0;
	int r;

	if ((r = retire_is(s, &at, e)) != 1)
		return r;
	wire_time(when, at);
	err_set(e, ERR_INPUT, "the service in '%s' was retired at %s, because "
	    "it has moved: use the one that took over, or take it back with "
	    "'teduh-admin retire --undo'", store_data(s), when);
	return -1;
}

int
retire_forget(struct store *s, struct err *e)
{
	return store_run(s, STMT_SETTING_DELETE, ARGS(V_TEXT(SETTING)), NULL,
	    NULL, e) == -1 ? -1 : 0;
}

/* Whoever reads the audit chain must be able to believe the entry. */
static int
check_signer(struct desk *d, struct err *e)
{
	if (desk_refresh(d, e) == -1)
		return -1;
	if (roster_seq(d->roster) == 0) {
		err_set(e, ERR_GONE, "nobody has joined the service in '%s' "
		    "yet: there is nothing to retire", store_data(d->store));
		return -1;
	}
	if (roster_is_role_key(d->roster, d->role, d->signer->pub, 1))
		return 0;
	err_set(e, ERR_DENIED, "the secret '%s.key' is not that of the "
	    "service in '%s': see 'secrets' in the configuration", d->role,
	    store_data(d->store));
	return -1;
}

int
retire_begin(struct desk *d, struct err *e)
{
	char text[24];
	int r;

	if (check_signer(d, e) == -1)
		return -1;
	if ((r = retire_is(d->store, NULL, e)) != 0)
		return r;
	(void)snprintf(text, sizeof(text), "%" PRId64, store_now(d->store));
	crash_point("retire before");
	if (store_begin(d->store, e) == -1)
		return -1;
	r = audit_add(d, NULL, "retire", NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_SETTING_PUT, ARGS(V_TEXT(SETTING),
	    V_BLOB(text, strlen(text))), NULL, NULL, e) == -1 ? -1 : 0;
	r = store_end(d->store, r, e);
	crash_point("retire after");
	return r;
}

int
retire_end(struct desk *d, struct err *e)
{
	struct backup_heads heads;
	int64_t at = 0;
	int r;

	if (check_signer(d, e) == -1)
		return -1;
	if ((r = retire_is(d->store, &at, e)) != 1)
		return r == 0 ? 1 : -1;
	if (backup_heads_now(d->config, d->store, &heads, e) == -1)
		return -1;
	heads.at = at;
	crash_point("retire before");
	if (store_begin(d->store, e) == -1)
		return -1;
	r = audit_add(d, NULL, "retire-undo", NULL, NULL, e) == -1 ||
	    retire_forget(d->store, e) == -1 ||
	    quarantine_begin(d->store, &heads, e) == -1 ? -1 : 0;
	r = store_end(d->store, r, e);
	crash_point("retire after");
	return r;
}

int
retire_other(struct desk *d, struct err *e)
{
	if (check_signer(d, e) == -1)
		return -1;
	return foreign_settle(d, e);
}
