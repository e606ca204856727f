#ifndef TEDUH_RULES_H
#define TEDUH_RULES_H

#include <stddef.h>
#include <stdint.h>

struct err;

/*
 * Rules of triage, as files have them (teduh-rules(5)): what to look for in a
 * letter, how much it weighs and why.  This is the text read strictly; words
 * and patterns are matched by daemon/reader/match.h, conditions and sums are
 * daemon/desk/triage.h's.
 */
#define RULES_TEXT_MAX	(256 * 1024)	/* bytes of one desk's rules */
#define RULES_MAX	2000
#define RULES_ID_MAX	40
#define RULES_WHY_MAX	120		/* bytes */
#define RULES_AREAS_MAX	4
#define RULES_WEIGHT_MAX 60
#define RULES_LIST_MAX	600		/* lines of one kind in one rule */

struct rules_list {
	char	**v;
	int	 *line;			/* where each stands in its file */
	size_t	  n;
};

struct rule {
	char	*id, *file;		/* file: as rules_add() was told */
	char	*why, *owner;
	char	*areas[RULES_AREAS_MAX];
	size_t	 nareas;
	int	 weight;		/* below 0: it takes a step down */
	struct rules_list words;	/* phrases, any of which counts */
	struct rules_list patterns;	/* of PCRE2, without the slashes */
	struct rules_list nots;		/* phrases in front that take it back */
	struct rules_list unless;	/* anywhere in the same sentence */
	/* Conditions, all of which must hold. */
	int	 age_from, age_to;	/* -1: not asked */
	int	 again;			/* letters before in the case; 0 */
	int	 night;
	char	*area;			/* that the writer chose; NULL */
	char	*answer, *answer_is;	/* of the questions; NULL */
};

struct rules {
	struct rule	*v;
	size_t		 n;
};

void	 rules_init(struct rules *);
void	 rules_free(struct rules *);
/*
 * Add the rules of one text; name is for messages.  -1 with ERR_INPUT
 * "NAME:LINE: rule 'ID': ...": nothing of *r is good then, free it.
 */
int	 rules_add(struct rules *, const char *name, const char *text,
	    struct err *);
const struct rule *rules_find(const struct rules *, const char *id);
/* 1 when something in a letter's text is looked for. */
int	 rules_reads(const struct rule *);

#endif
