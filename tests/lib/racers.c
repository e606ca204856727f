/*
 * Sixteen counsellors who want one case, each a process with a store of its
 * own open, round after round on the store of a service that stands still:
 *
 *   racers CONFIG CASE ROUNDS KEY ... < their passphrases, a line each
 *
 * A round: all claim the free case at once, and the winner writes a draft.
 * The lease ends; the others claim while the first saves once more.  If it
 * came too late, the next one gives the case back, and the first tries to
 * save and to submit what it wrote: with its old fence, and with none.  Then
 * that lease ends, too.
 *
 * What each asked for, when, and what it heard is printed, a line each:
 *
 *   ROUND STEP WHO OPERATION FENCE BEGAN ENDED RESULT FENCE|HOLDER
 *
 * (nanoseconds of one clock for all).  Whether that can be is judged by who
 * reads it: tests/lib/lease.py.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/item.h"
#include "daemon/sandbox.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/identity.h"
#include "lib/wire.h"

#define RACERS_MAX	16
#define TRIES		100	/* while the store is busy */

/* What the racers have in common. */
struct field {
	pthread_barrier_t	 barrier;
	int			 first, second;	/* of this round */
};

struct racer {
	const struct config	*config;
	const char		*case_id;
	struct field		*field;
	struct identity		*keys;
	struct desk		 api;
	const struct roster_person *person;
	struct request_proof	 proof;
	int			 no, count;	/* of how many */
	int64_t			 rounds, round, step;
	int64_t			 draft;		/* the first's */
};

static void __attribute__((noreturn))
die(const struct err *e)
{
	(void)fprintf(stderr, "racers: %s\n", e->text);
	_exit(1);
}

static struct identity *
read_key(const char *path)
{
	unsigned char bytes[IDENTITY_FILE_LEN + 1];
	struct identity *keys = NULL;
	struct secret *passphrase;
	struct err e = ERR_INIT;
	char line[1024];
	FILE *f = fopen(path, "r");

	err_set(&e, ERR_INPUT, "cannot read '%s'", path);
	if (f == NULL || fgets(line, sizeof(line), stdin) == NULL)
		die(&e);
	line[strcspn(line, "\n")] = '\0';
	passphrase = secret_copy(line, strlen(line));
	keys = identity_unlock(bytes, fread(bytes, 1, sizeof(bytes), f),
	    passphrase, &e);
	(void)fclose(f);
	secret_free(passphrase);
	if (keys == NULL)
		die(&e);
	return keys;
}

static int64_t
nanoseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
together(struct racer *r)
{
	(void)pthread_barrier_wait(&r->field->barrier);
	r->step++;
}

/*
 * A request that was never made before, as it would have come over the wire:
 * what is kept in the audit is held to it.
 */
static struct actor
actor_of(struct racer *r, const char *what)
{
	struct actor actor = { r->person, &r->proof };
	int64_t now = store_now(r->api.store);
	struct err e = ERR_INIT;
	struct request_headers h;
	struct request q;
	char path[128];

	(void)snprintf(path, sizeof(path), "/v1/cases/%s/%s", r->case_id,
	    what);
	q = (struct request){ "POST", "racers", path, "", "", 0 };
	if (request_sign(r->keys->signer, &q, now, &h, &e) == -1 ||
	    request_check(&q, h.digest, h.input, h.signature, now, &r->proof,
	    &e) == -1)
		die(&e);
	return actor;
}

/* One write, so that lines of sixteen do not mix. */
static void
tell(const struct racer *r, const char *operation, int64_t fence,
    int64_t began, const char *result, const char *what)
{
	char line[256];
	int n;

	n = snprintf(line, sizeof(line), "%" PRId64 " %" PRId64 " %s %s %"
	    PRId64 " %" PRId64 " %" PRId64 " %s %s\n", r->round, r->step,
	    r->person->name, operation, fence, began, nanoseconds(), result,
	    what);
	if (write(STDOUT_FILENO, line, (size_t)n) != n)
		_exit(1);
}

/* How one asks: the answer, or NULL with *e. */
typedef json_t	*ask(struct racer *, const struct actor *,
		    const json_t *body, struct err *);

static json_t *
ask_claim(struct racer *r, const struct actor *actor, const json_t *body,
    struct err *e)
{
	(void)body;
	return claim_take(&r->api, actor, r->case_id, e);
}

static json_t *
ask_release(struct racer *r, const struct actor *actor, const json_t *body,
    struct err *e)
{
	return claim_release(&r->api, actor, r->case_id, body, e);
}

