#ifndef TEDUH_POST_DRILL_H
#define TEDUH_POST_DRILL_H

struct buf;
struct config_desk;
struct err;
struct role_args;

/*
 * The desk's letter from itself, marked as a machine's, as an answer of that
 * desk would look otherwise. 0 or -1.
 */
int	drill_compose(const struct config_desk *, char *to, char *message_id,
	    struct buf *out, struct err *);

/*
 * For `teduh-admin drill bounce`: what the relay makes of a mail without a
 * sender, of one to our plus-address, and of one that must come back to a
 * return path of ours. What it refuses at once is said (probe.h); the rest
 * is for who looks into the mailbox.
 */
void	drill_send(const struct role_args *, const struct config_desk *);

#endif
