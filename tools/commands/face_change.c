/*
 * A change of the case's face: tags, summary, reason.  It is one document,
 * sealed; a colleague who was quicker is not written over: what is there is
 * read again, and the change made on it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/err.h"
#include "lib/face.h"
#include "tools/casefile.h"
#include "tools/commands/face_change.h"
#include "tools/draft.h"
#include "tools/session.h"

#define TRIES	3

/* The face as it shall be, behind the one that is there; 1: as it is. */
static int
make(struct change *c, face_change_apply *apply, struct face *f,
    struct err *e)
{
	int same;

	/* One that is not genuine counts for nothing, and is replaced. */
	(void)casefile_own_face(c->cf, f, NULL);
	if (wire_get_int(casefile_json(c->cf), "fence", 0, INT64_MAX,
	    &f->fence, e) == -1)
		return -1;
	if ((same = apply(c, f, e)) != 0)
		return same;
	f->revision++;
	f->at = client_now(c->s->client);
	(void)snprintf(f->case_id, sizeof(f->case_id), "%s",
	    casefile_id(c->cf));
	(void)snprintf(f->author, sizeof(f->author), "%s",
	    c->s->service.name);
	return 0;
}

int
face_change_add(struct change *c, face_change_apply *apply, struct err *e)
{
	struct draft_document doc = { .purpose = PURPOSE_FACE };
	struct face f;
	json_t *written;
	char *text;
	int same;

	if ((same = make(c, apply, &f, e)) != 0)
		return same;
	text = face_print(&f, &doc.len);
	doc.bytes = text;
	written = draft_upload(c->s, c->cf, &doc, e);
	secret_free(doc.key);
	seal_wipe(text, doc.len);
	free(text);
	if (written == NULL)
		return -1;
	(void)json_object_set_new(c->body, "fence", json_integer(f.fence));
	(void)json_object_set_new(c->body, "revision",
	    json_integer(f.revision));
	(void)json_object_set_new(c->body, "face", written);
	return 0;
}

static int
put(struct change *c, face_change_apply *apply, struct err *e)
{
	int same = face_change_add(c, apply, e);

	return same != 0 ? same : change_post(c, "face", e);
}

/* After somebody else's change: the case as it is now. */
static int
read_again(struct change *c, struct err *e)
{
	struct casefile *now = session_case(c->s, casefile_id(c->cf), 1, e);

	if (now == NULL)
		return -1;
	casefile_free(c->cf);
	c->cf = now;
	return 0;
}

int
face_change(struct change *c, face_change_apply *apply, struct err *e)
{
	int result, try;

	for (try = 1; (result = put(c, apply, e)) == -1; try++)
		if (e->code != ERR_CONFLICT || try == TRIES ||
		    read_again(c, e) == -1)
			return -1;
	(void)json_object_clear(c->body);
	return result;
}
