/*
 * key show, key backup, key restore: who one is, on paper, and back.
 *
 * The paper has everything that is needed on another machine: the seed, and
 * where the service is and how to know it.  Whoever finds it is that person,
 * which it says.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/paper_page.h"
#include "tools/prompt.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/unlocked.h"
#include "tools/words.h"

/* Folder, key and (where it was joined) service. */
static int
open_own(struct session *s, int anew, struct err *e)
{
	struct err none = ERR_INIT;

	if ((s->vault = vault_open(e)) == NULL ||
	    session_unlock(s, anew, e) == -1)
		return -1;
	if (vault_read_service(s->vault, &s->service, &none) == 0 ||
	    none.code == ERR_GONE)
		return 0;
	*e = none;
	return -1;
}

int
key_show_run(struct session *s, struct err *e)
{
	char fingerprint[CODE_FINGERPRINT_LEN];
	const char *url;
	struct secret *seed;
	json_t *o;
	int open;

	if (open_own(s, 0, e) == -1)
		return -1;
	code_fingerprint(fingerprint, s->me->signer->pub, s->me->box_pub);
	seed = unlocked_get(s->vault);
	open = seed != NULL;
	secret_free(seed);
	url = s->service.url;
	o = json_pack("{s:s, s:s?, s:s?, s:s, s:b}", "fingerprint",
	    fingerprint, "name", url == NULL ? NULL : s->service.name,
	    "service", url, "folder", vault_path(s->vault), "unlocked",
	    open);
	commands_done(s, o, _("Fingerprint: %s\nName: %s\nService: %s\n"
	    "Folder: %s\nUnlocked: %s"), fingerprint, url == NULL ?
	    _("none yet") : s->service.name, url == NULL ? _("none yet") :
	    url, vault_path(s->vault), open ? _("yes") : _("no"));
	return 0;
}

