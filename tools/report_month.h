#ifndef TEDUH_TOOLS_REPORT_MONTH_H
#define TEDUH_TOOLS_REPORT_MONTH_H

#include <jansson.h>

/*
 * {counters, waiting} (doc/api.md) and closed, the rows of tools/closings.h,
 * to what a board may see: for each desk its total and then by urgency,
 * channel, language, and first or later answers; and closed cases by age
 * group, area and outcome; a row
 *
 *   {desk, group, value, received, answered, overdue, returned, waiting,
 *    closed, median_h, p80_h, in_time}
 *
 * overdue: answers that were sent late.  waiting: cases that wait beyond
 * their time now, of desks in `waiting`, else null.  The last three groups
 * count closed cases: closed, answered (those of them that had an answer) and
 * median_h and p80_h (until the first); else null, as closed is in the first
 * groups but the total.
 *
 * A number from 1 to 4 is null, and so is, where it alone is hidden in its
 * group, the next larger one, or the total would tell it.  Waiting times
 * (hours) and in_time (percent) are of 5 answers at least, else null.
 */
#define REPORT_LEAST	5
#define REPORT_UNSAID	"unsaid"	/* value of who said no age, ... */

/* The rows; the caller decrefs. */
json_t	*report_month(const json_t *month);

#endif
