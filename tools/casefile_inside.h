#ifndef TEDUH_TOOLS_CASEFILE_INSIDE_H
#define TEDUH_TOOLS_CASEFILE_INSIDE_H

#include "lib/epoch.h"
#include "tools/casefile.h"

/*
 * Between casefile.c, which opens keys and holds the chain, casefile_epoch.c,
 * which knows the present key, and casefile_read.c, which opens parts.  Nobody
 * else includes this.
 */
struct casefile_key {
	int64_t		 epoch;
	unsigned char	 pub[SEAL_KEY];
	struct secret	*secret;	/* NULL: not for us */
	int		 shut;		/* nor for anybody of the team */
	char		*problem;	/* why it is NULL */
};

struct casefile {
	char			 id[CASE_ID_LEN + 1];
	char			 desk[ROSTER_NAME_MAX + 1];
	json_t			*json;
	struct casefile_source	 source;
	struct casefile_key	*keys;
	size_t			 nkeys;
	struct epoch		 epoch;		/* the newest record, or */
						/* epoch_begun(); */
	int			 has_epoch;	/* or there is none; or -1: */
						/* one does not hold */
	struct epoch		*records;	/* those that hold */
	size_t			 nrecords;
	char			 (*former)[ROSTER_NAME_MAX + 1];
	size_t			 nformer;	/* desks that gave it away */
	struct casefile_item	*items;
	size_t			 nitems;
};

/* The first sentence counts. */
void	casefile_doubt(struct casefile_item *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
const struct casefile_key *casefile_case_key(const struct casefile *,
	    int64_t epoch);

/* Read the records of new keys. 0 or -1 (they are not what they should be). */
int	casefile_epochs(struct casefile *, struct err *);

/*
 * The highest rank that the owner of this signing key had on the desk since
 * the case came there under its key of that number; -1: none, or the case
 * was elsewhere then.  Where nobody signed the desk: the highest ever.
 */
int	casefile_held(const struct casefile *, int64_t epoch,
	    const char *desk, const unsigned char sign[SIGN_PUBLIC]);

/* 1 when a role's deposit speaks for it, else one of the staff signed it. */
int	casefile_deposited(const struct casefile_item *);
/*
 * Of an item whose bytes were opened: a person's two signatures, or a
 * statement's first one, by those whom they name and about this case. 0, or
 * -1 with ERR_DENIED and the sentence that becomes the item's problem.
 */
int	casefile_check_person(const struct casefile *, struct casefile_item *,
	    struct err *);
int	casefile_check_statement(const struct casefile *,
	    struct casefile_item *, struct err *);
/* {name, address} of a person that was read; NULL with *e. */
json_t	*casefile_person_party(const struct casefile_item *, struct err *);

#endif
