#ifndef TEDUH_ADMIN_BACKUP_H
#define TEDUH_ADMIN_BACKUP_H

#include <jansson.h>
#include <limits.h>
#include <stdint.h>

#include "daemon/desk/backup.h"

struct err;

/*
 * The folder of a backup, as `backup` makes it and `restore` reads it:
 *
 *   DIR/content-YYYYMMDDTHHMMSSZ/   store.db, post and roster (DATA/state),
 *                                   manifest.json; a new one each time
 *   DIR/keys                        wrapped keys; replaced each time
 *
 * manifest.json: {v, at, schema, audit:{seq, hash}, roster:{seq, head},
 * cases, parts, files:[{name, size, hash}]}; hash is seal_hash() with
 * "teduh/backup/v1" over the file.
 */
#define BACKUP_MANIFEST	"manifest.json"
#define BACKUP_SET	"content-"
#define BACKUP_NAME_MAX	64

/* FOLDER/NAME. 0, or -1 with ERR_INPUT: too long. */
int	backup_path(char out[PATH_MAX], const char *folder, const char *name,
	    struct err *);
/*
 * Copy a file, durable, mode 0600, never over another; *o (may be NULL)
 * becomes {name, size, hash}. 0, or -1: ERR_GONE there is no such file,
 * ERR_RETRY no room, ERR_IO.
 */
int	backup_file_copy(const char *from_folder, const char *to_folder,
	    const char *name, json_t **o, struct err *);
/* {name, size, hash} of a file; NULL with *e. */
json_t	*backup_file_look(const char *folder, const char *name, struct err *);
/* Write text as FOLDER/NAME, durable, 0600. */
int	backup_file_write(const char *folder, const char *name,
	    const char *text, size_t len, struct err *);
/* Durable names in a folder. */
int	backup_folder_sync(const char *folder, struct err *);

json_t	*backup_heads_show(const struct backup_heads *);
int	backup_heads_read(struct backup_heads *, const json_t *, struct err *);

#endif
