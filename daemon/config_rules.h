#ifndef TEDUH_CONFIG_RULES_H
#define TEDUH_CONFIG_RULES_H

#include "daemon/config.h"
#include "lib/rules.h"

struct err;

/*
 * The rules of triage of each desk, from the files
 * TEXTS/LANGUAGE/rules/NAME.txt of its languages; a file of the same name in
 * TEXTS/desks/DESK/LANGUAGE/rules takes its place, another one is added.
 * No folder, no rules.
 */
struct config_rules;

/*
 * Of this desk, or with desk NULL of all.  NULL with ERR_INPUT
 * "FILE:LINE: ..." or ERR_IO.  Free it.
 */
struct config_rules *config_rules_load(const struct config *,
		    const char *desk, struct err *);
void		 config_rules_free(struct config_rules *);
/* NULL when there are none of this desk, or no config_rules. */
const struct rules *config_rules_of(const struct config_rules *,
		    const char *desk);
/*
 * What the reader is given: for each desk a line "desk NAME", then its files,
 * each with a line "file PATH" in front, which rules_add() reads one by one.
 */
#define CONFIG_RULES_DESK	"desk "
#define CONFIG_RULES_FILE	"file "
#define CONFIG_RULES_END	"\n\f\n"	/* behind each file */
#define CONFIG_RULES_MAX	(4 * 1024 * 1024)
/* A file that nobody can write to any more, as struct reading_rules wants it:
   NULL when there is none. */
const int	*config_rules_fd(const struct config_rules *);

#endif
