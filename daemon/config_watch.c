/*
 * How a mailbox is watched: its canary, its silence.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config_watch.h"
#include "lib/err.h"

#define CANARY_MIN_S	(15 * 60)
#define SILENT_MIN_S	3600
#define PURGE_MIN_S	86400

static int64_t
take_silent(struct config_parse *p, cfg_t *sec)
{
	char *value = config_parse_text(p, sec, "silent_after");
	int64_t after = SILENT_AUTO;

	if (value == NULL || strcmp(value, "auto") == 0)
		after = SILENT_AUTO;
	else if (strcmp(value, "off") == 0)
		after = SILENT_OFF;
	else if ((after = config_parse_span(p, sec, "silent_after",
	    0)) < SILENT_MIN_S)
		config_parse_problem(p, config_parse_line(sec,
		    "silent_after"), "'silent_after' is '%.32s'; allowed are "
		    "auto, off and a time of at least 1h", value);
	free(value);
	return after;
}

void
config_watch_take(struct config_parse *p, cfg_t *sec,
    struct config_mailbox *box)
{
	box->silent_after_s = take_silent(p, sec);
	box->canary_s = config_parse_span(p, sec, "canary", 0);
	if (box->canary_s != 0 && box->canary_s < CANARY_MIN_S)
		config_parse_problem(p, config_parse_line(sec, "canary"),
		    "'canary' is at least 15m: it is a mail each time");
}

void
config_watch_purge(struct config_parse *p, cfg_t *sec,
    struct config_mailbox *box)
{
	box->purge_after_s = config_parse_span(p, sec, "purge_after", 0);
	if (box->purge_after_s == 0)
		return;
	if (box->after != AFTER_MOVE)
		config_parse_problem(p, config_parse_line(sec,
		    "purge_after"), "'purge_after' goes with 'after = "
		    "move:FOLDER' only: it is about letters that were moved");
	else if (box->purge_after_s < PURGE_MIN_S)
		config_parse_problem(p, config_parse_line(sec,
		    "purge_after"), "'purge_after' is at least 1d");
}
