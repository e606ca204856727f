#ifndef TEDUH_TOOLS_CLIENT_H
#define TEDUH_TOOLS_CLIENT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/signature.h"

struct buf;
struct err;

/*
 * Talks to the service (doc/api.md): one connection, every request signed,
 * TLS verified, no redirects, answers bounded.  Errors are what the service
 * said, as a sentence: ERR_INPUT (400, 413, 426), ERR_DENIED (403), ERR_GONE
 * (404), ERR_CONFLICT (409), ERR_RETRY (503 or not reachable), ERR_IO.
 */
#define CLIENT_ANSWER_MAX	(64 * 1024 * 1024)

struct client;

/* "unix:PATH" or "https://HOST[:PORT]"; ca: a PEM file, or NULL. */
struct client	*client_new(const char *url, const char *ca, struct err *);
void		 client_free(struct client *);
/* Whose requests these are; kept by the caller. NULL: unsigned. */
void		 client_sign_as(struct client *, const struct signer *);
/* Say nothing but errors: not that the service is slow, nor of the clock. */
void		 client_hush(struct client *, int quiet);
/* 1 when the service itself refused the last request for its key (403). */
int		 client_is_stranger(const struct client *);
/* Now, by the service's clock where ours was found to be wrong. */
int64_t		 client_now(const struct client *);

/* path may end in a query. The answer is the caller's to decref. */
json_t		*client_get(struct client *, const char *path, struct err *);
json_t		*client_post(struct client *, const char *path,
		    const json_t *body, struct err *);
/* Sealed bytes. */
int		 client_get_bytes(struct client *, const char *path,
		    struct buf *, struct err *);
int		 client_put_bytes(struct client *, const char *path,
		    const void *, size_t, struct err *);

#endif
