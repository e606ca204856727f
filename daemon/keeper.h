#ifndef TEDUH_KEEPER_H
#define TEDUH_KEEPER_H

/*
 * The keeper: opens configuration and secrets, recovers and checks the store
 * under DATA/keeper.lock, then re-executes itself once per role and hands
 * each only its own descriptors.  Starts a dead role again with back-off;
 * parses nothing else.
 */
struct keeper_options {
	const char	*config_path;
	const char	*program;	/* how to execute teduhd again */
	const char	*role;		/* only this role, or NULL */
	int		 once;		/* with role: one pass */
	int		 ready_fd;	/* newline when all serve, or -1 */
};

/* Returns the exit code. */
int	keeper_main(const struct keeper_options *);

/*
 * Instead: start each role for a look at what the configuration names
 * (probe.h), one after the other; what they find goes to standard output.
 * errand: ""; or test letters are sent and sought, and the service must not
 * run: "letter", "loop", "bounce" or "bounce,ADDRESS" (an address that is not
 * there).
 */
int	keeper_probe(const struct keeper_options *, const char *errand);

#endif
