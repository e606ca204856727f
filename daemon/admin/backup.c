/*
 * teduh-admin backup: content and wrapped keys into a folder, secrets only
 * where somebody says so.
 *
 * The service's user takes the store apart in DATA/backup, where nobody else
 * looks; we copy from there, so that the store is touched by its own user
 * alone and the target may be a place where only root writes.  The keys
 * have their name before the content has: content without its keys would be
 * lost, keys without content harm nobody.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
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
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define SETS_MAX	4096
#define UNFINISHED	".new-"

struct job {
	const struct config	*config;
	const char		*dir, *secrets;
	int			 keep, json, quiet;
	int			 lock;			/* backup_lock() */
	char			 work[PATH_MAX];	/* DATA/backup */
	char			 set[BACKUP_NAME_MAX];
	char			 aside[PATH_MAX];	/* DIR/.new-... */
	struct backup_heads	 heads;
	int64_t			 bytes;
};

static int
io(const char *what, const char *path, struct err *e)
{
	err_set(e, errno == ENOSPC ? ERR_RETRY : ERR_IO, "cannot %s '%s': %s",
	    what, path, strerror(errno));
	return -1;
}

/* As the service's user: DATA/backup is filled. */
static int
take(void *ctx, struct err *e)
{
	const struct job *j = ctx;
	struct backup_heads heads;
	json_t *o;
	char *text;
	size_t len;
	int result;

	backup_folder_remove(j->work);		/* of one that was ended */
	if (mkdir(j->work, 0700) == -1)
		return io("make", j->work, e);
	if (backup_take(j->config, j->work, &heads, e) == -1) {
		backup_folder_remove(j->work);
		return -1;
	}
	o = backup_heads_show(&heads);
	text = wire_print(o, &len);
	json_decref(o);
	result = backup_file_write(j->work, BACKUP_MANIFEST, text, len, e);
	free(text);
	return result;
}

static int
note(void *ctx, struct err *e)
{
	const struct job *j = ctx;

	return backup_note(j->config, &j->heads, e);
}

/* DIR: there, ours alone, and not inside the data folder. */
static int
check_dir(const char *dir, const struct config *config, struct err *e)
{
	char real[PATH_MAX], data[PATH_MAX];
	struct stat st;
	size_t n;

	if (realpath(dir, real) == NULL || stat(real, &st) == -1)
		return io("look at", dir, e);
	if (!S_ISDIR(st.st_mode)) {
		err_set(e, ERR_INPUT, "'%s' is no folder", dir);
		return -1;
	}
	if ((st.st_mode & 077) != 0 || st.st_uid != geteuid()) {
		err_set(e, ERR_DENIED, "'%s' is open to others: 'chmod 0700' "
		    "it, and let it be yours", dir);
		return -1;
	}
	if (realpath(config->data, data) == NULL)
		return io("look at", config->data, e);
	n = strlen(data);
	if (strncmp(real, data, n) == 0 && (real[n] == '/' ||
	    real[n] == '\0')) {
		err_set(e, ERR_INPUT, "'%s' lies inside the data folder: a "
		    "backup belongs onto another disk", dir);
		return -1;
	}
	return 0;
}

static int
read_heads(struct job *j, json_t **manifest, struct err *e)
{
	char path[PATH_MAX];

	if (backup_path(path, j->work, BACKUP_MANIFEST, e) == -1)
		return -1;
	*manifest = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	if (*manifest == NULL) {
		err_set(e, ERR_BUG, "'%s' cannot be read", path);
		return -1;
	}
	return backup_heads_read(&j->heads, *manifest, e);
}

/* One file into the new set; what is not there yet (state) is left out. */
static int
add_file(struct job *j, const char *folder, const char *name, int must,
    json_t *files, struct err *e)
{
	struct err why = ERR_INIT;
	json_t *o = NULL;

	if (backup_file_copy(folder, j->aside, name, &o, &why) == -1) {
		if (!must && why.code == ERR_GONE)
			return 0;
		*e = why;
		return -1;
	}
	j->bytes += json_integer_value(json_object_get(o, "size"));
	(void)json_array_append_new(files, o);
	return 0;
}

