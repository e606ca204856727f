/*
 * Put tags on a case and take them away.  They stand in the case's face,
 * sealed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/face.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/commands/face_change.h"
#include "tools/session.h"
#include "tools/words.h"

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

/* What the words say, done to the face; 1: it was so. */
static int
apply(const struct change *c, struct face *f, struct err *e)
{
	const struct session *s = c->s;
	struct face_words before = f->tags;
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
	return face_words_equal(&before, &f->tags);
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
	int result;

	if ((result = check_words(s, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0 ||
	    (result = face_change(&c, apply, e)) == -1)
		goto out;
	say(&c);
	result = 0;
out:
	change_end(&c);
	return result;
}
