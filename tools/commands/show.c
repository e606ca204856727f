/*
 * Read a case.  What does not verify is left out, said, and makes the exit
 * code 1; the rest is shown all the same.  That the newest letter was shown
 * is remembered, because an answer says which letter its author had read.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/commands/attachments.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/commands/link_ask.h"
#include "tools/keys.h"
#include "tools/disclosures.h"
#include "tools/linked.h"
#include "tools/progress.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/weighed.h"
#include "tools/wishes.h"
#include "tools/words.h"

#define EARLIER_SHOWN	30	/* items before the newest letter */

static int
raw_seq(const struct casefile *cf, const char *typed, int64_t *seq,
    struct err *e)
{
	struct code_ref ref;

	if (commands_item_ref(&ref, typed, casefile_id(cf), e) == -1)
		return -1;
	*seq = ref.item;
	if (strncmp(ref.case_prefix, casefile_id(cf),
	    strlen(ref.case_prefix)) == 0)
		return 0;
	err_set(e, ERR_INPUT, _("'%s' is of another case than %s"), typed,
	    casefile_id(cf));
	return -1;
}

/* To standard output; *ctx counts. */
static int
put_raw(void *ctx, const void *bytes, size_t len, struct err *e)
{
	uint64_t *written = ctx;

	if (fwrite(bytes, 1, len, stdout) == len) {
		*written += len;
		return 0;
	}
	err_set(e, ERR_IO, _("the letter could not be written: %s"),
	    strerror(errno));
	return -1;
}

/*
 * What is wrong may show in the last byte only, when all others have been
 * written: whoever reads them has to hear that they do not count.
 */
static int
write_raw(struct casefile *cf, struct casefile_item *item, struct err *e)
{
	struct err why = ERR_INIT;
	uint64_t written = 0;

	if (casefile_raw(cf, item, put_raw, &written, &why) == 0) {
		if (fflush(stdout) == 0)
			return 0;
		err_set(&why, ERR_IO, _("the letter could not be written: "
		    "%s"), strerror(errno));
	}
	if (written > 0)
		err_set(e, ERR_IO, _("%s.%" PRId64 ": %s; what was written of "
		    "it is not the letter: throw it away"), casefile_id(cf),
		    item->seq, why.text);
	else
		err_set(e, why.code, "%s.%" PRId64 ": %s", casefile_id(cf),
		    item->seq, why.text);
	return -1;
}

static int
show_raw(struct session *s, struct casefile *cf, struct err *e)
{
	struct casefile_item *item;
	int64_t seq;

	if (raw_seq(cf, s->args.raw, &seq, e) == -1)
		return -1;
	if (isatty(STDOUT_FILENO)) {
		err_set(e, ERR_INPUT, _("a mail as it came can confuse a "
		    "terminal: send it to a file, with '> letter.eml'"));
		return -1;
	}
	item = casefile_item(cf, seq);
	if (item == NULL || item->kind != ITEM_LETTER) {
		err_set(e, ERR_GONE, _("there is no letter %s.%" PRId64 ": "
		    "'teduh show' lists them"),
		    casefile_id(cf), seq);
		return -1;
	}
	return write_raw(cf, item, e);
}

/* Files of the items that are of this case. */
static int
save_of(struct session *s, struct casefile *cf, const json_t *shown,
    int folder, struct err *e)
{
	struct casefile_item *item;
	const char *id;
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(shown, "items"), i, o) {
		id = json_string_value(json_object_get(o, "id"));
		if (id == NULL || strncmp(id, casefile_id(cf),
		    CASE_ID_LEN) != 0)
			continue;
		item = casefile_item(cf, json_integer_value(
		    json_object_get(o, "seq")));
		if (item != NULL && attachments_save(s, cf, item,
		    json_object_get(o, "attachments"), folder, e) == -1)
			return -1;
	}
	return 0;
}

/* And of those that belong here, as far as they are shown. */
static int
save_linked(struct session *s, const struct casefile *cf,
    const json_t *shown, int folder, struct err *e)
{
	struct linked *links = mem_alloc(LINKED_MAX * sizeof(*links));
	size_t i, n = linked_list(s, cf, links);
	struct casefile *other;
	int result = 0;

	for (i = 0; i < n && result == 0; i++) {
		if (links[i].belongs || !links[i].confirmed)
			continue;
		if ((other = session_case(s, links[i].id, 0, e)) == NULL ||
		    save_of(s, other, shown, folder, e) == -1)
			result = -1;
		casefile_free(other);
	}
	free(links);
	return result;
}

static int
save_attachments(struct session *s, struct casefile *cf, const json_t *shown,
    int64_t only, struct err *e)
{
	int folder, result;

	if ((folder = attachments_folder(s, e)) == -1)
		return -1;
	result = save_of(s, cf, shown, folder, e);
	if (result == 0 && only == 0)
		result = save_linked(s, cf, shown, folder, e);
	(void)close(folder);
	return result;
}

