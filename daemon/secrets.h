#ifndef TEDUH_SECRETS_H
#define TEDUH_SECRETS_H

#include <stddef.h>

struct err;
struct secret;

/*
 * The service's secrets.  Each is a file in the secrets folder (root:0600,
 * opened by the keeper only):
 *
 *   pepper        32 bytes         intake, web, post
 *   intake.key    32-byte seed     intake   (Ed25519)
 *   web.key, clock.key             web, clock
 *   post.key      32-byte seed     post     (Ed25519)
 *   postman.key   32 bytes         post     (X25519)
 *   pin           32 bytes         every role (not secret, but trusted)
 *   and the password files that the configuration names.
 *
 * A role gets its own ones in one sealed memfd as descriptor 4: records of
 * name length (1), name, value length (2, big endian), value; names as above
 * and "imap" or "smtp" for the password.  They are read straight into locked
 * memory, and the descriptor is closed.
 */
struct secrets;

struct secrets	*secrets_new(void);
void		 secrets_free(struct secrets *);	/* NULL is fine */
void		 secrets_put(struct secrets *, const char *name,
		    struct secret *value);		/* takes it over */
/* NULL when it is not there; stays owned by the secrets. */
const struct secret *secrets_get(const struct secrets *, const char *name);

/*
 * 0 when the folder is ours (root's when we are root) and closed to others;
 * -1 with ERR_GONE when there is none, ERR_DENIED when it is open.
 */
int		 secrets_check(const char *folder, struct err *);
/*
 * Read FOLDER/NAME whole; it must be as closed as the folder. size 0: a
 * password, any size to SECRETS_PASSWORD_MAX, a last newline is cut off.
 * NULL: ERR_GONE no such file, ERR_DENIED open to others, ERR_INPUT another
 * size, ERR_IO.
 */
#define SECRETS_PASSWORD_MAX	4096
struct secret	*secrets_load(const char *folder, const char *name,
		    size_t size, struct err *);
/* Write FOLDER/NAME, 0600, durable; refuses to replace when it exists. */
int		 secrets_store(const char *folder, const char *name,
		    const struct secret *, struct err *);

/*
 * A sealed memfd (close-on-exec) with these bytes, for any number of
 * readers that do not share an offset. -1 with *e.
 */
int		 secrets_memory(const char *name, const void *, size_t len,
		    struct err *);
/* The same holding the records. -1 with *e. */
int		 secrets_to_fd(const struct secrets *, struct err *);
/*
 * Do both hold the same? Looked at in locked memory, and not at all when
 * they are one memfd. 1, 0, or -1 with *e.
 */
int		 secrets_same(int, int, struct err *);
/* Reads from the beginning; the descriptor stays the caller's. */
struct secrets	*secrets_from_fd(int fd, struct err *);

#endif
