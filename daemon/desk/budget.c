/*
 * How many automatic mails left.  One line for each thing that is counted:
 *
 *   AT KIND VALUE
 *
 * AT in seconds; KIND c, a, d, p (of a case, an address, a domain, a person;
 * VALUE is its keyed hash), m (an alarm), h (an hour; VALUE is how many), b
 * (the breaker opened), x (the file was damaged).  The file is written anew
 * each time and renamed, under a lock of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/desk/budget.h"
#include "daemon/store/lock.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"

#define LOCK_MS		2000
#define FILE_MAX_LEN	(1024 * 1024)	/* as config_read() reads */
#define LINES_MAX	10000		/* which fit into it */
#define STAFF_X_S	HOUR		/* damage keeps staff waiting */
#define PATH_SIZE	4096
#define HOUR		3600
#define DAY		86400
#define WEEK		(7 * DAY)
#define CASE_S		(AUTOMATIC_KEEP_S + DAY) /* a statement is older */
#define FOR_EVER	INT64_MAX

struct line {
	int64_t	at;
	char	kind;
	char	value[2 * SEAL_HASH + 1];
};

struct book {
	struct line	*lines;
	size_t		 n, room;
};

static int64_t
keep_s(char kind)
{
	switch (kind) {
	case 'c':
	case 'x':
		return CASE_S;
	case 'a':
	case 'm':
		return DAY;
	case 'd':
	case 'p':
		return HOUR;
	case 'h':
		return WEEK;
	default:
		return kind == 'b' ? FOR_EVER : -1;
	}
}

static void
add(struct book *b, int64_t at, char kind, const char *value)
{
	struct line *grown;

	if (b->n == b->room) {
		b->room = b->room == 0 ? 256 : 2 * b->room;
		if ((grown = realloc(b->lines, b->room * sizeof(*grown))) ==
		    NULL)
			mem_out();
		b->lines = grown;
	}
	b->lines[b->n].at = at;
	b->lines[b->n].kind = kind;
	(void)snprintf(b->lines[b->n].value, sizeof(b->lines[b->n].value),
	    "%s", value);
	b->n++;
}

static void
add_hash(struct book *b, int64_t at, char kind,
    const unsigned char hash[SEAL_HASH])
{
	char hex[2 * SEAL_HASH + 1];

	wire_hex(hex, hash, SEAL_HASH);
	add(b, at, kind, hex);
}

static int
take_line(struct book *b, const char *text, int64_t now)
{
	char value[2 * SEAL_HASH + 1], kind;
	int64_t at, keep;
	int end = 0;

	if (sscanf(text, "%" SCNd64 " %c %64s%n", &at, &kind, value, &end) !=
	    3 || text[end] != '\0' || (keep = keep_s(kind)) == -1 ||
	    b->n == LINES_MAX)
		return -1;
	/* One from a time to come counts: a clock may have been put back. */
	if (keep == FOR_EVER || now - at < keep)
		add(b, at, kind, value);
	return 0;
}

/* What does not read as our own lines makes us quiet; the others count on. */
static void
take_lines(struct book *b, char *text, int64_t now)
{
	char *line, *rest = NULL;
	int bad = 0;

	for (line = strtok_r(text, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest))
		bad |= take_line(b, line, now) == -1;
	if (bad)
		add(b, now, 'x', "-");
}

static void
load(struct book *b, const char *path, int64_t now)
{
	struct err e = ERR_INIT;
	struct stat st;
	char *text;
	int found = stat(path, &st) == 0;

	if (!found && errno == ENOENT)
		return;
	if (!found || st.st_size > FILE_MAX_LEN ||
	    (text = config_read(path, NULL, &e)) == NULL) {
		add(b, now, 'x', "-");
		return;
	}
	take_lines(b, text, now);
	free(text);
}

static int
save(const struct book *b, const char *path, struct err *e)
{
	char aside[PATH_SIZE + 8];
	struct buf text;
	size_t i;
	int fd, good;

	(void)snprintf(aside, sizeof(aside), "%s.new", path);
	buf_init(&text, 2 * FILE_MAX_LEN);
	for (i = 0; i < b->n; i++)
		(void)buf_addf(&text, "%" PRId64 " %c %s\n", b->lines[i].at,
		    b->lines[i].kind, b->lines[i].value);
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	good = fd != -1 && io_write(fd, text.bytes, text.len) == 0 &&
	    fsync(fd) == 0 && rename(aside, path) == 0;
	if (!good)
		err_set(e, errno == ENOSPC || errno == EDQUOT ? ERR_RETRY :
		    ERR_IO, "cannot write the count of automatic mails: %s",
		    strerror(errno));
	if (fd != -1)
		(void)close(fd);
	buf_free(&text);
	return good ? 0 : -1;
}

