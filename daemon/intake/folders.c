/*
 * Which folders are watched.  The server says which of them is for junk:
 * what a filter put there comes into the tray, for a human to look at.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/intake/folders.h"
#include "daemon/intake/imap.h"
#include "daemon/log.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define LOOK_EVERY_S	900

void
folders_init(struct folders *f, const struct folder *like)
{
	char **names = like->mailbox->folders;
	size_t i;

	memset(f, 0, sizeof(*f));
	f->like = *like;
	while (names != NULL && names[f->named] != NULL)
		f->named++;
	f->n = f->named;
	f->v = mem_alloc((f->named + 1) * sizeof(*f->v));
	for (i = 0; i < f->named; i++) {
		f->v[i] = *like;
		f->v[i].name = names[i];
	}
	f->moved = *like;
	f->moved.name = like->mailbox->after_folder;
	f->moved.moved_to = 1;
	filed_init(&f->filed, &f->like);
}

void
folders_free(struct folders *f)
{
	filed_free(&f->filed);
	free(f->junk);
	free(f->v);
	memset(f, 0, sizeof(*f));
}

struct looking {
	struct folders	*folders;
	char		*junk;		/* what is to be watched beside */
	int		 flagged;	/* the server itself says so */
};

static void
note_folder(void *ctx, const char *name, enum imap_use use, int flagged)
{
	struct looking *l = ctx;
	struct folders *f = l->folders;
	size_t i;

	filed_note(&f->filed, name, use, flagged);
	for (i = 0; i < f->named; i++) {
		if (strcmp(f->v[i].name, name) == 0) {
			f->v[i].junk = use == IMAP_USE_JUNK;
			return;
		}
	}
	/* What the server says is better than what a name seems to say. */
	if (use != IMAP_USE_JUNK || !f->like.mailbox->folders_default ||
	    (l->junk != NULL && (l->flagged || !flagged)))
		return;
	if (f->like.mailbox->after == AFTER_MOVE &&
	    strcmp(name, f->like.mailbox->after_folder) == 0)
		return;
	free(l->junk);
	l->junk = mem_strdup(name);
	l->flagged = flagged;
}

/* The one that was watched is another one now, or none. */
static void
change_junk(struct folders *f, char *name)
{
	free(f->junk);
	f->junk = name;
	f->n = f->named;
	if (name == NULL)
		return;
	f->v[f->n] = f->like;
	f->v[f->n].name = name;
	f->v[f->n].junk = 1;
	f->n++;
	log_info("junk-watched mailbox=%s", f->like.mailbox->name);
}

int
folders_look(struct folders *f, struct imap *m, struct err *e)
{
	int64_t now = store_now(f->like.desk->store);
	struct looking l = { f, NULL, 0 };

	if (f->looked_at != 0 && now - f->looked_at < LOOK_EVERY_S &&
	    now >= f->looked_at)
		return 0;
	if (imap_folders(m, note_folder, &l, e) == -1) {
		free(l.junk);
		return -1;
	}
	f->looked_at = now;
	filed_noted(&f->filed);
	if ((l.junk == NULL) != (f->junk == NULL) ||
	    (l.junk != NULL && strcmp(l.junk, f->junk) != 0))
		change_junk(f, l.junk);
	else
		free(l.junk);
	return 0;
}

/* 1 it is time, or something may be removed there; 0, -1. */
static int
moved_is_due(const struct folders *f, struct err *e)
{
	if (f->moved.name == NULL)
		return 0;
	return folder_is_due(&f->moved) ? 1 : removal_due(&f->moved, e);
}

int
folders_pass(struct folders *f, struct imap *m, struct err *e)
{
	size_t i;
	int away, filed;

	for (i = 0; i < f->n; i++) {
		if (folder_pass(&f->v[i], m, e) == 0)
			continue;
		/* A junk folder that went away leaves nothing to do. */
		if (e->code != ERR_GONE || i < f->named)
			return -1;
		change_junk(f, NULL);
		f->looked_at = 0;
	}
	if ((away = moved_is_due(f, e)) == -1 ||
	    (away && folder_pass(&f->moved, m, e) == -1) ||
	    (filed = filed_pass(&f->filed, m, e)) == -1)
		return -1;
	/* The first folder is listened to: select it again. */
	return f->n > 1 || away || filed ? folder_pass(&f->v[0], m, e) : 0;
}
