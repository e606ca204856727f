/*
 * The table of commands, and what they say when they are done.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/io.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

#define WAY_MAX		512
#define DONE_MAX	4096
#define WORDS_COLUMNS	30	/* of a subject, to know a case by */

/* In the order of a day. */
const struct command commands_table[] = {
	{ "queue", 0, 0, OPT_DESK | OPT_STATE | OPT_TAG | OPT_OVERDUE |
	    OPT_MINE | OPT_UNCLAIMED | OPT_LANGUAGE,
	    "[--desk DESK]... [--state STATE] [--tag TAG] [--overdue] "
	    "[--mine] [--unclaimed] [--language LANGUAGE]",
	    N_("who is waiting, most urgent first"), queue_run },
	{ "next", 0, 0, 0, "",
	    N_("whom you could help next"), next_run },
	{ "show", 1, 1, OPT_ALL | OPT_RAW | OPT_ATTACHMENTS | OPT_MESSAGE,
	    "CASE|ITEM [--all] [--raw ITEM] [--attachments FOLDER] [-m WHY]",
	    N_("read a case, newest letter first"), show_run },
	{ "tray", 0, 1, 0, "[CASE]",
	    N_("letters of uncertain senders; with CASE, take one out"),
	    tray_run },
	{ "link", 1, 2, 0, "CASE [CASE]",
	    N_("the first case belongs to the second, or to the proposed "
	    "one"), link_run },
	{ "unlink", 1, 1, OPT_ALL, "CASE [--all]",
	    N_("take a link apart, or turn a proposed one down"),
	    unlink_run },
	{ "claim", 1, 1, OPT_TAKE | OPT_MESSAGE, "CASE [--take -m WHY]",
	    N_("take a case, so that nobody else answers it"), claim_run },
	{ "release", 1, 1, 0, "CASE",
	    N_("give a case back to the queue"), release_run },
	{ "pass", 1, 1, OPT_MESSAGE, "CASE -m WHY",
	    N_("give it back with a note that says why"), pass_run },
	{ "hand", 1, 1, OPT_TO | OPT_DESK | OPT_MESSAGE,
	    "CASE --to WHO|--desk DESK -m WHY",
	    N_("give a case to a colleague, or to another desk"), hand_run },
	{ "note", 1, 1, OPT_MESSAGE | OPT_BODY,
	    "CASE [-m TEXT] [--body FILE]",
	    N_("write a note for colleagues; it is never sent"), note_run },
	{ "summary", 1, 1, OPT_MESSAGE | OPT_BODY,
	    "CASE [-m TEXT] [--body FILE]",
	    N_("write what a case is about, above its letters"),
	    summary_run },
	{ "sheet", 1, 1, OPT_MESSAGE | OPT_BODY,
	    "CASE [-m TEXT] [--body FILE]",
	    N_("read a letter in four passes, and note them"), sheet_run },
	{ "tag", 2, ARGS_WORDS_MAX - 1, 0, "CASE +TAG... -TAG...",
	    N_("put tags on a case, take tags away"), tag_run },
	{ "urgency", 2, 2, OPT_MESSAGE, "CASE N -m WHY",
	    N_("0 ordinary, 1 soon, 2 high, 3 crisis"), urgency_run },
	{ "pause", 1, 1, OPT_UNTIL | OPT_LIFT | OPT_MESSAGE,
	    "CASE --until DATE|--lift -m WHY",
	    N_("let a writer who abuses wait for a while"), pause_run },
	{ "close", 1, 1, OPT_MESSAGE | OPT_AFTER_CARE | OPT_REASON,
	    "CASE [--reason REASON] [-m WHY] [--after-care]",
	    N_("nobody waits in this case any more"), close_run },
	{ "hold", 1, 1, OPT_MESSAGE, "CASE -m WHY",
	    N_("keep a case, whatever is asked and however old (supervisors)"),
	    hold_run },
	{ "lift", 1, 1, OPT_MESSAGE, "CASE [-m WHY]",
	    N_("let a case that is held go again (supervisors)"), lift_run },
	{ "disclose ask", 1, 1, OPT_TO | OPT_GROUND,
	    "CASE --to WHO --ground WHY",
	    N_("say that a case is given to somebody outside"),
	    disclose_ask_run },
	{ "disclose confirm", 1, 1, OPT_YES, "CASE [--yes]",
	    N_("the second signature on that, by a supervisor"),
	    disclose_confirm_run },
	{ "reopen", 1, 1, OPT_MESSAGE, "CASE -m WHY",
	    N_("let a closed or answered case wait again"), reopen_run },
	{ "erase", 0, 1, OPT_MESSAGE | OPT_YES | OPT_UNDO | OPT_HOLD |
	    OPT_LIFT,
	    "[CASE [-m WHY] [--yes] [--undo|--hold|--lift]]",
	    N_("have a case erased, after three days to take it back; "
	    "without CASE, list those"), erase_run },
	{ "reply", 1, 1, OPT_TO | OPT_ATTACH | OPT_BODY | OPT_TEMPLATE |
	    OPT_SUBJECT | OPT_SUBMIT | OPT_TAKE, "CASE [--to PARTICIPANT] "
	    "[--attach FILE]... [--template NAME] [--body FILE] [--take] "
	    "[--subject S] [--submit]",
	    N_("write an answer in your editor, or go on with it"),
	    reply_run },
	{ "check", 1, 1, 0, "DRAFT",
	    N_("warnings about a draft; they block nothing"), check_run },
	{ "submit", 1, 1, 0, "DRAFT",
	    N_("hand your answer to a supervisor"), submit_run },
	{ "drafts", 0, 0, 0, "",
	    N_("answers that are not sent yet"), drafts_run },
	{ "review", 0, 1, OPT_ATTACHMENTS | OPT_DIFF,
	    "[DRAFT [--attachments FOLDER] [--diff]]",
	    N_("what waits for a second pair of eyes; one with its letter"),
	    review_run },
	{ "approve", 1, 1, OPT_CRISIS | OPT_MESSAGE,
	    "DRAFT [--crisis -m WHY]",
	    N_("sign an answer: then it is sent"), approve_run },
	{ "return", 1, 1, OPT_MESSAGE | OPT_PROPOSE | OPT_BODY,
	    "DRAFT -m WHY [--propose] [--body FILE]",
	    N_("give an answer back to its author"), return_run },
	{ "still-right", 1, 1, 0, "DRAFT",
	    N_("somebody wrote again, and the answer may go all the same"),
	    still_run },
	{ "undo", 1, 1, 0, "DRAFT",
	    N_("call an approved answer back, while it is held"), undo_run },
	{ "discard", 1, 1, 0, "DRAFT",
	    N_("throw a draft away"), discard_run },
	{ "adopt", 1, 1, OPT_MESSAGE, "DRAFT -m WHY",
	    N_("go on with a colleague's draft that nobody is writing"),
	    adopt_run },
	{ "settle", 1, 1, OPT_MESSAGE, "DRAFT -m WHY",
	    N_("say that you have looked after a letter in doubt"),
	    settle_run },
	{ "hours week", 1, ARGS_WORDS_MAX - 2, OPT_NAME,
	    "HOURS... [--name NAME]",
	    N_("when you work: 'Mon-Fri 09:00-17:00', or any"),
	    hours_week_run },
	{ "hours away", 1, 2, OPT_NAME | OPT_TO,
	    "[DATE] DATE [--to WHO] [--name NAME]",
	    N_("that you are away, from when until when, and who stands in"),
	    hours_away_run },
	{ "hours back", 0, 0, OPT_NAME, "[--name NAME]",
	    N_("that you are here again"), hours_back_run },
	{ "hours cap", 2, 3, 0, "WHO N [N]",
	    N_("how many cases somebody has at once, and of urgency 2 and 3"),
	    hours_cap_run },
	{ "hours", 0, 0, 0, "",
	    N_("who works when, is away, and has how much in hand"),
	    hours_run },
	{ "duty add", 3, 4, OPT_DESK, "WHO DATE DATE [N] [--desk DESK]",
	    N_("who is called from when until when; 2: when nobody comes"),
	    duty_add_run },
	{ "duty remove", 1, 1, OPT_DESK, "N [--desk DESK]",
	    N_("take a line from the list"), duty_remove_run },
	{ "duty", 0, 0, OPT_DESK, "[--desk DESK]",
	    N_("who is called when it must not wait"), duty_run },
	{ "watch", 0, 0, 0, "",
	    N_("what happens, a line at once, until you end it"),
	    watch_run },
	{ "triage misses", 0, 0, OPT_MONTH, "[--month MONTH]",
	    N_("where people and the rules of triage differed"),
	    triage_misses_run },
	{ "search", 1, ARGS_WORDS_MAX - 1, 0, "WORDS",
	    N_("find words in all that you may read"), search_run },
	{ "export", 2, 2, OPT_FOR_PERSON | OPT_TO,
	    "CASE FOLDER [--for-person] [--to PARTICIPANT]",
	    N_("a whole case as files, to hand over or to keep"),
	    export_run },
	{ "people list", 1, 1, 0, "CASE",
	    N_("who is in a case, and where each one is written to"),
	    people_list_run },
	{ "people add", 1, 1, OPT_ROLE | OPT_FROM | OPT_REPLY_TO | OPT_YES,
	    "CASE --role ROLE [--from ITEM] [--reply-to] [--yes]",
	    N_("let a relative or somebody else into a case"),
	    people_add_run },
	{ "people change", 1, 1, OPT_TO | OPT_FROM | OPT_REPLY_TO | OPT_YES |
	    OPT_MODE,
	    "CASE --to PARTICIPANT [--from ITEM] [--reply-to] [--yes] "
	    "[--mode MODE]",
	    N_("another address or reply mode for somebody of a case"),
	    people_change_run },
	{ "people confirm", 1, 1, OPT_TO, "CASE --to PARTICIPANT",
	    N_("the second signature on that, by a supervisor"),
	    people_confirm_run },
	{ "people discard", 1, 1, OPT_TO, "CASE --to PARTICIPANT",
	    N_("throw away what was stated and is not in force"),
	    people_discard_run },
	{ "join", 2, 2, OPT_NAME | OPT_CA | OPT_PAPER,
	    "URL CODE [--name NAME] [--ca FILE] [--paper FILE]",
	    N_("join a service with the code that you were given"),
	    join_run },
	{ "unlock", 0, 0, OPT_FOR, "[--for SPAN]",
	    N_("type your passphrase once for a while"), unlock_run },
	{ "lock", 0, 0, 0, "",
	    N_("end that: every command asks again"), lock_run },
	{ "key new", 0, 0, 0, "",
	    N_("make a key of your own"), key_new_run },
	{ "restore accept", 0, 0, OPT_YES, "[--yes]",
	    N_("let answers go out after the service was put back"),
	    restore_accept_run },
	{ "key show", 0, 0, 0, "",
	    N_("who you are here"), key_show_run },
	{ "key backup", 0, 0, OPT_FILE, "[--file FILE]",
	    N_("your key as a page for paper"), key_backup_run },
	{ "key restore", 0, 0, OPT_FILE | OPT_CA, "[--file FILE] [--ca FILE]",
	    N_("your key back from that page"), key_restore_run },
	{ "staff list", 0, 1, 0, "[NAME]",
	    N_("who is on the list of staff, or one with the history"),
	    staff_list_run },
	{ "staff invite", 1, 1, OPT_ROLE | OPT_DESK,
	    "NAME --role ROLE --desk DESK [--desk DESK]...",
	    N_("invite a colleague; prints the address and the code"),
	    staff_invite_run },
	{ "staff confirm", 1, 1, 0, "NAME",
	    N_("let a colleague in who has joined"), staff_confirm_run },
	{ "staff role", 1, 1, OPT_ROLE | OPT_DESK,
	    "NAME --role ROLE [--desk DESK]...",
	    N_("give a colleague another role or other desks"),
	    staff_role_run },
	{ "staff flag", 2, 2, 0, "NAME +FLAG|-FLAG",
	    N_("who may use the crisis path"), staff_flag_run },
	{ "staff notice", 1, 1, 0, "NAME",
	    N_("where a colleague is told by mail that there is work"),
	    staff_notice_run },
	{ "staff policy", 0, 1, OPT_DESK | OPT_REVIEW | OPT_SELF |
	    OPT_CRISIS_PATH, "[NAME] [--desk DESK] [--review HOW] "
	    "[--self ANSWER] [--crisis-path ANSWER]",
	    N_("whose answers a second person reads before they leave"),
	    staff_policy_run },
	{ "report", 0, 0, OPT_MONTH | OPT_CSV, "[--month MONTH] [--csv]",
	    N_("a month in numbers, for the board"), report_run },
	{ "audit verify", 0, 0, 0, "",
	    N_("check the whole audit, on this machine"), audit_verify_run },
	{ "staff languages", 2, ARGS_WORDS_MAX - 2, 0, "NAME LANGUAGE...",
	    N_("in which languages a colleague reads letters, or any"),
	    staff_languages_run },
	{ "staff areas", 2, ARGS_WORDS_MAX - 2, 0, "NAME AREA...",
	    N_("what a colleague knows best, in the words of the form, or "
	    "any"), staff_areas_run },
	{ "staff revoke", 1, 1, 0, "NAME",
	    N_("end a colleague's access"), staff_revoke_run },
	{ "team found", 0, 0, OPT_DESK, "--desk DESK",
	    N_("begin a desk that is new in the configuration"),
	    team_found_run },
	{ "team rotate", 0, 0, OPT_DESK, "[--desk DESK]...",
	    N_("new keys for a desk and its cases, when somebody has left"),
	    team_rotate_run },
	{ "recovery new", 4, 4, 0, "NAME NAME NAME FOLDER",
	    N_("a recovery key in three parts, for three custodians"),
	    recovery_new_run },
	{ "recovery rehearse", 2, 2, 0, "FILE FILE",
	    N_("try two parts of it, and change nothing"),
	    recovery_rehearse_run },
	{ "recovery open", 3, 3, OPT_CA | OPT_PAPER,
	    "NAME FILE FILE [--ca FILE] [--paper FILE]",
	    N_("with two parts become a supervisor who reads everything"),
	    recovery_open_run },
	{ "help", 0, 2, 0, "[COMMAND]",
	    N_("a normal day's commands, all of them, or one"), help_run },
	{ "version", 0, 0, 0, "", N_("which teduh this is"), version_run },
	{ NULL, 0, 0, 0, NULL, NULL, NULL }
};

