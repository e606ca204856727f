#ifndef TEDUH_NOTICE_H
#define TEDUH_NOTICE_H

#include "daemon/post/smtp.h"

struct alarm;
struct buf;
struct config;
struct desk;
struct err;
struct secret;

/*
 * Automatic mail to staff (desk/automatic.h): rendered from the text files of
 * the service, sent to an address of the configuration and to no other, with
 * a null return path and Auto-Submitted: auto-generated, and counted in a
 * file of post's own (DATA/state/automatic): at most NOTICE_HOUR in an hour
 * and NOTICE_DAY in a day leave, whatever stands in the store.
 */
#define NOTICE_HOUR	20
#define NOTICE_DAY	100

struct notice_end {
	int			 relay;	/* this is what the relay did: */
	enum delivery_outcome	 outcome;
	char			 code[16];
	struct smtp_end		 end;
};

/* Work on one. 1 (see *end), 0 there is none that may leave now, -1. */
int	notice_turn(struct desk *, const struct secret *password,
	    struct notice_end *, struct err *);

/*
 * The text of TEXTS/LANGUAGE/alarm-NEWS.txt (English where there is none),
 * its first line "Subject: ..." apart. 0, or -1 with *e.
 */
int	notice_text(const struct config *, const char *language,
	    const struct alarm *, struct buf *subject, struct buf *body,
	    struct err *);

/* Count one that leaves now: 0; 1 when none may; -1 with *e. */
int	notice_count(const char *data, int64_t now, struct err *);
/* May one leave? 1, 0, -1. */
int	notice_may(const char *data, int64_t now, struct err *);

#endif
