#ifndef TEDUH_TOOLS_VAULT_H
#define TEDUH_TOOLS_VAULT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/identity.h"
#include "lib/roster.h"
#include "lib/wire.h"

struct buf;
struct err;

/*
 * What stands on this person's machine: $TEDUH_HOME, else
 * $XDG_CONFIG_HOME/teduh, else ~/.config/teduh, for nobody else to read.
 *
 *   key      the person's keys, locked with the passphrase
 *   service  where the service is, and what was last seen of its roster
 *   audit    how far its audit chain was, as seen from here
 *   roster   its entries, checked from the pin on at every start
 *   drafts/  answers that did not reach the service yet, sealed to the key;
 *            beside them (.open) in which folder an editor is at work
 *   read/    per case the newest letter that was shown here
 *
 * A file is written beside, synced and renamed, so that it is whole or not
 * there; and by one window at a time, so that what one has seen or made is
 * not taken back by another.
 */
struct vault;

/*
 * NULL: others may read it, or it cannot be opened; ERR_GONE: it is not
 * there, which vault_make() changes.
 */
struct vault	*vault_open(struct err *);
struct vault	*vault_make(struct err *);
void		 vault_free(struct vault *);
const char	*vault_path(const struct vault *);

/* 1 when there is a key file, 0, -1 with *e. */
int		 vault_has_key(const struct vault *, struct err *);
int		 vault_write_key(const struct vault *, const struct identity *,
		    const struct secret *passphrase, struct err *);
/* The first of this folder; ERR_CONFLICT when there is one. */
int		 vault_write_new_key(const struct vault *,
		    const struct identity *, const struct secret *passphrase,
		    struct err *);
/* seal_hash() of the key file's bytes. 0, or -1: there is none. */
int		 vault_hash_key(const struct vault *, const char *purpose,
		    unsigned char out[SEAL_HASH]);
/* ERR_GONE: there is none; others as identity_unlock(). */
struct identity	*vault_read_key(const struct vault *,
		    const struct secret *passphrase, struct err *);

struct vault_service {
	char		*url;		/* owned */
	char		*ca;		/* owned; NULL: the system's */
	char		 name[ROSTER_NAME_MAX + 1];
	unsigned char	 pin[SEAL_HASH];
	int		 joined;	/* the service has answered */
	int64_t		 seq;		/* highest roster entry seen ... */
	unsigned char	 head[SEAL_HASH];	/* ... and its hash */
};

void	vault_service_free(struct vault_service *);
/* ERR_GONE: none was joined. Free it in any case. */
int	vault_read_service(const struct vault *, struct vault_service *,
	    struct err *);
int	vault_write_service(const struct vault *,
	    const struct vault_service *, struct err *);
/*
 * What was seen of the roster (NULL: its entries are those of before), unless
 * another window has seen later ones meanwhile.
 */
int	vault_remember(const struct vault *, const struct vault_service *,
	    const json_t *roster, struct err *);
void	vault_forget_service(const struct vault *);

/* The roster's entries as doc/api.md shows them; NULL when there are none. */
json_t	*vault_read_roster(const struct vault *);

/* Newest entries of the audit chain that were seen (heads.h); NULL: none. */
json_t	*vault_read_heads(const struct vault *);
int	vault_write_heads(const struct vault *, const json_t *, struct err *);

/*
 * An answer that is being written, by case and participant. read: NULL when
 * there is none (or it cannot be opened with this key).
 */
int	vault_save_draft(const struct vault *, const struct identity *,
	    const char *case_id, int64_t participant, const json_t *,
	    struct err *);
json_t	*vault_read_draft(const struct vault *, const struct identity *,
	    const char *case_id, int64_t participant);
void	vault_drop_draft(const struct vault *, const char *case_id,
	    int64_t participant);

/*
 * An answer is written in one window at a time.  A descriptor that holds the
 * lock as long as it, or a copy of it in another process, is open.  left: the
 * folder in which an editor was at work when teduh was ended, or "".
 * -1 with *e; ERR_CONFLICT: it is being written in another window.
 */
#define VAULT_FOLDER_MAX	1024
int	vault_lock_draft(const struct vault *, const char *case_id,
	    int64_t participant, char left[VAULT_FOLDER_MAX], struct err *);
/* Note that an editor is at work there; "": no more. 0 or -1. */
int	vault_note_folder(int lock, const char *folder, struct err *);

/* The newest letter of a case that this person was shown; seq 0: none. */
struct vault_read {
	int64_t		seq;
	unsigned char	deposit[SEAL_HASH];
};
int	vault_note_read(const struct vault *, const char *case_id,
	    const struct vault_read *, struct err *);
void	vault_get_read(const struct vault *, const char *case_id,
	    struct vault_read *);

#endif
