/*
 * A whole case as files: for a person who asks what is kept about them, for
 * another service, or for a court.  That it was done is written into the
 * audit before the first part is given.  The folder is made under another
 * name and gets its own when everything is in it; what was begun and could
 * not be finished is removed.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/export.h"
#include "tools/commands/named.h"
#include "tools/commands/folder.h"
#include "tools/progress.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/stop.h"
#include "tools/words.h"

#define PLAIN_MAX	(64 * 1024 * 1024)
#define NAME_BYTES	320
#define SUFFIX		".XXXXXX"

struct export {
	struct session	*s;
	struct casefile	*cf;
	json_t		*shown;
	json_t		*problems;
	char		*path, *making;	/* in the end; until then */
	int		 folder, letters, files;	/* opened, or -1 */
	size_t		 nletters, nfiles;
};

static int
put_bytes(int dir, const char *name, const struct buf *bytes, int failed,
    struct err *e)
{
	if (!failed)
		return folder_file(dir, name, bytes, e);
	err_set(e, ERR_IO, _("the case is too large to be written as '%s'"),
	    name);
	return -1;
}

static int
put_json(const struct export *x, struct err *e)
{
	char *text = json_dumps(x->shown, JSON_INDENT(2));
	struct buf out;
	int result;

	buf_init(&out, PLAIN_MAX);
	result = put_bytes(x->folder, "case.json", &out, text == NULL ||
	    buf_adds(&out, text) == -1 || buf_addc(&out, '\n') == -1, e);
	buf_free(&out);
	free(text);
	return result;
}

static int
put_pages(const struct export *x, struct err *e)
{
	struct buf out;
	int result;

	buf_init(&out, PLAIN_MAX);
	/* To the person it comes from the desk, as the answers do. */
	export_page(&out, x->shown, x->s->args.for_person ?
	    casefile_desk(x->cf) : x->s->service.name, x->s->service.url,
	    client_now(x->s->client));
	result = folder_file(x->folder, "case.txt", &out, e);
	buf_clear(&out);
	if (result == 0 && export_notes(&out, x->shown))
		result = folder_file(x->folder, "notes.txt", &out, e);
	buf_free(&out);
	return result;
}

/* What does not verify is told and left out: 1. Else -1 with *e. */
static int
leave_out(struct export *x, const char *name, const struct err *why,
    struct err *e)
{
	if (why->code != ERR_DENIED && why->code != ERR_GONE) {
		*e = *why;
		return -1;
	}
	(void)json_array_append_new(x->problems, json_sprintf(
	    _("'%s' is left out: %s"), name, why->text));
	return 1;
}

struct raw_file {
	const char	*name;
	int		 fd;
};

static int
add_raw(void *ctx, const void *bytes, size_t len, struct err *e)
{
	const struct raw_file *f = ctx;

	return folder_add(f->fd, bytes, len, f->name, e);
}

/* The mail as it came, which may be longer than memory; as put_part(). */
static int
put_raw(struct export *x, struct casefile_item *item, const char *name,
    struct err *e)
{
	struct raw_file f = { name, folder_open(x->letters, name, e) };
	struct err why = ERR_INIT;

	if (f.fd == -1)
		return -1;
	if (casefile_raw(x->cf, item, add_raw, &f, &why) == 0)
		return folder_close(f.fd, name, e);
	(void)close(f.fd);
	(void)unlinkat(x->letters, name, 0);
	return leave_out(x, name, &why, e);
}

/*
 * A part of an item as a file: 0, 1 when it is left out; -1 when the service
 * did not give it or it could not be written.
 */
static int
put_part(struct export *x, struct casefile_item *item, uint32_t part,
    int dir, const char *name, struct err *e)
{
	struct err why = ERR_INIT;
	struct buf plain;
	int result;

	buf_init(&plain, PLAIN_MAX);
	if (casefile_part(x->cf, item, part, &plain, &why) == 0)
		result = folder_file(dir, name, &plain, e);
	else
		result = leave_out(x, name, &why, e);
	buf_free(&plain);
	return result;
}

static int
put_attachments(struct export *x, struct casefile_item *item,
    const json_t *list, struct err *e)
{
	char name[NAME_BYTES], *safe;
	const char *id, *said;
	const json_t *about;
	int result = 0;
	size_t k;

	json_array_foreach(list, k, about) {
		id = json_string_value(json_object_get(about, "id"));
		said = json_string_value(json_object_get(about, "name"));
		safe = text_file_name(said == NULL ? "" : said);
		(void)snprintf(name, sizeof(name), "%s-%s", id, safe);
		free(safe);
		if ((result = put_part(x, item, PART_ATTACHMENT +
		    (uint32_t)k, x->files, name, e)) == -1)
			return -1;
		x->nfiles += result == 0;
	}
	return 0;
}

static int
put_item(struct export *x, const json_t *shown, struct err *e)
{
	struct casefile_item *item;
	char name[NAME_BYTES];
	const char *id = json_string_value(json_object_get(shown, "id"));
	int result;

	item = casefile_item(x->cf, json_integer_value(json_object_get(
	    shown, "seq")));
	if (item == NULL || id == NULL)		/* it did not verify */
		return 0;
	/* What the desk let go by its age is nobody's mistake. */
	if (item->kind == ITEM_LETTER && casefile_raw_removed(item) == 0) {
		(void)snprintf(name, sizeof(name), "%s.eml", id);
		if ((result = put_raw(x, item, name, e)) == -1)
			return -1;
		x->nletters += result == 0;
	}
	return put_attachments(x, item, json_object_get(shown,
	    "attachments"), e);
}

