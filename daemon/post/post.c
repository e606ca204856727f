/*
 * Role post: takes what is due, checks it, renders it, sends it, writes down
 * what became of it.  The checks stand in check.c, what was sent already in
 * spent.c; here stands their order, and nothing leaves out of it:
 *
 *   take (C6), roster, open, signatures, facts, spent, checks, render,
 *   tokens, ... last bytes: spent file, then C6b, then the dot ... outcome:
 *   spent file, then C7, then the log is folded.
 *
 * A letter that is fetched with a return code goes the same way as far as the
 * checks, and is published instead of sent: spent file, then C7, which lets
 * the notice go of a person who wants one (desk/awaits.h).
 *
 * A death anywhere leaves a row that delivery_recover() understands.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/foreign.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/seeker.h"
#include "daemon/log.h"
#include "daemon/post/check.h"
#include "daemon/post/last_read.h"
#include "daemon/post/login.h"
#include "daemon/post/notice.h"
#include "daemon/post/parcel.h"
#include "daemon/post/person.h"
#include "daemon/post/smtp.h"
#include "daemon/post/spent.h"
#include "daemon/post/unsend.h"
#include "daemon/post/urgent.h"
#include "daemon/role.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/err.h"

/* The service's clock may be moved in test builds: look at it more often. */
#ifdef TEST_HOOKS
#define WAIT_MAX_MS	500
#else
#define WAIT_MAX_MS	60000
#endif
#define WAIT_FOLD_MS	1000
#define BACKOFF_FIRST_S	5
#define BACKOFF_MAX_S	300
#define ALARM_EVERY_S	3600
#define FOLD_EVERY_S	60
#define TRIES		30	/* of a step that must not be given up */
#define TRY_MS		1000
#define STUMBLE_MAX_MS	60000

struct post {
	const struct role_args	*args;
	struct desk		 desk;
	struct breath		 breath;
	struct spent		*spent;
	const struct secret	*postman, *password;
	int64_t			 backoff_s, quiet_until; /* the relay's fault */
	int64_t			 alarm_at;	/* 0: no trouble so far */
	int			 stumble_ms;	/* our own fault */
	int			 fold;		/* a grant is in the log */
	int			 changed;	/* others may have left one */
	int64_t			 fold_at;
};

/* What becomes of one delivery. */
struct verdict {
	enum delivery_outcome	 outcome;
	char			 code[16];
	int			 relay;		/* this is what the relay did */
	int			 dotted;
	struct smtp_end		 end;
};

struct dotting {
	struct post		*post;
	const struct delivery	*delivery;
	const struct parcel	*parcel;
	int			 recorded;
};

static void
decide(struct verdict *v, enum delivery_outcome outcome, const char *code)
{
	v->outcome = outcome;
	(void)snprintf(v->code, sizeof(v->code), "%s", code);
}

/*
 * What the file of sent letters knows and the store does not. 1 when that
 * decides. A store that knows of the first dot died before it heard of the
 * outcome; one that does not is older than the file, and nothing it says of
 * this letter's fate is believed.
 */
static int
known_outcome(const struct delivery *x, const struct spent_state *state,
    struct verdict *v)
{
	if (!state->final && state->open > 0 && !x->repeated)
		decide(v, OUTCOME_UNKNOWN, "restart");
	else if (state->final && x->repeated && state->mark == SPENT_ACCEPTED)
		decide(v, OUTCOME_ACCEPTED, "restart");
	else if (state->final && x->repeated && state->mark == SPENT_REFUSED)
		decide(v, OUTCOME_REFUSED, "restart");
	else
		return 0;
	return 1;
}

/*
 * What is to be fetched with a code: is it whole, and does the code open it?
 * 0, 1 with *why, -1.
 */
static int
check_here(struct post *p, const struct delivery *x, struct parcel *parcel,
    const char **why, struct err *e)
{
	int r = seeker_can_open(&p->desk, x->item, e);

	if (r == 1)
		return parcel_attachments(parcel, &p->desk, x, why, e);
	*why = "code";
	return r == 0 ? 1 : -1;
}