static json_t *
ask_save(struct racer *r, const struct actor *actor, const json_t *body,
    struct err *e)
{
	return draft_save(&r->api, actor, r->case_id, body, e);
}

static json_t *
ask_submit(struct racer *r, const struct actor *actor, const json_t *body,
    struct err *e)
{
	return draft_submit(&r->api, actor, r->case_id, r->draft, body, e);
}

/* 1 and the answer in *out, or 0: somebody else has or had the case. */
static int
does(struct racer *r, const char *operation, ask *fn, const json_t *body,
    json_t **out)
{
	static const char by[] = "is claimed by ";
	const json_t *given = json_object_get(body, "fence");
	int64_t began, fence = json_is_integer(given) ?
	    json_integer_value(given) : -1;
	char what[64] = "-";
	struct err e = ERR_INIT;
	struct actor actor;
	const char *holder;
	char path[64];
	int tries = 0;

	if (fn == ask_save)
		(void)snprintf(path, sizeof(path), "drafts");
	else if (fn == ask_submit)
		(void)snprintf(path, sizeof(path), "drafts/%" PRId64
		    "/submit", r->draft);
	else
		(void)snprintf(path, sizeof(path), "%s", operation);
	began = nanoseconds();
	do {
		actor = actor_of(r, path);
		*out = fn(r, &actor, body, &e);
	} while (*out == NULL && e.code == ERR_RETRY && ++tries < TRIES);
	if (*out != NULL) {
		(void)snprintf(what, sizeof(what), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(json_object_get(*out, "fence")));
		tell(r, operation, fence, began, "won", what);
		return 1;
	}
	if (e.code != ERR_CONFLICT)
		die(&e);
	if ((holder = strstr(e.text, by)) != NULL)
		(void)snprintf(what, sizeof(what), "%.*s",
		    (int)strcspn(holder + strlen(by), ","),
		    holder + strlen(by));
	tell(r, operation, fence, began, "lost", what);
	return 0;
}

/* A draft or a letter as the desk is told of it, its bytes uploaded. */
static json_t *
written(struct racer *r)
{
	unsigned char item[SEAL_ID], sig[SIGN_LEN];
	char hex[2 * SEAL_ID + 1];
	struct err e = ERR_INIT;
	struct actor actor;
	json_t *body, *put;

	seal_random(item, sizeof(item));
	wire_hex(hex, item, sizeof(item));
	do {
		actor = actor_of(r, "items");
		put = item_put(&r->api, &actor, r->case_id, hex, PART_VIEW,
		    "sealed bytes", 12, &e);
	} while (put == NULL && e.code == ERR_RETRY);
	if (put == NULL)
		die(&e);
	json_decref(put);
	body = json_pack("{s:s, s:i, s:i, s:{s:i}}", "item", hex,
	    "participant", 1, "seen", 1, "grant", "epoch", 1);
	wire_set_base64(json_object_get(body, "grant"), "box", "a box", 5);
	signature_make(r->keys->signer, PURPOSE_DRAFT, "words", 5, sig);
	wire_set_hex(body, "signature", sig, sizeof(sig));
	return body;
}

static int
save(struct racer *r, int64_t fence)
{
	json_t *body = written(r), *draft;
	int won;

	(void)json_object_set_new(body, "fence", json_integer(fence));
	(void)json_object_set_new(body, "no", r->draft == 0 ? json_null() :
	    json_integer(r->draft));
	if ((won = does(r, "save", ask_save, body, &draft)))
		r->draft = json_integer_value(json_object_get(draft, "no"));
	json_decref(draft);
	json_decref(body);
	return won;
}

static int
submit(struct racer *r, int64_t fence)
{
	json_t *body = written(r), *draft;
	int won;

	(void)json_object_set_new(body, "fence", fence == -1 ? json_null() :
	    json_integer(fence));
	won = does(r, "submit", ask_submit, body, &draft);
	json_decref(draft);
	json_decref(body);
	return won;
}

static int
claim(struct racer *r, int64_t *fence)
{
	json_t *body = json_object(), *got;
	int won = does(r, "claim", ask_claim, body, &got);

	*fence = json_integer_value(json_object_get(got, "fence"));
	json_decref(got);
	json_decref(body);
	return won;
}

static void
give_back(struct racer *r, int64_t fence)
{
	json_t *body = json_pack("{s:I}", "fence", (json_int_t)fence), *got;

	(void)does(r, "release", ask_release, body, &got);
	json_decref(got);
	json_decref(body);
}