void
commands_done(const struct session *s, json_t *o, const char *form, ...)
{
	char line[DONE_MAX];
	va_list ap;

	if (s->args.json)
		render_json(o);
	else if (!s->args.quiet) {
		va_start(ap, form);
		(void)vsnprintf(line, sizeof(line), form, ap);
		va_end(ap);
		render_say(stdout, line);
		seal_wipe(line, sizeof(line));	/* an invitation's code */
	}
	json_decref(o);
}

void
commands_name(char out[COMMANDS_NAME], const char *id, struct casefile *cf)
{
	json_t *face = casefile_face(cf, NULL);
	char words[RENDER_WORD];

	if (*render_word(words, face, "subject") == '\0')
		(void)render_word(words, face, "excerpt");
	json_decref(face);
	words[text_fit(words, WORDS_COLUMNS)] = '\0';
	if (*words == '\0')
		(void)snprintf(out, COMMANDS_NAME, "%s (%s)", id,
		    casefile_desk(cf));
	else
		(void)snprintf(out, COMMANDS_NAME, "%s (%s, \"%s\")", id,
		    casefile_desk(cf), words);
}

/* Approved, but it waits: until when it may be called back. */
static int
is_held(const json_t *draft, char until[RENDER_WHEN], int64_t now_s)
{
	const json_t *delivery = json_object_get(draft, "delivery");
	const char *state = json_string_value(json_object_get(delivery,
	    "state"));
	int64_t next_s = json_integer_value(json_object_get(delivery,
	    "next_at"));

	if (state == NULL || strcmp(state, "held") != 0 || next_s <= now_s)
		return 0;
	render_when(until, next_s, now_s);
	return 1;
}

