#ifndef TEDUH_BREATH_H
#define TEDUH_BREATH_H

#include <jansson.h>
#include <stdint.h>

struct desk;
struct err;

/*
 * Breathing: each role writes when it last did its work, not merely that it
 * lives.  intake breathes when a session with the mail server was good or its
 * socket was served, post when it has looked at its queue, api, web and clock
 * in their loops.  At most one write in BREATH_EVERY_S.
 */
#define BREATH_EVERY_S	60
#define BREATH_SILENT_S	600	/* silent for longer is an alarm; */
#define BREATH_INTAKE_S	1200	/* intake has an alarm of its own before */

struct breath {
	int64_t	written_at;	/* 0: not yet */
};

/*
 * This role serves (name: mailbox, worker or "-"). Never waits for a busy
 * store: the next breath will do. 0, or -1 with ERR_IO or ERR_BUG.
 */
int	breath_take(struct breath *, struct desk *, const char *name,
	    struct err *);

/*
 * Who watches the others.  After a pause of all (a suspended machine, a
 * clock put forward) everybody gets the time again that a start gives.
 */
struct breath_watch {
	int64_t	looked_at;	/* 0: not yet */
	int64_t	awake_since;
};
void	breath_look(struct breath_watch *, int64_t now);

/*
 * The roles that this configuration wants (without a pin: api alone), each
 * with its last breath: [{role, name, at, age, silent}]; at and age are null
 * before the first. since: breaths that are older count as taken then (0
 * for what the rows say). The caller decrefs. NULL with *e.
 */
json_t	*breath_list(struct desk *, int has_pin, int64_t since,
	    struct err *);

#endif
