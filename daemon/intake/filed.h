#ifndef TEDUH_FILED_H
#define TEDUH_FILED_H

#include <stdint.h>

#include "daemon/intake/imap.h"
#include "daemon/intake/lost.h"
#include "daemon/intake/removal.h"

struct err;
struct folder;

/*
 * What a provider files of its own accord: many keep each mail that is sent
 * through them, and what is removed comes to lie in a trash folder.  Both
 * hold letters in clear.  Where letters are to leave the mail server
 * (purge_after, after = delete, a case of which it was asked) ours are looked
 * for there, once a day and a few at a time, and go as the letters go.
 * Nobody else's mail is read but the Message-IDs of what was sent, and what
 * in the trash is just as long as a letter of ours.
 */
#define FILED_LOOK_MAX	500	/* mails that are looked at in one pass */
#define FILED_READ_MAX	100	/* and read to their end */

struct filed_folder {
	const char	*kind;		/* "sent", "trash" */
	char		*name;		/* NULL: there is none */
	char		*found;		/* by the listing under way */
	int		 flagged;	/* by the server itself */
	int64_t		 listed_at;	/* Unix seconds; 0: look now */
	int		 more;		/* than one pass looks at */
	int64_t		 after;		/* Unix seconds; not before */
	struct lost	 lost;		/* what cannot be had */
	struct removal	 removal;
};

struct filed {
	const struct folder	*like;	/* desk, mailbox, held */
	struct filed_folder	 sent, trash;
};

/* like must last as long. */
void	filed_init(struct filed *, const struct folder *like);
void	filed_free(struct filed *);
/* While folders are listed: this is one of them. Then all were. */
void	filed_note(struct filed *, const char *name, enum imap_use,
	    int flagged);
void	filed_noted(struct filed *);
/*
 * Look and remove, where it is time. 1 another folder is selected now, 0, -1
 * the session broke, or the store.
 */
int	filed_pass(struct filed *, struct imap *, struct err *);

#endif
