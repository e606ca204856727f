#ifndef TEDUH_FOLDERS_H
#define TEDUH_FOLDERS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/intake/filed.h"
#include "daemon/intake/folder.h"

struct err;
struct imap;

/*
 * The folders of a mailbox: those that the configuration names, else INBOX
 * and the server's junk folder, because a filter errs.  A junk folder may
 * come and go; every other one must be there.
 */
struct folders {
	struct folder	 like;		/* what all have in common */
	struct folder	*v;		/* named ones, then room for junk */
	size_t		 named, n;
	char		*junk;		/* the name of v[named] */
	struct folder	 moved;		/* where letters are moved */
	struct filed	 filed;		/* where copies lie */
	int64_t		 looked_at;	/* Unix seconds; 0: look now */
};

/*
 * like: desk, breath, reader, mailbox, held and careful. Not to be moved in
 * memory afterwards.
 */
void	folders_init(struct folders *, const struct folder *like);
void	folders_free(struct folders *);
/*
 * For a new session and every quarter of an hour: which are for what (RFC
 * 6154, or by the names that providers give them). 0, -1 the session broke.
 */
int	folders_look(struct folders *, struct imap *, struct err *);
/*
 * folder_pass() over each, and over the one where letters are moved and the
 * copies when they are due; the first one last, so that it is selected.
 */
int	folders_pass(struct folders *, struct imap *, struct err *);

#endif
