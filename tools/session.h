#ifndef TEDUH_TOOLS_SESSION_H
#define TEDUH_TOOLS_SESSION_H

#include <jansson.h>
#include <stdint.h>

#include "tools/args.h"
#include "tools/client.h"
#include "tools/team.h"
#include "tools/vault.h"

struct casefile;
struct progress;
struct err;

/*
 * What a command has in hand: the command line, the person's folder and key,
 * the service, and what was verified of its roster.
 */
struct session {
	struct args		 args;
	struct vault		*vault;
	struct vault_service	 service;
	struct identity		*me;
	struct client		*client;
	struct roster		*roster;
	json_t			*entries;	/* of it, verified */
	json_t			*restored;	/* of which backup; or NULL */
	json_t			*audit;		/* its newest entry; or NULL */
	int			 accepting;	/* restore accept (bridge.h) */
	int			 other, unsure;	/* the list is not ours; it has
						   no bridge yet */
	size_t			 lost;		/* entries it does not have */
	struct team		*team;		/* session_team() */
	json_t			*desks;		/* session_desk() */
	char			 noted[CASE_ID_LEN + 1]; /* why it is read */
	json_t			*unopened;	/* said of these (unopened.h) */
	struct progress		*reading;	/* told of each part; or NULL */
};

void	session_init(struct session *);
void	session_free(struct session *);

/*
 * Everything up to a verified roster: folder, service, passphrase, key,
 * roster.  0 or -1.  Commands that come before that (key, join) use the
 * parts themselves.
 */
int	session_open(struct session *, struct err *);

/*
 * The key, into s->me: the unlocked one, else by passphrase; who types may
 * mistype. anew: by passphrase in any case. 0 or -1.
 */
int	session_unlock(struct session *, int anew, struct err *);

/*
 * Read what is new of the roster. -1 with ERR_DENIED when it does not chain
 * to the pin or is not the one that was seen before.
 */
int	session_roster(struct session *, struct err *);
/* The next entry, {entry, signature}, by the rules of lib/roster.h. */
int	session_add_entry(struct roster *, const unsigned char *pin,
	    const json_t *, struct err *);
/* This person on the roster; NULL with ERR_DENIED. */
const struct roster_person *session_person(struct session *, struct err *);
/* This person's team keys, fetched once. */
const struct team *session_team(struct session *, struct err *);
/*
 * The neutral first line of the desk's letters in the language of a case, or
 * in the desk's first one (language may be NULL). NULL: it has none.
 */
const char	*session_first_line(const json_t *desk, const char *language);
/* The desk's object of GET /v1/desks, or NULL with *e. */
const json_t *session_desk(struct session *, const char *name,
	    struct err *);

/*
 * The case with this id or its beginning. changing: at least 4 characters
 * are wanted. NULL with *e.
 */
struct casefile *session_case(struct session *, const char *prefix,
	    int changing, struct err *);
/*
 * The same with what its items say, in one request; the whole id. ERR_GONE
 * when it is not there any more.
 */
struct casefile *session_views(struct session *, const char *id,
	    struct err *);
/* A case from the queue, of which only the newest letter is known. */
struct casefile *session_row(struct session *, const json_t *, struct err *);

#endif
