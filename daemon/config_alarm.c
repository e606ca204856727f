/*
 * Section alarm: who hears of trouble, and how.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config_alarm.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define TO_MAX		16

static char **
take_to(struct config_parse *p, cfg_t *sec)
{
	char **list = config_parse_list(p, sec, "to");
	int line = config_parse_line(sec, "to");
	struct err why = ERR_INIT;
	size_t n;

	for (n = 0; list != NULL && list[n] != NULL; n++) {
		if (text_address_check(list[n], &why) == -1)
			config_parse_problem(p, line, "'%.64s' in 'to' is no "
			    "mail address", list[n]);
	}
	if (n > TO_MAX)
		config_parse_problem(p, line, "'to' has %zu addresses; "
		    "allowed are %d", n, TO_MAX);
	return list;
}

void
config_alarm_take(struct config_parse *p, cfg_t *sec,
    struct config_alarm *alarm)
{
	alarm->text = config_parse_print(sec);
	alarm->to = take_to(p, sec);
	alarm->command = config_parse_command(p, sec, "command");
	alarm->heartbeat = config_parse_command(p, sec, "heartbeat");
	alarm->heartbeat_every_s = config_parse_span(p, sec,
	    "heartbeat_every", 300);
	alarm->language = config_parse_text(p, sec, "language");
	if (alarm->language == NULL)
		alarm->language = mem_strdup("en");
	if (!config_parse_is_language(alarm->language))
		config_parse_problem(p, config_parse_line(sec, "language"),
		    "'%.32s' is not a language code such as id, et or en",
		    alarm->language);
	alarm->texts = config_parse_path(p, sec, "texts");
	alarm->texts_line = config_parse_line(sec, "texts");
	if (alarm->texts == NULL)
		alarm->texts = mem_strdup(TEXTSDIR);
}

void
config_alarm_free(struct config_alarm *alarm)
{
	free(alarm->text);
	config_parse_free_list(alarm->to);
	config_parse_free_list(alarm->command);
	config_parse_free_list(alarm->heartbeat);
	free(alarm->language);
	free(alarm->texts);
}
