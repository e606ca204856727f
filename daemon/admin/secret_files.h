#ifndef TEDUH_ADMIN_SECRET_FILES_H
#define TEDUH_ADMIN_SECRET_FILES_H

struct config;
struct err;

/*
 * The files of a secrets folder, those that the configuration names among
 * them: copied where they are not there yet, 0600, never over another one
 * with other bytes (ERR_CONFLICT). What `from` lacks is passed over. 0 or -1.
 */
int	secret_files_copy(const struct config *, const char *from,
	    const char *to, struct err *);
/* 1 when the pepper and the role keys are there, 0, -1. */
int	secret_files_are(const char *folder, struct err *);

#endif