static int
put_all(struct export *x, struct err *e)
{
	const json_t *item;
	size_t i;

	if ((x->letters = folder_in(x->folder, "letters", e)) == -1 ||
	    (x->files = folder_in(x->folder, "attachments", e)) == -1)
		return -1;
	json_array_foreach(json_object_get(x->shown, "items"), i, item) {
		if (stop_asked()) {
			err_set(e, ERR_RETRY, _("stopped; what was written of "
			    "%s is removed again"), casefile_id(x->cf));
			return -1;
		}
		if (put_item(x, item, e) == -1)
			return -1;
	}
	return put_json(x, e) == -1 ? -1 : put_pages(x, e);
}

/* The folder under its first name, opened. */
static int
make_folder(struct export *x, const char *path, struct err *e)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	x->path = mem_dup(path, n);
	x->making = mem_alloc(n + sizeof(SUFFIX));
	(void)snprintf(x->making, n + sizeof(SUFFIX), "%s" SUFFIX, x->path);
	if (mkdtemp(x->making) == NULL) {
		err_set(e, ERR_IO, _("cannot make the folder '%s': %s"),
		    x->path, strerror(errno));
		free(x->making);
		x->making = NULL;
		return -1;
	}
	if ((x->folder = open(x->making, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC)) != -1)
		return 0;
	err_set(e, ERR_IO, _("cannot open the folder '%s': %s"), x->making,
	    strerror(errno));
	return -1;
}

static int
is_free(const char *path, struct err *e)
{
	struct stat st;

	if (*path == '\0') {
		err_set(e, ERR_INPUT, _("name a folder to make for the "
		    "case"));
		return 0;
	}
	if (lstat(path, &st) == -1 && errno == ENOENT)
		return 1;
	err_set(e, ERR_INPUT, _("'%s' is there already: name a folder that "
	    "is not, so that nothing is written over"), path);
	return 0;
}

/* The case, after it has been written down who copies it. */
static int
fetch(struct export *x, const char *prefix, struct err *e)
{
	char path[64], id[CASE_ID_LEN + 1];
	json_t *body, *answer, *all;
	int64_t person = 0;
	int result;

	if ((x->cf = session_case(x->s, prefix, 1, e)) == NULL)
		return -1;
	if (x->s->args.for_person && (result = named_participant(x->s, x->cf,
	    &person, e)) != 0)
		return result;
	(void)snprintf(id, sizeof(id), "%s", casefile_id(x->cf));
	casefile_free(x->cf);
	x->cf = NULL;
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/export", id);
	body = json_object();
	answer = client_post(x->s->client, path, body, e);
	json_decref(body);
	json_decref(answer);
	if (answer == NULL || (x->cf = session_views(x->s, id, e)) == NULL)
		return -1;
	if ((x->shown = shape_case(x->cf, x->problems, e)) == NULL)
		return -1;
	if (!x->s->args.for_person)
		return 0;
	all = x->shown;
	x->shown = export_for_person(all, person, e);
	json_decref(all);
	return x->shown == NULL ? -1 : 0;
}

static int
export_case(struct export *x, const char *prefix, const char *path,
    struct err *e)
{
	struct progress reading;
	int result = -1;

	progress_begin(&reading, _("parts of the case read"), 0,
	    x->s->args.quiet);
	x->s->reading = &reading;
	if (make_folder(x, path, e) == 0 &&
	    (result = fetch(x, prefix, e)) == 0)
		result = put_all(x, e);
	x->s->reading = NULL;
	progress_end(&reading);
	if (result != 0)
		return result;
	if (rename(x->making, x->path) == -1) {
		err_set(e, ERR_IO, _("cannot make the folder '%s': %s"),
		    x->path, strerror(errno));
		return -1;
	}
	free(x->making);
	x->making = NULL;
	return 0;
}

static int
tell(struct export *x)
{
	json_t *o = json_pack("{s:s, s:s, s:I, s:I}", "case",
	    casefile_id(x->cf), "folder", x->path, "letters",
	    (json_int_t)x->nletters, "files", (json_int_t)x->nfiles);

	commands_done(x->s, o, _("%s is exported to %s (letters: %zu, "
	    "attached files: %zu); begin with case.txt, and keep it safe: "
	    "nothing in it is sealed"), casefile_id(x->cf), x->path,
	    x->nletters, x->nfiles);
	return commands_problems(x->problems);
}

static void
leave(struct export *x)
{
	if (x->making != NULL)		/* it is not whole */
		folder_remove(x->making);
	if (x->letters != -1)
		(void)close(x->letters);
	if (x->files != -1)
		(void)close(x->files);
	if (x->folder != -1)
		(void)close(x->folder);
	free(x->making);
	free(x->path);
	json_decref(x->shown);
	json_decref(x->problems);
	casefile_free(x->cf);
}

int
export_run(struct session *s, struct err *e)
{
	struct export x = { .s = s, .folder = -1, .letters = -1,
	    .files = -1 };
	const char *path = s->args.words[1];
	struct code_ref ref;
	int result = -1;

	if (s->args.to != NULL && !s->args.for_person) {
		err_set(e, ERR_INPUT, "%s", _("--to says for whom: give it "
		    "with --for-person"));
		return EXIT_USAGE;
	}
	if (commands_case_ref(&ref, s->args.words[0], e) == -1 ||
	    !is_free(path, e))
		return -1;
	x.problems = json_array();
	stop_catch();
	if (session_open(s, e) == 0 && (result = export_case(&x,
	    ref.case_prefix, path, e)) == 0)
		result = tell(&x);
	leave(&x);
	return result;
}
