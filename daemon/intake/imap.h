#ifndef TEDUH_IMAP_H
#define TEDUH_IMAP_H

#include <stddef.h>
#include <stdint.h>

struct config_mailbox;
struct err;
struct secret;

/*
 * An IMAP session: what Teduh needs of libetpan and no more.  Never ENVELOPE
 * or BODYSTRUCTURE, never flags to decide.  After any error but ERR_GONE the
 * session is dead: free it, back off, open another.
 *
 * Errors: ERR_RETRY (connection, server trouble), ERR_DENIED (certificate or
 * login refused), ERR_GONE (no such folder).
 */
struct imap;

struct imap_mail {
	int64_t	uid;
	int64_t	size;		/* as the server says */
};

struct imap	*imap_open(const struct config_mailbox *,
		    const struct secret *password, int *refused,
		    struct err *);
void		 imap_free(struct imap *);	/* NULL is fine */

int		 imap_select(struct imap *, const char *folder,
		    int64_t *uidvalidity, struct err *);
/* Mails with UID >= first, by rising UID; the caller frees. */
int		 imap_list(struct imap *, int64_t first,
		    struct imap_mail **mails, size_t *n, struct err *);

/* 0 to go on, -1 with *e to stop (the session is then dead). */
typedef int	 imap_body(void *ctx, const void *, size_t len,
		    struct err *);
/*
 * The whole mail, or only its first `limit` bytes when limit > 0. ERR_GONE:
 * the server no longer has it.
 */
int		 imap_fetch(struct imap *, const struct imap_mail *,
		    int64_t limit, imap_body *, void *ctx, struct err *);

/*
 * Several mails in one command, by rising UID: each is handed over whole and
 * once, as soon as it is there (i: which of them), in whatever order the
 * server sends them. What the server does not send does not come, and is no
 * error. No mail takes more memory than the sum of their sizes and a MiB.
 * After -1 nobody knows which of them broke the session.
 */
#define IMAP_BATCH	32
typedef int	 imap_whole(void *ctx, size_t i, const void *, size_t len,
		    struct err *);	/* as imap_body */
int		 imap_fetch_batch(struct imap *, const struct imap_mail *,
		    size_t n, imap_whole *, void *ctx, struct err *);

/*
 * Move by UID with MOVE or UIDPLUS. 0 moved; 1 the server has neither, so
 * nothing was done; -1. *to: where they lie now, as far as the server says
 * it; there has room for n UIDs, 0 is one that it did not say.
 */
struct imap_moved {
	int64_t	 uidvalidity;
	int64_t	*there;
};
int		 imap_move(struct imap *, const int64_t *uids, size_t n,
		    const char *folder, struct imap_moved *to, struct err *);
/*
 * Remove by UID with UIDPLUS, for ever. 0 removed; 1 the server has no
 * UIDPLUS, so nothing was done (a bare EXPUNGE would take others' mail); -1.
 */
int		 imap_delete(struct imap *, const int64_t *uids, size_t n,
		    struct err *);
/*
 * A mail of our own into a folder, which is made when it is not there. 0; 1
 * the server does not take it, nothing was done; -1.
 */
int		 imap_append(struct imap *, const char *folder,
		    const char *text, size_t len, struct err *);
/*
 * For whoever looks around (imap_look.c).
 */
int		 imap_can_idle(const struct imap *);
int		 imap_can_move(const struct imap *);
int		 imap_can_uidplus(const struct imap *);
/* When the server's certificate ends, Unix seconds; -1 not known. */
int64_t		 imap_certificate_until(const struct imap *);
/*
 * Every folder, and what it is for: flagged by the server (RFC 6154), or as
 * its name has it.
 */
enum imap_use { IMAP_USE_NONE, IMAP_USE_JUNK, IMAP_USE_SENT, IMAP_USE_TRASH };
typedef void	 imap_folder(void *ctx, const char *name, enum imap_use,
		    int flagged);
int		 imap_folders(struct imap *, imap_folder *, void *ctx,
		    struct err *);
/*
 * The one Message-ID of a mail in the selected folder, with its <>, and
 * nothing else of it; "" when it has none, several, or one that is not
 * shorter than IMAP_ID_MAX. ERR_GONE: the server no longer has the mail.
 */
#define IMAP_ID_MAX	256
int		 imap_message_id(struct imap *, int64_t uid,
		    char out[IMAP_ID_MAX], struct err *);
/* UID of the mail with this Message-ID in the selected folder; 0: none. */
int		 imap_find(struct imap *, const char *message_id,
		    int64_t *uid, struct err *);
/* The same with a word in this header ("": anywhere in it). */
int		 imap_find_in(struct imap *, const char *header,
		    const char *word, int64_t *uid, struct err *);

/*
 * Wait for news (IDLE where the server has it, else a pause and NOOP), at
 * most this long. 1 look again, 0 time over, -1.
 */
int		 imap_wait(struct imap *, int timeout_ms, struct err *);

#endif
