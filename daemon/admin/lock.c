/*
 * The lock of a running teduhd, for commands that want the store for
 * themselves, or want to know.
 */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/store/lock.h"
#include "lib/err.h"

int
admin_lock(const struct config *config, struct err *e)
{
	char path[PATH_MAX];
	int lock;

	(void)snprintf(path, sizeof(path), "%s/keeper.lock", config->data);
	if ((lock = lock_open(path, e)) == -1)
		return -1;
	if (lock_take(lock, 0, e) == 0)
		return lock;
	(void)close(lock);
	return -1;
}

int
admin_is_running(const struct config *config)
{
	struct err e = ERR_INIT;
	char path[PATH_MAX];
	int fd, running;

	(void)snprintf(path, sizeof(path), "%s/keeper.lock", config->data);
	if ((fd = lock_open(path, &e)) == -1)
		return 0;
	running = lock_is_held(fd);
	(void)close(fd);
	return running;
}
