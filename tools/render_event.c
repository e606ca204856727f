/*
 * What staff did with a case besides writing: its tags; and its history, who
 * had it and how it came to them, a line each, newest first, as the letters
 * are; told quietly, because the letters are what is read.
 */
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/table.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	(3 * RENDER_WORD + 64)
#define LINE_COLUMNS	200

/* How the claim moved; 0 when the event is of another kind. */
static int
claim_line(char line[LINE_MAX_BYTES], const char *kind, const char *who,
    const char *detail)
{
	if (strcmp(kind, "claimed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s took the case"),
		    who);
	if (strcmp(kind, "released") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s gave it back to "
		    "the queue"), who);
	if (strcmp(kind, "passed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s passed it back "
		    "to the queue, with a note"), who);
	if (strcmp(kind, "handed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s handed it to "
		    "%s"), who, detail);
	if (strcmp(kind, "taken") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s took it over "
		    "from %s, with a note"), who, detail);
	if (strcmp(kind, "ended") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("the time of %s's "
		    "claim was over"), detail);
	return 0;
}

/* From one desk to another; detail: both. */
static int
move_line(char line[LINE_MAX_BYTES], const char *kind, const char *who,
    const char *detail)
{
	const char *to = strchr(detail, ' ');
	char from[RENDER_WORD];

	if (strcmp(kind, "moved") != 0 || to == NULL)
		return 0;
	(void)snprintf(from, sizeof(from), "%.*s", (int)(to - detail),
	    detail);
	return snprintf(line, LINE_MAX_BYTES, _("%s moved it from the desk "
	    "%s to the desk %s"), who, from, to + 1);
}

static int
case_line(char line[LINE_MAX_BYTES], const char *kind, const char *who,
    const char *detail)
{
	if (strcmp(kind, "urgency") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s set the urgency "
		    "to %s"), who, detail);
	if (strcmp(kind, "raised") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("the rules of triage "
		    "raised the urgency to %s"), detail);
	if (strcmp(kind, "tagged") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s changed the "
		    "tags or the summary"), who);
	if (strcmp(kind, "closed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s closed the "
		    "case"), who);
	if (strcmp(kind, "reopened") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s opened the case "
		    "again"), who);
	if (strcmp(kind, "linked") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s put the cases "
		    "together: %s"), who, detail);
	if (strcmp(kind, "unlinked") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s took the cases "
		    "apart: %s"), who, detail);
	if (strcmp(kind, "untrayed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s took the case "
		    "out of the tray"), who);
	if (strcmp(kind, "read") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s, who does not "
		    "hold it, read the case (%s)"), who, words_for("read",
		    detail));
	if (strcmp(kind, "paused") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s paused the case"),
		    who);
	if (strcmp(kind, "pause-ended") == 0)
		return snprintf(line, LINE_MAX_BYTES, "%s", _("the pause is "
		    "over"));
	if (strcmp(kind, "rekeyed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s gave the case a "
		    "new key"), who);
	if (strcmp(kind, "exported") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s exported the "
		    "case"), who);
	return 0;
}

static int
draft_line(char line[LINE_MAX_BYTES], const char *kind, const char *who,
    const char *detail)
{
	if (strcmp(kind, "discarded") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s threw the draft "
		    "%s away"), who, detail);
	if (strcmp(kind, "crisis-sent") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s sent the answer "
		    "%s in a crisis, before a second person read it"), who,
		    detail);
	if (strcmp(kind, "crisis-signed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s signed the answer "
		    "%s, which had left in a crisis"), who, detail);
	if (strcmp(kind, "adopted") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s goes on with the "
		    "draft %s"), who, detail);
	if (strcmp(kind, "still-right") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s read what is new: "
		    "the answer %s is still right"), who, detail);
	if (strcmp(kind, "undone") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s called the "
		    "answer %s back"), who, detail);
	if (strcmp(kind, "settled") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s settled the "
		    "answer %s"), who, detail);
	return 0;
}

