/*
 * Notices of answers.  The row is there from the release of the answer on, so
 * that a person of staff signs it who knows the address, and its time is
 * never until post publishes.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/asked.h"
#include "daemon/desk/awaits.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define ABOUT_MAX	64
#define NEVER		(INT64_C(1) << 53)

static void
about_of(char out[ABOUT_MAX], const unsigned char item[SEAL_ID])
{
	char hex[2 * SEAL_ID + 1];

	wire_hex(hex, item, SEAL_ID);
	(void)snprintf(out, ABOUT_MAX, "notice %s", hex);
}

static int
check_text(const struct desk *d, const struct automatic *m, struct err *e)
{
	switch (asked_look(d, m)) {
	case ASKED_FINE:
		return 0;
	case ASKED_NO_RELAY:
		err_set(e, ERR_CONFLICT, "this service sends no mail, so "
		    "nobody can be told that there is an answer: ask the "
		    "people who run the service for a relay");
		break;
	case ASKED_NO_TEXT:
		err_set(e, ERR_CONFLICT, "the desk '%s' has no good text "
		    "'notice.txt': the people who run the service see with "
		    "'teduhd -t' what is wrong", m->desk);
		break;
	}
	return -1;
}

int
awaits_ask(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t participant, const unsigned char item[SEAL_ID],
    const json_t *body, struct err *e)
{
	const json_t *o = json_object_get(body, "notice");
	unsigned char signature[SIGN_LEN];
	char about[ABOUT_MAX];
	struct automatic m;

	if (o == NULL || json_is_null(o))
		return 0;
	if (asked_parse(d, actor, o, AUTOMATIC_NOTICE, &m, signature,
	    e) == -1 || check_text(d, &m, e) == -1)
		return -1;
	if (strcmp(m.case_id, case_id) != 0 ||
	    m.participant != participant) {
		err_set(e, ERR_INPUT, "the signed request for a notice is "
		    "about somebody else");
		return -1;
	}
	about_of(about, item);
	return automatic_put(d, &m, about, NEVER, actor->person->sign,
	    signature, e);
}

int
awaits_go(struct desk *d, const unsigned char item[SEAL_ID], struct err *e)
{
	char about[ABOUT_MAX];

	about_of(about, item);
	return store_run(d->store, STMT_AUTOMATIC_GO, ARGS(V_TEXT(about),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1 ? -1 : 0;
}

int
awaits_forget(struct desk *d, const unsigned char item[SEAL_ID],
    struct err *e)
{
	char about[ABOUT_MAX];

	about_of(about, item);
	return store_run(d->store, STMT_AUTOMATIC_REPLACE,
	    ARGS(V_TEXT(about)), NULL, NULL, e) == -1 ? -1 : 0;
}
