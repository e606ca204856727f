/*
 * Role intake: one per mailbox.  Keeps a session with the IMAP server (or
 * serves the inject socket), works through the folders, waits for news.
 * Any odd result: close, back off with jitter, begin again from the ledger.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_rules.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reading.h"
#include "daemon/intake/folders.h"
#include "daemon/intake/imap.h"
#include "daemon/intake/listen.h"
#include "daemon/intake/login.h"
#include "daemon/intake/mark.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define BACKOFF_FIRST_MS	1000
#define BACKOFF_MAX_MS		(5 * 60 * 1000)
#define IDLE_MS			(4 * 60 * 1000)	/* RFC 2177: below 29 min */
#define POLL_MS			(30 * 1000)	/* with several folders */
#define ALARM_AFTER_S		(15 * 60)
#define SERVE_MS		1000

struct intake {
	const struct role_args		*args;
	const struct config_mailbox	*mailbox;
	struct desk			 desk;
	struct breath			 breath;
	struct config_rules		*rules;
	struct reader			*reader;
	struct folders			 folders;
	struct mark			 own;	/* left in the mailbox */
	char				 mark[4096];	/* we are at work */
	int				 careful;
	int64_t				 good_at;	/* last whole pass */
	int				 alarmed;
};

/*
 * A file says that we are at work; one that is left from before says that we
 * ended abnormally, and that the next pass counts attempts first.
 */
static void
leave_mark(struct intake *n)
{
	struct stat st;
	int fd;

	(void)snprintf(n->mark, sizeof(n->mark), "%s/state",
	    n->args->config->data);
	(void)mkdir(n->mark, 0700);
	(void)snprintf(n->mark, sizeof(n->mark), "%s/state/intake-%s",
	    n->args->config->data, n->mailbox->name);
	n->careful = stat(n->mark, &st) == 0;
	fd = open(n->mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd != -1)
		(void)close(fd);
}

static int
set_up(struct intake *n, const struct role_args *args, struct err *e)
{
	struct folder like;

	memset(n, 0, sizeof(*n));
	memset(&like, 0, sizeof(like));
	n->args = args;
	n->mailbox = config_mailbox(args->config, args->name);
	if (n->mailbox == NULL) {
		err_set(e, ERR_BUG, "intake was started without a mailbox");
		return -1;
	}
	if (desk_open(&n->desk, "intake", args->config, args->secrets,
	    DESK_PIN | DESK_PEPPER | DESK_KEY, e) == -1)
		return -1;
	n->rules = config_rules_load(args->config, n->mailbox->desk, e);
	if (n->rules == NULL)
		return -1;
	n->desk.rules = n->rules;
	n->reader = reading_open(args->reader);
	n->own.desk = &n->desk;
	n->own.mailbox = n->mailbox;
	leave_mark(n);
	like.desk = &n->desk;
	like.breath = &n->breath;
	like.reader = n->reader;
	like.mailbox = n->mailbox;
	like.careful = n->careful;
	like.held = &n->own.other;
	folders_init(&n->folders, &like);
	n->good_at = store_now(n->desk.store);
	return 0;
}

static void
tear_down(struct intake *n)
{
	if (n->mark[0] != '\0')
		(void)unlink(n->mark);
	reading_close(n->reader);
	desk_close(&n->desk);
	config_rules_free(n->rules);
	folders_free(&n->folders);
}

/* A whole pass was good: trouble with the mail server is over. */
static int
serve_well(struct intake *n, struct err *e)
{
	const char *name = n->mailbox->name;

	if (n->alarmed)
		log_info("recovered mailbox=%s", name);
	n->alarmed = 0;
	n->good_at = store_now(n->desk.store);
	return alarm_clear(&n->desk, "mailbox-not-read", name, e) == -1 ||
	    alarm_clear(&n->desk, "mailbox-refused", name, e) == -1 ||
	    breath_take(&n->breath, &n->desk, name, e) == -1 ? -1 : 0;
}

