#ifndef TEDUH_TOOLS_UNOPENED_H
#define TEDUH_TOOLS_UNOPENED_H

struct casefile;
struct session;

/*
 * Of a case that was just opened (session_row()): when it opens for nobody of
 * its team, the service is told, unless it knows already, and so is the
 * person, once a command (with -q only when the service could not be). When it
 * opens and the service thinks it does not, the service is told. A command
 * goes on whatever comes of it.
 */
void	unopened_look(struct session *, const struct casefile *);

#endif
