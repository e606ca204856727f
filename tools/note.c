/*
 * A note is one signed document, sealed to the key of its case like
 * everything that staff writes.  Its purpose is in the signature: whoever
 * put it where a letter belongs would have a letter that nobody signed.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/wire.h"
#include "tools/casefile.h"
#include "tools/draft.h"
#include "tools/editor.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/words.h"

#define TEXT_MAX	(64 * 1024)

char *
note_text(const char *typed, size_t len, struct err *e)
{
	char *text = editor_normalise(typed, len, e);
	size_t n;

	if (text == NULL)
		return NULL;
	n = strlen(text);
	if (n <= 1 || n > TEXT_MAX) {
		err_set(e, ERR_INPUT, n <= 1 ? _("the note is empty") :
		    _("a note is at most 64 KiB"));
		note_wipe(text);
		return NULL;
	}
	text[n - 1] = '\0';		/* its newline */
	return text;
}

void
note_wipe(char *text)
{
	if (text != NULL)
		seal_wipe(text, strlen(text));
	free(text);
}

static char *
print(const struct session *s, const struct casefile *cf, int64_t draft,
    const char *about, const char *text, const char *marked, size_t *len)
{
	json_t *o = json_object();
	char *printed;

	(void)json_object_set_new(o, "v", json_integer(1));
	(void)json_object_set_new(o, "case", json_string(casefile_id(cf)));
	(void)json_object_set_new(o, "author", json_string(s->service.name));
	(void)json_object_set_new(o, "text", json_string(text));
	(void)json_object_set_new(o, "draft", draft == 0 ? json_null() :
	    json_integer(draft));
	(void)json_object_set_new(o, "at",
	    json_integer(client_now(s->client)));
	if (about != NULL)
		(void)json_object_set_new(o, "about", json_string(about));
	if (marked != NULL)
		(void)json_object_set_new(o, "marked", json_string(marked));
	printed = wire_print(o, len);
	json_decref(o);
	return printed;
}

static json_t *
upload(struct session *s, const struct casefile *cf, int64_t draft,
    const char *about, const char *text, const char *marked,
    struct err *e)
{
	struct draft_document doc = { .purpose = PURPOSE_NOTE };
	char *printed;
	json_t *note;

	printed = print(s, cf, draft, about, text, marked, &doc.len);
	doc.bytes = printed;
	note = draft_upload(s, cf, &doc, e);
	secret_free(doc.key);
	seal_wipe(printed, doc.len);
	free(printed);
	return note;
}

json_t *
note_upload(struct session *s, const struct casefile *cf, int64_t draft,
    const char *text, struct err *e)
{
	return upload(s, cf, draft, NULL, text, NULL, e);
}

json_t *
note_upload_marked(struct session *s, const struct casefile *cf,
    int64_t draft, const char *text, const char *marked, struct err *e)
{
	return upload(s, cf, draft, NULL, text, marked, e);
}

json_t *
note_upload_sheet(struct session *s, const struct casefile *cf,
    const char *text, struct err *e)
{
	return upload(s, cf, 0, "sheet", text, NULL, e);
}
