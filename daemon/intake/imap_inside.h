#ifndef TEDUH_IMAP_INSIDE_H
#define TEDUH_IMAP_INSIDE_H

#include <libetpan/libetpan.h>

#include "daemon/intake/imap.h"
#include "daemon/intake/stream.h"

/*
 * Between imap.c, which does a mailbox's daily work, and the files beside it
 * (imap_batch.c, imap_look.c, imap_move.c).  Nobody else includes this.
 */
#define COMMAND_S	60
#define COMMAND_BYTES	(1024 * 1024)

struct imap {
	mailimap		*session;
	struct stream		*stream;
	const char		*host;
	imap_body		*body;		/* of the fetch under way */
	void			*body_ctx;
	struct err		*body_err;
	int			 body_failed;
	int			 has_idle, has_move, has_uidplus;
	uint32_t		 known;		/* mails, as last looked at */
};

/* A result of libetpan that is no error. */
int	imap_worked(int);
/* ERR_RETRY: why the session failed at `what`. Returns -1. */
int	imap_broken(const struct imap *, const char *what, int r,
	    struct err *);
/*
 * Did the body of this mail come?  A server says OK, too, and nothing else,
 * of a mail that somebody took away meanwhile; that is no empty letter.
 */
int	imap_came(clist *answers, int64_t uid);
/* The next command gets the usual time and bytes. */
void	imap_allow(struct imap *);
/* The same with what bodies of so many bytes want. */
void	imap_allow_fetch(struct imap *, int64_t bytes);

/* UID and size of an answer: 0 when it has both. */
int	imap_mail_of(struct mailimap_msg_att *, struct imap_mail *);
/* Did a body come in it? */
int	imap_has_body(struct mailimap_msg_att *);

#endif
