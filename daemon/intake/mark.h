#ifndef TEDUH_MARK_H
#define TEDUH_MARK_H

#include <stdint.h>

struct config_mailbox;
struct desk;
struct err;
struct imap;

/*
 * Our mark in a mailbox: a small mail in a folder of its own, by which
 * another service on the same mailbox is noticed (desk/foreign.h). It wants
 * nothing of the server but APPEND; where that is refused no mark is left,
 * and only another one's could be seen.
 */
#define MARK_FOLDER	"Teduh-mark"

struct mark {
	struct desk			*desk;
	const struct config_mailbox	*mailbox;
	int64_t	looked_at;	/* Unix seconds; 0: look now */
	int64_t	left_at;	/* 0: not since this process started */
	int	refused;	/* the server takes none */
	int	other;		/* another service was seen */
};

/*
 * Look, at most once a minute: sets `other`, and leaves a new mark when ours
 * is not on top or is an hour old. Selects another folder. 0, -1 as
 * imap_select() and the store.
 */
int	mark_look(struct mark *, struct imap *, struct err *);

#endif
