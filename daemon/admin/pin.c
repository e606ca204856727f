/*
 * teduh-admin pin: whom to trust, once and for all.
 *
 * The pin is the hash of roster entry 1, read aloud by the founder; it is
 * compared with the store and kept among the secrets, where nobody who can
 * write to the store can change it.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/founding.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

struct pinning {
	const struct config	*config;
	unsigned char		 pin[SEAL_HASH];
};

/* 0, or -1 unless it is 64 hex digits (upper case is forgiven). */
static int
parse_pin(const char *typed, unsigned char pin[SEAL_HASH])
{
	char hex[2 * SEAL_HASH + 1];
	size_t i;

	if (strlen(typed) != sizeof(hex) - 1)
		return -1;
	for (i = 0; i < sizeof(hex); i++)
		hex[i] = (char)tolower((unsigned char)typed[i]);
	return wire_unhex(pin, SEAL_HASH, hex);
}

static int
compare(void *ctx, struct err *e)
{
	const struct pinning *p = ctx;
	struct store *store;
	int result;

	if ((store = store_open(p->config->data, STORE_USE, e)) == NULL)
		return -1;
	result = founding_check_pin(store, p->pin, e);
	store_close(store);
	return result;
}

/* 1 when this very pin is kept already, 0 when none is; -1. */
static int
look_up(const struct pinning *p, struct err *e)
{
	struct secret *kept;
	struct err why = ERR_INIT;
	int same;

	kept = secrets_load(p->config->secrets, "pin", SEAL_HASH, &why);
	if (kept == NULL && why.code == ERR_GONE)
		return 0;
	if (kept == NULL) {
		*e = why;
		return -1;
	}
	same = seal_equal(kept->bytes, p->pin, SEAL_HASH);
	secret_free(kept);
	if (same)
		return 1;
	err_set(e, ERR_DENIED, "this service has another pin already, and a "
	    "pin is for ever");
	return -1;
}

static int
keep(const struct pinning *p, struct err *e)
{
	struct secret *pin = secret_copy(p->pin, SEAL_HASH);
	int result;

	crash_point("pin: compared, not kept");
	result = secrets_store(p->config->secrets, "pin", pin, e);
	crash_point("pin: kept");
	secret_free(pin);
	return result;
}

int
admin_pin(const struct admin *admin, int argc, char *const argv[])
{
	struct pinning p;
	struct err e = ERR_INIT;
	int kept;

	if (argc != 2)
		return admin_usage("pin takes the HASH that 'teduh join' "
		    "printed");
	p.config = admin->config;
	if (parse_pin(argv[1], p.pin) == -1) {
		err_set(&e, ERR_INPUT, "a pin is %d hex digits, as 'teduh "
		    "join' printed them", 2 * SEAL_HASH);
		return admin_fail(&e);
	}
	if (secrets_check(p.config->secrets, &e) == -1 ||
	    (kept = look_up(&p, &e)) == -1 ||
	    admin_as_user(p.config, compare, &p, &e) == -1 ||
	    (kept == 0 && keep(&p, &e) == -1))
		return admin_fail(&e);
	(void)puts(kept ? "this pin is kept already" :
	    "the pin is kept; start teduhd again and it takes letters");
	return EX_OK;
}
