#ifndef TEDUH_TOOLS_APPROVE_CRISIS_H
#define TEDUH_TOOLS_APPROVE_CRISIS_H

struct err;
struct session;

/* `approve DRAFT --crisis -m WHY`: as a command (tools/args.h). */
int	approve_crisis_run(struct session *, struct err *);

#endif
