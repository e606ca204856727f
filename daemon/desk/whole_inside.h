#ifndef TEDUH_WHOLE_INSIDE_H
#define TEDUH_WHOLE_INSIDE_H

#include <stdint.h>

#include "daemon/desk/whole.h"

/* What the files whole*.c share; nobody else includes this. */

#define WHOLE_ID	96

/* What to do next. */
#define NEXT_RESTORE	"stop teduhd, keep a copy of the data folder, and " \
			    "put the newest backup back with 'teduh-admin " \
			    "restore'"
#define NEXT_FORGED	"somebody or something has written into the store: " \
			    "stop teduhd, keep a copy of the data folder, " \
			    "and compare with the newest backup before you " \
			    "go on"
#define NEXT_NOTHING	"it is in nobody's way and only takes room"

void	whole_found(struct whole *, const struct whole_finding *);
void	whole_note(struct whole *, const struct whole_finding *);
/* "CASE.N", or CASE alone when n is 0. */
void	whole_id(char out[WHOLE_ID], const char *case_id, int64_t n);

/* Each 0, or -1 when the store cannot be read. */
int	whole_cases(struct whole *, struct err *);
int	whole_bytes(struct whole *, struct err *);
int	whole_rows(struct whole *, struct err *);

#endif
