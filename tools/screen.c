/*
 * The last stage before the terminal.  Marks become colours only where there
 * is a terminal that has them and nobody asked for none (NO_COLOR); nothing
 * is said by colour alone.  In a locale that is not UTF-8 every character
 * that it has not is replaced by something as wide, so that columns stay
 * columns and no byte is taken for a control.
 */
#include <sys/ioctl.h>

#include <langinfo.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "lib/buf.h"
#include "lib/text.h"
#include "tools/pager.h"
#include "tools/screen.h"
#include "tools/words.h"

#define SCREEN_MAX	(128 * 1024 * 1024)

static int no_pager;	/* of the command line; set once */

void
screen_setup(int off)
{
	no_pager = off;
}

/* A terminal that can do more than go on to the next line. */
static int
is_able(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term != NULL && *term != '\0' &&
	    strcmp(term, "dumb") != 0;
}

void
screen_can(struct screen_can *can)
{
	const char *no_color = getenv("NO_COLOR");

	can->styles = is_able() && (no_color == NULL || *no_color == '\0');
	can->utf8 = !isatty(STDOUT_FILENO) ||
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

size_t
screen_character(uint32_t *c, const char *s)
{
	const unsigned char *b = (const unsigned char *)s;
	size_t n = b[0] < 0x80 ? 1 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
	size_t i;

	*c = n == 1 ? b[0] : b[0] & (0xffU >> (n + 1));
	for (i = 1; i < n && (b[i] & 0xc0) == 0x80; i++)
		*c = *c << 6 | (b[i] & 0x3f);
	return i;
}

/* What a mark is for a terminal; each begins from plain. */
static const char *
sequence(char mark)
{
	static const char *const sequences[] = { NULL, "\033[m",
	    "\033[0;1m", "\033[0;2m", "\033[0;1;31m", "\033[0;33m",
	    "\033[0;36m" };

	return mark > 0 && (size_t)mark < sizeof(sequences) /
	    sizeof(sequences[0]) ? sequences[(size_t)mark] : NULL;
}

/* Our own lines and dots, in the characters that every terminal has. */
static char
likeness(uint32_t c)
{
	switch (c) {
	case 0x2500:		/* horizontal line */
		return '-';
	case 0x2502:		/* vertical line */
		return '|';
	case 0x00b7:		/* middle dot */
	case 0x2026:		/* ellipsis */
		return '.';
	case 0x2018:
	case 0x2019:
		return '\'';
	case 0x201c:
	case 0x201d:
		return '"';
	case 0x2013:
	case 0x2014:
		return '-';
	default:
		return '\0';
	}
}

/* In the locale's own bytes: 0, or 1 when it has no such character. */
static int
add_converted(struct buf *out, const char *s, size_t n, uint32_t c,
    mbstate_t *state)
{
	char bytes[MB_LEN_MAX], one[8];
	size_t len, columns;

	if ((len = wcrtomb(bytes, (wchar_t)c, state)) != (size_t)-1) {
		(void)buf_add(out, bytes, len);
		return 0;
	}
	memset(state, 0, sizeof(*state));
	if (likeness(c) != '\0') {
		(void)buf_addc(out, likeness(c));
		return 0;
	}
	(void)snprintf(one, sizeof(one), "%.*s", (int)n, s);
	for (columns = text_width(one); columns > 0; columns--)
		(void)buf_addc(out, '?');
	return 1;
}

int
screen_paint(const char *page, const struct screen_can *can, struct buf *out)
{
	const char *painted;
	mbstate_t state;
	uint32_t c;
	size_t n;
	int lost = 0;

	memset(&state, 0, sizeof(state));
	for (; *page != '\0'; page += n) {
		n = screen_character(&c, page);
		if (out->max - out->len < MB_LEN_MAX)
			return -1;
		if ((painted = sequence(*page)) != NULL)
			(void)buf_adds(out, can->styles ? painted : "");
		else if (can->utf8 || c < 0x80)
			(void)buf_add(out, page, n);
		else
			lost |= add_converted(out, page, n, c, &state);
	}
	return lost;
}

/* More lines than the screen has? */
static int
is_long(const char *text)
{
	struct winsize w = { 0 };
	size_t lines = 1;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == -1 || w.ws_row == 0)
		return 0;
	for (; (text = strchr(text, '\n')) != NULL; text++)
		lines++;
	return lines > w.ws_row;
}

void
screen_put(const struct buf *page, int letter)
{
	struct screen_can can;
	struct buf out;
	int lost;

	screen_can(&can);
	buf_init(&out, SCREEN_MAX);
	lost = screen_paint(page->bytes, &can, &out);
	if (no_pager || !is_able() || (!letter && !is_long(out.bytes)) ||
	    pager_show(out.bytes, out.len, can.utf8) == -1)
		(void)fwrite(out.bytes, 1, out.len, stdout);
	if (lost == 1)
		(void)fprintf(stderr, "teduh: %s\n", _("this terminal's "
		    "locale cannot show every character, so some are '?': set "
		    "LANG to one with UTF-8, such as C.UTF-8."));
	buf_free(&out);
}
