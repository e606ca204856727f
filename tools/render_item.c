/*
 * What is in a case, one by one: from whom, about what, with which files, the
 * words, and how far an answer is on its way.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	4096

void
render_put_person(struct render_page *p, const char *label,
    const json_t *person)
{
	char name[RENDER_WORD], address[RENDER_WORD];
	char line[2 * RENDER_WORD + 8];

	if (!json_is_object(person))
		return;
	(void)render_word(name, person, "name");
	(void)render_word(address, person, "address");
	if (*address == '\0')
		(void)snprintf(line, sizeof(line), "%s", name);
	else
		(void)snprintf(line, sizeof(line), "%s%s<%s>", name,
		    *name == '\0' ? "" : " ", address);
	if (*line != '\0')
		render_put_field(p, label, line);
}

void
render_put_subject(struct render_page *p, const json_t *o)
{
	const char *subject = json_string_value(json_object_get(o,
	    "subject"));
	struct buf line;

	if (subject == NULL || *subject == '\0')
		return;
	buf_init(&line, RENDER_PAGE_MAX);
	if (text_terminal(subject, strlen(subject), 0, &line) == 0)
		render_put_field(p, _("Subject"), line.bytes);
	buf_free(&line);
}

static void
size_words(char out[RENDER_SPAN], int64_t bytes)
{
	if (bytes < 1024)
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " bytes"),
		    bytes);
	else if (bytes < 1024 * 1024)
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " KiB"),
		    bytes / 1024);
	else
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " MiB"),
		    bytes / (1024 * 1024));
}

void
render_put_attachments(struct render_page *p, const json_t *o, const char *how)
{
	char id[RENDER_WORD], name[RENDER_WORD], type[RENDER_WORD];
	char line[LINE_MAX_BYTES], size[RENDER_SPAN];
	const json_t *list = json_object_get(o, "attachments"), *one;
	size_t i;

	json_array_foreach(list, i, one) {
		size_words(size, json_integer_value(json_object_get(one,
		    "size")));
		(void)render_word(type, one, "type");
		if (render_turns(render_word(name, one, "name")))
			(void)snprintf(line, sizeof(line), "(%s, %s) %s",
			    type, size, name);	/* ours stays in front */
		else
			(void)snprintf(line, sizeof(line), "%s (%s, %s)",
			    name, type, size);
		render_put_field(p, i > 0 ? "" : _("Files"), line);
	}
	if (i == 0)
		return;
	(void)render_word(id, o, "id");
	(void)snprintf(line, sizeof(line), _("save with: teduh %s %s "
	    "--attachments FOLDER"), how, id);
	render_put_hint(p, line);
}

void
render_flags(char out[RENDER_WORD], const json_t *o)
{
	const json_t *list = json_object_get(o, "flags"), *flag;
	size_t i, n = 0;

	out[0] = '\0';
	json_array_foreach(list, i, flag) {
		const char *word = json_string_value(flag);

		if (word != NULL && n < RENDER_WORD - 64) {
			(void)snprintf(out + n, RENDER_WORD - n, " [%.40s]",
			    words_for("flag", word));
			n = strlen(out);
		}
	}
}

int
render_has_flag(const json_t *item, const char *flag)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(item, "flags"), i, o)
		if (json_is_string(o) &&
		    strcmp(json_string_value(o), flag) == 0)
			return 1;
	return 0;
}

const char *
render_in_words(char word[RENDER_WORD], const json_t *o, const char *name,
    const char *const list[][2])
{
	size_t i;

	(void)render_word(word, o, name);
	for (i = 0; list[i][0] != NULL; i++)
		if (strcmp(word, list[i][0]) == 0)
			return _(list[i][1]);
	return word;
}

const char *
render_kind(char word[RENDER_WORD], const json_t *item)
{
	if (*render_word(word, item, "about") == '\0')
		(void)render_word(word, item, "kind");
	return words_for("item", word);
}

