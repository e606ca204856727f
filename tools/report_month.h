#ifndef TEDUH_TOOLS_REPORT_MONTH_H
#define TEDUH_TOOLS_REPORT_MONTH_H

#include <jansson.h>

/*
 * Counters (doc/api.md) to what a board may see: for each desk its total and
 * then by urgency, channel, language, and first or later answers, a row
 *
 *   {desk, group, value, received, answered, overdue, returned,
 *    median_h, p80_h, in_time}
 *
 * A number from 1 to 4 is null, and so is, where it alone is hidden in its
 * group, the next larger one, or the total would tell it.  Waiting times
 * (hours) and in_time (percent) are of 5 answers at least, else null.
 */
#define REPORT_LEAST	5

/* The rows; the caller decrefs. */
json_t	*report_month(const json_t *counters);

#endif
