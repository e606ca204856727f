/*
 * The log: one line, one write, to standard error.
 *
 * A line is cleaned of controls, so that no value can make a second line or
 * steer a terminal; what is over-long is cut.  What may stand in it is the
 * caller's duty (never content, an address, a subject, an IP, a token).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"
#include "lib/err.h"
#include "lib/wire.h"

#define LINE_MAX_LEN	1024

static const char *log_role = "teduhd";

void
log_open(const char *role)
{
	log_role = role;
}

static void __attribute__((format(printf, 2, 0)))
say(const char *level, const char *format, va_list ap)
{
	char line[LINE_MAX_LEN], at[32];
	size_t n, i;

	wire_time(at, (int64_t)time(NULL));
	(void)snprintf(line, sizeof(line) - 1, "%s %s[%ld] %s: ", at,
	    log_role, (long)getpid(), level);
	n = strlen(line);
	(void)vsnprintf(line + n, sizeof(line) - 1 - n, format, ap);
	n = strlen(line);
	for (i = 0; i < n; i++) {
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	}
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) == -1)
		return;		/* nowhere to complain */
}

void
log_info(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("info", format, ap);
	va_end(ap);
}

void
log_warn(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("warning", format, ap);
	va_end(ap);
}

void
log_error(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("error", format, ap);
	va_end(ap);
}

void
log_alarm(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("alarm", format, ap);
	va_end(ap);
}

void
log_err(const char *event, const struct err *e)
{
	log_error("%s error=%s: %s", event, err_word(e->code), e->text);
}