/* One session until it breaks, or once through the folders. */
static int
run_session(struct intake *n, struct err *e)
{
	struct imap *m = NULL;
	int r = -1;

	if (desk_refresh(&n->desk, e) == -1)
		return -1;
	m = login_open(n->args, n->mailbox, &n->desk, e);
	if (m == NULL)
		return -1;
	n->folders.looked_at = 0;
	for (;;) {
		if (mark_look(&n->own, m, e) == -1 ||
		    folders_look(&n->folders, m, e) == -1 ||
		    folders_pass(&n->folders, m, e) == -1 ||
		    serve_well(n, e) == -1)
			goto out;
		if (n->args->once || role_stopping())
			break;
		reading_idle(n->reader);
		if (imap_wait(m, n->folders.n > 1 ? POLL_MS : IDLE_MS,
		    e) == -1 || desk_refresh(&n->desk, e) == -1)
			goto out;
	}
	r = 0;
out:
	imap_free(m);
	return r;
}

/* What a human must hear of is said once, and again when it lasts. */
static void
complain(struct intake *n, const struct err *e)
{
	int lasting = store_now(n->desk.store) - n->good_at > ALARM_AFTER_S;
	int refused = e->code == ERR_DENIED || e->code == ERR_GONE;
	struct err why = ERR_INIT;

	/* Raised for as long as it lasts; told by clock. */
	if ((refused && alarm_raise(&n->desk, "mailbox-refused",
	    n->mailbox->name, err_word(e->code), &why) == -1) ||
	    (lasting && alarm_raise(&n->desk, "mailbox-not-read",
	    n->mailbox->name, err_word(e->code), &why) == -1))
		log_err("alarm", &why);
	if ((refused && n->alarmed == 0) || (lasting && n->alarmed < 2)) {
		n->alarmed = lasting ? 2 : 1;
		log_alarm("mailbox-not-read mailbox=%s error=%s: %s",
		    n->mailbox->name, err_word(e->code), e->text);
	} else
		log_err("session", e);
}

static int
jitter(int ms)
{
	return ms / 2 + (int)seal_random_below((uint32_t)ms / 2 + 1);
}

static int
run_imap(struct intake *n)
{
	struct err e = ERR_INIT;
	int wait_ms = BACKOFF_FIRST_MS, r;
	int64_t before;

	/* A mail server that is away must not hold up the start. */
	role_ready(n->args);
	while (!role_stopping()) {
		before = n->good_at;
		r = run_session(n, &e);
		if (r == 0)
			return EX_OK;
		complain(n, &e);
		if (e.code == ERR_IO)
			return EX_IOERR;
		if (n->args->once)
			return err_exit(e.code == ERR_GONE ? ERR_RETRY :
			    e.code);
		if (n->good_at != before)
			wait_ms = BACKOFF_FIRST_MS;
		role_pause(jitter(wait_ms));
		wait_ms = wait_ms < BACKOFF_MAX_MS / 2 ? 2 * wait_ms :
		    BACKOFF_MAX_MS;
	}
	return EX_OK;
}

static int
run_listen(struct intake *n)
{
	struct err e = ERR_INIT;
	int r;

	if (n->args->nlisteners != 1) {
		log_error("no-listener mailbox=%s", n->mailbox->name);
		return EX_SOFTWARE;
	}
	role_ready(n->args);
	while (!role_stopping()) {
		r = listen_serve(n->args->listeners[0], &n->desk, n->reader,
		    n->mailbox, SERVE_MS, &e);
		if (r == -1)
			return EX_IOERR;
		if (breath_take(&n->breath, &n->desk, n->mailbox->name,
		    &e) == -1) {
			log_err("breath", &e);
			return EX_IOERR;
		}
		if (r == 0 && n->args->once)
			break;
		reading_idle(n->reader);
	}
	return EX_OK;
}

int
intake_main(const struct role_args *args)
{
	struct err e = ERR_INIT;
	struct intake n;
	int code;

	role_signals();
	if (set_up(&n, args, &e) == -1) {
		log_err("start", &e);
		code = err_exit(e.code);
	} else if (n.mailbox->listen != NULL)
		code = run_listen(&n);
	else
		code = run_imap(&n);
	/* After an I/O error the mark stays: the next start is careful. */
	if (code == EX_IOERR)
		n.mark[0] = '\0';
	tear_down(&n);
	return code;
}
