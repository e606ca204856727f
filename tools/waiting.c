/*
 * Nobody has to remember that a window was closed in the middle: the lists
 * that a day begins with sweep what was left, and offer it again.  The vault
 * knows by the names of its files which answers these are; that an editor is
 * still open is known by the lock that it holds.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/text.h"
#include "lib/wire.h"
#include "tools/editor.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/waiting.h"
#include "tools/words.h"

#define OPEN		".open"
#define LINE_MAX_BYTES	256
#define PATH_MAX_BYTES	4096
#define WHOLE_MAX	(4 * 1024 * 1024)

/* "7K2M9Q4X-p1", "7K2M9Q4X-p1.open": of which answer; 0 when of none. */
static int
is_answer(const char *name, char case_id[CASE_ID_LEN + 1],
    int64_t *participant, int *open)
{
	char *end;

	if (strlen(name) < CASE_ID_LEN + 3 || name[CASE_ID_LEN] != '-' ||
	    name[CASE_ID_LEN + 1] != 'p')
		return 0;
	memcpy(case_id, name, CASE_ID_LEN);
	case_id[CASE_ID_LEN] = '\0';
	*participant = strtoll(name + CASE_ID_LEN + 2, &end, 10);
	*open = strcmp(end, OPEN) == 0;
	return *participant > 0 && (*open || *end == '\0');
}

/* The words into the vault, beside the subject that may be there. */
static int
seal(const struct session *s, const char *case_id, int64_t participant,
    const char *text)
{
	json_t *o = vault_read_draft(s->vault, s->me, case_id, participant);
	struct buf whole;
	int result;

	if (o == NULL)
		o = json_pack("{s:n}", "subject");
	buf_init(&whole, WHOLE_MAX);
	(void)text_repair(text, strlen(text), &whole);
	(void)json_object_set_new(o, "body", json_string(whole.bytes));
	result = vault_save_draft(s->vault, s->me, case_id, participant, o,
	    NULL);
	buf_free(&whole);
	json_decref(o);
	return result;
}

/* What an editor left, if its window is gone. */
static void
sweep(const struct session *s, const char *case_id, int64_t participant)
{
	char left[VAULT_FOLDER_MAX], *text;
	int lock, result = 0;

	lock = vault_lock_draft(s->vault, case_id, participant, left, NULL);
	if (lock == -1)
		return;
	if (left[0] == '/') {
		text = editor_left(left);
		if (text != NULL && text[strspn(text, " \t\r\n")] != '\0')
			result = seal(s, case_id, participant, text);
		if (result == 0) {
			editor_remove(left);
			(void)vault_note_folder(lock, "", NULL);
		}
		if (text != NULL)
			seal_wipe(text, strlen(text));
		free(text);
	}
	(void)close(lock);
}

static void
tell(const char *case_id)
{
	char line[LINE_MAX_BYTES];

	(void)snprintf(line, sizeof(line), _("teduh: an answer in the case "
	    "%s is kept on this machine and has not reached the service: "
	    "'teduh reply %s' goes on with it."), case_id, case_id);
	render_say(stderr, line);
}

/* open: sweep where an editor was at work; else tell of what waits. */
static void
each(const struct session *s, DIR *dir, int open)
{
	char case_id[CASE_ID_LEN + 1];
	const struct dirent *entry;
	int64_t participant;
	struct stat st;
	int its;

	rewinddir(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (!is_answer(entry->d_name, case_id, &participant, &its) ||
		    its != open)
			continue;
		/* An empty note: no editor, and no lock to be in the way. */
		if (!open)
			tell(case_id);
		else if (fstatat(dirfd(dir), entry->d_name, &st,
		    AT_SYMLINK_NOFOLLOW) == 0 && st.st_size > 0)
			sweep(s, case_id, participant);
	}
}

void
waiting_tell(const struct session *s)
{
	char path[PATH_MAX_BYTES];
	DIR *dir;

	(void)snprintf(path, sizeof(path), "%s/drafts", vault_path(s->vault));
	if ((dir = opendir(path)) == NULL)
		return;		/* nothing was ever written */
	each(s, dir, 1);
	if (!s->args.quiet && !s->args.json)
		each(s, dir, 0);
	(void)closedir(dir);
}
