/*
 * Attached files on their way to the disk: opened, held against what was
 * signed, and written under names that can do no harm.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/commands/attachments.h"
#include "tools/commands/folder.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

#define PLAIN_MAX	(64 * 1024 * 1024)
#define SAME_NAME_MAX	1000

struct saving {
	const struct session	*s;
	struct casefile		*cf;
	struct casefile_item	*item;
	int			 folder;
};

int
attachments_folder(const struct session *s, struct err *e)
{
	const char *path = s->args.attachments;
	int folder;

	if (mkdir(path, 0700) == -1 && errno != EEXIST) {
		err_set(e, ERR_IO, _("cannot make the folder '%s': %s"), path,
		    strerror(errno));
		return -1;
	}
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder == -1)
		err_set(e, ERR_IO, _("cannot open the folder '%s': %s"), path,
		    strerror(errno));
	return folder;
}

/* name, name-2, name-3 ...: the first that is free, opened; or -1. */
static int
open_free(int dir, const char *name, char *used, size_t size, struct err *e)
{
	const char *dot = strrchr(name, '.');
	int i, fd = -1, stem;

	if (dot == NULL || dot == name)
		dot = name + strlen(name);
	stem = (int)(dot - name);
	for (i = 1; i < SAME_NAME_MAX; i++) {
		if (i == 1)
			(void)snprintf(used, size, "%s", name);
		else
			(void)snprintf(used, size, "%.*s-%d%s", stem, name, i,
			    dot);
		fd = openat(dir, used, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd != -1 || errno != EEXIST)
			break;
	}
	if (fd == -1)
		err_set(e, ERR_IO, _("cannot write '%s': %s"), used,
		    strerror(errno));
	return fd;
}

/* One file into the folder; k: which of the item's. */
static int
save_one(const struct saving *to, uint32_t k, const json_t *about,
    struct err *e)
{
	const char *said = json_string_value(json_object_get(about, "name"));
	char used[512], id[RENDER_WORD], *name;
	struct buf plain;
	int fd, result = -1;

	name = text_file_name(said == NULL ? "" : said);
	buf_init(&plain, PLAIN_MAX);
	if (casefile_part(to->cf, to->item, PART_ATTACHMENT + k, &plain,
	    e) == 0 &&
	    (fd = open_free(to->folder, name, used, sizeof(used), e)) != -1)
		result = folder_write(fd, &plain, used, e);
	(void)render_word(id, about, "id");
	if (result == -1)
		err_prefix(e, "%s", id);
	else if (!to->s->args.json && !to->s->args.quiet)
		(void)printf(_("%s saved as %s/%s\n"), id,
		    to->s->args.attachments, used);
	buf_free(&plain);
	free(name);
	return result;
}

int
attachments_save(const struct session *s, struct casefile *cf,
    struct casefile_item *item, const json_t *list, int folder,
    struct err *e)
{
	const struct saving to = { s, cf, item, folder };
	const json_t *about;
	size_t k;

	json_array_foreach(list, k, about)
		if (save_one(&to, (uint32_t)k, about, e) == -1)
			return -1;
	return 0;
}