/* What becomes of it now, in one sentence. */
static void
say_way(char *out, size_t size, struct casefile *cf, const json_t *draft)
{
	int64_t no = json_integer_value(json_object_get(draft,
	    "participant"));
	const struct casefile_item *stands = casefile_stands(cf, no);
	char address[RENDER_WORD] = "";
	const char *mode = "";
	json_t *party;

	if (stands != NULL) {
		mode = stands->deposit.mode;
		party = casefile_party(cf, no, NULL);
		(void)render_word(address, party, "address");
		json_decref(party);
	}
	if (strcmp(mode, "notice") == 0)
		(void)snprintf(out, size, _("It waits behind the person's "
		    "return code, and a notice without content goes to %s."),
		    address);
	else if (strcmp(mode, "pickup") == 0)
		(void)snprintf(out, size, "%s", _("It waits behind the "
		    "person's return code; nothing is mailed."));
	else
		(void)snprintf(out, size, _("It is mailed to %s."), address);
	seal_wipe(address, sizeof(address));
}

/* Somebody wants the case erased, or the service holds such a wish for bad. */
static int
is_erasing(const struct casefile *cf, const json_t *draft)
{
	const char *state = json_string_value(json_object_get(
	    json_object_get(casefile_json(cf), "erasure"), "state"));

	return json_is_true(json_object_get(draft, "erasing")) ||
	    (state != NULL && strcmp(state, "refused") == 0);
}

