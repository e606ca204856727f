#ifndef TEDUH_WHOLE_H
#define TEDUH_WHOLE_H

#include <stdint.h>

#include "lib/seal.h"

struct desk;
struct err;

/*
 * Is the store whole?  Everything that can be seen without a key is looked
 * at, in one view of the store, which may be in use meanwhile: the file; the
 * roster from the founding on; the audit chain; each case's deposits, and
 * whether the plain columns say what was signed; the sealed bytes; keys,
 * grants and drafts; the ledger against the letters.  Nothing is written.
 */
struct whole_finding {
	/* file, roster, audit, deposit, bytes, key, row, ledger, mailbox */
	const char	*kind;
	const char	*table, *id;	/* where; each may be "" */
	const char	*what;		/* "table 'item', 7K2M9Q4X.3: " what */
	const char	*next;		/* what to do; "" for a note */
};

struct whole {
	struct desk		*desk;
	const unsigned char	*pin;	/* NULL: not to be had here */
	/*
	 * note: not damage, and worth knowing.  step: how far a part of it
	 * is, "reading cases"; total 0 when it is not known.
	 */
	void	(*found)(void *ctx, const struct whole_finding *, int note);
	void	(*step)(void *ctx, const char *what, int64_t done,
		    int64_t total);
	void	*ctx;
	/* Counted by whole_look(). */
	int64_t	 findings, notes;
	int64_t	 roster, audit, cases, letters, parts, bytes, mails;
};

/*
 * 0 when everything was looked at that could be (see findings), or -1 when
 * the store could not be read to its end.
 */
int	whole_look(struct whole *, struct err *);
/*
 * The same of the audit alone: roster, chain, the heads that backups remember,
 * and the letters that it tells of.
 */
int	whole_look_audit(struct whole *, struct err *);

#endif
