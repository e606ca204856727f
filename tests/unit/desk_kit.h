#ifndef TEDUH_DESK_KIT_H
#define TEDUH_DESK_KIT_H

#include <jansson.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/reading.h"
#include "lib/identity.h"

/*
 * A founded service in one process, for tests of daemon/desk: a store in a
 * folder of its own, intake, web, post and api each with a struct desk over it,
 * maria (supervisor of youth), anna and ben (counsellors of it) and olga
 * (supervisor of careers). A call that fails where it must not fails the test.
 */
extern struct desk	 kit_intake, kit_web, kit_post, kit_api;
extern struct identity	*kit_maria, *kit_anna, *kit_ben, *kit_olga;
extern struct secret	*kit_postman, *kit_team;

int	kit_begin(void **state);
int	kit_end(void **state);

/*
 * An actor with a request that was never made before.  What it asks for is
 * known when the audit entry is written; there it is signed as it would have
 * come, by the kit's own audit_asked().
 */
struct actor kit_actor(const struct identity *);
/* A letter as the reader gives it; free with reading_free(). */
struct reading kit_reading(const char *from, const char *text,
	    const char *token);
/* It is taken: the case's id in a static buffer. */
const char *kit_letter(const char *from, const char *text,
	    const char *token);
/* Upload a part for an item of this case; body of a draft or letter. */
json_t	*kit_written(const struct identity *, const char *case_id,
	    char item_hex[2 * SEAL_ID + 1]);
/* A delivery that waits: drafted by anna, approved by maria. Its item. */
void	kit_approved(const char *case_id, unsigned char item[SEAL_ID]);
/* Clock's look at wishes to erase: how many cases it ended. */
int	kit_ended(void);
/* SQL beside all rules, as somebody would who has the file. */
void	kit_meddle(const char *sql);
int64_t	kit_count(const char *sql);
/* The one blob that it selects, of at most max bytes; its length. */
size_t	kit_blob(const char *sql, unsigned char *out, size_t max);

#endif
