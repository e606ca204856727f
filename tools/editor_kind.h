#ifndef TEDUH_TOOLS_EDITOR_KIND_H
#define TEDUH_TOOLS_EDITOR_KIND_H

/*
 * Which editor a person has, and what it has to be told so that it leaves no
 * word behind.
 */

/* What an editor may keep beside the file, added to its name. */
#define EDITOR_KIND_SAVED	".save"

/* $VISUAL, $EDITOR, else the first of editor, nano and vi that is there. */
const char *editor_kind_choose(void);
/*
 * Options for the shell to put behind this command, with a blank in front:
 * for vim, nano and emacs, by whatever name they are called.  "" for others,
 * whose files are their user's own care.
 */
const char *editor_kind_flags(const char *command);

#endif
