#ifndef TEDUH_TOOLS_WAITING_H
#define TEDUH_TOOLS_WAITING_H

struct session;

/*
 * Answers whose words are on this machine alone: teduh, the editor or the
 * service ended in the middle.  What an editor's folder still holds is sealed
 * into the vault and the folder removed; then, unless -q or --json is given,
 * one sentence on standard error for each says how to go on.  What is being
 * written in another window is left alone.
 */
void	waiting_tell(const struct session *);

#endif
