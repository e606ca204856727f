#ifndef TEDUH_RING_H
#define TEDUH_RING_H

#include <stdint.h>

#include "daemon/desk/alarm.h"

struct desk;
struct err;

/*
 * Alarms that the configured command is to be told of: rows that clock
 * writes in the transaction in which the alarm is told, and the role bell
 * works off in order.
 */
#define RING_TRIES	5

/* Within a transaction, by clock; nothing without a command. 0 or -1. */
int	ring_add(struct desk *, const struct alarm *, struct err *);

struct ring {
	int64_t		no, attempts;
	struct alarm	alarm;
};
/* The next one whose time has come: 1, 0, -1. */
int	ring_next(struct desk *, struct ring *, struct err *);
/*
 * It was heard (or was tried RING_TRIES times): the row goes. Else it comes
 * again after a minute, two, four. 0 or -1.
 */
int	ring_done(struct desk *, const struct ring *, int heard,
	    struct err *);

/* "begins", "stands", "ends". */
const char *ring_word(enum alarm_news);

#endif
