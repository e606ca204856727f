#ifndef TEDUH_MOVE_H
#define TEDUH_MOVE_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * A case goes to another desk: POST .../move {fence|null, note, epoch, keys}
 * -> {case, from, desk}.  epoch is a record of a new case key that names both
 * desks (lib/epoch.h), sealed to the team of the other one; keys are all
 * those before it, sealed to that team as well, so that it reads what came
 * until then, and whoever stays behind opens nothing of what comes.
 *
 * Who has claimed the case moves it, of a free case any counsellor, and a
 * supervisor of the desk in any case; nobody needs to be on the other desk.
 * Nothing of the case may be under way at the desk that gives it: no draft,
 * answer or statement, no link, no erasure; ERR_CONFLICT says what is.
 * Urgency and waiting go on, due by the clocks of the other desk; the claim
 * ends.  At urgency 2 and above the supervisors of both are told (told.h).
 */
json_t	*move_case(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);

#endif
