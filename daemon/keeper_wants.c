/*
 * What a role depends on, as one text to be compared.
 *
 * A role is given the whole configuration, so the table errs to the safe
 * side: only intake and post, whose sessions and letters under way a new
 * start would disturb, look at less than everything.  Files that a role
 * reads at its start, or that its sandbox names, count as what they are now:
 * a renewed certificate under the old name is news.
 */
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/config.h"
#include "daemon/keeper_parts.h"
#include "lib/buf.h"

#define WANTS_MAX	((size_t)16 * CONFIG_MAX)
#define TEXTS_DEPTH	4		/* desks/DESK/LANGUAGE/rules/FILE */

/* "PATH DEVICE INODE SIZE TIMES", or that it cannot be seen. */
static void
add_file(struct buf *b, const char *path)
{
	struct stat st;

	if (path == NULL)
		return;
	if (stat(path, &st) == -1)
		(void)buf_addf(b, "%s -\n", path);
	else
		(void)buf_addf(b, "%s %ju %ju %jd %jd.%09ld %jd.%09ld\n",
		    path, (uintmax_t)st.st_dev, (uintmax_t)st.st_ino,
		    (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
		    st.st_mtim.tv_nsec, (intmax_t)st.st_ctim.tv_sec,
		    st.st_ctim.tv_nsec);
}

/* Every file in it, and in the folders in it: texts are edited in place. */
static void
add_folder(struct buf *b, const char *path, int depth)
{
	char inside[PATH_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (path == NULL || (dir = opendir(path)) == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || snprintf(inside,
		    sizeof(inside), "%s/%s", path, entry->d_name) >=
		    (int)sizeof(inside) || stat(inside, &st) == -1)
			continue;
		if (!S_ISDIR(st.st_mode))
			add_file(b, inside);
		else if (depth > 0)
			add_folder(b, inside, depth - 1);
	}
	(void)closedir(dir);
}

static void
add_mailbox(struct buf *b, const struct config_mailbox *box)
{
	if (box == NULL)
		return;
	(void)buf_adds(b, box->text);
	add_file(b, box->ca);
}

static void
add_relay(struct buf *b, const struct config *c)
{
	if (c->relay.text != NULL)
		(void)buf_adds(b, c->relay.text);
	add_file(b, c->relay.ca);
	add_file(b, c->alarm.texts);
}

char *
keeper_wants(const struct config *c, const char *role, const char *name)
{
	struct buf b;
	size_t i;

	buf_init(&b, WANTS_MAX);
	(void)buf_addf(&b, "%s\n%s\n%s\n", c->data, c->secrets, c->user);
	(void)buf_adds(&b, c->desks_text);
	(void)buf_adds(&b, c->alarm.text);
	if (strcmp(role, "intake") == 0) {
		add_mailbox(&b, config_mailbox(c, name));
		add_folder(&b, c->alarm.texts, TEXTS_DEPTH);
		(void)buf_addf(&b, "%d\n", c->flood);
	} else if (strcmp(role, "post") == 0) {
		add_relay(&b, c);
	} else {
		(void)buf_adds(&b, c->api.text);
		for (i = 0; i < c->nmailboxes; i++)
			(void)buf_adds(&b, c->mailboxes[i].text);
		if (c->relay.text != NULL)
			(void)buf_adds(&b, c->relay.text);
	}
	if (strcmp(role, "api") == 0) {
		add_file(&b, c->api.cert);
		add_file(&b, c->api.key);
	} else if (strcmp(role, "web") == 0) {
		(void)buf_adds(&b, c->web.text);
		add_file(&b, c->web.cert);
		add_file(&b, c->web.key);
		add_folder(&b, c->web.pages, 0);
		add_folder(&b, c->web.words, 0);
		add_folder(&b, c->alarm.texts, TEXTS_DEPTH);
	} else if (strcmp(role, "clock") == 0) {
		if (c->web.text != NULL)
			(void)buf_adds(&b, c->web.text);
		add_file(&b, c->alarm.texts);
	}
	return buf_take(&b, NULL);
}