/* How many lines of a kind since a time, of one value or (NULL) of all. */
static int64_t
count(const struct book *b, char kind, const char *value, int64_t since)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < b->n; i++)
		n += b->lines[i].kind == kind && b->lines[i].at > since &&
		    (value == NULL || strcmp(b->lines[i].value, value) == 0);
	return n;
}

static int64_t
count_hash(const struct book *b, char kind,
    const unsigned char hash[SEAL_HASH])
{
	char hex[2 * SEAL_HASH + 1];

	wire_hex(hex, hash, SEAL_HASH);
	return count(b, kind, hex, INT64_MIN);
}

static struct line *
hour_of(struct book *b, int64_t now)
{
	int64_t hour = now - now % HOUR;
	size_t i;

	for (i = 0; i < b->n; i++) {
		if (b->lines[i].kind == 'h' && b->lines[i].at == hour)
			return &b->lines[i];
	}
	return NULL;
}

/* As many in this hour as open the breaker, with the one that asks? */
static int
is_flood(struct book *b, int64_t now)
{
	struct line *this_hour = hour_of(b, now);
	int64_t sum = 0, hours = 0, limit, n;
	size_t i;

	for (i = 0; i < b->n; i++) {
		if (b->lines[i].kind == 'h' && &b->lines[i] != this_hour) {
			sum += strtoll(b->lines[i].value, NULL, 10);
			hours++;
		}
	}
	limit = hours == 0 ? 0 : BUDGET_TIMES * sum / hours;
	if (limit < BUDGET_FLOOR)
		limit = BUDGET_FLOOR;
	n = this_hour == NULL ? 0 : strtoll(this_hour->value, NULL, 10);
	return n >= limit;
}

static void
count_hour(struct book *b, int64_t now)
{
	struct line *line = hour_of(b, now);
	char value[24];

	(void)snprintf(value, sizeof(value), "%lld", line == NULL ? 1LL :
	    strtoll(line->value, NULL, 10) + 1);
	if (line == NULL)
		add(b, now - now % HOUR, 'h', value);
	else
		(void)snprintf(line->value, sizeof(line->value), "%s", value);
}

/* To staff there is no address budget: it is asked by person. */
static enum budget
decide_person(const struct book *b, const struct budget_ask *ask)
{
	return !ask->urgent && count_hash(b, 'p', ask->person) >= 1 ?
	    BUDGET_NO_PERSON : BUDGET_YES;
}

static enum budget
decide_seeker(const struct book *b, const struct budget_ask *ask)
{
	if (count_hash(b, 'c', ask->case_hash) >= 1)
		return BUDGET_NO_CASE;
	if (count_hash(b, 'a', ask->address) >= BUDGET_ADDRESS)
		return BUDGET_NO_ADDRESS;
	return count_hash(b, 'd', ask->domain) >= BUDGET_DOMAIN ?
	    BUDGET_NO_DOMAIN : BUDGET_YES;
}

static int
is_for_staff(const struct budget_ask *ask)
{
	return ask->template == AUTOMATIC_ALARM ||
	    ask->template == AUTOMATIC_STAFF;
}

static enum budget
decide(struct book *b, const struct budget_ask *ask, int64_t now)
{
	enum budget answer;

	if (ask->template == AUTOMATIC_CANARY)
		return BUDGET_YES;
	if (count(b, 'x', NULL, is_for_staff(ask) ? now - STAFF_X_S :
	    INT64_MIN) > 0)
		return BUDGET_DAMAGED;
	if (ask->template == AUTOMATIC_ALARM)
		return count(b, 'm', NULL, now - HOUR) >= BUDGET_ALARM_HOUR ||
		    count(b, 'm', NULL, INT64_MIN) >= BUDGET_ALARM_DAY ?
		    BUDGET_NO_ALARM : BUDGET_YES;
	if (count(b, 'b', NULL, INT64_MIN) > 0)
		return BUDGET_BREAKER;
	if (b->n >= BUDGET_LINES)
		return BUDGET_FULL;
	answer = ask->template == AUTOMATIC_STAFF ? decide_person(b, ask) :
	    decide_seeker(b, ask);
	if (answer == BUDGET_YES && is_flood(b, now)) {
		add(b, now, 'b', "-");
		answer = BUDGET_BREAKER;
	}
	return answer;
}

