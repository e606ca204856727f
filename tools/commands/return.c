/*
 * Give an answer back to its author, with a note that says why.  The note is
 * signed and sealed like everything that staff writes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/typed.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/words.h"

#define INPUT_MAX	(1024 * 1024)

/* The answer's own words, for the editor to begin with. */
static const char *
words_of(struct casefile *cf, const json_t *draft)
{
	struct casefile_item *item;
	unsigned char id[SEAL_ID];
	size_t first;

	if (wire_get_hex(draft, "letter", id, SEAL_ID, NULL) == -1 ||
	    (item = casefile_item_by_id(cf, id)) == NULL ||
	    casefile_read(cf, item, NULL) != 0)
		return "";
	return casefile_words(item, &first);
}

/* Remarks and changes within the answer, where some are wanted. 0 or -1. */
static int
get_marked(struct session *s, struct casefile *cf, const json_t *draft,
    struct typed *t, char **marked, struct err *e)
{
	const char *why = s->args.message;
	struct buf text;
	int result;

	if (!s->args.propose && s->args.body == NULL)
		return 0;
	buf_init(&text, INPUT_MAX);
	s->args.message = NULL;		/* that is the note itself */
	result = typed_get(t, s, words_of(cf, draft), _("--- A line that "
	    "begins with >> is a remark on what stands above it; what you "
	    "change is what you propose."), &text, e);
	s->args.message = why;
	if (result == 0 && (*marked = note_text(text.bytes, text.len,
	    e)) == NULL)
		result = -1;
	buf_free(&text);
	return result;
}

static json_t *
give_back(struct session *s, const struct casefile *cf, int64_t no,
    const char *text, const char *marked, struct err *e)
{
	json_t *note, *body, *answer;
	char path[96];

	if ((note = note_upload_marked(s, cf, no, text, marked, e)) == NULL)
		return NULL;
	body = json_object();
	(void)json_object_set_new(body, "note", note);
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/return", casefile_id(cf), no);
	answer = client_post(s->client, path, body, e);
	json_decref(body);
	return answer;
}

int
return_run(struct session *s, struct err *e)
{
	struct casefile *cf = NULL;
	struct code_ref ref;
	struct typed typed = { NULL };
	json_t *answer = NULL;
	const json_t *draft;
	char *text = NULL, *marked = NULL;
	int result = -1;

	if (s->args.message == NULL) {
		err_set(e, ERR_INPUT, _("say why, so that the author knows "
		    "what to change: teduh return DRAFT -m WHY"));
		return EXIT_USAGE;
	}
	if (commands_draft_ref(&ref, s->args.words[0], e) == -1 ||
	    (text = note_text(s->args.message, strlen(s->args.message),
	    e)) == NULL)
		goto out;
	if (session_open(s, e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 1, e)) == NULL ||
	    (draft = casefile_draft(cf, ref.draft, e)) == NULL ||
	    get_marked(s, cf, draft, &typed, &marked, e) == -1 ||
	    (answer = give_back(s, cf, ref.draft, text, marked, e)) == NULL)
		goto out;
	commands_done_draft(s, cf, answer);
	result = 0;
out:
	typed_end(&typed, result == 0, e);
	note_wipe(text);
	note_wipe(marked);
	json_decref(answer);
	casefile_free(cf);
	return result;
}
