#ifndef TEDUH_TOOLS_NOTE_H
#define TEDUH_TOOLS_NOTE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct casefile;
struct err;
struct session;

/*
 * Internal notes: what staff writes for staff.  Signed as a note and as
 * nothing else, so that no program sends one as a letter.
 */

/*
 * What was typed, as it is signed: the caller frees (note_wipe). NULL with
 * ERR_INPUT when it is empty or is no text.
 */
char	*note_text(const char *typed, size_t len, struct err *);
void	 note_wipe(char *);			/* NULL is fine */
/*
 * Sealed to the case, uploaded and signed: WRITTEN (doc/api.md), for the
 * request that it belongs to. draft: the one that it is about, or 0.
 */
json_t	*note_upload(struct session *, const struct casefile *,
	    int64_t draft, const char *text, struct err *);
/* With the answer as a reviewer marked it (tools/marked.h), or NULL. */
json_t	*note_upload_marked(struct session *, const struct casefile *,
	    int64_t draft, const char *text, const char *marked,
	    struct err *);

/* A note that is a reading sheet: its document says "about":"sheet". */
json_t	*note_upload_sheet(struct session *, const struct casefile *,
	    const char *text, struct err *);

/*
 * A note that says to whom a case is disclosed, and on what ground (text):
 * "about":"disclosure", "to":TEXT, and of which desk it is asked and by which
 * list of staff: "desk":NAME, "roster":N.
 */
json_t	*note_upload_disclosure(struct session *, const struct casefile *,
	    const char *to, const char *text, struct err *);

#endif
