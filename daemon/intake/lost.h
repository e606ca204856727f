#ifndef TEDUH_LOST_H
#define TEDUH_LOST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Letters of a folder that the server lists and does not hand out.  Such a
 * letter breaks the session each time, so after a few tries it is passed
 * over, and asked for again after ten minutes, then twice as long, up to
 * half a day.  It stays on the server meanwhile.
 */
#define LOST_MAX	64
#define LOST_TRIES	3

struct lost {
	struct lost_mail {
		int64_t	uid;
		int	times;
		int64_t	again_at;	/* Unix seconds */
	}	mails[LOST_MAX];
	size_t	n;
};

/* One more vain try; how many there were. */
int	lost_note(struct lost *, int64_t uid, int64_t now);
/* True when it was tried in vain, be it once. */
int	lost_has(const struct lost *, int64_t uid);
/* True when this one is to be passed over now. */
int	lost_is(const struct lost *, int64_t uid, int64_t now);
/* It was had after all. */
void	lost_found(struct lost *, int64_t uid);
/* True when one that was passed over is to be asked for again. */
int	lost_due(const struct lost *, int64_t now);

#endif