static void
put_delivery(struct render_page *p, const json_t *delivery)
{
	static const char *const words[][2] = {
		{ "held", N_("It waits to be sent.") },
		{ "due", N_("It is about to be sent.") },
		{ "sending", N_("It is being sent.") },
		{ "accepted", N_("It was sent: the mail server took it.") },
		{ "published", N_("It lies in the person's mailbox here.") },
		{ "deferred", N_("It could not be sent yet and is tried "
		    "again.") },
		{ "refused", N_("The mail server refused it.") },
		{ "unknown", N_("It is not known whether it was sent.") },
		{ "blocked", N_("It was not sent.") },
		{ "bounced", N_("It came back.") },
		{ "settled", N_("It is settled.") },
		{ "cancelled", N_("It was cancelled and not sent.") },
		{ NULL, NULL }
	};
	char state[RENDER_WORD], code[RENDER_WORD], when[RENDER_WHEN] = "";
	char line[LINE_MAX_BYTES];
	int64_t at = render_time(delivery, "at");
	const char *text;

	if (!json_is_object(delivery))
		return;
	if (at > 0)
		render_when(when, at, p->now_s);
	text = render_in_words(state, delivery, "state", words);
	(void)render_word(code, delivery, "code");
	(void)snprintf(line, sizeof(line), "%s (%s%s%s)", text, when,
	    *when != '\0' && *code != '\0' ? ", " : "",
	    strcmp(state, "blocked") == 0 ? words_for("blocked", code) : code);
	render_put_field(p, _("Sending"), line);
	render_advice(line, sizeof(line), delivery, p->now_s);
	if (*line != '\0')
		render_put_field(p, "", line);
}

static void
put_unreadable(struct render_page *p, const json_t *item)
{
	char id[RENDER_WORD], text[LINE_MAX_BYTES];

	(void)render_word(id, item, "id");
	(void)snprintf(text, sizeof(text), _("(The machine could not read "
	    "this letter. Nothing of it is lost: 'teduh show %.8s --raw %s > "
	    "letter.eml' gives it as it came.)"), id, id);
	render_put_text(p, text);
}

/* Which rules put it where it stands in the queue. */
static void
put_triage(struct render_page *p, const json_t *item)
{
	char rule[RENDER_WORD], why[RENDER_WORD], found[RENDER_WORD];
	char line[4 * RENDER_WORD];
	const json_t *list = json_object_get(item, "triage"), *one;
	size_t i;

	json_array_foreach(list, i, one) {
		(void)render_word(rule, one, "rule");
		(void)render_word(why, one, "why");
		(void)render_word(found, one, "found");
		if (json_is_true(json_object_get(one, "failed")))
			(void)snprintf(line, sizeof(line), _("%s: could not "
			    "be looked for to the end [%s]"), why, rule);
		else if (*found != '\0')
			(void)snprintf(line, sizeof(line), "%s: \"%s\" [%s]",
			    why, found, rule);
		else
			(void)snprintf(line, sizeof(line), "%s [%s]", why,
			    rule);
		render_put_field(p, i > 0 ? "" : _("Noticed"), line);
	}
}

/*
 * Others whom a letter names. They are shown, and nobody writes to them: who
 * wants answers elsewhere is asked first.
 */
static void
put_others(struct render_page *p, const json_t *item)
{
	const json_t *reply = json_object_get(item, "reply_to"), *one;
	char from[RENDER_WORD], to[RENDER_WORD];
	size_t i;

	(void)render_word(from, json_object_get(item, "from"), "address");
	if (*render_word(to, reply, "address") != '\0' &&
	    strcasecmp(from, to) != 0) {
		render_put_person(p, _("Reply to"), reply);
		render_put_hint(p, _("the letter asks for answers there; they "
		    "go to who wrote it"));
	}
	json_array_foreach(json_object_get(item, "cc"), i, one)
		render_put_person(p, i > 0 ? "" : _("Copy to"), one);
}

void
render_put_content(struct render_page *p, const json_t *item)
{
	render_put_person(p, _("From"), json_object_get(item, "from"));
	put_others(p, item);
	render_put_subject(p, item);
	render_put_attachments(p, item, "show");
	render_put_form(p, item);
	put_triage(p, item);
	put_delivery(p, json_object_get(item, "delivery"));
	render_put(p, "%s", "");
	if (render_has_flag(item, "unreadable"))
		put_unreadable(p, item);
	else
		render_put_words(p, item);
	render_put_questions(p, item);
}