int
commands_done_erasing(const struct session *s, struct casefile *cf,
    const json_t *draft, json_t *o)
{
	char name[COMMANDS_NAME], id[RENDER_WORD];
	const char *state = json_string_value(json_object_get(draft,
	    "state"));

	if (state == NULL || strcmp(state, "approved") != 0 ||
	    !is_erasing(cf, draft))
		return 0;
	(void)render_word(id, o, "id");
	commands_name(name, id, cf);
	commands_done(s, o, _("%s is approved, and nothing is sent: the case "
	    "is to be erased. 'teduh erase %s --undo' takes that back, and "
	    "then it goes"), name, casefile_id(cf));
	return 1;
}

void
commands_done_draft(const struct session *s, struct casefile *cf,
    const json_t *draft)
{
	json_t *o = shape_draft(draft);
	char id[RENDER_WORD], state[RENDER_WORD], author[RENDER_WORD];
	char name[COMMANDS_NAME], until[RENDER_WHEN], way[WAY_MAX] = "";

	if (commands_done_erasing(s, cf, draft, o))
		return;
	(void)render_word(id, o, "id");
	(void)render_word(state, o, "state");
	(void)render_word(author, o, "author");
	commands_name(name, id, cf);
	if (strcmp(state, "approved") == 0)
		say_way(way, sizeof(way), cf, draft);
	if (strcmp(state, "open") == 0)
		commands_done(s, o, _("%s is saved; next: teduh submit %s"),
		    name, id);
	else if (strcmp(state, "submitted") == 0)
		commands_done(s, o, _("%s is submitted; a supervisor sees it "
		    "now in 'teduh review'"), name);
	else if (is_held(draft, until, client_now(s->client)))
		commands_done(s, o, _("%s is approved; until %s 'teduh undo "
		    "%s' calls it back\n%s"), name, until, id, way);
	else if (strcmp(state, "approved") == 0)
		commands_done(s, o, _("%s is approved and on its way; 'teduh "
		    "show %s' says what became of it\n%s"), name,
		    casefile_id(cf), way);
	else if (strcmp(state, "returned") == 0)
		commands_done(s, o, _("%s is returned; %s sees why in 'teduh "
		    "show %s' and changes it with 'teduh reply %s'"), name,
		    author, casefile_id(cf), casefile_id(cf));
	else
		commands_done(s, o, _("%s is %s"), name,
		    words_for("draft", state));
	seal_wipe(way, sizeof(way));
}

