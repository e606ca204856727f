/*
 * teduh-admin restore: from a backup to a store on an empty place.
 *
 * Hashes first, then files, then the service's user puts content and keys
 * together and checks the whole.  What comes out is in quarantine
 * (desk/quarantine.h): a supervisor has the next word.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/admin/backup.h"
#include "daemon/admin/secret_files.h"
#include "daemon/config.h"
#include "daemon/desk/erase.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

struct job {
	const struct config	*config;
	const char		*dir, *secrets, *erased;
	char			 set[PATH_MAX];		/* whole path */
	char			 keys[PATH_MAX];
	struct backup_heads	 heads;
};

static int
io(const char *what, const char *path, struct err *e)
{
	err_set(e, errno == ENOENT ? ERR_GONE : errno == ENOSPC ? ERR_RETRY :
	    ERR_IO, "cannot %s '%s': %s", what, path, strerror(errno));
	return -1;
}

/* The newest content set of DIR, or DIR itself when it is one. */
static int
find_set(struct job *j, struct err *e)
{
	char newest[NAME_MAX + 1] = "", path[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	if (backup_path(j->keys, j->dir, BACKUP_KEYS, e) == -1 ||
	    backup_path(path, j->dir, BACKUP_MANIFEST, e) == -1)
		return -1;
	if (access(path, F_OK) == 0) {
		(void)snprintf(j->set, sizeof(j->set), "%s", j->dir);
		return backup_path(j->keys, j->dir, "../" BACKUP_KEYS, e);
	}
	if ((dir = opendir(j->dir)) == NULL)
		return io("look into", j->dir, e);
	while ((entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, BACKUP_SET,
		    strlen(BACKUP_SET)) == 0 &&
		    strcmp(entry->d_name, newest) > 0)
			(void)snprintf(newest, sizeof(newest), "%s",
			    entry->d_name);
	(void)closedir(dir);
	if (newest[0] != '\0')
		return backup_path(j->set, j->dir, newest, e);
	err_set(e, ERR_GONE, "there is no backup in '%s': it has folders "
	    "called '" BACKUP_SET "...' and a file '" BACKUP_KEYS "'",
	    j->dir);
	return -1;
}

/* What the manifest names, with these hashes, is there. */
static int
check_files(const struct job *j, const json_t *manifest, struct err *e)
{
	const json_t *files = json_object_get(manifest, "files"), *o;
	const char *name;
	json_t *found;
	size_t i;
	int same;

	json_array_foreach(files, i, o) {
		name = json_string_value(json_object_get(o, "name"));
		if (name == NULL || strchr(name, '/') != NULL) {
			err_set(e, ERR_INPUT, "the manifest of '%s' is not "
			    "one of ours", j->set);
			return -1;
		}
		if ((found = backup_file_look(j->set, name, e)) == NULL)
			return -1;
		same = json_equal(found, o);
		json_decref(found);
		if (same)
			continue;
		err_set(e, ERR_INPUT, "'%s/%s' is not what was backed up: take "
		    "another copy, or an older set", j->set, name);
		return -1;
	}
	return 0;
}

static int
check_set(struct job *j, json_t **manifest, struct err *e)
{
	char path[PATH_MAX];

	if (backup_path(path, j->set, BACKUP_MANIFEST, e) == -1)
		return -1;
	*manifest = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	if (*manifest == NULL) {
		err_set(e, ERR_INPUT, "'%s' cannot be read: this is no "
		    "whole backup", path);
		return -1;
	}
	if (access(j->keys, R_OK) == -1)
		return io("read", j->keys, e);
	return backup_heads_read(&j->heads, *manifest, e) == -1 ? -1 :
	    check_files(j, *manifest, e);
}

static int
check_secrets(const struct job *j, struct err *e)
{
	const char *folder = j->config->secrets;
	int there;

	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		return io("make", folder, e);
	if (secrets_check(folder, e) == -1 || (j->secrets != NULL &&
	    secret_files_copy(j->config, j->secrets, folder, e) == -1))
		return -1;
	if ((there = secret_files_are(folder, e)) == 1)
		return 0;
	if (there == 0)
		err_set(e, ERR_GONE, "the secrets of the service are not in "
		    "'%s': say with '--secrets FOLDER' where their backup is",
		    folder);
	return -1;
}

/* As root everything is given to the service's user. */
static int
give(const struct config *config, const char *path, struct err *e)
{
	const struct passwd *pw;

	if (geteuid() != 0)
		return 0;
	if ((pw = getpwnam(config->user)) == NULL) {
		err_set(e, ERR_INPUT, "there is no user '%s' on this machine; "
		    "see 'user' in the configuration", config->user);
		return -1;
	}
	return chown(path, pw->pw_uid, pw->pw_gid) == -1 ?
	    io("give away", path, e) : 0;
}

static int
put_file(const struct job *j, const char *from, const char *to,
    const char *name, struct err *e)
{
	char path[PATH_MAX];
	struct err why = ERR_INIT;

	if (backup_file_copy(from, to, name, NULL, &why) == -1) {
		if (why.code == ERR_GONE && strcmp(name, BACKUP_STORE) != 0 &&
		    strcmp(name, BACKUP_KEYS) != 0)
			return 0;	/* there was none */
		*e = why;
		return -1;
	}
	return backup_path(path, to, name, e) == -1 ? -1 :
	    give(j->config, path, e);
}

/* The list of what was erased goes on where it ended. */
static int
put_list(const struct job *j, const char *state, struct err *e)
{
	const char *name = strrchr(j->erased, '/'), *ours;
	char from[PATH_MAX], is[PATH_MAX], to[PATH_MAX];

	ours = strrchr(ERASE_LIST, '/') + 1;
	name = name == NULL ? j->erased : name + 1;
	(void)snprintf(from, sizeof(from), "%.*s", (int)(name - j->erased),
	    j->erased);
	if (backup_path(is, state, name, e) == -1 ||
	    backup_path(to, state, ours, e) == -1 ||
	    backup_file_copy(*from == '\0' ? "." : from, state, name, NULL,
	    e) == -1)
		return -1;
	if (strcmp(name, ours) != 0 && rename(is, to) == -1)
		return io("rename", is, e);
	return give(j->config, to, e);
}

static int
put_files(const struct job *j, struct err *e)
{
	char state[PATH_MAX], keys[PATH_MAX], *slash;

	if (backup_path(state, j->config->data, "state", e) == -1)
		return -1;
	(void)snprintf(keys, sizeof(keys), "%s", j->keys);
	if ((slash = strrchr(keys, '/')) != NULL)
		*slash = '\0';
	if (mkdir(j->config->data, 0700) == -1 && errno != EEXIST)
		return io("make", j->config->data, e);
	if (give(j->config, j->config->data, e) == -1)
		return -1;
	if (mkdir(state, 0700) == -1)
		return io("make", state, e);
	if (give(j->config, state, e) == -1 ||
	    put_file(j, j->set, j->config->data, BACKUP_STORE, e) == -1 ||
	    put_file(j, j->set, state, "post", e) == -1 ||
	    put_file(j, j->set, state, "roster", e) == -1 ||
	    put_file(j, keys, j->config->data, BACKUP_KEYS, e) == -1 ||
	    (j->erased != NULL && put_list(j, state, e) == -1))
		return -1;
	return backup_folder_sync(j->config->data, e);
}

/* As the service's user. */
static int
put_together(void *ctx, struct err *e)
{
	const struct job *j = ctx;
	struct backup_from from = { NULL, NULL, j->heads.at };
	struct backup_heads heads;
	char keys[PATH_MAX], erased[PATH_MAX];
	long schema;

	if (backup_path(keys, j->config->data, BACKUP_KEYS, e) == -1)
		return -1;
	if (store_migrate(j->config->data, &schema, e) == -1)
		return -1;
	from.keys = keys;
	if (j->erased != NULL) {
		if (backup_path(erased, j->config->data, ERASE_LIST,
		    e) == -1)
			return -1;
		from.erased = erased;
	}
	if (backup_put_together(j->config, &from, &heads, e) == -1)
		return -1;
	(void)unlink(keys);
	if (heads.audit_seq == j->heads.audit_seq && seal_equal(heads.audit,
	    j->heads.audit, SEAL_HASH) && seal_equal(heads.roster,
	    j->heads.roster, SEAL_HASH))
		return 0;
	err_set(e, ERR_INPUT, "the store does not end where its manifest says: "
	    "this is no whole backup");
	return -1;
}

/* What we made, when it came to nothing: the place is empty again. */
static void
clear(const struct job *j)
{
	char state[PATH_MAX];

	if (backup_path(state, j->config->data, "state", NULL) == 0)
		backup_folder_remove(state);
	backup_folder_remove(j->config->data);
}

static int
work(struct job *j, struct err *e)
{
	json_t *manifest = NULL;
	int result = -1;

	if (admin_check_empty(j->config->data, e) == -1 ||
	    find_set(j, e) == -1)
		return -1;
	if (isatty(STDERR_FILENO))
		(void)fputs("teduh-admin: comparing hashes ...\n", stderr);
	if (check_set(j, &manifest, e) == 0 && check_secrets(j, e) == 0) {
		if (put_files(j, e) == 0)
			result = admin_as_user(j->config, put_together, j, e);
		if (result == -1)
			clear(j);
	}
	json_decref(manifest);
	return result;
}

static void
say(const struct job *j, int json)
{
	char at[32];
	json_t *o;
	char *text;

	wire_time(at, j->heads.at);
	if (json) {
		o = backup_heads_show(&j->heads);
		(void)json_object_set_new(o, "quarantine", json_true());
		text = wire_print(o, NULL);
		(void)puts(text);
		free(text);
		json_decref(o);
		return;
	}
	(void)printf("'%s' is back as it was at %s: %" PRId64 " cases, audit "
	    "entry %" PRId64 ", roster entry %" PRId64 "\n", j->config->data,
	    at, j->heads.cases, j->heads.audit_seq, j->heads.roster_seq);
	(void)puts("It is in quarantine: letters come in, nothing goes out.\n"
	    "1. start teduhd; what came since the backup is fetched again "
	    "where it still lies\n"
	    "2. a supervisor looks and signs: teduh restore accept\n"
	    "3. answers that were on their way wait in 'teduh review'");
}

int
admin_restore(const struct admin *admin, int argc, char *const argv[])
{
	struct job j;
	struct err e = ERR_INIT;
	int i, json = 0;

	memset(&j, 0, sizeof(j));
	j.config = admin->config;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = 1;
		else if (strcmp(argv[i], "--secrets") == 0 && i + 1 < argc)
			j.secrets = argv[++i];
		else if (strcmp(argv[i], "--erased") == 0 && i + 1 < argc)
			j.erased = argv[++i];
		else if (argv[i][0] != '-' && j.dir == NULL)
			j.dir = argv[i];
		else
			return admin_usage("restore takes DIR, --secrets "
			    "FOLDER, --erased FILE and --json");
	}
	if (j.dir == NULL)
		return admin_usage("restore wants the folder of a backup");
	if (work(&j, &e) == -1)
		return admin_fail(&e);
	say(&j, json);
	return EX_OK;
}