/* Everything before a connection. 0 may leave, 1 *v is decided, -1. */
static int
prepare(struct post *p, const struct delivery *x, struct parcel *parcel,
    struct verdict *v, struct err *e)
{
	struct delivery_facts facts[LETTER_LAST_READ_MAX];
	struct spent_state spent;
	struct check check = { &p->desk, x, &parcel->letter, facts, 0,
	    &spent, 0 };
	const char *why = NULL;
	int r;

	if (desk_refresh(&p->desk, e) == -1) {
		if (e->code != ERR_DENIED)
			return -1;
		log_err("roster", e);
		decide(v, OUTCOME_BLOCKED, "roster");
		return 1;
	}
	if ((r = unsend_is(&p->desk, p->spent, x->item, e)) == 1)
		why = "spent";
	if (r == 0)
		r = parcel_open(parcel, &p->desk, x, p->postman, &why, e);
	if (r == 0 && spent_look(p->spent, parcel->hash, &spent, e) == -1)
		return -1;
	if (r == 0 && known_outcome(x, &spent, v))
		return 1;
	if (r == 0)
		r = last_read_facts(&p->desk, x, parcel, facts, &why, e);
	if (r == 0)
		r = urgent_of(&p->desk, x, &parcel->letter, &check.urgency,
		    e);
	check.now = store_now(p->desk.store);
	if (r == 0 && (why = check_letter(&check)) != NULL)
		r = 1;
	if (r == 0 && check_shown(&parcel->letter))
		r = check_here(p, x, parcel, &why, e);
	else if (r == 0)
		r = parcel_compose(parcel, &p->desk, x,
		    config_desk(p->desk.config, x->desk), &why, e);
	if (r == 1)
		decide(v, OUTCOME_BLOCKED, why);
	return r;
}

/* Before the last bytes: the file, then the store (C6b). */
static int
dot(void *ctx, struct err *e)
{
	struct dotting *d = ctx;
	struct post *p = d->post;

	crash_point("post: spent dot before");
	if (spent_add(p->spent, d->parcel->hash, SPENT_DOT,
	    store_now(p->desk.store), e) == -1)
		return -1;
	d->recorded = 1;
	crash_point("post: spent dot after");
	return delivery_dot(&p->desk, d->delivery, p->args->name, e);
}

/* -1 when the file cannot be written: ERR_IO, or after TRIES. */
static int
record(struct post *p, const struct parcel *parcel, enum spent_mark mark,
    struct err *e)
{
	int try;

	crash_point("post: spent outcome before");
	for (try = 0; spent_add(p->spent, parcel->hash, mark,
	    store_now(p->desk.store), e) == -1; try++) {
		if (e->code != ERR_RETRY || try == TRIES)
			return -1;
		role_pause(TRY_MS);
	}
	crash_point("post: spent outcome after");
	return 0;
}

static int
record_outcome(struct post *p, const struct parcel *parcel,
    const struct verdict *v, struct err *e)
{
	switch (v->outcome) {
	case OUTCOME_ACCEPTED:
		return record(p, parcel, SPENT_ACCEPTED, e);
	case OUTCOME_REFUSED:
		return record(p, parcel, SPENT_REFUSED, e);
	case OUTCOME_PUBLISHED:
		return record(p, parcel, SPENT_PUBLISHED, e);
	case OUTCOME_DEFERRED:
	case OUTCOME_ENDPOINT:
		return v->dotted ? record(p, parcel, SPENT_VOID, e) : 0;
	default:
		return 0;	/* the dot stays open */
	}
}

