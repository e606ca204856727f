/*
 * unlock, lock: type the passphrase once for a while, and end that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/err.h"
#include "lib/identity.h"
#include "lib/seal.h"
#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/unlocked.h"
#include "tools/words.h"

#define DEFAULT_S	3600
#define LONGEST_S	(12 * 3600)

/* "90s", "30m", "2h". */
static int
get_span(const char *text, int64_t *seconds, struct err *e)
{
	char *end;
	long n = strtol(text, &end, 10);
	int64_t unit = strcmp(end, "s") == 0 ? 1 : strcmp(end, "m") == 0 ?
	    60 : strcmp(end, "h") == 0 ? 3600 : 0;

	if (text[0] >= '0' && text[0] <= '9' && unit > 0 && n >= 1 &&
	    n <= LONGEST_S / unit) {
		*seconds = n * unit;
		return 0;
	}
	err_set(e, ERR_INPUT, _("'%s' is no time for '--for': give 30m, 2h or "
	    "the like, at most 12h"), text);
	return EXIT_USAGE;
}

int
unlock_run(struct session *s, struct err *e)
{
	int64_t seconds = DEFAULT_S, until;
	char when[RENDER_WHEN], at[32];
	enum unlocked_by by;
	struct secret *seed;
	int bad;

	if (s->args.span != NULL &&
	    (bad = get_span(s->args.span, &seconds, e)) != 0)
		return bad;
	if ((s->vault = vault_open(e)) == NULL ||
	    session_unlock(s, 1, e) == -1)
		return -1;
	/* An agent inherits what is here: the seed alone. */
	seed = secret_copy(s->me->seed->bytes, s->me->seed->len);
	identity_free(s->me);
	s->me = NULL;
	bad = unlocked_put(s->vault, seed, seconds, &by, e);
	secret_free(seed);
	if (bad == -1)
		return -1;
	until = (int64_t)time(NULL) + seconds;
	wire_time(at, until);
	render_when(when, until, (int64_t)time(NULL));
	commands_done(s, json_pack("{s:s, s:s}", "until", at, "kept_by",
	    by == UNLOCKED_KERNEL ? "kernel" : "agent"), _("Your key is "
	    "unlocked until %s; 'teduh lock' ends that"), when);
	return 0;
}

int
lock_run(struct session *s, struct err *e)
{
	int was = 0;

	if ((s->vault = vault_open(e)) != NULL)
		was = unlocked_drop(s->vault);
	else if (e->code != ERR_GONE)	/* there never was a key */
		return -1;
	commands_done(s, json_pack("{s:b}", "was_unlocked", was), was ?
	    _("Your key is locked again") : _("Your key was not unlocked"));
	return 0;
}
