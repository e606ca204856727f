#ifndef TEDUH_ROSTER_INSIDE_H
#define TEDUH_ROSTER_INSIDE_H

#include "lib/roster_entry.h"

/*
 * The state of a roster: between roster.c, which alone changes it,
 * roster_post.c, which remembers who held which post, and roster_look.c,
 * which answers questions.  Nobody else includes this.
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
	int64_t		 seq;		/* the entry that made it */
	unsigned char	 box[SEAL_KEY];
};

/*
 * Who could sign for a desk while an epoch of its team key was the newest:
 * the highest role that this key had then.
 */
struct post {
	char		 desk[ROSTER_NAME_MAX + 1];
	int64_t		 epoch;
	unsigned char	 sign[SIGN_PUBLIC];
	enum roster_rank rank;
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
	struct roster_recovery recovery;	/* since_seq 0: none */
	struct post	*posts;
	size_t		 nposts;
};

/* Room for one more behind n elements, which becomes n + 1; zeroed. */
void	*roster_more(void *array, size_t *n, size_t size);
/* Who holds a post now, after a person's entry and after a team key's. */
void	 roster_post_person(struct roster *, const struct roster_person *);
void	 roster_post_desk(struct roster *, const char *desk, int64_t epoch);

/* NULL when there is none. newest: the last epoch of that desk. */
struct roster_person *roster_find_person(const struct roster *,
	    const char *name);
struct desk *roster_find_desk(const struct roster *, const char *name);
const struct past_key *roster_find_key(const struct roster *,
	    const unsigned char key[SIGN_PUBLIC]);
const struct desk_key *roster_newest_key(const struct roster *,
	    enum roster_kind, const char *desk);

#endif
