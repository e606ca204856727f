/*
 * Errors as values: a code to decide by and a sentence to read.
 * Allocates nothing and keeps no state.  Formats are looked up here, in the
 * language of the program that is running, so that no sentence is forgotten.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/err.h"
#include "lib/words.h"

#define HEAD_MAX	256	/* of the text, for what err_prefix() adds */

static void
cut_at_character(char *text, size_t size)
{
	size_t n = strlen(text);

	if (n + 1 < size)
		return;
	while (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)text[n - 1] >= 0xc0)
		n--;
	text[n] = '\0';
}

void
err_set(struct err *e, enum err_code code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	err_vset(e, code, format, ap);
	va_end(ap);
}

void
err_vset(struct err *e, enum err_code code, const char *format, va_list ap)
{
	if (e == NULL)
		return;
	e->code = code;
	(void)vsnprintf(e->text, sizeof(e->text), _(format), ap);
	cut_at_character(e->text, sizeof(e->text));
}

void
err_prefix(struct err *e, const char *format, ...)
{
	char head[HEAD_MAX], tail[sizeof(e->text)];
	va_list ap;

	if (e == NULL)
		return;
	va_start(ap, format);
	(void)vsnprintf(head, sizeof(head), _(format), ap);
	va_end(ap);
	memcpy(tail, e->text, sizeof(tail));
	cut_at_character(head, HEAD_MAX);
	if (snprintf(e->text, sizeof(e->text), "%s: %s", head, tail) < 0)
		e->text[0] = '\0';
	cut_at_character(e->text, sizeof(e->text));
}

const char *
err_word(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return "none";
	case ERR_INPUT:
		return "input";
	case ERR_RETRY:
		return "retry";
	case ERR_CONFLICT:
		return "conflict";
	case ERR_DENIED:
		return "denied";
	case ERR_GONE:
		return "gone";
	case ERR_IO:
		return "io";
	case ERR_BUG:
		break;
	}
	return "bug";
}

int
err_exit(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return EX_OK;
	case ERR_INPUT:
	case ERR_GONE:
		return EX_DATAERR;
	case ERR_RETRY:
	case ERR_CONFLICT:
		return EX_TEMPFAIL;
	case ERR_DENIED:
		return EX_NOPERM;
	case ERR_IO:
		return EX_IOERR;
	case ERR_BUG:
		break;
	}
	return EX_SOFTWARE;
}
