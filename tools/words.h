#ifndef TEDUH_TOOLS_WORDS_H
#define TEDUH_TOOLS_WORDS_H

#include "lib/words.h"

/* Every sentence that a person reads passes _() of lib/words.h. */

/*
 * A word that means different things in different places, for a table:
 * C_("draft", "open").  Said by words_in_context().
 */
#define C_(context, s)	context "\004" s
const char *words_in_context(const char *marked);

/*
 * Take the reader's language from the environment (LANGUAGE, LC_ALL,
 * LC_MESSAGES, LANG), also where the machine lacks the locale that they
 * name.  Once, before anything is said.
 */
void	words_begin(void);

/*
 * A word of the program as people say it, or the word itself when it is not
 * known.  kind: "case", "draft", "delivery", "blocked", "flag", "role",
 * "class", "item", "person", "participant", "channel", "argument".  Never for
 * --json.
 */
const char *words_for(const char *kind, const char *word);
/*
 * A line of what is typed ("CASE [--to PARTICIPANT]") with the words that
 * stand for something in the reader's language.
 */
#define WORDS_LINE	512
const char *words_line(char out[WORDS_LINE], const char *line);
/* A day of the week from Sunday, 0 to 6; a month, 0 to 11: in short. */
const char *words_weekday(int);
const char *words_month(int);

#endif
