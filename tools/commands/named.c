/*
 * Looks up what the options name.
 */
#include <jansson.h>

#include "lib/code.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/wire.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/session.h"
#include "tools/words.h"

int
named_name(const char *what, const char *typed, struct err *e)
{
	if (typed == NULL || roster_name_valid(typed))
		return 0;
	err_set(e, ERR_INPUT, _("'%.40s' cannot stand for %s, which has 1 to "
	    "%d small letters (a to z), digits, '.', '_' and '-' and begins "
	    "with a letter"), typed, words_for("argument", what),
	    ROSTER_NAME_MAX);
	return EXIT_USAGE;
}

int
named_desks(struct session *s, struct err *e)
{
	const struct roster_person *me;
	const struct args *a = &s->args;
	size_t i;

	for (i = 0; i < a->ndesks; i++)
		if (named_name("DESK", a->desks[i], e) != 0)
			return EXIT_USAGE;
	if (a->ndesks == 0)
		return 0;
	if ((me = session_person(s, e)) == NULL)
		return -1;
	for (i = 0; i < a->ndesks; i++)
		if (!roster_on_desk(me, a->desks[i])) {
			err_set(e, ERR_DENIED, _("you are not on a desk "
			    "'%s': 'teduh staff list %s' shows on which you "
			    "are"), a->desks[i], me->name);
			return -1;
		}
	return 0;
}

int
named_participant(const struct session *s, const struct casefile *cf,
    int64_t *no, struct err *e)
{
	const json_t *list = json_object_get(casefile_json(cf),
	    "participants");
	const json_t *o;
	int64_t its;
	size_t i;

	if (s->args.to == NULL) {
		if (json_array_size(list) != 1) {
			err_set(e, ERR_INPUT, _("there is more than one "
			    "person in the case %s: say whom you mean with "
			    "--to p1 ('teduh people list %s' shows who is "
			    "there)"), casefile_id(cf), casefile_id(cf));
			return EXIT_USAGE;
		}
		return wire_get_int(json_array_get(list, 0), "no", 1,
		    INT32_MAX, no, e);
	}
	if (code_participant_parse(no, s->args.to, e) == -1)
		return -1;
	json_array_foreach(list, i, o)
		if (wire_get_int(o, "no", 1, INT32_MAX, &its, NULL) == 0 &&
		    its == *no)
			return 0;
	err_set(e, ERR_GONE, _("there is no '%s' in the case %s: 'teduh show "
	    "%s' lists the people in it"), s->args.to, casefile_id(cf),
	    casefile_id(cf));
	return -1;
}
