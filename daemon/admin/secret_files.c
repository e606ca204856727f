/*
 * Which files a secrets folder has, and how they go to another one.
 */
#include <string.h>

#include "daemon/admin/secret_files.h"
#include "daemon/config.h"
#include "daemon/secrets.h"
#include "lib/err.h"
#include "lib/seal.h"

static const char *const ours[] = { "pepper", "intake.key", "web.key",
    "post.key", "clock.key", "postman.key", "pin", NULL };

static int
copy(const char *from, const char *to, const char *name, size_t size,
    struct err *e)
{
	struct err why = ERR_INIT;
	struct secret *value, *there = NULL;
	int result = -1;

	if ((value = secrets_load(from, name, size, &why)) == NULL) {
		if (why.code == ERR_GONE)
			return 0;
		*e = why;
		return -1;
	}
	there = secrets_load(to, name, size, &why);
	if (there == NULL && why.code == ERR_GONE)
		result = secrets_store(to, name, value, e);
	else if (there == NULL)
		*e = why;
	else if (there->len == value->len && memcmp(there->bytes,
	    value->bytes, value->len) == 0)
		result = 0;
	else
		err_set(e, ERR_CONFLICT, "'%s/%s' is there with other bytes "
		    "and is not replaced: give an empty folder", to, name);
	secret_free(there);
	secret_free(value);
	return result;
}

int
secret_files_copy(const struct config *config, const char *from,
    const char *to, struct err *e)
{
	size_t i;

	if (secrets_check(from, e) == -1)
		return -1;
	for (i = 0; ours[i] != NULL; i++)
		if (copy(from, to, ours[i], SEAL_KEY, e) == -1)
			return -1;
	for (i = 0; i < config->nmailboxes; i++)
		if (config->mailboxes[i].secret != NULL && copy(from, to,
		    config->mailboxes[i].secret, 0, e) == -1)
			return -1;
	return config->relay.secret == NULL ? 0 : copy(from, to,
	    config->relay.secret, 0, e);
}

int
secret_files_are(const char *folder, struct err *e)
{
	struct err why = ERR_INIT;
	struct secret *value;
	size_t i;

	for (i = 0; ours[i] != NULL && strcmp(ours[i], "pin") != 0; i++) {
		value = secrets_load(folder, ours[i], SEAL_KEY, &why);
		if (value == NULL && why.code == ERR_GONE)
			return 0;
		if (value == NULL) {
			*e = why;
			return -1;
		}
		secret_free(value);
	}
	return 1;
}