/* To the relay. 0 with *v decided, -1 nothing was sent. */
static int
hand_over(struct post *p, const struct delivery *x, struct parcel *parcel,
    struct verdict *v, struct err *e)
{
	const struct config_desk *desk = config_desk(p->desk.config, x->desk);
	struct dotting dotting = { p, x, parcel, 0 };
	struct smtp_message m = { strrchr(desk->from_address, '@') + 1,
	    parcel->return_path, parcel->letter.to, parcel->message.bytes,
	    parcel->message.len, dot, &dotting };
	struct err why = ERR_INIT;

	if (smtp_send(&p->args->config->relay, p->password, &m, &v->end,
	    e) == 0) {
		v->outcome = smtp_outcome(&v->end, v->code);
		v->dotted = dotting.recorded;
		v->relay = 1;
		return 0;
	}
	/* The transfer was cut before the dot: that is certain. */
	if (dotting.recorded && record(p, parcel, SPENT_VOID, &why) == -1)
		log_err("spent", &why);
	if (e->code == ERR_INPUT)
		decide(v, OUTCOME_BLOCKED, "address");
	else if (e->code == ERR_CONFLICT && !dotting.recorded)
		decide(v, OUTCOME_BLOCKED, "spent");
	else
		return -1;
	return 0;
}

static const char *
outcome_word(enum delivery_outcome outcome)
{
	static const char *const words[] = { "accepted", "deferred",
	    "endpoint", "refused", "unknown", "blocked", "published" };

	return words[outcome];
}

static int
settle_once(struct post *p, const struct delivery *x,
    const struct parcel *parcel, const struct verdict *v, struct err *e)
{
	const char *receipt = v->relay && v->end.reply[0] != '\0' ?
	    v->end.reply : NULL;
	struct publication shown;

	if (v->outcome != OUTCOME_PUBLISHED &&
	    v->outcome != OUTCOME_ACCEPTED)
		return delivery_settle(&p->desk, x, v->outcome, v->code,
		    receipt, e);
	parcel_publication(parcel, &p->desk, x, &shown);
	return v->outcome == OUTCOME_ACCEPTED ? delivery_accept(&p->desk, x,
	    v->code, receipt, &shown, e) : delivery_publish(&p->desk, x,
	    &shown, e);
}

/* Durable, or the row stays for delivery_recover(). */
static int
settle(struct post *p, const struct delivery *x, const struct parcel *parcel,
    const struct verdict *v, struct err *e)
{
	int try;

	for (try = 0; settle_once(p, x, parcel, v, e) == -1; try++) {
		if (e->code != ERR_RETRY || try == TRIES)
			return -1;
		role_pause(TRY_MS);
	}
	log_info("delivery case=%s outcome=%s code=%s", x->case_id,
	    outcome_word(v->outcome), v->code);
	/* Of any of these the grant may have gone. */
	p->fold |= v->outcome != OUTCOME_BLOCKED;
	return 0;
}

/* The relay's fault: everything waits, and a human hears of it. */
static void
relay_state(struct post *p, const struct verdict *v)
{
	int64_t now = store_now(p->desk.store);
	int trouble = v->outcome == OUTCOME_ENDPOINT;
	struct err e = ERR_INIT;
	char why[SMTP_TROUBLE_MAX];

	if (!v->relay || strcmp(v->code, "stopped") == 0)
		return;
	if (p->args->config->relay.token_command != NULL &&
	    token_alarm(&p->desk, "relay", trouble && (v->end.no_token ==
	    ERR_DENIED || v->end.code == 535), v->end.login_ends_s, &e) == -1)
		log_err("alarm", &e);
	if ((trouble ? alarm_raise(&p->desk, "relay-trouble", "relay",
	    v->code, &e) : alarm_clear(&p->desk, "relay-trouble", "relay",
	    &e)) == -1)
		log_err("alarm", &e);
	if (!trouble) {
		if (p->alarm_at != 0)
			log_info("relay-recovered");
		p->alarm_at = p->backoff_s = p->quiet_until = 0;
		return;
	}
	if (p->alarm_at == 0 || now - p->alarm_at >= ALARM_EVERY_S ||
	    now < p->alarm_at) {
		smtp_trouble(&v->end, &p->args->config->relay, why);
		log_alarm("relay-trouble code=%s: %s", v->code, why);
		p->alarm_at = now;
	}
	p->backoff_s = p->backoff_s == 0 ? BACKOFF_FIRST_S :
	    p->backoff_s < BACKOFF_MAX_S / 2 ? 2 * p->backoff_s :
	    BACKOFF_MAX_S;
	p->quiet_until = now + p->backoff_s;
}

