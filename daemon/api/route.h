#ifndef TEDUH_API_ROUTE_H
#define TEDUH_API_ROUTE_H

#include "daemon/api/call.h"

struct err;

/* The requests of doc/api.md. */

/* Whose signature it takes. */
enum route_who {
	WHO_ANYBODY,			/* none */
	WHO_FOUNDER,			/* desk compares the key */
	WHO_INVITATION,
	WHO_PERSON_OR_INVITATION,	/* or the recovery key */
	WHO_RECOVERY,
	WHO_PERSON,
	WHO_SUPERVISOR
};

struct route {
	const char	*method;
	const char	*pattern;	/* {case} {item} {n} are segments */
	const char	*query;		/* its one name, or NULL: none */
	enum route_who	 who;
	call_json	*json;		/* one of the two */
	call_octets	*octets;
};

/* NULL: there is none. What the path names is put into the call. */
const struct route *route_find(const char *method, const char *path,
		    struct call *);
/* Whether unknown, foreign and forbidden must be one answer. */
int		 route_has_id(const struct route *);
/* The query into the call: 0, or -1 with ERR_INPUT. */
int		 route_query(const struct route *, const char *query,
		    struct call *, struct err *);

#endif
