/*
 * After-care.  Nothing is decided here about the address: it is sealed, and
 * post compares it with what a role signed.  What the service knows and must
 * not allow is refused at once, so that whoever closes the case hears of it.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/asked.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/care.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/event.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/asked.h"
#include "lib/err.h"

#define ABOUT_MAX	32
#define FLAGS_MAX	256

static void
about_of(char out[ABOUT_MAX], const char *case_id)
{
	(void)snprintf(out, ABOUT_MAX, "after-care %s", case_id);
}

int
care_forget(struct desk *d, const char *case_id, struct err *e)
{
	char about[ABOUT_MAX];
	int64_t n;

	about_of(about, case_id);
	n = store_run(d->store, STMT_AUTOMATIC_REPLACE, ARGS(V_TEXT(about)),
	    NULL, NULL, e);
	if (n <= 0)
		return (int)n;
	return event_add(d, NULL, case_id, "after-care-dropped", "case", e);
}

struct place {
	char	desk[ROSTER_NAME_MAX + 1];
	char	flags[FLAGS_MAX];	/* with a space around each */
};

static int
get_place(void *ctx, const struct row *row, struct err *e)
{
	struct place *place = ctx;

	(void)e;
	(void)snprintf(place->desk, sizeof(place->desk), "%s",
	    row_text(row, 0));
	(void)snprintf(place->flags, sizeof(place->flags), " %s ",
	    row_text(row, 5));
	return 1;
}

/* The flags under which nobody is written to by a machine. */
static int
check_flags(const char *case_id, const struct place *place, struct err *e)
{
	if (strstr(place->flags, " tray ") != NULL ||
	    strstr(place->flags, " suspect ") != NULL)
		err_set(e, ERR_CONFLICT, "nobody knows for sure who wrote in "
		    "case %s, so no after-care letter goes there: take it "
		    "out of the tray first, or close it without "
		    "'--after-care'", case_id);
	else if (strstr(place->flags, " no-contact ") != NULL)
		err_set(e, ERR_CONFLICT, "in case %s nobody is to be written "
		    "to: close it without '--after-care'", case_id);
	else
		return 0;
	return -1;
}

struct reach {
	char	mode[16];
	int	left_alone;
};

static int
get_reach(void *ctx, const struct row *row, struct err *e)
{
	struct reach *reach = ctx;

	(void)e;
	(void)snprintf(reach->mode, sizeof(reach->mode), "%s",
	    row_text(row, 0));
	reach->left_alone = row_type(row, 1) != VALUE_NULL;
	return 1;
}

static int
check_reach(struct desk *d, const char *case_id, struct err *e)
{
	struct reach reach = { "", 0 };

	if (store_run(d->store, STMT_PARTICIPANT_REACH,
	    ARGS(V_TEXT(case_id), V_INT(ASKED_SEEKER)), get_reach, &reach,
	    e) == -1)
		return -1;
	if (strcmp(reach.mode, "mail") != 0)
		err_set(e, ERR_CONFLICT, "the seeker of case %s is not "
		    "answered by mail, so no after-care letter goes there: "
		    "close it without '--after-care'", case_id);
	else if (reach.left_alone)
		err_set(e, ERR_CONFLICT, "the seeker of case %s complained "
		    "about mail of ours, so no machine writes there: close "
		    "it without '--after-care'", case_id);
	else
		return 0;
	return -1;
}

static int
check_text(const struct desk *d, const struct automatic *m, struct err *e)
{
	switch (asked_look(d, m)) {
	case ASKED_FINE:
		return 0;
	case ASKED_NO_RELAY:
		err_set(e, ERR_CONFLICT, "this service sends no mail, so no "
		    "after-care letter leaves: close the case without "
		    "'--after-care'");
		break;
	case ASKED_NO_TEXT:
		err_set(e, ERR_CONFLICT, "the desk '%s' has no good text "
		    "'after-care.txt': the people who run the service see "
		    "with 'teduhd -t' what is wrong; close the case without "
		    "'--after-care' meanwhile", m->desk);
		break;
	}
	return -1;
}

static int
check(struct desk *d, const char *case_id, const struct automatic *m,
    struct err *e)
{
	struct place place = { "", "" };

	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_place, &place, e) == -1)
		return -1;
	if (strcmp(m->case_id, case_id) != 0 ||
	    strcmp(m->desk, place.desk) != 0 ||
	    m->participant != ASKED_SEEKER) {
		err_set(e, ERR_INPUT, "the signed request for an after-care "
		    "letter is about another case than %s", case_id);
		return -1;
	}
	return check_flags(case_id, &place, e) == -1 ||
	    check_reach(d, case_id, e) == -1 ? -1 : check_text(d, m, e);
}

int
care_ask(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	const json_t *o = json_object_get(body, "after_care");
	unsigned char signature[SIGN_LEN];
	char about[ABOUT_MAX];
	struct automatic m;

	if (o == NULL || json_is_null(o))
		return 0;
	if (asked_parse(d, actor, o, AUTOMATIC_AFTER_CARE, &m, signature,
	    e) == -1 || check(d, case_id, &m, e) == -1)
		return -1;
	about_of(about, case_id);
	return automatic_put(d, &m, about, store_now(d->store),
	    actor->person->sign, signature, e) == -1 ||
	    event_add(d, actor, case_id, "after-care", "p1", e) == -1 ?
	    -1 : 1;
}