json_t *
commands_draft_row(const struct session *s, const json_t *draft)
{
	json_t *row = shape_draft(draft);

	if (!s->args.json)		/* for people with several desks */
		(void)json_object_set(row, "desk", json_object_get(draft,
		    "desk"));
	return row;
}

void
commands_drafts(const struct session *s, json_t *rows, const char *none)
{
	if (s->args.json)
		render_json(rows);
	else
		render_drafts(rows, none, client_now(s->client));
	json_decref(rows);
}

int
commands_case_ref(struct code_ref *ref, const char *typed, struct err *e)
{
	if (code_ref_parse(ref, typed, e) == -1)
		return -1;
	if (ref->draft == 0 && ref->item == 0)
		return 0;
	err_set(e, ERR_INPUT, _("'%s' is a part of a case; this is about the "
	    "whole of it, so say '%s'"), typed, ref->case_prefix);
	return -1;
}

int
commands_item_ref(struct code_ref *ref, const char *typed, const char *id,
    struct err *e)
{
	size_t n = strspn(typed, "0123456789");

	if (n > 0 && n < 10 && typed[n] == '\0') {
		memset(ref, 0, sizeof(*ref));
		(void)snprintf(ref->case_prefix, sizeof(ref->case_prefix),
		    "%s", id);
		ref->item = strtoll(typed, NULL, 10);
	} else if (code_ref_parse(ref, typed, e) == -1)
		return -1;
	if (ref->item > 0)
		return 0;
	err_set(e, ERR_INPUT, _("'%s' is no letter of the case %s: they are "
	    "called %s.1, %s.2 or just 1, 2"), typed, id, id, id);
	return -1;
}

