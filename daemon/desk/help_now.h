#ifndef TEDUH_HELP_NOW_H
#define TEDUH_HELP_NOW_H

#include <jansson.h>
#include <stdint.h>

struct config;
struct config_desk;
struct err;

/*
 * Who helps right now: dated, because a telephone number that has died is
 * worse than none.
 *
 *   checked: YYYY-MM-DD	when somebody last called or looked
 *   good_until: YYYY-MM-DD	when that must be done again
 *   (empty line)
 *   name: TEXT
 *   tel: DIGITS AND SPACES	or link: https://...
 *   about: TEXT		may be absent
 *
 * An array of {name, tel, link, shown, about} with what is there; shown is
 * the number as people read it or the link's host. NULL with ERR_INPUT
 * ("FILE:LINE: what").
 */
#define HELP_NOW		"help-now.txt"
/* The same of who else helps where a desk has too much to do; may be absent. */
#define HELP_ELSE		"help-else.txt"
#define HELP_NOW_MAX		20
#define HELP_NOW_FILE_MAX	((size_t)16 * 1024)

/* Begins of days, UTC, Unix seconds. */
struct help_days {
	int64_t	checked, good_until;
};

json_t	*help_now_load(const char *path, struct help_days *, struct err *);
/* For how many days it is still good, today with them; less than 1: none. */
#define HELP_NOW_SOON	30	/* with so few somebody is to be told */
int64_t	 help_now_left(const struct help_days *, int64_t now);

/*
 * Of the languages of a desk the one with the file that is good for the
 * shortest, and its days. 0, or -1 as help_now_load(), and it is the one with
 * the mistake.
 */
#define HELP_LANGUAGE	16
int	 help_now_shortest(const struct config *, const struct config_desk *,
	    char language[HELP_LANGUAGE], struct help_days *, struct err *);

#endif
