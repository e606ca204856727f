/*
 * How many automatic mails left: DATA/state/automatic, one line of fixed
 * width, "HOUR COUNT DAY COUNT" in hours and days since 1970.  A line that
 * cannot be read counts as full, so that a damaged file makes us quiet for an
 * hour and never loud.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/post/notice.h"
#include "daemon/store/lock.h"
#include "lib/err.h"

#define LINE_MAX_LEN	48
#define LOCK_MS		2000

struct count {
	int64_t	hour, in_hour, day, in_day;
};

static int
open_file(const char *data, struct err *e)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/state", data);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/state/automatic", data);
	return lock_open(path, e);
}

static void
read_count(int fd, int64_t now, struct count *c)
{
	char line[LINE_MAX_LEN + 1] = "";
	ssize_t n = pread(fd, line, LINE_MAX_LEN, 0);
	int64_t hour = now / 3600, day = now / 86400;

	memset(c, 0, sizeof(*c));
	if (n != 0 && (n == -1 || sscanf(line, "%" SCNd64 " %" SCNd64 " %"
	    SCNd64 " %" SCNd64, &c->hour, &c->in_hour, &c->day,
	    &c->in_day) != 4)) {
		c->hour = hour;
		c->day = day;
		c->in_hour = NOTICE_HOUR;
		c->in_day = 0;
	}
	if (c->hour != hour)
		c->in_hour = 0;
	if (c->day != day)
		c->in_day = 0;
	c->hour = hour;
	c->day = day;
}

static int
is_full(const struct count *c)
{
	return c->in_hour >= NOTICE_HOUR || c->in_day >= NOTICE_DAY;
}

static int
write_count(int fd, const struct count *c, struct err *e)
{
	char line[LINE_MAX_LEN + 1];
	int n;

	n = snprintf(line, sizeof(line), "%011" PRId64 " %04" PRId64 " %09"
	    PRId64 " %04" PRId64 "\n", c->hour, c->in_hour, c->day,
	    c->in_day);
	if (pwrite(fd, line, (size_t)n, 0) == n && fsync(fd) == 0)
		return 0;
	err_set(e, errno == ENOSPC || errno == EDQUOT ? ERR_RETRY : ERR_IO,
	    "cannot write the count of automatic mails: %s",
	    strerror(errno));
	return -1;
}

/* 0 written, 1 full, -1; with add 0 only asked. */
static int
work(const char *data, int64_t now, int add, struct err *e)
{
	struct count c;
	int fd, result = -1;

	if ((fd = open_file(data, e)) == -1)
		return -1;
	if (lock_take(fd, LOCK_MS, e) == -1)
		goto out;
	read_count(fd, now, &c);
	if (is_full(&c)) {
		/* So that an unreadable line is full for this hour only. */
		result = add || write_count(fd, &c, e) == 0 ? 1 : -1;
	} else if (add) {
		c.in_hour++;
		c.in_day++;
		result = write_count(fd, &c, e);
	} else
		result = 0;
	lock_drop(fd);
out:
	(void)close(fd);
	return result;
}

int
notice_count(const char *data, int64_t now, struct err *e)
{
	return work(data, now, 1, e);
}

int
notice_may(const char *data, int64_t now, struct err *e)
{
	int r = work(data, now, 0, e);

	return r == -1 ? -1 : r == 0;
}
