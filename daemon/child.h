#ifndef TEDUH_CHILD_H
#define TEDUH_CHILD_H

/*
 * The other side of the keeper's re-execution:
 *
 *   teduhd --child ROLE NAME CONFIG LISTENERS ONCE
 *
 * takes what stands on the descriptors (role.h), gives up what the role does
 * not need, and runs it. Returns the role's exit code.  LISTENERS: "0", "1",
 * or "t" when the socket on which it asks for access tokens stands in their
 * place.
 */
#define CHILD_ARGS	7	/* argc */
#define CHILD_LOOK	"look:"	/* for ONCE, with a token behind it: only a
				   look (probe.h) */

int	child_main(char *const argv[]);

#endif