/*
 * The newest letter is read now, if it can be shown and is not left out.
 * Nobody but this machine knows that there was a newer one, should the
 * service have lost it.  Noted before the pager opens: it may stay open for
 * an hour while the answer is written in another window.
 */
static int
note_read(struct session *s, const struct casefile *cf, int64_t only,
    json_t *problems, struct err *e)
{
	const struct casefile_item *newest = casefile_newest(cf);
	struct vault_read read;

	vault_get_read(s->vault, casefile_id(cf), &read);
	if (newest == NULL || newest->seq < read.seq) {
		if (read.seq > 0)
			(void)json_array_append_new(problems,
			    json_sprintf(_("the letter %s.%" PRId64 ", "
			    "which you were shown before, is gone; tell "
			    "the people who run the service"),
			    casefile_id(cf), read.seq));
		return 0;
	}
	if (newest->view == NULL || (only > 0 && only != newest->seq))
		return 0;
	read.seq = newest->seq;
	memcpy(read.deposit, newest->hash, SEAL_HASH);
	return vault_note_read(s->vault, casefile_id(cf), &read, e);
}

/* What is wanted of the case; fetching all of a long one takes a while. */
static json_t *
fetch_shape(struct session *s, struct casefile *cf, int64_t only,
    json_t *problems, struct err *e)
{
	struct progress reading;
	json_t *shown;

	if (only > 0)
		return shape_case_item(cf, only, problems, e);
	if (!s->args.all && !s->args.json && s->args.attachments == NULL)
		return shape_case_newest(cf, EARLIER_SHOWN, problems, e);
	progress_begin(&reading, _("parts of the case read"), 0,
	    s->args.quiet);
	s->reading = &reading;
	shown = shape_case(cf, problems, e);
	s->reading = NULL;
	progress_end(&reading);
	return shown;
}

static size_t
put_page(const struct session *s, const struct casefile *cf,
    const json_t *shown, enum render_how how)
{
	return render_case(shown, json_integer_value(json_object_get(
	    casefile_json(cf), "waiting_since")), client_now(s->client), how);
}

/* Where there is something to decide, and somebody to ask. 0 or -1. */
static int
ask(struct session *s, const struct casefile *cf, const json_t *shown,
    size_t folded, struct err *e)
{
	json_t *links = json_object_get(shown, "links");
	enum link_asked asked;

	if (!keys_possible(&s->args))
		return 0;
	while ((asked = link_ask(s, casefile_id(cf), links, folded,
	    _("nothing"), e)) == LINK_UNFOLD)
		folded = put_page(s, cf, shown, RENDER_UNFOLDED);
	return asked == LINK_FAILED ? -1 : 0;
}

/* only: the sequence of one item, or 0 for the case. */
static int
show_case(struct session *s, struct casefile *cf, int64_t only,
    struct err *e)
{
	json_t *problems = json_array(), *shown;
	size_t folded = 0;
	int result = -1;

	shown = fetch_shape(s, cf, only, problems, e);
	if (shown == NULL || note_read(s, cf, only, problems, e) == -1 ||
	    (only == 0 && linked_show(s, cf, shown, problems, e) == -1) ||
	    (s->args.attachments != NULL &&
	    save_attachments(s, cf, shown, only, e) == -1))
		goto out;
	wishes_show(s, cf, shown, problems);
	weighed_show(s, cf, shown);
	(void)json_object_set_new(shown, "disclosures", disclosures_shape(s,
	    cf, problems));
	if (s->args.json)
		render_json(shown);
	else if (s->args.attachments == NULL)
		folded = put_page(s, cf, shown, only > 0 ? RENDER_ONE :
		    s->args.all ? RENDER_ALL : RENDER_NEWEST);
	result = commands_problems(problems);
	if (s->args.attachments == NULL && ask(s, cf, shown, folded,
	    e) == -1)
		result = -1;
out:
	json_decref(shown);
	json_decref(problems);
	return result;
}

/* -m: a note in the case says why it is read. It opens the session. */
static int
say_why(struct session *s, struct err *e)
{
	struct change c;
	int result = change_begin(&c, s, WHY_MUST, e);

	if (result == 0)
		result = change_post(&c, "note", e);
	change_end(&c);
	return result;
}

int
show_run(struct session *s, struct err *e)
{
	struct casefile *cf;
	struct code_ref ref;
	int result;

	if (code_ref_parse(&ref, s->args.words[0], e) == -1)
		return -1;
	if (ref.draft > 0) {
		err_set(e, ERR_INPUT, _("'%s' is a draft: 'teduh review %s' "
		    "shows it"), s->args.words[0], s->args.words[0]);
		return -1;
	}
	if (s->args.message != NULL && (result = say_why(s, e)) != 0)
		return result;
	if ((s->args.message == NULL && session_open(s, e) == -1) ||
	    (cf = session_case(s, ref.case_prefix, 0, e)) == NULL)
		return -1;
	result = s->args.raw != NULL ? show_raw(s, cf, e) :
	    show_case(s, cf, ref.item, e);
	casefile_free(cf);
	return result;
}
