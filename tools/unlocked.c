/*
 * Where the unlocked key is: the kernel first, an agent where it refuses.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"
#include "tools/unlocked.h"
#include "tools/vault.h"
#include "tools/words.h"

#define PURPOSE		"teduh/unlocked/v1"
#define NAME_BYTES	16
#define NAME_MAX_LEN	(2 * NAME_BYTES + 1)

/* "" when there is no key file. */
static void
name_of(const struct vault *v, char name[NAME_MAX_LEN])
{
	unsigned char hash[SEAL_HASH];

	name[0] = '\0';
	if (vault_hash_key(v, PURPOSE, hash) == 0)
		wire_hex(name, hash, NAME_BYTES);
}

static const char *
folder_of(const struct vault *v)
{
	const char *run = getenv("XDG_RUNTIME_DIR");

	return run != NULL && run[0] == '/' ? run : vault_path(v);
}

int
unlocked_put(const struct vault *v, const struct secret *seed,
    int64_t seconds, enum unlocked_by *by, struct err *e)
{
	char name[NAME_MAX_LEN];

	name_of(v, name);
	(void)unlocked_drop(v);
	*by = UNLOCKED_KERNEL;
	if (getenv("TEDUH_AGENT") == NULL && keyring_put(name, seed,
	    seconds) == 0)
		return 0;
	*by = UNLOCKED_AGENT;
	return agent_put(folder_of(v), name, seed, seconds, e);
}

struct secret *
unlocked_get(const struct vault *v)
{
	char name[NAME_MAX_LEN];
	struct secret *seed;

	name_of(v, name);
	if (name[0] == '\0')
		return NULL;
	if ((seed = keyring_get(name)) != NULL)
		return seed;
	return agent_get(folder_of(v), name);
}

int
unlocked_drop(const struct vault *v)
{
	char name[NAME_MAX_LEN];
	int kernel, agent;

	name_of(v, name);
	if (name[0] == '\0')
		return 0;
	kernel = keyring_drop(name);
	agent = agent_drop(folder_of(v), name);
	return kernel || agent;
}
