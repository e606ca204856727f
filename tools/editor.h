#ifndef TEDUH_TOOLS_EDITOR_H
#define TEDUH_TOOLS_EDITOR_H

#include <stddef.h>

struct err;

/*
 * Let the person write in an editor of their own: $VISUAL, $EDITOR, else
 * `editor`, nano or vi.  The file lies in a private folder that is in memory
 * where the machine has one.
 */
struct editor_job {
	const char	*start;		/* what stands in the file at first */
	const char	*below;		/* shown below a line to cut at */
	int		 lock;		/* stays open while the editor lives;
					   -1: none */
	/*
	 * Called with what stands above the line each time that the person
	 * has saved something, so that it can be put in a safe place; or NULL.
	 */
	void		(*keep)(void *ctx, const char *text);
	void		*ctx;
};

/*
 * Where a new folder for it shall be, so that this can be noted before it is
 * made; the caller frees. Where no memory is for it, this is said.
 */
char	*editor_place(void);
int	 editor_make(const char *folder, struct err *);
/*
 * What was written above the line, as it is; the caller frees.  NULL with *e
 * when the editor did not end well; keep has had what was written even then.
 */
char	*editor_write(const char *folder, const struct editor_job *,
	    struct err *);
/*
 * What an editor left in a folder whose teduh was ended meanwhile; the
 * caller frees. NULL: nothing.
 */
char	*editor_left(const char *folder);
/* The folder with all that is in it. */
void	editor_remove(const char *folder);

/*
 * A body as it may be sent: UTF-8 without controls, lines end in LF, no
 * spaces at their ends, no empty lines around, one newline at the end.  The
 * caller frees; NULL with ERR_INPUT that names the line.
 */
char	*editor_normalise(const char *text, size_t len, struct err *);

#endif