static int
write_manifest(struct job *j, json_t *manifest, struct err *e)
{
	size_t len;
	char *text = wire_print(manifest, &len);
	int result = backup_file_write(j->aside, BACKUP_MANIFEST, text, len,
	    e);

	free(text);
	return result;
}

/* The keys replace those that are there, at once. */
static int
replace_keys(struct job *j, struct err *e)
{
	char fresh[PATH_MAX], name[PATH_MAX];

	if (backup_path(fresh, j->aside, BACKUP_KEYS, e) == -1 ||
	    backup_path(name, j->dir, BACKUP_KEYS, e) == -1 ||
	    backup_file_copy(j->work, j->aside, BACKUP_KEYS, NULL, e) == -1)
		return -1;
	if (rename(fresh, name) == -1)
		return io("name", name, e);
	return backup_folder_sync(j->dir, e);
}

static int
name_set(struct job *j, struct err *e)
{
	time_t at = (time_t)j->heads.at;
	char path[PATH_MAX];
	struct tm tm;

	(void)gmtime_r(&at, &tm);
	(void)strftime(j->set, sizeof(j->set), BACKUP_SET "%Y%m%dT%H%M%SZ",
	    &tm);
	if (backup_path(path, j->dir, j->set, e) == -1)
		return -1;
	if (access(path, F_OK) == 0) {
		err_set(e, ERR_CONFLICT, "'%s' is there already: wait a "
		    "second", path);
		return -1;
	}
	if (rename(j->aside, path) == -1)
		return io("name", path, e);
	return backup_folder_sync(j->dir, e);
}

static int
store_set(struct job *j, struct err *e)
{
	json_t *manifest = NULL, *files = json_array();
	char state[PATH_MAX], name[32];
	int result = -1;

	(void)snprintf(name, sizeof(name), UNFINISHED "%ld", (long)getpid());
	if (backup_path(state, j->config->data, "state", e) == -1 ||
	    backup_path(j->aside, j->dir, name, e) == -1) {
		j->aside[0] = '\0';
		goto out;
	}
	if (mkdir(j->aside, 0700) == -1) {
		(void)io("make", j->aside, e);
		goto out;
	}
	if (read_heads(j, &manifest, e) == -1 ||
	    add_file(j, j->work, BACKUP_STORE, 1, files, e) == -1 ||
	    add_file(j, state, "post", 0, files, e) == -1 ||
	    add_file(j, state, "roster", 0, files, e) == -1)
		goto out;
	(void)json_object_set(manifest, "files", files);
	if (write_manifest(j, manifest, e) == 0 &&
	    backup_folder_sync(j->aside, e) == 0 &&
	    replace_keys(j, e) == 0)
		result = name_set(j, e);
out:
	if (result == -1 && j->aside[0] != '\0')
		backup_folder_remove(j->aside);
	json_decref(manifest);
	json_decref(files);
	return result;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sets that were never finished: nobody else makes one now. */
static void
drop_unfinished(const struct job *j)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir = opendir(j->dir);

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, UNFINISHED,
		    strlen(UNFINISHED)) == 0 &&
		    backup_path(path, j->dir, entry->d_name, NULL) == 0)
			backup_folder_remove(path);
	if (dir != NULL)
		(void)closedir(dir);
}

/* All but the newest --keep sets go; their names sort by time. */
static void
forget_old(const struct job *j)
{
	char *names[SETS_MAX], path[PATH_MAX];
	const struct dirent *entry;
	DIR *dir = opendir(j->dir);
	size_t n = 0, i;

	while (dir != NULL && n < SETS_MAX && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, BACKUP_SET,
		    strlen(BACKUP_SET)) == 0)
			names[n++] = mem_strdup(entry->d_name);
	if (dir != NULL)
		(void)closedir(dir);
	qsort(names, n, sizeof(*names), by_name);
	for (i = 0; i < n; i++) {
		if (j->keep > 0 && i + (size_t)j->keep < n &&
		    backup_path(path, j->dir, names[i], NULL) == 0)
			backup_folder_remove(path);
		free(names[i]);
	}
}

