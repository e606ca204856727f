#ifndef TEDUH_TOOLS_UNLOCKED_H
#define TEDUH_TOOLS_UNLOCKED_H

#include <stdint.h>

struct err;
struct secret;
struct vault;

/*
 * The key between `unlock` and `lock`: its seed, for a while, so that the
 * passphrase is typed once.  It is kept by the kernel (keyring.c), or where
 * the kernel refuses (containers, macOS) by an agent of one's own (agent.c);
 * never on a disk.  What is kept belongs to the very bytes of the key file:
 * with another key file there is nothing unlocked.
 *
 * $TEDUH_AGENT, when set, prefers the agent.
 */
enum unlocked_by { UNLOCKED_KERNEL, UNLOCKED_AGENT };

/* Keep it this long. 0 with *by, or -1 with *e. */
int		 unlocked_put(const struct vault *, const struct secret *seed,
		    int64_t seconds, enum unlocked_by *by, struct err *);
/* The seed, or NULL: nothing is unlocked (any more). */
struct secret	*unlocked_get(const struct vault *);
/* Forget it, wherever it is. 1 something was forgotten, 0 nothing was. */
int		 unlocked_drop(const struct vault *);

/*
 * The two keepers.  name: what belongs to the key file, in hex.  put: 0, 1 it
 * is not to be had here, -1 with *e.
 */
int		 keyring_put(const char *name, const struct secret *seed,
		    int64_t seconds);
struct secret	*keyring_get(const char *name);
int		 keyring_drop(const char *name);

int		 agent_put(const char *folder, const char *name,
		    const struct secret *seed, int64_t seconds, struct err *);
struct secret	*agent_get(const char *folder, const char *name);
int		 agent_drop(const char *folder, const char *name);

#endif