/* One delivery, taken. -1: the process cannot go on, or not at once. */
static int
work(struct post *p, const struct delivery *x, struct err *e)
{
	struct err file = ERR_INIT;
	struct parcel parcel;
	struct verdict v;
	int r;

	memset(&v, 0, sizeof(v));
	parcel_init(&parcel);
	r = prepare(p, x, &parcel, &v, e);
	if (r == 0 && check_shown(&parcel.letter))
		decide(&v, OUTCOME_PUBLISHED, "");
	else if (r == 0 && (r = delivery_tokens(&p->desk, x,
	    parcel.letter.message_id, parcel.letter.reply_token,
	    parcel.token, e)) == 0)
		r = hand_over(p, x, &parcel, &v, e);
	if (r == -1 && e->code == ERR_IO)
		goto out;
	if (r == -1) {
		/* Not sent, for a reason of our own: soon again. */
		log_err("delivery", e);
		decide(&v, OUTCOME_ENDPOINT, err_word(e->code));
	}
	if ((v.relay || v.outcome == OUTCOME_PUBLISHED) &&
	    record_outcome(p, &parcel, &v, &file) == -1)
		log_err("spent", &file);
	relay_state(p, &v);
	r = settle(p, x, &parcel, &v, e);
	/* The store has heard the outcome; now the disk is a human's. */
	if (r == 0 && file.code == ERR_IO) {
		*e = file;
		r = -1;
	}
out:
	parcel_free(&parcel);
	return r;
}

/* Automatic mail, when no letter waits. 1 worked, 0 nothing, -1. */
static int
work_notice(struct post *p, struct err *e)
{
	struct notice_end end;
	struct verdict v;
	int r;

	r = notice_turn(&p->desk, p->postman, p->password, &end, e);
	p->changed |= r == 1;	/* a sealed address may have gone */
	if (!end.relay)
		return r;
	memset(&v, 0, sizeof(v));
	decide(&v, end.outcome, end.code);
	v.relay = 1;
	v.end = end.end;
	relay_state(p, &v);
	return r;
}

/* Fold the log when a deleted grant may still stand in it. */
static int
fold(struct post *p, struct err *e)
{
	int64_t now = store_now(p->desk.store);
	int r;

	if (p->changed && (now - p->fold_at >= FOLD_EVERY_S ||
	    now < p->fold_at))
		p->fold = 1;
	if (!p->fold)
		return 0;
	if ((r = store_truncate(p->desk.store, e)) != 0)
		return r == 1 ? 0 : -1;
	p->fold = p->changed = 0;
	p->fold_at = now;
	return 0;
}

/* Until something may be due. */
static int
idle(struct post *p, struct err *e)
{
	int64_t quiet = p->quiet_until - store_now(p->desk.store);
	int ms;

	if (fold(p, e) == -1)
		return -1;
	if (p->args->config->relay.host == NULL)
		ms = WAIT_MAX_MS;
	else if ((ms = delivery_wait_ms(&p->desk, WAIT_MAX_MS, e)) == -1)
		return -1;
	if (quiet > 0)
		ms = quiet < WAIT_MAX_MS / 1000 ? (int)quiet * 1000 :
		    WAIT_MAX_MS;
	if (p->fold && ms > WAIT_FOLD_MS)
		ms = WAIT_FOLD_MS;
	if (store_wait(p->desk.store, ms))
		p->changed = 1;
	return 0;
}