static void
say(const struct job *j)
{
	if (j->json) {
		json_t *o = backup_heads_show(&j->heads);
		char *text;

		(void)json_object_set_new(o, "set", json_string(j->set));
		(void)json_object_set_new(o, "secrets", j->secrets == NULL ?
		    json_null() : json_string(j->secrets));
		text = wire_print(o, NULL);
		(void)puts(text);
		free(text);
		json_decref(o);
		return;
	}
	if (j->quiet)
		return;
	(void)printf("content: '%s/%s', %" PRId64 " cases, %" PRId64 " KiB; "
	    "it opens nothing and may lie wherever it is safe from loss\n",
	    j->dir, j->set, j->heads.cases, j->bytes / 1024);
	(void)printf("keys: '%s/" BACKUP_KEYS "', replaced each time; without "
	    "them no content opens, so keep one newest copy, in another "
	    "place than the content, and no old ones\n", j->dir);
	if (j->secrets == NULL)
		(void)printf("secrets: not copied; they change only with a "
		    "password or a pin, and '--secrets FOLDER' copies them\n");
	else
		(void)printf("secrets: '%s'; with them and the content, "
		    "guesses of addresses can be tested and letters signed "
		    "in the service's name: keep it offline and locked "
		    "away\n", j->secrets);
}

static int
work(struct job *j, struct err *e)
{
	int result = -1;

	if (backup_path(j->work, j->config->data, BACKUP_WORK, e) == -1 ||
	    check_dir(j->dir, j->config, e) == -1 ||
	    (j->secrets != NULL && check_dir(j->secrets, j->config, e) == -1) ||
	    (j->lock = backup_lock(j->config->data, e)) == -1)
		return -1;
	drop_unfinished(j);
	if (!j->quiet && isatty(STDERR_FILENO))
		(void)fputs("teduh-admin: copying the store ...\n", stderr);
	if (admin_as_user(j->config, take, j, e) == -1)
		return -1;
	if (store_set(j, e) == 0 && (j->secrets == NULL ||
	    secret_files_copy(j->config, j->config->secrets, j->secrets,
	    e) == 0))
		result = admin_as_user(j->config, note, j, e);
	backup_folder_remove(j->work);
	if (result == 0)
		forget_old(j);
	return result;
}

static int
number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text == '\0' || *end != '\0' || n < 1 || n > SETS_MAX ? -1 :
	    (int)n;
}

int
admin_backup(const struct admin *admin, int argc, char *const argv[])
{
	struct job j;
	struct err e = ERR_INIT;
	int i, result;

	memset(&j, 0, sizeof(j));
	j.lock = -1;
	j.config = admin->config;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			j.json = 1;
		else if (strcmp(argv[i], "--quiet") == 0)
			j.quiet = 1;
		else if (strcmp(argv[i], "--secrets") == 0 && i + 1 < argc)
			j.secrets = argv[++i];
		else if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc) {
			if ((j.keep = number(argv[++i])) == -1)
				return admin_usage("--keep wants a number of "
				    "content sets, 1 or more");
		} else if (argv[i][0] != '-' && j.dir == NULL)
			j.dir = argv[i];
		else
			return admin_usage("backup takes DIR, --secrets "
			    "FOLDER, --keep N, --json and --quiet");
	}
	if (j.dir == NULL)
		return admin_usage("backup wants the folder to write to");
	result = work(&j, &e);
	if (j.lock != -1)
		(void)close(j.lock);
	if (result == -1)
		return admin_fail(&e);
	say(&j);
	return EX_OK;
}
