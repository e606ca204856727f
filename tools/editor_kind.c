/*
 * Editors keep copies: swap, backup, undo and history files, often far from
 * the file itself and for ever.  vim is told after its own settings are read;
 * nano and emacs can only be told not to read them.  What vim has not saved
 * yet it puts beside the file, where the folder goes with it; nano does so
 * itself when its terminal goes away.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/editor_kind.h"

#define EDITOR_PATH_MAX	4096
#define VIM_FLAGS	" -n -i NONE" \
			" --cmd 'silent! autocmd BufReadPre * set nomodeline'" \
			" -c 'silent! set nobackup nowritebackup noswapfile'" \
			" -c 'silent! set noundofile updatetime=1000'" \
			" -c 'silent! autocmd CursorHold,CursorHoldI <buffer>" \
			" silent! keepalt noautocmd write! %" \
			EDITOR_KIND_SAVED "'"
#define NANO_FLAGS	" --ignorercfiles --softwrap --atblanks"
#define EMACS_FLAGS	" -nw -Q --eval '(setq make-backup-files nil" \
			" auto-save-default nil create-lockfiles nil" \
			" auto-save-list-file-prefix nil" \
			" enable-local-variables nil)'"

/* Where a program stands in $PATH; 0 when it is nowhere. */
static int
find_program(const char *name, size_t n, char out[EDITOR_PATH_MAX])
{
	const char *path = getenv("PATH");
	size_t len;

	if (memchr(name, '/', n) != NULL) {
		(void)snprintf(out, EDITOR_PATH_MAX, "%.*s", (int)n, name);
		return 1;
	}
	for (; path != NULL && *path != '\0'; path += len + (path[len] ==
	    ':')) {
		len = strcspn(path, ":");
		(void)snprintf(out, EDITOR_PATH_MAX, "%.*s/%.*s", (int)len,
		    path, (int)n, name);
		if (len > 0 && access(out, X_OK) == 0)
			return 1;
	}
	return 0;
}

const char *
editor_kind_choose(void)
{
	static const char *const usual[] = { "editor", "nano", "vi" };
	const char *editor = getenv("VISUAL");
	char path[EDITOR_PATH_MAX];
	size_t i;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor != NULL && *editor != '\0')
		return editor;
	for (i = 0; i < 2; i++)
		if (find_program(usual[i], strlen(usual[i]), path))
			break;
	return usual[i];
}

/* Behind "NAME=value NAME=value", as a shell takes it. */
static const char *
skip_settings(const char *command)
{
	size_t word, name;

	for (;;) {
		command += strspn(command, " ");
		word = strcspn(command, " ");
		name = strcspn(command, "= ");
		if (name == word || command[word] == '\0' ||
		    memchr(command, '/', name) != NULL)
			return command;
		command += word;
	}
}

/* vi and editor may be vim or nano by another name. */
const char *
editor_kind_flags(const char *command)
{
	char path[EDITOR_PATH_MAX], real[PATH_MAX];
	const char *base;

	command = skip_settings(command);
	if (!find_program(command, strcspn(command, " "), path) ||
	    realpath(path, real) == NULL)
		return "";
	base = strrchr(real, '/');
	base = base == NULL ? real : base + 1;
	if (strncmp(base, "vim", 3) == 0 || strncmp(base, "nvim", 4) == 0)
		return VIM_FLAGS;
	if (strcmp(base, "nano") == 0)
		return NANO_FLAGS;
	if (strncmp(base, "emacs", 5) == 0 &&
	    strncmp(base, "emacsclient", 11) != 0)
		return EMACS_FLAGS;
	return "";
}
