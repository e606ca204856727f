/*
 * The canary as a mail: to the mailbox's own address and to no other.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/canary.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"

const char *
automatic_canary_to(const struct desk *d, const char *name)
{
	const struct config_mailbox *box = config_mailbox(d->config, name);
	const struct config_desk *desk;

	if (box == NULL || (desk = config_desk(d->config, box->desk)) == NULL)
		return NULL;
	return box->user != NULL && strchr(box->user, '@') != NULL ?
	    box->user : desk->from_address;
}

static int
write_both(struct desk *d, struct automatic *m, const char *message_id,
    struct err *e)
{
	char about[ROSTER_NAME_MAX + 16];

	(void)snprintf(about, sizeof(about), "canary %s", m->mailbox);
	if (store_begin(d->store, e) == -1)
		return -1;
	if (store_run(d->store, STMT_AUTOMATIC_REPLACE, ARGS(V_TEXT(about)),
	    NULL, NULL, e) != -1 &&
	    canary_expect(d, m->mailbox, message_id, e) == 0 &&
	    automatic_add(d, m, about, store_now(d->store), e) == 0 &&
	    store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

int
automatic_canary(struct desk *d, const char *mailbox, struct err *e)
{
	const char *to = automatic_canary_to(d, mailbox);
	struct automatic m;
	struct letter l;
	int result;

	if (to == NULL) {
		err_set(e, ERR_GONE, "there is no mailbox '%s' in the "
		    "configuration", mailbox);
		return -1;
	}
	automatic_begin(&m, d, AUTOMATIC_CANARY,
	    config_mailbox(d->config, mailbox)->desk);
	(void)snprintf(m.mailbox, sizeof(m.mailbox), "%s", mailbox);
	letter_init(&l);
	l.to = mem_strdup(to);
	l.message_id = letter_message_id_new(strrchr(to, '@') + 1);
	l.references[l.nreferences++] = mem_strdup(l.message_id);
	result = automatic_seal(d, &m, &l, e) == -1 ? -1 :
	    write_both(d, &m, l.message_id, e);
	letter_free(&l);
	return result;
}
