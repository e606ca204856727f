/*
 * Put tags on a case and take them away.  They stand in the case's face,
 * sealed; a colleague who was quicker is not written over: what is there is
 * read again, and the change made on it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/face.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/draft.h"
#include "tools/session.h"
#include "tools/words.h"

#define TRIES	3

/* "+a" or "-b", each. 0, or EXIT_USAGE. */
static int
check_words(const struct session *s, struct err *e)
{
	size_t i;

	for (i = 1; i < s->args.nwords; i++) {
		const char *word = s->args.words[i];

		if (*word != '+' && *word != '-') {
			err_set(e, ERR_INPUT, _("say +%s to add the tag, or "
			    "-%s to take it away"), word, word);
			return EXIT_USAGE;
		}
		if (!face_word_valid(word + 1)) {
			err_set(e, ERR_INPUT, _("'%s' cannot be a tag: one "
			    "word of 2 to %d bytes, without commas"), word + 1,
			    FACE_WORD_MAX);
			return EXIT_USAGE;
		}
	}
	return 0;
}

/* What the words say, done to the face. */
static int
apply(const struct session *s, struct face *f, struct err *e)
{
	size_t i;

	for (i = 1; i < s->args.nwords; i++) {
		const char *word = s->args.words[i];

		if (*word == '-') {
			if (face_word_remove(&f->tags, word + 1) == -1) {
				err_set(e, ERR_GONE, _("the case has no tag "
				    "'%s'; nothing was changed"), word + 1);
				return -1;
			}
		} else if (face_word_add(&f->tags, word + 1) == -1) {
			err_set(e, ERR_INPUT, _("a case takes %d tags; "
			    "nothing was changed"), FACE_WORDS_MAX);
			return -1;
		}
	}
	return 0;
}

/* The face as it shall be, behind the one that is there; 1: as it is. */
static int
make_face(struct change *c, struct face *f, struct err *e)
{
	struct face_words before;

	/* One that is not genuine counts for nothing, and is replaced. */
	(void)casefile_own_face(c->cf, f, NULL);
	before = f->tags;
	if (wire_get_int(casefile_json(c->cf), "fence", 0, INT64_MAX,
	    &f->fence, e) == -1 || apply(c->s, f, e) == -1)
		return -1;
	if (face_words_equal(&before, &f->tags))
		return 1;
	f->revision++;
	f->at = client_now(c->s->client);
	(void)snprintf(f->case_id, sizeof(f->case_id), "%s",
	    casefile_id(c->cf));
	(void)snprintf(f->author, sizeof(f->author), "%s",
	    c->s->service.name);
	return 0;
}

static int
put_face(struct change *c, struct err *e)
{
	struct draft_document doc = { .purpose = PURPOSE_FACE };
	struct face f;
	json_t *written;
	char *text;
	int same;

	if ((same = make_face(c, &f, e)) != 0)
		return same == 1 ? 0 : -1;
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
	return change_post(c, "face", e);
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

static void
say(struct change *c)
{
	char name[COMMANDS_NAME];
	char tags[FACE_WORDS_MAX * (FACE_WORD_MAX + 2) + 1] = "";
	struct face f;
	size_t i, n = 0;

	(void)casefile_own_face(c->cf, &f, NULL);
	for (i = 0; i < f.tags.n; i++)
		n += (size_t)snprintf(tags + n, sizeof(tags) - n, "%s%s",
		    i == 0 ? "" : ", ", f.tags.words[i]);
	commands_name(name, casefile_id(c->cf), c->cf);
	if (n == 0)
		commands_done(c->s, change_row(c), _("%s has no tags now"),
		    name);
	else
		commands_done(c->s, change_row(c), _("%s has these tags now: "
		    "%s"), name, tags);
}

int
tag_run(struct session *s, struct err *e)
{
	struct change c;
	int result, try;

	if ((result = check_words(s, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0)
		goto out;
	for (try = 1; (result = put_face(&c, e)) == -1; try++)
		if (e->code != ERR_CONFLICT || try == TRIES ||
		    read_again(&c, e) == -1)
			goto out;
	say(&c);
out:
	change_end(&c);
	return result;
}
