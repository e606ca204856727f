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
#define WHOLE_MAX	16384	/* before its middle is left out */
#define GAP		" ... "

/* Is this byte inside a character? */
static int
is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static void
cut_at_character(char *text, size_t size)
{
	size_t n = strlen(text);

	if (n + 1 < size)
		return;
	while (n > 0 && is_inside(text[n - 1]))
		n--;
	if (n > 0 && (unsigned char)text[n - 1] >= 0xc0)
		n--;
	text[n] = '\0';
}

/*
 * All of it, or its beginning and its end: in between stands what somebody
 * typed, and behind that what to do about it.
 */
static void
put(char *text, size_t size, const char *whole)
{
	size_t n = strlen(whole), head = size / 2, tail;

	if (n < size) {
		memcpy(text, whole, n + 1);
		return;
	}
	while (head > 0 && is_inside(whole[head]))
		head--;
	tail = n - (size - size / 2 - sizeof(GAP));
	while (is_inside(whole[tail]))
		tail++;
	memcpy(text, whole, head);
	memcpy(text + head, GAP, sizeof(GAP) - 1);
	memcpy(text + head + sizeof(GAP) - 1, whole + tail, n - tail + 1);
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
	char whole[WHOLE_MAX];

	if (e == NULL)
		return;
	(void)vsnprintf(whole, sizeof(whole), _(format), ap);
	cut_at_character(whole, sizeof(whole));
	e->code = code;
	put(e->text, sizeof(e->text), whole);
}

void
err_prefix(struct err *e, const char *format, ...)
{
	char head[HEAD_MAX], whole[HEAD_MAX + 2 + sizeof(e->text)];
	va_list ap;

	if (e == NULL)
		return;
	va_start(ap, format);
	(void)vsnprintf(head, sizeof(head), _(format), ap);
	va_end(ap);
	cut_at_character(head, HEAD_MAX);
	(void)snprintf(whole, sizeof(whole), "%s: %s", head, e->text);
	put(e->text, sizeof(e->text), whole);
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
