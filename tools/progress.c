/*
 * Tells a person who waits that something is being done.  Only \r and blanks
 * are used, so that every terminal can show it, and only words of ours: what
 * is worked on is nobody's business who looks over a shoulder.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/text.h"
#include "tools/progress.h"
#include "tools/words.h"

#define FIRST_MS	1000	/* shorter work needs no line */
#define AGAIN_MS	200

static int64_t
clock_ms(void)
{
	struct timespec now = { 0, 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
progress_begin(struct progress *p, const char *what, uint64_t total,
    int quiet)
{
	memset(p, 0, sizeof(*p));
	(void)snprintf(p->what, sizeof(p->what), "%s", what);
	p->what[text_fit(p->what, sizeof(p->what) / 2)] = '\0';
	p->total = total;
	p->on = !quiet && isatty(STDERR_FILENO);
	p->next_ms = clock_ms() + FIRST_MS;
}

static void
put(struct progress *p)
{
	char line[PROGRESS_LINE];
	int width, blanks;

	if (p->found > 0)
		(void)snprintf(line, sizeof(line), _("%s: %" PRIu64
		    "; places found: %" PRIu64), p->what, p->done, p->found);
	else if (p->total > 0)
		(void)snprintf(line, sizeof(line), _("%s: %" PRIu64 " of %"
		    PRIu64), p->what, p->done, p->total);
	else
		(void)snprintf(line, sizeof(line), _("%s: %" PRIu64),
		    p->what, p->done);
	width = (int)text_width(line);
	blanks = p->shown > width ? p->shown - width : 0;
	(void)fprintf(stderr, "\r%s%*s", line, blanks, "");
	(void)fflush(stderr);
	p->shown = width;
}

void
progress_step(struct progress *p, uint64_t done)
{
	int64_t now_ms;

	p->done = done;
	if (!p->on || (now_ms = clock_ms()) < p->next_ms)
		return;
	p->next_ms = now_ms + AGAIN_MS;
	put(p);
}

void
progress_end(struct progress *p)
{
	if (p->shown > 0) {
		(void)fprintf(stderr, "\r%*s\r", p->shown, "");
		(void)fflush(stderr);
	}
	p->shown = 0;
	p->on = 0;
}
