#ifndef TEDUH_SILENCE_H
#define TEDUH_SILENCE_H

#include <stddef.h>
#include <stdint.h>

struct config_mailbox;
struct desk;
struct err;

/*
 * No mail for too long: by a mailbox's own rhythm, or by a fixed time.
 *
 * The rhythm is the number of letters in each hour of the week, over the
 * last SILENCE_WEEKS weeks (three at least, before that nothing is said);
 * the fullest week of each hour does not count, so that one flood raises
 * nothing.  A silence is too long when SILENCE_LETTERS letters should have
 * come in it, half as many again as in the longest silence of those weeks,
 * and it lasts for three hours: nights and weekends are quiet by themselves.
 */
#define SILENCE_WEEKS		8
#define SILENCE_WEEKS_MIN	3
#define SILENCE_LETTERS		8
#define SILENCE_FLOOR_S		(3 * 3600)

/* at: when letters came, rising. Is it too quiet now? 1, 0. */
int	silence_judge(const int64_t *at, size_t n, int64_t now);

/*
 * By the mailbox's silent_after. *since: when the last letter came. 1 too
 * quiet, 0, -1.
 */
int	silence_look(struct desk *, const struct config_mailbox *,
	    int64_t *since, struct err *);

#endif