/* 1 worked, 0 nothing to do now, -1. */
static int
turn(struct post *p, struct err *e)
{
	int64_t now = store_now(p->desk.store);
	struct delivery x = { .repeated = 0 };
	int r, relay;

	if (unsend_note(&p->desk, p->spent, e) == -1)
		return -1;
	if ((r = person_turn(&p->desk, p->postman, e)) != 0) {
		p->fold |= r == 1;	/* its grant is gone */
		return r;
	}
	/* A clock that was put back must not keep us quiet for years. */
	if (p->quiet_until - now > BACKOFF_MAX_S)
		p->quiet_until = 0;
	relay = p->args->config->relay.host != NULL && now >= p->quiet_until;
	/* After a restore nothing goes out until somebody has looked. */
	if ((r = quarantine_is(p->desk.store, e)) != 0)
		return r == 1 ? 0 : -1;
	/* Alarms go out; what another one may have sent as well does not. */
	if ((r = foreign_holds(&p->desk, e)) == -1)
		return -1;
	if (r == 1)
		r = 0;
	else if (relay)
		r = delivery_take(&p->desk, p->args->name, &x, e);
	else
		r = delivery_take_here(&p->desk, p->args->name, &x, e);
	if (r == 1 && work(p, &x, e) == -1)
		r = -1;
	if (r == 0 && relay)
		r = work_notice(p, e);
	seal_wipe(&x, sizeof(x));
	return r;
}

static int
set_up(struct post *p, const struct role_args *args, struct err *e)
{
	memset(p, 0, sizeof(*p));
	p->args = args;
	p->postman = secrets_get(args->secrets, "postman.key");
	p->password = secrets_get(args->secrets, "smtp");
	if (p->postman == NULL ||
	    (args->config->relay.secret != NULL && p->password == NULL)) {
		err_set(e, ERR_BUG, "post was started without what it needs");
		return -1;
	}
	p->fold = 1;
	login_tokens(args->tokens);
	if (smtp_start(e) == -1 || desk_open(&p->desk, "post", args->config,
	    args->secrets, DESK_PIN | DESK_PEPPER | DESK_KEY, e) == -1 ||
	    (p->spent = spent_open(args->config->data, e)) == NULL)
		return -1;
	return delivery_recover(&p->desk, args->name, e) == -1 ? -1 : 0;
}

static void
tear_down(struct post *p)
{
	spent_close(p->spent);
	desk_close(&p->desk);
	smtp_stop();
}

/*
 * What a failed turn means for the process: an exit code, or -1 to go on. A
 * row that could not be settled is taken back by the next start.
 */
static int
stumble(struct post *p, const struct err *e)
{
	log_err("turn", e);
	if (e->code == ERR_IO)
		return EX_IOERR;
	if (e->code == ERR_BUG)
		return EX_SOFTWARE;
	if (p->args->once || p->stumble_ms >= STUMBLE_MAX_MS)
		return EX_TEMPFAIL;
	p->stumble_ms = p->stumble_ms == 0 ? TRY_MS : 2 * p->stumble_ms;
	role_pause(p->stumble_ms);
	return -1;
}

static int
run(struct post *p)
{
	struct err e = ERR_INIT;
	int code, r;

	while (!role_stopping()) {
		r = turn(p, &e);
		if (r == 0 && p->args->once)
			break;
		if (r == 0)
			r = idle(p, &e);
		if (r >= 0)
			r = breath_take(&p->breath, &p->desk, p->args->name,
			    &e);
		if (r >= 0)
			p->stumble_ms = 0;
		else if ((code = stumble(p, &e)) != -1)
			return code;
	}
	return EX_OK;
}

int
post_main(const struct role_args *args)
{
	struct err e = ERR_INIT;
	struct post p;
	int code;

	role_signals();
	if (set_up(&p, args, &e) == -1) {
		log_err("start", &e);
		code = err_exit(e.code);
	} else {
		role_ready(args);
		code = run(&p);
	}
	tear_down(&p);
	return code;
}
