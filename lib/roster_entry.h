#ifndef TEDUH_ROSTER_ENTRY_H
#define TEDUH_ROSTER_ENTRY_H

#include "lib/roster.h"

/*
 * One roster entry as it was read: between roster_entry.c, which reads the
 * bytes, and roster.c, which decides; and what roster_card.c reads in the
 * same way.  Nobody else includes this.
 */
enum roster_kind { KIND_PERSON, KIND_ROLE, KIND_TEAM, KIND_REPORT,
    KIND_POLICY, KIND_RECOVERY, KIND_BRIDGE };

#define ROSTER_ROLE_MAX		8	/* bytes of a role's word, with NUL */

struct roster_entry {
	enum roster_kind kind;
	int64_t		 seq;
	unsigned char	 prev[SEAL_HASH];
	int64_t		 at;
	char		 by[ROSTER_NAME_MAX + 1];
	struct roster_person person;		/* person */
	char		 role[ROSTER_ROLE_MAX];	/* role */
	unsigned char	 sign[SIGN_PUBLIC];	/* role */
	unsigned char	 box[SEAL_KEY];		/* all but person, policy */
	int		 has_box;		/* role, recovery */
	char		 desk[ROSTER_NAME_MAX + 1]; /* team, report, policy */
	int64_t		 epoch;			/* team, report */
	struct roster_policy policy;		/* policy */
	struct roster_recovery recovery;	/* recovery, with a sign key */
	int		 has_sign;		/* recovery */
};

/*
 * Read the bytes strictly: exactly the members of its kind, known words,
 * valid names. 0, or -1 with ERR_INPUT. Says nothing about validity.
 */
int	roster_entry_parse(struct roster_entry *, const void *, size_t,
	    struct err *);

/* A list of names, new; n may be 0. */
json_t	*roster_names(char names[][ROSTER_NAME_MAX + 1], size_t n);
/* A list of at most max valid names, none twice. 0; -1 with ERR_INPUT. */
int	roster_get_names(const json_t *, const char *member, size_t max,
	    char out[][ROSTER_NAME_MAX + 1], size_t *n, struct err *);
/* Two keys that somebody shows together; they differ. As above. */
int	roster_get_pair(const json_t *, unsigned char sign[SIGN_PUBLIC],
	    unsigned char box[SEAL_KEY], struct err *);

#endif
