/*
 * Loads the rules of triage.  A file that is not understood is an error for
 * all of them: a desk that believes in a rule must not be left without it in
 * silence.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/config_rules.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"

#define PATH_SIZE	4096
#define FILES_MAX	200
#define ENDING		".txt"

struct of_desk {
	char		*name;
	struct rules	 rules;
};

struct config_rules {
	struct of_desk	*desks;
	size_t		 n;
	struct buf	 text;		/* while it is gathered */
	int		 fd;
};

/* Names of files, sorted, each once. */
struct names {
	char	*v[FILES_MAX];
	size_t	 n;
};

static int
add_name(struct names *l, const char *name, struct err *e)
{
	size_t i;

	for (i = 0; i < l->n && strcmp(l->v[i], name) < 0; i++)
		;
	if (i < l->n && strcmp(l->v[i], name) == 0)
		return 0;
	if (strpbrk(name, "\n\f") != NULL) {
		err_set(e, ERR_INPUT, "the name of a file of rules has a line "
		    "end in it: give it another one");
		return -1;
	}
	if (l->n == FILES_MAX) {
		err_set(e, ERR_INPUT, "there are more than %d files of rules "
		    "for one language", FILES_MAX);
		return -1;
	}
	memmove(&l->v[i + 1], &l->v[i], (l->n - i) * sizeof(l->v[0]));
	l->v[i] = mem_strdup(name);
	l->n++;
	return 0;
}

/* A folder that is not there has no files. */
static int
add_folder(struct names *l, const char *path, struct err *e)
{
	struct dirent *entry;
	int result = 0;
	size_t n;
	DIR *dir;

	if ((dir = opendir(path)) == NULL) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		err_set(e, ERR_IO, "cannot read '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		n = strlen(entry->d_name);
		if (entry->d_name[0] != '.' && n > strlen(ENDING) &&
		    strcmp(entry->d_name + n - strlen(ENDING), ENDING) == 0)
			result = add_name(l, entry->d_name, e);
	}
	(void)closedir(dir);
	return result;
}

static int
add_file(struct config_rules *r, struct rules *rules, const char *path,
    struct err *e)
{
	char *text = config_read(path, NULL, e);
	int result = -1;

	if (text == NULL)
		return -1;
	if (rules_add(rules, path, text, e) == 0) {
		result = buf_addf(&r->text, CONFIG_RULES_FILE "%s\n",
		    path) == -1 || buf_adds(&r->text, text) == -1 ||
		    buf_adds(&r->text, CONFIG_RULES_END) == -1 ? -1 : 0;
		if (result == -1)
			err_set(e, ERR_INPUT, "'%s': there are more than %d "
			    "bytes of rules", path, CONFIG_RULES_MAX);
	}
	free(text);
	return result;
}

static int
add_language(struct config_rules *r, struct rules *rules,
    const struct config *config, const char *desk, const char *language,
    struct err *e)
{
	char path[PATH_SIZE], file[300];
	struct names names = { { NULL }, 0 };
	size_t i;
	int result;

	(void)snprintf(path, sizeof(path), "%s/%s/rules",
	    config->alarm.texts, language);
	result = add_folder(&names, path, e);
	(void)snprintf(path, sizeof(path), "%s/desks/%s/%s/rules",
	    config->alarm.texts, desk, language);
	if (result == 0)
		result = add_folder(&names, path, e);
	for (i = 0; i < names.n; i++) {
		(void)snprintf(file, sizeof(file), "rules/%.255s",
		    names.v[i]);
		config_find_text(config, desk, language, file, path);
		if (result == 0)
			result = add_file(r, rules, path, e);
		free(names.v[i]);
	}
	return result;
}

static int
add_desk(struct config_rules *r, const struct config *config,
    const struct config_desk *desk, struct err *e)
{
	struct of_desk *of = &r->desks[r->n++];
	char *words, *word, *rest = NULL;
	int result;

	of->name = mem_strdup(desk->name);
	rules_init(&of->rules);
	result = buf_addf(&r->text, CONFIG_RULES_DESK "%s\n", desk->name);
	if (result == -1)
		err_set(e, ERR_INPUT, "there are too many rules");
	words = mem_strdup(desk->languages);
	for (word = strtok_r(words, " ", &rest); word != NULL && result == 0;
	    word = strtok_r(NULL, " ", &rest))
		result = add_language(r, &of->rules, config, desk->name,
		    word, e);
	free(words);
	return result;
}

/* Made before the walls close, for every reader that is started later. */
static int
keep_text(struct config_rules *r, struct err *e)
{
	r->fd = memfd_create("rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (r->fd != -1 && io_write(r->fd, r->text.bytes, r->text.len) == 0 &&
	    fcntl(r->fd, F_ADD_SEALS, F_SEAL_SEAL |
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0) {
		buf_free(&r->text);
		return 0;
	}
	err_set(e, ERR_IO, "cannot keep the rules: %s", strerror(errno));
	return -1;
}

struct config_rules *
config_rules_load(const struct config *config, const char *desk,
    struct err *e)
{
	struct config_rules *r = mem_alloc(sizeof(*r));
	size_t i;

	r->fd = -1;
	buf_init(&r->text, CONFIG_RULES_MAX);
	r->desks = mem_alloc((config->ndesks + 1) * sizeof(*r->desks));
	for (i = 0; i < config->ndesks; i++) {
		if (desk != NULL && strcmp(desk, config->desks[i].name) != 0)
			continue;
		if (add_desk(r, config, &config->desks[i], e) == -1) {
			config_rules_free(r);
			return NULL;
		}
	}
	if (keep_text(r, e) == 0)
		return r;
	config_rules_free(r);
	return NULL;
}

void
config_rules_free(struct config_rules *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->n; i++) {
		free(r->desks[i].name);
		rules_free(&r->desks[i].rules);
	}
	free(r->desks);
	buf_free(&r->text);
	if (r->fd != -1)
		(void)close(r->fd);
	free(r);
}

const struct rules *
config_rules_of(const struct config_rules *r, const char *desk)
{
	size_t i;

	for (i = 0; r != NULL && i < r->n; i++)
		if (strcmp(r->desks[i].name, desk) == 0)
			return &r->desks[i].rules;
	return NULL;
}

const int *
config_rules_fd(const struct config_rules *r)
{
	return r == NULL ? NULL : &r->fd;
}
