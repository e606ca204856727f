/*
 * The unlocked key in the kernel's keyring of this user (keyrings(7)), by
 * system calls alone: what needs three of them needs no library.  The kernel
 * forgets it when its time is over, and writes it to no disk.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/keyctl.h>
#include <sys/syscall.h>
#endif

#include "lib/seal.h"
#include "tools/unlocked.h"

#define NAME_SIZE	64

#if defined(__linux__) && defined(SYS_keyctl) && defined(SYS_add_key)

/* All for who possesses it; view, read, write, search for the same user. */
#define PERMISSIONS	0x3f0f0000

static long
find(const char *name)
{
	char description[NAME_SIZE];

	(void)snprintf(description, sizeof(description), "teduh:%s", name);
	return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING,
	    "user", description, 0);
}

int
keyring_put(const char *name, const struct secret *seed, int64_t seconds)
{
	char description[NAME_SIZE];
	struct secret *back;
	long id;

	(void)snprintf(description, sizeof(description), "teduh:%s", name);
	id = syscall(SYS_add_key, "user", description, seed->bytes, seed->len,
	    KEY_SPEC_USER_KEYRING);
	if (id == -1)
		return 1;
	/* Without a time, or if it cannot be read back, it must not stay. */
	if (syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, id, (unsigned int)seconds)
	    == 0 && syscall(SYS_keyctl, KEYCTL_SETPERM, id, PERMISSIONS) ==
	    0 && (back = keyring_get(name)) != NULL) {
		secret_free(back);
		return 0;
	}
	(void)syscall(SYS_keyctl, KEYCTL_REVOKE, id);
	return 1;
}

struct secret *
keyring_get(const char *name)
{
	struct secret *seed = secret_new(SEAL_KEY);
	long id = find(name);

	if (id != -1 && syscall(SYS_keyctl, KEYCTL_READ, id, seed->bytes,
	    seed->len) == (long)seed->len)
		return seed;
	secret_free(seed);
	return NULL;
}

int
keyring_drop(const char *name)
{
	long id = find(name);

	return id != -1 && syscall(SYS_keyctl, KEYCTL_REVOKE, id) == 0;
}

#else

int
keyring_put(const char *name, const struct secret *seed, int64_t seconds)
{
	(void)name;
	(void)seed;
	(void)seconds;
	return 1;
}

struct secret *
keyring_get(const char *name)
{
	(void)name;
	return NULL;
}

int
keyring_drop(const char *name)
{
	(void)name;
	return 0;
}

#endif