/* What somebody wished for the case; detail: who. */
static int
wish_line(char line[LINE_MAX_BYTES], const char *kind, const char *who,
    const char *detail)
{
	if (strcmp(kind, "erase-asked") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s asked that the "
		    "case be erased"), detail);
	if (strcmp(kind, "erase-undone") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s took back that "
		    "the case be erased"), detail);
	if (strcmp(kind, "erase-held") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s keeps the case "
		    "from being erased"), who);
	if (strcmp(kind, "erase-lifted") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s lets the case be "
		    "erased"), who);
	if (strcmp(kind, "disclose-asked") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s asks that the "
		    "case be disclosed"), who);
	if (strcmp(kind, "disclosed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s confirmed that "
		    "the case is disclosed"), who);
	if (strcmp(kind, "wish-other") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s would like "
		    "somebody else to answer"), detail);
	if (strcmp(kind, "wish-unhappy") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s is not happy "
		    "with an answer"), detail);
	return 0;
}

/* Whom the case writes to. */
static int
person_line(char line[LINE_MAX_BYTES], const char *kind, const char *who,
    const char *detail)
{
	if (strcmp(kind, "stated") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s stated an address "
		    "for %s"), who, detail);
	if (strcmp(kind, "seconded") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s confirmed the "
		    "address of %s"), who, detail);
	if (strcmp(kind, "withdrawn") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s threw the "
		    "statement about %s away"), who, detail);
	if (strcmp(kind, "joined") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s is in the case "
		    "now"), detail);
	if (strcmp(kind, "readdressed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s has another "
		    "address now"), detail);
	if (strcmp(kind, "refused-person") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("the service refused "
		    "the statement about %s"), detail);
	return 0;
}

/* Why an after-care letter did not leave, by the word of post. */
static const char *
care_why(const char *word)
{
	static const struct {
		const char	*word, *why;
	} all[] = {
		{ "case", N_("the case was opened again") },
		{ "letter", N_("somebody has written since") },
		{ "address", N_("the seeker has another address now") },
		{ "mode", N_("the seeker is not answered by mail any more") },
		{ "unpublished", N_("the answer does not lie here") },
		{ "complaint", N_("the seeker complained about mail of "
		    "ours") },
		{ "budget-case", N_("it was sent before") },
		{ "budget-address", N_("two automatic mails went there "
		    "within a day already") },
		{ "budget-domain", N_("too many automatic mails went to that "
		    "mail provider within the hour") },
		{ "breaker", N_("automatic mail was stopped meanwhile") },
		{ "text", N_("the desk's text for it is not good") },
		{ "expired", N_("it could not leave for four days") },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i].word, word) == 0)
			return _(all[i].why);
	}
	return word;		/* what the relay answered */
}

static int
care_line(char line[LINE_MAX_BYTES], const char *kind, const char *who,
    const char *detail)
{
	if (strcmp(kind, "after-care") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s asked for an "
		    "after-care letter to %s"), who, detail);
	if (strcmp(kind, "after-care-sent") == 0)
		return snprintf(line, LINE_MAX_BYTES, "%s", _("the "
		    "after-care letter was sent"));
	if (strcmp(kind, "after-care-dropped") == 0 &&
	    strcmp(detail, "unknown") == 0)
		return snprintf(line, LINE_MAX_BYTES, "%s", _("the sending "
		    "of the after-care letter was cut off, so it may have "
		    "arrived or not"));
	if (strcmp(kind, "after-care-dropped") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("the after-care "
		    "letter was not sent: %s"), care_why(detail));
	return 0;
}

/* How a person wants to be answered, and what of it was told by mail. */
static int
reach_line(char line[LINE_MAX_BYTES], const char *kind, const char *detail)
{
	if (strcmp(kind, "code") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s has a return code "
		    "now, which opens the answers here"), detail);
	if (strcmp(kind, "addressed") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s came by form and "
		    "wrote by mail now: the answers go there"), detail);
	if (strcmp(kind, "mode-mail") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s wants the answers "
		    "by mail"), detail);
	if (strcmp(kind, "mode-notice") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s reads the answers "
		    "here, and wants a notice by mail"), detail);
	if (strcmp(kind, "mode-pickup") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("%s reads the answers "
		    "here, and wants no mail"), detail);
	if (strcmp(kind, "notice-sent") == 0)
		return snprintf(line, LINE_MAX_BYTES, "%s", _("a notice "
		    "without content was mailed: there is an answer"));
	if (strcmp(kind, "notice-dropped") == 0)
		return snprintf(line, LINE_MAX_BYTES, _("no notice was mailed "
		    "that there is an answer: %s"), care_why(detail));
	return 0;
}

