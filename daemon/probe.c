/*
 * Findings of a look at the service: see probe.h.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/probe.h"

#define TEXT_MAX	1024
#define DAY_S		86400
#define SOON_DAYS	14	/* to renew a certificate */

void
probe_say(enum probe_level level, const char *what, const char *name,
    const char *form, ...)
{
	static const char *const words[] = { "good", "warn", "bad" };
	char text[TEXT_MAX], *line;
	json_t *o;
	va_list ap;

	va_start(ap, form);
	(void)vsnprintf(text, sizeof(text), form, ap);
	va_end(ap);
	/* A cut or foreign byte sequence is no UTF-8: said without it. */
	o = json_pack("{s:s, s:s, s:s, s:s}", "level", words[level], "what",
	    what, "name", name, "text", text);
	if (o == NULL)
		o = json_pack("{s:s, s:s, s:s, s:s}", "level", words[level],
		    "what", what, "name", name, "text",
		    "something was found that cannot be printed");
	line = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (line != NULL)
		(void)puts(line);
	(void)fflush(stdout);
	free(line);
	json_decref(o);
}

void
probe_say_until(const char *what, const char *name, int64_t until_s)
{
	int64_t days;

	if (until_s == -1)
		return;
	days = (until_s - (int64_t)time(NULL)) / DAY_S;
	if (until_s <= (int64_t)time(NULL))
		probe_say(PROBE_BAD, what, name, "the certificate has "
		    "expired: renew it now");
	else if (days < SOON_DAYS)
		probe_say(PROBE_WARN, what, name, "the certificate ends in "
		    "%" PRId64 " days: renew it, or find out why it was not "
		    "renewed by itself", days);
	else
		probe_say(PROBE_GOOD, what, name, "the certificate is good "
		    "for %" PRId64 " days more", days);
}

void
probe_message_id(char out[PROBE_ID_MAX], const char *token, const char *desk,
    const char *from_address)
{
	const char *at = strrchr(from_address, '@');

	(void)snprintf(out, PROBE_ID_MAX, "<%.*s.%s@%.200s>", PROBE_TOKEN,
	    token, desk, at == NULL ? "localhost" : at + 1);
}

int
probe_is(const char *token, char errand)
{
	return strlen(token) > PROBE_TOKEN && token[PROBE_TOKEN] == errand;
}

void
probe_plus(char out[PROBE_ID_MAX], const char *word,
    const char *from_address)
{
	const char *at = strrchr(from_address, '@');
	size_t n = at == NULL ? strlen(from_address) :
	    (size_t)(at - from_address);

	(void)snprintf(out, PROBE_ID_MAX, "%.*s+b%.*s%s", (int)n,
	    from_address, PROBE_TOKEN / 2, word, at == NULL ? "" : at);
}
