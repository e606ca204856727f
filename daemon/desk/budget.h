#ifndef TEDUH_BUDGET_H
#define TEDUH_BUDGET_H

#include <stdint.h>

#include "daemon/desk/automatic.h"

struct err;

/*
 * How many automatic mails left, in a file of post's own (DATA/state/budget)
 * that no store and no restore can talk it out of: the keyed hashes of whom
 * they went to, as long as they count, and a number for each hour of the
 * last week.
 *
 *   each case          one acknowledgement; what a person asks for: once
 *   each address       BUDGET_ADDRESS in a day
 *   each domain        BUDGET_DOMAIN in an hour
 *   a person of staff  one notice in an hour; a crisis is exempt
 *   alarms             BUDGET_ALARM_HOUR in an hour, _DAY in a day
 *
 * The breaker opens when an hour has BUDGET_TIMES the usual number, which is
 * the mean of the hours of the last week that had any, and at least
 * BUDGET_FLOOR.  It stays open until budget_resume(); alarms and canaries
 * leave all the same.
 *
 * The file fails closed.  With BUDGET_LINES lines it is full: nothing leaves
 * but alarms (whose own lines have room behind that) and canaries, until
 * enough lines do not count any more; none is taken out before. One with a
 * line that is not ours, or that cannot be read, is damaged: alarms and
 * notices to staff wait for an hour, people who wrote get nothing until
 * everything that may be missing would have been over, or budget_resume().
 */
#define BUDGET_ADDRESS		2
#define BUDGET_DOMAIN		20
#define BUDGET_ALARM_HOUR	20
#define BUDGET_ALARM_DAY	100
#define BUDGET_TIMES		5
#define BUDGET_FLOOR		30
#define BUDGET_LINES		9500

struct budget_ask {
	enum automatic_template template;
	int			urgent;		/* of a crisis */
	unsigned char		case_hash[SEAL_HASH];	/* or the mail's */
	unsigned char		address[SEAL_HASH];
	unsigned char		domain[SEAL_HASH];
	unsigned char		person[SEAL_HASH];
};

enum budget { BUDGET_YES, BUDGET_NO_CASE, BUDGET_NO_ADDRESS,
    BUDGET_NO_DOMAIN, BUDGET_NO_PERSON, BUDGET_NO_ALARM, BUDGET_BREAKER,
    BUDGET_DAMAGED, BUDGET_FULL };

/*
 * May it leave now (an enum budget)? With count, it leaves and is counted
 * when the answer is BUDGET_YES. -1 with *e.
 */
int	budget_ask(const char *data, const struct budget_ask *, int count,
	    int64_t now, struct err *);
/* "address" and so on: the word under which a mail is not sent. */
const char *budget_word(enum budget);

/* Since when the breaker is open; 0 it is closed; -1. */
int64_t	budget_breaker(const char *data, struct err *);
/* BUDGET_YES, or why the file lets nothing leave to who wrote; -1. */
int	budget_file(const char *data, int64_t now, struct err *);
/*
 * Close the breaker, and take damage as looked at. 1 there was something to
 * do, 0 there was not, -1.
 */
int	budget_resume(const char *data, struct err *);

#endif
