#ifndef TEDUH_TOOLS_FACE_CHANGE_H
#define TEDUH_TOOLS_FACE_CHANGE_H

#include "tools/commands/change.h"

struct err;
struct face;

/*
 * What is to be done to the face: 0; 1 when it is so already and nothing is
 * sent; -1 with *e.
 */
typedef int	face_change_apply(const struct change *, struct face *,
		    struct err *);
/*
 * Change the case's own face (lib/face.h).  Who was quicker is not written
 * over: what is there is read again, and the change made on it. As above.
 */
int	face_change(struct change *, face_change_apply *, struct err *);
/* The same into c->body, for a request that changes more; once. */
int	face_change_add(struct change *, face_change_apply *, struct err *);

#endif
