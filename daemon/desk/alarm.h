#ifndef TEDUH_ALARM_H
#define TEDUH_ALARM_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct desk;
struct err;

/*
 * What a human must hear of: one row per kind and subject, raised by whoever
 * sees the trouble and cleared by whoever sees it gone.  The role clock tells
 * each one once, again every day while it stands, and its end once.
 *
 * subject: a name of the configuration or an id ("youth-mail"), "-" when
 * there is but one; detail: a short word or number.  Both are printed by
 * every channel, so they are never content, an address or a name of a
 * person; what does not look like that is refused with ERR_BUG.
 */
#define ALARM_WORD_MAX	64
#define ALARM_RENEW_S	60	/* a standing one is written this often */
#define ALARM_AGAIN_S	86400	/* and told again after this */

enum alarm_level { ALARM_WARNING, ALARM_CRITICAL };

struct alarm_kind {
	const char		*kind;
	enum alarm_level	 level;
	const char		*meaning;	/* one sentence, English */
};

/* All kinds; NULL for one that is not there. */
const struct alarm_kind	*alarm_kinds(size_t *n);
const struct alarm_kind	*alarm_kind(const char *kind);

/*
 * Each in a transaction of its own, and none when nothing changes. Raising
 * what stands only renews it. 0, or -1 with *e: ERR_BUG an unknown kind or a
 * word that must not stand there, ERR_RETRY, ERR_IO.
 */
int	alarm_raise(struct desk *, const char *kind, const char *subject,
	    const char *detail, struct err *);
/* The same as a part of the caller's transaction. */
int	alarm_raise_within(struct desk *, const char *kind,
	    const char *subject, const char *detail, struct err *);
int	alarm_clear(struct desk *, const char *kind, const char *subject,
	    struct err *);
/* As a part of the caller's transaction: 1 it stood until now, 0, -1. */
int	alarm_clear_within(struct desk *, const char *kind,
	    const char *subject, struct err *);
/* 1, 0, -1. */
int	alarm_stands(struct desk *, const char *kind, const char *subject,
	    struct err *);

/*
 * Those that stand, oldest first: [{kind, subject, detail, since, last,
 * count, told_at, level, meaning}]. The caller decrefs. NULL with *e.
 */
json_t	*alarm_list(struct desk *, struct err *);

/* What is to be told now. */
enum alarm_news { ALARM_BEGINS, ALARM_STANDS, ALARM_ENDS };
struct alarm {
	char		kind[ALARM_WORD_MAX + 1];
	char		subject[ALARM_WORD_MAX + 1];
	char		detail[ALARM_WORD_MAX + 1];
	int64_t		since;
	enum alarm_news	news;
	int		silent;		/* ended before anybody was told */
};
/*
 * Within a transaction: take the next one that is to be told; it is then
 * told, and an ended one is gone. 1 with *alarm filled, 0 when there is
 * none, -1.
 */
int	alarm_take(struct desk *, struct alarm *, struct err *);
/* Without a lock: is there anything for alarm_take()? 1, 0, -1. */
int	alarm_waiting(struct desk *, struct err *);

#endif
