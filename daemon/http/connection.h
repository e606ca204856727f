#ifndef TEDUH_HTTP_CONNECTION_H
#define TEDUH_HTTP_CONNECTION_H

#include <microhttpd.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/http/http.h"
#include "lib/buf.h"

/* What http.c and connection.c share; nobody else includes this. */

/* What a connection is waiting for, and so which deadline holds. */
enum connection_phase { PHASE_HEADER, PHASE_IDLE, PHASE_BODY, PHASE_ANSWER };

struct connection {
	LIST_ENTRY(connection)	 list;
	struct http		*http;
	int			 fd;
	enum connection_phase	 phase;
	int64_t			 since_ms;	/* begin of the phase */
	int			 cut;		/* its deadline has passed */
	/* The request at hand. */
	char			*path, *query;	/* raw */
	char			 authority[256];
	struct buf		 body;		/* bytes NULL: none yet */
	size_t			 limit;
	size_t			 drained;	/* read and thrown away */
	int			 refused;	/* status, or 0 */
	size_t			 held;		/* its share of http->held */
	int			 waits;		/* suspended, to be given: */
	int			 given;
	struct http_answer	 answer;
};

LIST_HEAD(connection_list, connection);

struct http {
	const struct http_options	*o;
	struct MHD_Daemon		*daemon;
	struct connection_list		 list;
	unsigned int			 count, max;
	size_t				 memory_max, held; /* of all bodies */
	int				 resumed; /* since MHD_run() */
	int				 quiesced;
};

int64_t	connection_now(void);		/* monotonic, ms */

/* Callbacks of libmicrohttpd; cls is the struct http. */
void	connection_notify(void *cls, struct MHD_Connection *, void **socket,
	    enum MHD_ConnectionNotificationCode);
void	*connection_line(void *cls, const char *uri,
	    struct MHD_Connection *);
enum MHD_Result connection_access(void *cls, struct MHD_Connection *,
	    const char *url, const char *method, const char *version,
	    const char *data, size_t *len, void **context);
void	connection_done(void *cls, struct MHD_Connection *, void **context,
	    enum MHD_RequestTerminationCode);

/* Headers that can be read in one way only: 0, or -1. */
struct connection_framing {
	unsigned int	 hosts, lengths, encodings;
	const char	*host, *encoding;
	uint64_t	 length;	/* declared; 0 without */
	int		 bad;
};
void	connection_framing(struct connection_framing *,
	    struct MHD_Connection *);

#endif
