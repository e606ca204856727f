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

#endif
