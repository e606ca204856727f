/*
 * teduh-admin: what the person does who runs the service and can read no
 * letter.  One command, one file; here is the table of them and what they
 * share.
 */
#include <config.h>	/* not our neighbour of that name */

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/sandbox.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "lib/wire.h"

#define CONFIG_PATH	SYSCONFDIR "/teduh/teduh.conf"
#define LINE_MAX_BYTES	4096	/* a broken byte takes three */
#define STATUS_UNKNOWN	3	/* as Nagios knows it */

static const struct command {
	const char	*name;
	int		(*run)(const struct admin *, int, char *const[]);
	int		 as_user;	/* gives up root before it begins */
} commands[] = {
	{ "init", admin_init, 0 },
	{ "pin", admin_pin, 0 },
	{ "inject", admin_inject, 1 },
	{ "read", admin_read, 0 },
	{ "check", admin_check, 0 },
	{ "audit", admin_audit, 0 },
	{ "doctor", admin_doctor, 0 },
	{ "drill", admin_drill, 0 },
	{ "migrate", admin_migrate, 1 },
	{ "reconcile", admin_reconcile, 1 },
	{ "backup", admin_backup, 0 },
	{ "restore", admin_restore, 0 },
	{ "retire", admin_retire, 0 },
	{ "resume", admin_resume, 1 },
	{ "status", admin_status, 1 },
};

static const char usage[] =
    "usage: teduh-admin [-c FILE] COMMAND\n"
    "  init [--json]         make an empty service, print its founder code\n"
    "  pin HASH              say which first roster entry is the true one\n"
    "  inject MAILBOX        hand the mail on standard input to a mailbox\n"
    "  read [--desk D] [--json]\n"
    "                        print what the reader makes of the mail on\n"
    "                        standard input; nothing is stored\n"
    "  check [--json] [-q|--quiet]\n"
    "                        is the store whole: exit 0 yes, 1 no, 75 could\n"
    "                        not look\n"
    "  audit verify [--json] [-q|--quiet]\n"
    "                        does the audit chain hold: exit 0 yes, 1 no\n"
    "  reconcile [--json] [-q] [MAILBOX]\n"
    "                        does every mail that was seen end in a letter:\n"
    "                        exit 0 yes, 1 no\n"
    "  migrate               bring the store of an older teduhd to this one\n"
    "  backup DIR [--secrets FOLDER] [--keep N] [--json] [--quiet]\n"
    "                        content and keys into a folder\n"
    "  restore DIR [--secrets FOLDER] [--erased FILE] [--json]\n"
    "                        from a backup into an empty data folder\n"
    "  retire [--undo|--other] [--yes]\n"
    "                        after a move: nothing starts on the old data\n"
    "                        folder again\n"
    "  resume                automatic mail goes on after its breaker\n"
    "  status [--json]       how the service is: exit 0 well, 1 warning,\n"
    "                        2 critical, 3 unknown\n"
    "  doctor [--letter] [--json]\n"
    "                        look at mail servers, certificates, clock, disk\n"
    "  drill bounce|loop [--to ADDRESS]\n"
    "                        try what the provider keeps of our envelopes;\n"
    "                        or that no machine answers a machine\n";

/* In one line, whatever the words are that it repeats. */
static void
complain(const char *text)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	(void)text_terminal(text, strlen(text), 0, &line);
	(void)fprintf(stderr, "teduh-admin: %s\n", line.bytes);
	buf_free(&line);
}

int
admin_usage(const char *why)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_INPUT, "%s: see 'teduh-admin --help'", why);
	complain(e.text);
	return EX_USAGE;
}

int
admin_fail(const struct err *e)
{
	complain(e->text);
	return err_exit(e->code);
}

static int
bad_word(const char *what, const char *word)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_INPUT, "%s '%s'", what, word);
	return admin_usage(e.text);
}

/* An option that stands twice, or NULL: no command takes one twice. */
static const char *
repeated(int argc, char *const argv[])
{
	int i, k;

	for (i = 1; i < argc; i++)
		for (k = 1; k < i && argv[i][0] == '-'; k++)
			if (strcmp(argv[i], argv[k]) == 0)
				return argv[i];
	return NULL;
}

void
admin_say_user(void)
{
	if (geteuid() != 0)
		(void)fputs("teduh-admin: run by an ordinary user, so the "
		    "secrets folder is not separated from the service\n",
		    stderr);
}

static int
become_and_work(const struct config *config, admin_work *work, void *ctx,
    struct err *e)
{
	if (sandbox_become(config->user, e) == -1 ||
	    seal_harden_process(e) == -1)
		return -1;
	return work(ctx, e);
}

