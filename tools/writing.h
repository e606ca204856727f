#ifndef TEDUH_TOOLS_WRITING_H
#define TEDUH_TOOLS_WRITING_H

#include <jansson.h>

#include "tools/vault.h"

struct buf;
struct casefile;
struct draft;
struct err;
struct session;

/*
 * The words of an answer on this machine, from the first key in the editor
 * until the service has them.  Nobody has to write a word twice: not when
 * teduh, the editor, the terminal or the service ends in the middle.
 */
struct writing {
	struct session	*s;
	struct casefile	*cf;
	const struct draft *d;
	const char	*template;	/* to begin with, or NULL */
	json_t		*fence;		/* of the claim, once it is known */
	int		 lock;		/* one window writes */
	char		 folder[VAULT_FOLDER_MAX];	/* or "" */
	char		*start;		/* with what the editor began */
	int		 wrote;		/* the person did write something */
	int		 sealed;	/* what was written is in the vault */
};

/*
 * Take the lock for the person whom d is for. 0, or -1 with *e: ERR_CONFLICT
 * when another window has it. End it in any case.
 */
int	writing_begin(struct writing *, struct session *, struct casefile *,
	    const struct draft *d, struct err *);
void	writing_end(struct writing *);

/*
 * Under the lock: *cf as it is now, after another window has let go.  0, or
 * -1 with *e and *cf as it was.
 */
int	writing_renew(struct writing *, struct casefile **cf, struct err *);

/* What the person writes in the editor, appended to *out. 0 or -1. */
int	writing_edit(struct writing *, struct buf *out, struct err *);
/*
 * Seal d's subject and this body into the vault, if no other words wait
 * there that were written in the editor.
 */
int	writing_keep(struct writing *, const char *body, struct err *);
/*
 * 1 when words wait here that are later than d's body, which the service
 * has; 0; -1 with *e.
 */
int	writing_waits(struct writing *, struct err *);
/* The service has this body. */
void	writing_done(struct writing *, const char *body);
/*
 * Submit a draft as it was written last, while no other window writes it;
 * *cf is renewed.  The DRAFT, or NULL with *e.
 */
json_t	*writing_submit(struct session *, struct casefile **cf, int64_t no,
	    struct err *);
/* Say in *e, behind what went wrong, where the words are. */
void	writing_comfort(const struct writing *, struct err *);

#endif
