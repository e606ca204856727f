#ifndef TEDUH_INTAKE_DRILL_H
#define TEDUH_INTAKE_DRILL_H

struct config_desk;
struct config_mailbox;
struct err;
struct imap;

/*
 * For `teduh-admin drill bounce`: wait in the watched folders for the letters
 * that post's look sent and for the bounce of one, say what of our envelopes
 * was kept (probe.h), and remove them. 0, or -1 the session broke.
 */
int	drill_seek(struct imap *, const struct config_mailbox *,
	    const struct config_desk *, const char *token, struct err *);

#endif