int
commands_draft_ref(struct code_ref *ref, const char *typed, struct err *e)
{
	if (code_ref_parse(ref, typed, e) == -1)
		return -1;
	if (ref->draft > 0)
		return 0;
	err_set(e, ERR_INPUT, _("'%s' is not a draft: the first one of that "
	    "case is called %s.d1; 'teduh drafts' lists them"), typed,
	    ref->case_prefix);
	return -1;
}

int
commands_draft(struct session *s, struct casefile **cf, const json_t **draft,
    int64_t *no, struct err *e)
{
	struct code_ref ref;

	*cf = NULL;
	if (commands_draft_ref(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (*cf = session_case(s, ref.case_prefix, 1, e)) == NULL ||
	    (*draft = casefile_draft(*cf, ref.draft, e)) == NULL)
		return -1;
	*no = ref.draft;
	return 0;
}

int
commands_problems(const json_t *problems)
{
	const json_t *one;
	struct buf safe;
	size_t i;

	json_array_foreach(problems, i, one) {
		const char *text = json_string_value(one);

		if (text == NULL)
			continue;
		buf_init(&safe, 4096);
		(void)text_terminal(text, strlen(text), 0, &safe);
		(void)fflush(stdout);
		(void)fprintf(stderr, "teduh: %s.\n", safe.bytes);
		buf_free(&safe);
	}
	return json_array_size(problems) > 0 ? 1 : 0;
}

int
commands_misuse(struct err *e, const char *text)
{
	err_set(e, ERR_INPUT, "%s", text);
	return EXIT_USAGE;
}

int
commands_read_text(const char *path, struct buf *out, struct err *e)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO :
	    open(path, O_RDONLY | O_CLOEXEC);
	int result = fd == -1 ? -1 : io_read(fd, out);

	if (result == -1)
		err_set(e, ERR_INPUT, _("cannot read '%s': %s"), path,
		    strerror(errno));
	if (fd != -1 && fd != STDIN_FILENO)
		(void)close(fd);
	return result;
}
