#ifndef TEDUH_TOOLS_PEOPLE_H
#define TEDUH_TOOLS_PEOPLE_H

#include <jansson.h>
#include <stdint.h>

struct casefile;
struct casefile_item;
struct err;
struct session;
struct statement_doc;

/*
 * The people of a case as `people list` shows them.  A row:
 *   {id, role, mode, name, address, last, waiting}
 * last: id of the newest letter, or null; waiting: null, or the statement
 * {role, name, address, replaces, author, at, state, code} that is not in
 * force yet.  Of a new person only id and waiting are not null.  What does not
 * verify is null; NULL with ERR_RETRY when the service could not be asked,
 * unless err is NULL: then that is null, too.
 */
json_t	*people_row(struct casefile *, int64_t no, struct err *);
/* A row as a sentence, safe for a terminal. */
#define PEOPLE_LINE	2048
void	 people_line(char out[PEOPLE_LINE], const json_t *row);
/* The statement about this one that waits, read and verified. NULL, *e. */
struct casefile_item *people_statement(struct casefile *, int64_t no,
	    struct err *);
/* Into a statement, when it can be: -1 with *e. The name before goes. */
int	 people_set_address(struct statement_doc *, const char *address,
	    struct err *);
int	 people_set_name(struct statement_doc *, const char *name,
	    struct err *);
/*
 * Address and name of the letter of --from, which is one of the case or of
 * one that a person linked to it: shown, and put into the statement when the
 * person says so. 0; 1 when not; -1.
 */
int	 people_from(struct session *, struct casefile *,
	    struct statement_doc *, struct err *);

#endif
