/*
 * teduh-admin init: from nothing to a service that waits for its founder.
 *
 * Secrets first, then the store with the card of their public halves, the
 * founder code last: what is printed works.  Nothing that is there is ever
 * replaced; what was made is removed again when a later step fails, so that
 * the next try finds the same nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/founding.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/signature.h"
#include "lib/wire.h"

/* All that init makes; "pin" comes later but must not be there either. */
static const char *const ours[] = { "pepper", "intake.key", "web.key",
    "post.key", "clock.key", "postman.key", "pin", NULL };
static const char *const store_files[] = { "store.db", "store.db-wal",
    "store.db-shm", "store.new", "store.lock", NULL };

struct founding {
	const struct config	*config;
	struct founding_keys	 keys;
	char			 code[CODE_FOUNDER_LEN];
};

static int
fail(const char *what, const char *path, struct err *e)
{
	err_set(e, ERR_IO, "cannot %s '%s': %s", what, path, strerror(errno));
	return -1;
}

int
admin_check_empty(const char *path, struct err *e)
{
	const struct dirent *entry;
	int found = 0;
	DIR *dir;

	if ((dir = opendir(path)) == NULL)
		return errno == ENOENT ? 0 : fail("open", path, e);
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			found = 1;
	}
	(void)closedir(dir);
	if (!found)
		return 0;
	err_set(e, ERR_CONFLICT, "'%s' is not empty; nothing that is there "
	    "is touched: give an empty or a new folder", path);
	return -1;
}

static int
check_no_secrets(const char *folder, struct err *e)
{
	const char *const *name;
	char path[PATH_MAX];
	struct stat st;

	for (name = ours; *name != NULL; name++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, *name);
		if (lstat(path, &st) == -1 && errno == ENOENT)
			continue;
		err_set(e, ERR_CONFLICT, "'%s' is there already and may be "
		    "the only key to another service; init touches no secret "
		    "that is there", path);
		return -1;
	}
	return 0;
}

/* A folder of mode 0700; when we are root it is given to the user. */
static int
make_folder(const char *path, const char *user, struct err *e)
{
	const struct passwd *pw;

	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return fail("make the folder", path, e);
	if (user == NULL)
		return 0;
	if (geteuid() == 0) {
		if ((pw = getpwnam(user)) == NULL) {
			err_set(e, ERR_INPUT, "there is no user '%s' on this "
			    "machine; see 'user' in the configuration", user);
			return -1;
		}
		if (chown(path, pw->pw_uid, pw->pw_gid) == -1)
			return fail("give away", path, e);
	}
	if (chmod(path, 0700) == -1)
		return fail("close", path, e);
	return 0;
}

static int
make_folders(const struct config *config, struct err *e)
{
	if (admin_check_empty(config->data, e) == -1 ||
	    check_no_secrets(config->secrets, e) == -1 ||
	    make_folder(config->secrets, NULL, e) == -1 ||
	    secrets_check(config->secrets, e) == -1)
		return -1;
	return make_folder(config->data, config->user, e);
}

/* A new signing key on disk, its public half out. */
static int
make_signer(const char *folder, const char *name,
    unsigned char pub[SIGN_PUBLIC], struct err *e)
{
	struct secret *seed = secret_random(SEAL_KEY);
	struct signer *signer = signer_from_seed(seed);
	int result;

	memcpy(pub, signer->pub, SIGN_PUBLIC);
	result = secrets_store(folder, name, seed, e);
	signer_free(signer);
	secret_free(seed);
	return result;
}

static int
make_secrets(const char *folder, struct founding_keys *keys, struct err *e)
{
	struct secret *pepper = secret_random(SEAL_KEY);
	struct secret *postman = seal_pair_new(keys->postman);
	int result = -1;

	if (secrets_store(folder, "pepper", pepper, e) == 0 &&
	    secrets_store(folder, "postman.key", postman, e) == 0 &&
	    make_signer(folder, "intake.key", keys->intake, e) == 0 &&
	    make_signer(folder, "web.key", keys->web, e) == 0 &&
	    make_signer(folder, "post.key", keys->post, e) == 0)
		result = make_signer(folder, "clock.key", keys->clock, e);
	secret_free(pepper);
	secret_free(postman);
	return result;
}

/* As the service's user, so that every file of the store is theirs. */
static int
make_store(void *ctx, struct err *e)
{
	const struct founding *f = ctx;
	struct store *store;
	int result;

	store = store_open(f->config->data, STORE_CREATE, e);
	if (store == NULL)
		return -1;
	crash_point("init: store made, no card");
	result = founding_prepare(store, f->config, &f->keys, f->code, e);
	store_close(store);
	crash_point("init: card stored, code not told");
	return result;
}

static void
remove_all(const char *folder, const char *const *names)
{
	char path[PATH_MAX];

	for (; *names != NULL; names++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, *names);
		(void)unlink(path);
	}
}

static void
say_json(const struct founding *f)
{
	json_t *answer = json_object();
	char *text;

	(void)json_object_set_new(answer, "founder_code",
	    json_string(f->code));
	(void)json_object_set_new(answer, "data",
	    json_string(f->config->data));
	(void)json_object_set_new(answer, "secrets",
	    json_string(f->config->secrets));
	text = wire_print(answer, NULL);
	(void)puts(text);
	free(text);
	json_decref(answer);
}

static void
say_next(const struct admin *admin, const struct founding *f)
{
	const char *url = f->config->api.url;

	(void)printf("founder code: %s\n"
	    "1. start the service:            teduhd -c %s -f\n"
	    "2. the founder, with this code:  teduh join %s CODE --name NAME\n"
	    "3. with the pin that prints:     teduh-admin -c %s pin HASH, "
	    "then start teduhd again\n", f->code, admin->config_path,
	    url != NULL ? url : f->config->api.listen, admin->config_path);
}

int
admin_init(const struct admin *admin, int argc, char *const argv[])
{
	const struct config *config = admin->config;
	struct founding f;
	struct err e = ERR_INIT;
	int json = 0, code = EX_OK;

	if (argc == 2 && strcmp(argv[1], "--json") == 0)
		json = 1;
	else if (argc != 1)
		return admin_usage("init takes --json and nothing else");
	memset(&f, 0, sizeof(f));
	f.config = config;
	if (make_folders(config, &e) == -1)
		return admin_fail(&e);
	admin_say_user();
	code_founder_new(f.code);
	if (make_secrets(config->secrets, &f.keys, &e) == -1 ||
	    admin_as_user(config, make_store, &f, &e) == -1) {
		remove_all(config->secrets, ours);
		remove_all(config->data, store_files);
		code = admin_fail(&e);
	} else if (json) {
		say_json(&f);
	} else {
		say_next(admin, &f);
	}
	seal_wipe(f.code, sizeof(f.code));
	return code;
}