/* Into a new file that nobody else may read. */
static int
write_file(const char *path, const struct buf *b, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int bad = fd == -1 || write(fd, b->bytes, b->len) != (ssize_t)b->len ||
	    fsync(fd) == -1;

	if (bad)
		err_set(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO,
		    _("'%s' cannot be written: %s"), path, strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return bad ? -1 : 0;
}

int
key_backup_run(struct session *s, struct err *e)
{
	struct buf b;
	int result = 0;

	if (s->args.json) {
		err_set(e, ERR_INPUT, _("a key on paper is for people: leave "
		    "out '--json'"));
		return EXIT_USAGE;
	}
	/* By passphrase even when it is unlocked: this is the key itself. */
	if (open_own(s, 1, e) == -1)
		return -1;
	buf_init(&b, PAPER_PAGE_MAX);
	paper_page_print(&b, s->me, &s->service);
	if (s->args.file != NULL) {
		if ((result = write_file(s->args.file, &b, e)) == 0)
			commands_done(s, json_object(), _("'%s' is written: "
			    "print it, then remove the file"), s->args.file);
	} else
		(void)fwrite(b.bytes, 1, b.len, stdout);
	buf_free(&b);
	return result;
}

static int
get_page(const struct session *s, struct paper_page *p, struct err *e)
{
	FILE *f = stdin;
	int result;

	if (s->args.file == NULL && isatty(STDIN_FILENO)) {
		(void)fprintf(stderr, "%s\n", _("Type the four lines, then "
		    "name, service and pin, as they stand on the paper:"));
		if (paper_page_ask(p, _("nothing was restored"), e) == -1)
			return -1;
		paper_page_ask_service(p);
		return 0;
	}
	if (s->args.file != NULL && (f = fopen(s->args.file, "re")) == NULL) {
		err_set(e, ERR_GONE, _("'%s' cannot be read: %s"),
		    s->args.file, strerror(errno));
		return -1;
	}
	result = paper_page_read(f, p, e);
	if (f != stdin)
		(void)fclose(f);
	return result;
}

/* The key that a person of this name has, if entry o is about that. */
static int
is_entry_of(const json_t *o, const char *name, unsigned char sign[SIGN_PUBLIC])
{
	const char *its;
	json_t *entry = NULL;
	struct buf b;
	int is = wire_get_base64(o, "entry", ROSTER_ENTRY_MAX, &b, NULL) ==
	    0 && (entry = wire_parse(b.bytes, b.len, NULL)) != NULL &&
	    wire_get_string(entry, "name", &its, NULL) == 0 &&
	    strcmp(its, name) == 0 &&
	    wire_get_hex(entry, "sign", sign, SIGN_PUBLIC, NULL) == 0;

	json_decref(entry);
	buf_free(&b);
	return is;
}

/*
 * Is it the key whose place this folder is?  By the list of staff here; or
 * because the key that lies there opens, and is this one.
 */
static int
is_same(const struct session *s, const struct secret *passphrase)
{
	unsigned char sign[SIGN_PUBLIC] = { 0 };
	json_t *known = vault_read_roster(s->vault);
	struct vault_service v;
	struct identity *there;
	const json_t *o;
	size_t i;
	int same;

	if (vault_read_service(s->vault, &v, NULL) == 0)
		json_array_foreach(known, i, o)
			(void)is_entry_of(o, v.name, sign);
	vault_service_free(&v);
	json_decref(known);
	same = memcmp(sign, s->me->signer->pub, SIGN_PUBLIC) == 0;
	there = same ? NULL : vault_read_key(s->vault, passphrase, NULL);
	if (there != NULL)
		same = memcmp(there->signer->pub, s->me->signer->pub,
		    SIGN_PUBLIC) == 0;
	identity_free(there);
	return same;
}

/* Where the service is, unless the folder knows it. */
static int
write_service(struct session *s, const struct paper_page *p, struct err *e)
{
	struct vault_service *v = &s->service;
	struct err none = ERR_INIT;
	json_t *o;
	int result;

	if (p->service[0] == '\0' ||
	    vault_read_service(s->vault, v, &none) == 0)
		return 0;
	vault_service_free(v);
	o = json_pack("{s:s}", "pin", p->pin);
	result = o == NULL ? -1 : wire_get_hex(o, "pin", v->pin, SEAL_HASH,
	    NULL);
	json_decref(o);
	if (result == -1 || !roster_name_valid(p->name)) {
		err_set(e, ERR_INPUT, _("name or pin are not as on the paper: "
		    "the pin has %d characters"), 2 * SEAL_HASH);
		return -1;
	}
	v->url = mem_strdup(p->service);
	v->ca = s->args.ca == NULL ? NULL : realpath(s->args.ca, NULL);
	if (s->args.ca != NULL && v->ca == NULL) {
		err_set(e, ERR_GONE, _("'%s' cannot be read: %s"),
		    s->args.ca, strerror(errno));
		return -1;
	}
	(void)snprintf(v->name, sizeof(v->name), "%s", p->name);
	v->joined = 1;
	return vault_write_service(s->vault, v, e);
}

static int
restore(struct session *s, struct paper_page *p, struct err *e)
{
	char fingerprint[CODE_FINGERPRINT_LEN];
	struct secret *seed, *passphrase;
	int has, result;

	if ((seed = paper_seed(p->lines, e)) == NULL)
		return -1;
	s->me = identity_from_seed(seed);
	secret_free(seed);
	if ((has = vault_has_key(s->vault, e)) == -1)
		return -1;
	if ((passphrase = prompt_passphrase(s->args.passphrase_fd, 1, e)) ==
	    NULL)
		return -1;
	if (has && !is_same(s, passphrase)) {
		err_set(e, ERR_CONFLICT, _("there is another key in '%s', "
		    "which is not replaced: restore into another folder, with "
		    "TEDUH_HOME"), vault_path(s->vault));
		result = -1;
	/* First: a pin with a mistake shall leave no key in the way. */
	} else if ((result = write_service(s, p, e)) == 0) {
		(void)unlocked_drop(s->vault);
		result = vault_write_key(s->vault, s->me, passphrase, e);
	}
	secret_free(passphrase);
	if (result == -1)
		return -1;
	code_fingerprint(fingerprint, s->me->signer->pub, s->me->box_pub);
	commands_done(s, json_pack("{s:s}", "fingerprint", fingerprint),
	    _("Your key is back: %s. Next: teduh queue"), fingerprint);
	return 0;
}

int
key_restore_run(struct session *s, struct err *e)
{
	struct paper_page p;
	int result = -1;

	memset(&p, 0, sizeof(p));
	if ((s->vault = vault_make(e)) != NULL && get_page(s, &p, e) == 0)
		result = restore(s, &p, e);
	seal_wipe(&p, sizeof(p));
	return result;
}