/* The clock of the whole service goes on, beyond any lease. */
static void
lease_ends(struct racer *r)
{
	int64_t began = nanoseconds(), offset = (2 * r->round +
	    (r->step > 2)) * (CLAIM_LEASE_S + 60);
	char path[512], next[520];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/clock",
	    store_data(r->api.store));
	(void)snprintf(next, sizeof(next), "%s.next", path);
	if ((f = fopen(next, "w")) == NULL ||
	    fprintf(f, "%" PRId64 "\n", offset) < 0 || fclose(f) != 0 ||
	    rename(next, path) == -1)
		_exit(1);
	tell(r, "end", -1, began, "won", "-");
}

static void
race(struct racer *r)
{
	struct field *field = r->field;
	int64_t fence;

	r->step = 0;
	r->draft = 0;
	if (r->no == 0)
		field->first = field->second = -1;
	together(r);			/* 1: all at once */
	if (claim(r, &fence))
		field->first = r->no;
	together(r);			/* 2: the first writes */
	if (field->first == r->no) {
		(void)save(r, fence);
		lease_ends(r);
	}
	together(r);			/* 3: the others come */
	if (field->first == r->no)
		(void)save(r, fence);
	else if (claim(r, &fence))
		field->second = r->no;
	together(r);			/* 4: and go again */
	if (field->second == r->no)
		give_back(r, fence);
	together(r);			/* 5: what of the first's words? */
	if (field->first == r->no) {
		(void)save(r, fence);
		if (!submit(r, fence))
			(void)submit(r, -1);
		lease_ends(r);
	}
	together(r);
}

static void __attribute__((noreturn))
run(struct racer *r)
{
	struct secrets *none = secrets_new();
	struct err e = ERR_INIT;

	if (desk_open(&r->api, "api", r->config, none, 0, &e) == -1 ||
	    desk_refresh(&r->api, &e) == -1)
		die(&e);
	r->person = roster_person_by_key(r->api.roster,
	    r->keys->signer->pub);
	if (r->person == NULL)
		_exit(1);
	for (r->round = 1; r->round <= r->rounds; r->round++)
		race(r);
	desk_close(&r->api);
	_exit(0);
}

static struct field *
open_field(unsigned int count)
{
	struct field *field = mmap(NULL, sizeof(*field), PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_barrierattr_t shared;

	if (field == MAP_FAILED ||
	    pthread_barrierattr_init(&shared) != 0 ||
	    pthread_barrierattr_setpshared(&shared,
	    PTHREAD_PROCESS_SHARED) != 0 ||
	    pthread_barrier_init(&field->barrier, &shared, count) != 0)
		exit(1);
	(void)pthread_barrierattr_destroy(&shared);
	return field;
}

/* When one of them fails, the others would wait for ever. */
static int
wait_all(pid_t *pids, int count)
{
	int i, n, status, failed = 0;
	pid_t pid;

	for (n = 0; n < count; n++) {
		while ((pid = wait(&status)) == -1 && errno == EINTR)
			continue;
		for (i = 0; i < count; i++)
			if (pids[i] == pid)
				pids[i] = -1;
		if (pid != -1 && status == 0)
			continue;
		failed = 1;
		for (i = 0; i < count; i++)
			if (pids[i] != -1)
				(void)kill(pids[i], SIGKILL);
	}
	return failed;
}

int
main(int argc, char *argv[])
{
	pid_t pids[RACERS_MAX];
	struct identity *keys[RACERS_MAX];
	struct config *config;
	struct err e = ERR_INIT;
	struct racer r;
	char *text;
	int i, failed;

	memset(&r, 0, sizeof(r));
	r.count = argc - 4;
	if (r.count < 2 || r.count > RACERS_MAX)
		return 2;
	wire_init();
	if (seal_init(&e) == -1 ||
	    (text = config_read(argv[1], NULL, &e)) == NULL ||
	    (config = config_parse(argv[1], text, &e)) == NULL)
		die(&e);
	r.config = config;
	r.case_id = argv[2];
	r.rounds = strtoll(argv[3], NULL, 10);
	r.field = open_field((unsigned int)r.count);
	for (i = 0; i < r.count; i++)
		keys[i] = read_key(argv[4 + i]);
	if (sandbox_become(config->user, &e) == -1)
		die(&e);
	for (i = 0; i < r.count; i++) {
		r.no = i;
		r.keys = keys[i];
		if ((pids[i] = fork()) == 0)
			run(&r);
	}
	failed = wait_all(pids, r.count);
	for (i = 0; i < r.count; i++)
		identity_free(keys[i]);
	config_free(config);
	free(text);
	return failed;
}
