/*
 * Tries rules of triage before they are in force.
 *
 * Whoever may write rules gives us patterns to compile, so that is done where
 * it can do no harm: by the reader's program, which holds nothing, for a user
 * who may nothing, and with an end (it has ten seconds to start).
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_rules.h"
#include "daemon/desk/reading.h"
#include "daemon/program.h"
#include "daemon/rules_check.h"
#include "daemon/sandbox.h"
#include "lib/err.h"

static int
try(const struct config *config, struct reader *reader, struct err *e)
{
	struct config_rules *rules = config_rules_load(config, NULL, e);
	int result = -1;

	if (rules != NULL)
		result = reading_try_rules(reader, config_rules_fd(rules), e);
	config_rules_free(rules);
	return result;
}

int
rules_check(const struct config *config, const char *program, struct err *e)
{
	struct reader *reader = reading_open(program);
	int result = try(config, reader, e);

	reading_close(reader);
	return result;
}

static int
check_as_user(const struct config *config)
{
	struct reader *reader = NULL;
	struct err e = ERR_INIT;
	char program[PATH_MAX];
	int result = -1;

	if (program_find_reader(program, &e) == 0) {
		/* Before root is given up: it may lie where only root goes. */
		reader = reading_open(program);
		if (sandbox_become(config->user, &e) == 0)
			result = try(config, reader, &e);
	}
	reading_close(reader);
	if (result == -1)
		(void)fprintf(stderr, "%s\n", e.text);
	return result;
}

int
rules_check_apart(const struct config *config)
{
	int status = -1;
	pid_t pid;

	(void)fflush(NULL);
	if ((pid = fork()) == 0)
		_exit(check_as_user(config) == 0 ? 0 : 1);
	if (pid == -1) {
		(void)fprintf(stderr, "cannot check the rules: %s\n",
		    strerror(errno));
		return -1;
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}