int
admin_as_user(const struct config *config, admin_work *work, void *ctx,
    struct err *e)
{
	struct err told = ERR_INIT;
	int pipes[2], status = -1;
	ssize_t n;
	pid_t pid;

	if (geteuid() != 0)
		return work(ctx, e);
	if (pipe(pipes) == -1 || (pid = fork()) == -1) {
		err_set(e, ERR_IO, "cannot start a process: %s",
		    strerror(errno));
		return -1;
	}
	if (pid == 0) {
		status = become_and_work(config, work, ctx, &told) == -1;
		n = write(pipes[1], &told, sizeof(told));
		_exit(n == (ssize_t)sizeof(told) ? status : 2);
	}
	(void)close(pipes[1]);
	n = read(pipes[0], &told, sizeof(told));
	(void)close(pipes[0]);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (status == 0)
		return 0;
	if (n == (ssize_t)sizeof(told) && told.code != ERR_NONE)
		*e = told;
	else
		err_set(e, ERR_BUG, "the process that worked as user '%s' "
		    "died", config->user);
	return -1;
}

int
admin_stdin(struct buf *in, struct err *e)
{
	if (io_read(STDIN_FILENO, in) == 0)
		return 0;
	if (errno == EFBIG)
		err_set(e, ERR_INPUT, "the mail is too large: at most %zu "
		    "bytes", in->max);
	else
		err_set(e, ERR_IO, "cannot read standard input: %s",
		    strerror(errno));
	return -1;
}

static int
run(const struct command *command, const char *path, int argc,
    char *const argv[])
{
	struct admin admin = { NULL, path };
	struct config *config = NULL;
	struct err e = ERR_INIT;
	char *text;
	int code = EX_CONFIG;

	if ((text = config_read(path, NULL, &e)) != NULL)
		config = config_parse(path, text, &e);
	free(text);
	if (config == NULL) {
		(void)fprintf(stderr, "%s\n", e.text);
		return EX_CONFIG;
	}
	admin.config = config;
	wire_init();
	if (seal_init(&e) == -1 || seal_harden_process(&e) == -1 ||
	    (command->as_user && (sandbox_become(config->user, &e) == -1 ||
	    seal_harden_process(&e) == -1)))
		(void)admin_fail(&e);
	else
		code = command->run(&admin, argc, argv);
	config_free(config);
	return code;
}

/*
 * What pipes a mail to us takes most codes for a refusal, and tells the writer
 * so: a configuration that is just being changed, or a full disk, is none.
 */
static int
exit_of(const struct command *command, int code)
{
	return command->run != admin_inject || code == EX_OK ||
	    code == EX_USAGE ? code : EX_TEMPFAIL;
}

/*
 * What could not be printed was not said: a full disk must not look like "all
 * is well".  But a letter that is taken is taken, whoever hears of it, and who
 * closes the pipe (head) has read enough.
 */
static int
heard(const struct command *command, int code)
{
	int gone = fflush(stdout) == EOF && errno == EPIPE;

	if (gone || !ferror(stdout) || command->run == admin_inject)
		return code;
	complain("what should be printed could not be written");
	if (code != EX_OK)
		return code;
	return command->run == admin_status ? STATUS_UNKNOWN : EX_IOERR;
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	const char *path = NULL, *twice;
	size_t i;
	int opt;

	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
	crash_open("admin");
	if (argc > 1 && strcmp(argv[1], "--complete") == 0) {
		admin_complete(usage, argc - 2, argv + 2);
		return EX_OK;
	}
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:c:h", options, NULL)) !=
	    -1) {
		switch (opt) {
		case 'c':
			if (path != NULL || !text_is_line(optarg))
				return admin_usage("-c wants one path, "
				    "without control characters");
			path = optarg;
			break;
		case 'V':
			(void)puts(PACKAGE_STRING);
			return EX_OK;
		case 'h':
			(void)fputs(usage, stdout);
			return EX_OK;
		case ':':
			return admin_usage("-c wants a file behind it");
		default:
			return bad_word("in front of the command there is "
			    "no option", argv[optind - 1]);
		}
	}
	if (optind == argc)
		return admin_usage("say which command");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, argv[optind]) == 0)
			break;
	if (i == sizeof(commands) / sizeof(commands[0]))
		return bad_word("there is no command", argv[optind]);
	twice = repeated(argc - optind, argv + optind);
	if (twice != NULL)
		return bad_word("there is more than one", twice);
	return exit_of(&commands[i], heard(&commands[i], run(&commands[i],
	    path == NULL ? CONFIG_PATH : path, argc - optind,
	    argv + optind)));
}
