/*
 * The login of intake, with whatever the configuration has for it.  A token
 * that expires in the middle of a session ends it; the next one begins here.
 */
#include <stddef.h>

#include "daemon/config.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/login.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "daemon/token.h"
#include "lib/err.h"

static struct imap *
with_token(const struct role_args *args, const struct config_mailbox *box,
    int64_t *ends_s, int *refused, struct err *e)
{
	struct token token;
	struct imap *m = NULL;
	int64_t serial = 0;
	int try;

	for (try = 0; try < 2 && m == NULL; try++) {
		if (token_ask(args->tokens, serial, &token, e) == -1) {
			*refused = e->code == ERR_DENIED;
			return NULL;
		}
		m = imap_open(box, token.value, refused, e);
		*ends_s = token.ends_s;
		serial = token.serial;
		token_free(&token);
		if (!*refused)
			break;
	}
	return m;
}

struct imap *
login_open(const struct role_args *args, const struct config_mailbox *box,
    struct desk *d, struct err *e)
{
	struct err why = ERR_INIT;
	struct imap *m;
	int64_t ends_s = -1;
	int refused = 0;

	if (box->token_command == NULL)
		return imap_open(box, secrets_get(args->secrets, "imap"),
		    &refused, e);
	m = with_token(args, box, &ends_s, &refused, e);
	if (d != NULL && (m != NULL || refused) && token_alarm(d, box->name,
	    refused, ends_s, &why) == -1)
		log_err("alarm", &why);
	return m;
}