static void
enter(struct book *b, const struct budget_ask *ask, int64_t now)
{
	switch (ask->template) {
	case AUTOMATIC_ALARM:
		add(b, now, 'm', "-");
		return;
	case AUTOMATIC_CANARY:
		return;
	case AUTOMATIC_STAFF:
		add_hash(b, now, 'p', ask->person);
		break;
	default:
		add_hash(b, now, 'c', ask->case_hash);
		add_hash(b, now, 'a', ask->address);
		add_hash(b, now, 'd', ask->domain);
		break;
	}
	count_hour(b, now);
}

/* The lock, held; to be closed. */
static int
open_book(const char *data, char path[PATH_SIZE], struct err *e)
{
	int fd;

	(void)snprintf(path, PATH_SIZE, "%s/state", data);
	(void)mkdir(path, 0700);
	(void)snprintf(path, PATH_SIZE, "%s/state/budget.lock", data);
	if ((fd = lock_open(path, e)) == -1)
		return -1;
	if (lock_take(fd, LOCK_MS, e) == -1) {
		(void)close(fd);
		return -1;
	}
	(void)snprintf(path, PATH_SIZE, "%s/state/budget", data);
	return fd;
}

int
budget_ask(const char *data, const struct budget_ask *ask, int counted,
    int64_t now, struct err *e)
{
	struct book b = { NULL, 0, 0 };
	char path[PATH_SIZE];
	enum budget answer;
	int fd, result = -1;
	size_t before;

	if ((fd = open_book(data, path, e)) == -1)
		return -1;
	load(&b, path, now);
	before = b.n;
	answer = decide(&b, ask, now);
	if (counted && answer == BUDGET_YES)
		enter(&b, ask, now);
	/* A breaker that opens and a damage that was found are kept, too. */
	if ((counted || b.n != before || answer == BUDGET_DAMAGED) &&
	    save(&b, path, e) == -1)
		goto out;
	result = (int)answer;
out:
	free(b.lines);
	(void)close(fd);
	return result;
}

const char *
budget_word(enum budget answer)
{
	static const char *const words[] = { "yes", "budget-case",
	    "budget-address", "budget-domain", "budget-person",
	    "budget-alarm", "breaker", "budget-file",
	    "budget-full" };

	return words[answer];
}

int64_t
budget_breaker(const char *data, struct err *e)
{
	struct book b = { NULL, 0, 0 };
	char path[PATH_SIZE];
	int64_t since = 0;
	int fd;
	size_t i;

	if ((fd = open_book(data, path, e)) == -1)
		return -1;
	load(&b, path, 0);
	for (i = 0; i < b.n; i++) {
		if (b.lines[i].kind == 'b')
			since = b.lines[i].at;
	}
	free(b.lines);
	(void)close(fd);
	return since;
}

int
budget_file(const char *data, int64_t now, struct err *e)
{
	struct book b = { NULL, 0, 0 };
	char path[PATH_SIZE];
	int fd, result;

	if ((fd = open_book(data, path, e)) == -1)
		return -1;
	load(&b, path, now);
	result = count(&b, 'x', NULL, INT64_MIN) > 0 ? BUDGET_DAMAGED :
	    b.n >= BUDGET_LINES ? BUDGET_FULL : BUDGET_YES;
	free(b.lines);
	(void)close(fd);
	return result;
}

int
budget_resume(const char *data, struct err *e)
{
	struct book b = { NULL, 0, 0 };
	char path[PATH_SIZE];
	size_t i, n = 0;
	int fd, result;

	if ((fd = open_book(data, path, e)) == -1)
		return -1;
	load(&b, path, 0);
	for (i = 0; i < b.n; i++) {
		if (b.lines[i].kind != 'b' && b.lines[i].kind != 'x')
			b.lines[n++] = b.lines[i];
	}
	result = n != b.n;
	b.n = n;
	if (result == 1 && save(&b, path, e) == -1)
		result = -1;
	free(b.lines);
	(void)close(fd);
	return result;
}
