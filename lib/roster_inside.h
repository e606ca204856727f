#ifndef TEDUH_ROSTER_INSIDE_H
#define TEDUH_ROSTER_INSIDE_H

#include "lib/roster_entry.h"

/*
 * The state of a roster: between roster.c, which alone changes it, and
 * roster_look.c, which answers questions.  Nobody else includes this.
 */
struct past_key {			/* every key that was ever given */
	unsigned char	 key[SIGN_PUBLIC];
	char		 owner[ROSTER_NAME_MAX + 1];	/* of a sign key */
};

struct role_key {
	char		 role[ROSTER_ROLE_MAX];
	unsigned char	 sign[SIGN_PUBLIC];
	unsigned char	 box[SEAL_KEY];
	int		 current;
};

struct desk_key {			/* team and report keys, all epochs */
	enum roster_kind kind;
	char		 desk[ROSTER_NAME_MAX + 1];
	int64_t		 epoch;
	unsigned char	 box[SEAL_KEY];
};

struct desk {				/* named by a valid entry */
	char		 name[ROSTER_NAME_MAX + 1];
	int		 supervised;	/* ever */
	int		 has_policy;
	struct roster_policy policy;
};

struct roster {
	int64_t		 seq;
	unsigned char	 head[SEAL_HASH];
	struct roster_person *persons;
	size_t		 npersons;
	struct past_key	*keys;
	size_t		 nkeys;
	struct role_key	*roles;
	size_t		 nroles;
	struct desk_key	*deskkeys;
	size_t		 ndeskkeys;
	struct desk	*desks;
	size_t		 ndesks;
};

/* NULL when there is none. newest: the last epoch of that desk. */
struct roster_person *roster_find_person(const struct roster *,
	    const char *name);
struct desk *roster_find_desk(const struct roster *, const char *name);
const struct past_key *roster_find_key(const struct roster *,
	    const unsigned char key[SIGN_PUBLIC]);
const struct desk_key *roster_newest_key(const struct roster *,
	    enum roster_kind, const char *desk);

#endif