/* What machines told about a letter of ours. */
static int
report_line(char line[LINE_MAX_BYTES], const char *kind, const char *code)
{
	const char *what = NULL;

	if (strcmp(kind, "bounced") == 0)
		what = _("an answer did not arrive, says a mail server");
	else if (strcmp(kind, "delayed") == 0)
		what = _("an answer is late on its way, says a mail server");
	else if (strcmp(kind, "delivered") == 0)
		what = _("an answer arrived, says a mail server");
	else if (strcmp(kind, "bounce") == 0)
		what = _("a mail server says something about an answer; "
		    "read it");
	else if (strcmp(kind, "complaint") == 0)
		what = _("somebody complained about mail of ours; no machine "
		    "writes there any more");
	if (what == NULL)
		return 0;
	return strcmp(code, "-") == 0 || *code == '\0' ?
	    snprintf(line, LINE_MAX_BYTES, "%s", what) :
	    snprintf(line, LINE_MAX_BYTES, "%s (%s)", what, code);
}

static void
fill_event(struct table_row *r, const json_t *event, int64_t now_s)
{
	char who[RENDER_WORD], kind[RENDER_WORD], detail[RENDER_WORD];
	char when[RENDER_WHEN], line[LINE_MAX_BYTES];

	(void)render_word(who, event, "actor");
	(void)render_word(kind, event, "kind");
	(void)render_word(detail, event, "detail");
	if (claim_line(line, kind, who, detail) == 0 &&
	    move_line(line, kind, who, detail) == 0 &&
	    case_line(line, kind, who, detail) == 0 &&
	    draft_line(line, kind, who, detail) == 0 &&
	    wish_line(line, kind, who, detail) == 0 &&
	    person_line(line, kind, who, detail) == 0 &&
	    care_line(line, kind, who, detail) == 0 &&
	    reach_line(line, kind, detail) == 0 &&
	    report_line(line, kind, detail) == 0)
		(void)snprintf(line, sizeof(line), "%s: %s %s", who, kind,
		    detail);		/* of a newer service */
	render_when(when, render_time(event, "at"), now_s);
	table_set(r, 0, when);
	r->marks[0] = SCREEN_QUIET;
	(void)snprintf(r->rest, TABLE_REST, "%.*s", (int)text_fit(line,
	    LINE_COLUMNS), line);
}

void
render_tags(char *out, size_t size, const json_t *o)
{
	const json_t *tag;
	char word[RENDER_WORD];
	json_t *one;
	size_t i, n = 0;

	*out = '\0';
	json_array_foreach(json_object_get(o, "tags"), i, tag) {
		one = json_pack("{s:O}", "tag", tag);
		(void)render_word(word, one, "tag");
		json_decref(one);
		if (size - n < strlen(word) + 8)
			break;		/* 'show' has them all */
		n += (size_t)snprintf(out + n, size - n, "#%s ", word);
	}
}

void
render_put_tags(struct render_page *p, const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "summary"));
	char line[LINE_MAX_BYTES];

	render_tags(line, sizeof(line), o);
	if (*line != '\0')
		render_put(p, "%s", line);
	if (text != NULL) {
		render_put(p, "%s", _("Summary:"));
		render_put_text(p, text);
	}
}

void
render_put_events(struct render_page *p, const json_t *o, size_t most)
{
	const json_t *events = json_object_get(o, "events");
	const struct table t = { .fill = fill_event, .columns = p->columns,
	    .now_s = p->now_s };
	size_t i, n = json_array_size(events);
	json_t *rows = json_array(), *event;
	const char *kind;

	for (i = n; i > 0 && (most == 0 || json_array_size(rows) < most);
	    i--) {
		event = json_array_get(events, i - 1);
		kind = json_string_value(json_object_get(event, "kind"));
		/* Who only looked takes no place of what was done. */
		if (most == 0 || kind == NULL || strcmp(kind, "read") != 0)
			(void)json_array_append(rows, event);
	}
	if (json_array_size(rows) > 0) {
		render_put(p, "%s", "");
		render_put_heading(p, "%s", _("what happened"));
		table_add(&p->out, &t, rows);
	}
	json_decref(rows);
}
