/*
 * What somebody ticked and typed in a form beside the letter itself.  None of
 * it was asked for with force, so mostly little is there.
 */
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

static void
put_word(struct render_page *p, const char *label, const json_t *o,
    const char *name)
{
	char word[RENDER_WORD];

	if (*render_word(word, o, name) != '\0')
		render_put_field(p, label, word);
}

static void
put_areas(struct render_page *p, const json_t *areas)
{
	const char *word;
	json_t *one;
	struct buf clean;
	size_t i;

	json_array_foreach(areas, i, one) {
		if ((word = json_string_value(one)) == NULL)
			continue;
		buf_init(&clean, RENDER_WORD);
		if (text_terminal(word, strlen(word), 0, &clean) == 0)
			render_put_field(p, i > 0 ? "" : _("About"),
			    clean.bytes);
		buf_free(&clean);
	}
}

/* Which version of the sentences about who reads and what is kept. */
static void
put_notice(struct render_page *p, const json_t *form)
{
	char version[RENDER_WORD], language[RENDER_WORD];
	char line[2 * RENDER_WORD + 64];

	if (*render_word(version, form, "notice") == '\0')
		return;
	(void)render_word(language, form, "language");
	(void)snprintf(line, sizeof(line), _("version %s, in '%s'"), version,
	    language);
	render_put_field(p, _("Was told"), line);
}

void
render_put_form(struct render_page *p, const json_t *item)
{
	const json_t *form = json_object_get(item, "form");

	if (!json_is_object(form))
		return;
	put_word(p, _("Age"), form, "age_group");
	put_word(p, _("Gender"), form, "gender");
	put_areas(p, json_object_get(form, "areas"));
	put_notice(p, form);
}

void
render_put_questions(struct render_page *p, const json_t *item)
{
	const json_t *one;
	const char *question, *answer;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(item, "form"),
	    "questions"), i, one) {
		question = json_string_value(json_object_get(one,
		    "question"));
		answer = json_string_value(json_object_get(one, "answer"));
		if (question == NULL || answer == NULL)
			continue;
		render_put(p, "%s", "");
		render_put_block(p, question, "? ", SCREEN_QUIET);
		render_put_text(p, answer);
	}
}
