/*
 * The file of what was sent.
 *
 * Invariants: written under the file's own lock, by whole lines, each synced
 * before anybody acts upon it; a line that is not the last is whole, or the
 * file is damaged and nothing is sent.  It is read from its beginning each
 * time: a line is fixed in width and comparing one costs less than keeping
 * an index right between processes.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/post/spent.h"
#include "daemon/store/lock.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define WORD		9	/* the longest word, padded */
#define HEX		(2 * SEAL_HASH)
#define SUM		8
#define SUMMED		(WORD + 1 + HEX + 1 + 12 + 1)
#define LINE		(SUMMED + SUM + 1)
#define AT_ONCE		512	/* lines */
#define LOCK_MS		5000
#define SUM_PURPOSE	"teduh/spent/v1"
#define TIME_MAX	INT64_C(999999999999)

static const char *const words[] = { "dot", "void", "accepted", "published",
    "refused", "cancelled" };
#define NWORDS		(sizeof(words) / sizeof(words[0]))

struct spent {
	int	 fd;
	char	*path;
	char	*lines;		/* AT_ONCE of them */
};

static int
sync_folder(const char *path, struct err *e)
{
	int fd, bad;

	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1) {
		err_set(e, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	bad = fsync(fd) == -1;
	if (bad)
		err_set(e, ERR_IO, "cannot sync '%s': %s", path,
		    strerror(errno));
	(void)close(fd);
	return bad ? -1 : 0;
}

struct spent *
spent_open(const char *data, struct err *e)
{
	struct spent *s = mem_alloc(sizeof(*s));
	struct buf path;

	s->fd = -1;
	s->lines = mem_alloc((size_t)AT_ONCE * LINE);
	buf_init(&path, 4096);
	if (buf_addf(&path, "%s/state", data) == -1) {
		err_set(e, ERR_INPUT, "the data folder's name is too long");
		goto bad;
	}
	if (mkdir(path.bytes, 0700) == -1 && errno != EEXIST) {
		err_set(e, ERR_IO, "cannot make '%s': %s", path.bytes,
		    strerror(errno));
		goto bad;
	}
	s->path = mem_alloc(path.len + sizeof("/post"));
	(void)snprintf(s->path, path.len + sizeof("/post"), "%s/post",
	    path.bytes);
	if ((s->fd = lock_open(s->path, e)) == -1 ||
	    sync_folder(path.bytes, e) == -1 || sync_folder(data, e) == -1)
		goto bad;
	buf_free(&path);
	return s;
bad:
	buf_free(&path);
	spent_close(s);
	return NULL;
}

void
spent_close(struct spent *s)
{
	if (s == NULL)
		return;
	if (s->fd != -1)
		(void)close(s->fd);
	free(s->path);
	free(s->lines);
	free(s);
}

static void
add_sum(char line[SUMMED + SUM + 1])
{
	unsigned char hash[SEAL_HASH];

	seal_hash(hash, SUM_PURPOSE, line, SUMMED);
	wire_hex(line + SUMMED, hash, SUM / 2);
}

/* The word's number, or -1 when this is no whole line. */
static int
read_line(const char *line)
{
	char copy[SUMMED + SUM + 1];
	size_t i;

	memcpy(copy, line, SUMMED);
	add_sum(copy);
	if (line[LINE - 1] != '\n' ||
	    memcmp(copy + SUMMED, line + SUMMED, SUM) != 0)
		return -1;
	for (i = 0; i < NWORDS; i++)
		if (strncmp(line, words[i], strlen(words[i])) == 0 &&
		    line[strlen(words[i])] == ' ')
			return (int)i;
	return -1;
}

static void
count(struct spent_state *state, enum spent_mark mark)
{
	switch (mark) {
	case SPENT_DOT:
		state->open++;
		break;
	case SPENT_VOID:
		state->open -= state->open > 0;
		break;
	default:
		state->final = 1;
		state->mark = mark;
	}
}

/* Read up to n bytes; fewer only at the end of the file. */
static ssize_t
read_at(const struct spent *s, size_t n, off_t at, struct err *e)
{
	size_t done = 0;
	ssize_t r;

	while (done < n) {
		r = pread(s->fd, s->lines + done, n - done,
		    at + (off_t)done);
		if (r == 0)
			break;
		if (r == -1) {
			if (errno == EINTR)
				continue;
			err_set(e, ERR_IO, "cannot read '%s': %s", s->path,
			    strerror(errno));
			return -1;
		}
		done += (size_t)r;
	}
	return (ssize_t)done;
}

/* Under the lock. *end: where the next line belongs. */
static int
look_within(struct spent *s, const unsigned char hash[SEAL_HASH],
    struct spent_state *state, off_t *end, struct err *e)
{
	char hex[HEX + 1];
	const char *line;
	ssize_t n, i;
	int mark, torn = 0;

	memset(state, 0, sizeof(*state));
	wire_hex(hex, hash, SEAL_HASH);
	*end = 0;
	do {
		n = read_at(s, (size_t)AT_ONCE * LINE, *end, e);
		if (n == -1)
			return -1;
		for (i = 0; n - i >= LINE && !torn; i += LINE) {
			line = s->lines + i;
			if ((mark = read_line(line)) == -1)
				torn = 1;
			else {
				*end += LINE;
				if (memcmp(line + WORD + 1, hex, HEX) == 0)
					count(state, (enum spent_mark)mark);
			}
		}
	} while (n == (ssize_t)AT_ONCE * LINE && !torn);
	/* Only the last line was ever written without being acted upon. */
	if (torn && read_at(s, LINE + 1, *end, e) != LINE) {
		if (e->code != ERR_IO)
			err_set(e, ERR_IO, "'%s' is damaged at byte %jd",
			    s->path, (intmax_t)*end);
		return -1;
	}
	return 0;
}

int
spent_look(struct spent *s, const unsigned char hash[SEAL_HASH],
    struct spent_state *state, struct err *e)
{
	off_t end;
	int r;

	if (lock_take(s->fd, LOCK_MS, e) == -1)
		return -1;
	r = look_within(s, hash, state, &end, e);
	lock_drop(s->fd);
	return r;
}

static int
write_line(struct spent *s, const char *line, off_t end, struct err *e)
{
	size_t done = 0;
	ssize_t n;
	int full;

	if (ftruncate(s->fd, end) == -1)
		goto bad;
	while (done < LINE) {
		n = pwrite(s->fd, line + done, LINE - done,
		    end + (off_t)done);
		if (n == -1 && errno != EINTR)
			goto bad;
		done += n > 0 ? (size_t)n : 0;
	}
	if (fsync(s->fd) == 0)
		return 0;
	/* What an unsuccessful sync left behind, nobody knows. */
	err_set(e, ERR_IO, "cannot sync '%s': %s", s->path, strerror(errno));
	return -1;
bad:
	full = errno == ENOSPC || errno == EDQUOT;
	err_set(e, full ? ERR_RETRY : ERR_IO, "cannot write '%s': %s",
	    s->path, strerror(errno));
	return -1;
}

int
spent_add(struct spent *s, const unsigned char hash[SEAL_HASH],
    enum spent_mark mark, int64_t now_s, struct err *e)
{
	char hex[HEX + 1], line[LINE + 1];
	struct spent_state state;
	off_t end;
	int r = -1;

	now_s = now_s < 0 ? 0 : now_s > TIME_MAX ? TIME_MAX : now_s;
	wire_hex(hex, hash, SEAL_HASH);
	(void)snprintf(line, sizeof(line), "%-*s %s %012" PRId64 " ", WORD,
	    words[mark], hex, now_s);
	add_sum(line);
	line[LINE - 1] = '\n';
	if (lock_take(s->fd, LOCK_MS, e) == -1)
		return -1;
	if (look_within(s, hash, &state, &end, e) == -1)
		goto out;
	if (mark == SPENT_DOT && spent_is(&state)) {
		err_set(e, ERR_CONFLICT, "this letter is spent");
		goto out;
	}
	r = write_line(s, line, end, e);
out:
	lock_drop(s->fd);
	return r;
}

int
spent_is(const struct spent_state *state)
{
	return state->final || state->open >= SPENT_DOTS_MAX;
}
