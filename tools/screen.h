#ifndef TEDUH_TOOLS_SCREEN_H
#define TEDUH_TOOLS_SCREEN_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * Where pages go: what this terminal can show, and whether a pager shows it.
 *
 * A page is UTF-8 that went through text_terminal(), and marks of ours that
 * say how something looks.  They are control characters, which
 * text_terminal() leaves none of: what a stranger wrote is never a mark.
 * They take no column in text_width() and text_fit().  A mark holds to the
 * end of its line at most.
 */
#define SCREEN_PLAIN	"\001"
#define SCREEN_STRONG	"\002"	/* what the eye should find first */
#define SCREEN_QUIET	"\003"	/* quotes, signatures, hints */
#define SCREEN_ALARM	"\004"	/* crisis, late */
#define SCREEN_SOON	"\005"	/* high urgency */
#define SCREEN_OWN	"\006"	/* what is mine */

struct screen_can {
	int	styles;		/* colours, bold, dim */
	int	utf8;		/* else what the locale has not becomes '?' */
};

/* --no-pager. */
void	screen_setup(int no_pager);
/* Of standard output as it is now. */
void	screen_can(struct screen_can *);
/*
 * A page as its terminal wants it, appended: marks become SGR or nothing,
 * and characters that it has not something as wide that it has. 1 when
 * there were such, 0, or -1 when it is too long for out.
 */
int	screen_paint(const char *page, const struct screen_can *,
	    struct buf *out);
/*
 * A page on standard output.  On a terminal a pager shows it: always when it
 * is a letter, so that it does not stay in the scrollback, else when it is
 * longer than the screen.
 */
void	screen_put(const struct buf *page, int letter);
/* The character at s, which is not at its end, and its bytes. */
size_t	screen_character(uint32_t *, const char *s);

#endif
