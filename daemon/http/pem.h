#ifndef TEDUH_HTTP_PEM_H
#define TEDUH_HTTP_PEM_H

struct err;
struct secret;

/*
 * A certificate or key file as text in locked memory, with a NUL that
 * counts. NULL with ERR_INPUT: it cannot be read, or is larger than 64 KiB.
 */
#define PEM_MAX	65536

struct secret	*pem_read(const char *path, struct err *);
/*
 * Say as a finding (probe.h) whether a role can read them, and how long the
 * certificate is good. Not for the loop: a role's look alone calls it.
 */
void		 pem_look(const char *what, const char *cert_path,
		    const char *key_path, const char *user);

#endif
