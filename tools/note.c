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

struct note {
	const char	*text;
	const char	*about, *to, *marked;	/* or NULL; to: a disclosure */
	int64_t		 draft;		/* or 0 */
};

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
print(const struct session *s, const struct casefile *cf,
    const struct note *n, size_t *len)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "v", json_integer(1));
	(void)json_object_set_new(o, "case", json_string(casefile_id(cf)));
	(void)json_object_set_new(o, "author", json_string(s->service.name));
	(void)json_object_set_new(o, "text", json_string(n->text));
	(void)json_object_set_new(o, "draft", n->draft == 0 ? json_null() :
	    json_integer(n->draft));
	(void)json_object_set_new(o, "at",
	    json_integer(client_now(s->client)));
	if (n->about != NULL)
		(void)json_object_set_new(o, "about", json_string(n->about));
	if (n->to != NULL) {
		(void)json_object_set_new(o, "to", json_string(n->to));
		(void)json_object_set_new(o, "desk",
		    json_string(casefile_desk(cf)));
		(void)json_object_set_new(o, "roster",
		    json_integer(roster_seq(s->roster)));
	}
	if (n->marked != NULL)
		(void)json_object_set_new(o, "marked",
		    json_string(n->marked));
	return wire_print_free(o, len);
}

static json_t *
upload(struct session *s, const struct casefile *cf, const struct note *n,
    struct err *e)
{
	struct draft_document doc = { .purpose = PURPOSE_NOTE };
	char *printed;
	json_t *note;

	printed = print(s, cf, n, &doc.len);
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
	const struct note n = { .text = text, .draft = draft };

	return upload(s, cf, &n, e);
}

json_t *
note_upload_marked(struct session *s, const struct casefile *cf,
    int64_t draft, const char *text, const char *marked, struct err *e)
{
	const struct note n = { .text = text, .marked = marked,
	    .draft = draft };

	return upload(s, cf, &n, e);
}

json_t *
note_upload_sheet(struct session *s, const struct casefile *cf,
    const char *text, struct err *e)
{
	const struct note n = { .text = text, .about = "sheet" };

	return upload(s, cf, &n, e);
}

json_t *
note_upload_disclosure(struct session *s, const struct casefile *cf,
    const char *to, const char *text, struct err *e)
{
	const struct note n = { .text = text, .about = "disclosure",
	    .to = to };

	return upload(s, cf, &n, e);
}
