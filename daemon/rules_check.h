#ifndef TEDUH_RULES_CHECK_H
#define TEDUH_RULES_CHECK_H

struct config;
struct err;

/*
 * Whether the rules of triage of all desks can be used, to the last phrase
 * and pattern: they are read here and compiled by the reader (program), which
 * will match them later.  Not as root.  0, or -1 with ERR_INPUT
 * "FILE:LINE: ..." or what else is in the way.
 */
int	rules_check(const struct config *, const char *program,
	    struct err *);
/*
 * The same for who may still be root: in a process that becomes the service's
 * user first, as the roles are when they read the files.  What is wrong goes
 * to standard error. 0 or -1.
 */
int	rules_check_apart(const struct config *);

#endif
