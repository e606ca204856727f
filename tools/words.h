#ifndef TEDUH_TOOLS_WORDS_H
#define TEDUH_TOOLS_WORDS_H

#include <libintl.h>

/* Every sentence that a person reads passes here, to be translated. */
#define _(s)	gettext(s)
/* Marks a sentence of a table; whoever prints it says _(). */
#define N_(s)	(s)

#endif
