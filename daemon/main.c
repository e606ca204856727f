/*
 * teduhd: what the command line asks for, and nothing else.
 *
 * The same program is the keeper and each role (--child), which teduhd starts
 * itself and which is not for people.
 */
#include <config.h>	/* not our neighbour of that name */

#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/child.h"
#include "daemon/config_check.h"
#include "daemon/keeper.h"
#include "daemon/role.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define CONFIG_PATH	SYSCONFDIR "/teduh/teduh.conf"
#define LINE_MAX_BYTES	4096	/* a broken byte takes three */
/*
 * What is executed again. Not by its path: the service's user may not be
 * allowed to walk there (a tree below /root), and an upgrade in between
 * would start another program.
 */
#define PROGRAM		"/proc/self/exe"

enum { OPT_READY = 256, OPT_ONCE, OPT_PROBE, OPT_VERSION };

static const struct option options[] = {
	{ "ready-fd", required_argument, NULL, OPT_READY },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "probe", optional_argument, NULL, OPT_PROBE },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static const char usage[] =
    "usage: teduhd [-c FILE] -f [--ready-fd N]\n"
    "       teduhd [-c FILE] -t\n"
    "       teduhd [-c FILE] -r ROLE [--once]\n"
    "  -c FILE        the configuration (" CONFIG_PATH ")\n"
    "  -t             check the configuration and what it names,\n"
    "                 and end\n"
    "  -f             stay in the foreground (teduhd always does)\n"
    "  --ready-fd N   write a newline to descriptor N when all serve\n"
    "  -r ROLE        only intake[:MAILBOX], api, web, post, clock or bell\n"
    "  --once         with -r: one pass, then end\n"
    "  --probe        look at what the configuration names, for\n"
    "                 teduh-admin doctor; --probe=letter: with test letters;\n"
    "                 =bounce[,ADDRESS], =loop: for teduh-admin drill\n"
    "  --version, --help\n";

/* "intake", "intake:NAME", "api", "web", "post", "clock", "bell". */
static int
is_role(const char *role)
{
	return strcmp(role, "intake") == 0 || strcmp(role, "api") == 0 ||
	    strcmp(role, "post") == 0 || strcmp(role, "clock") == 0 ||
	    strcmp(role, "bell") == 0 || strcmp(role, "web") == 0 ||
	    (strncmp(role, "intake:", 7) == 0 && role[7] != '\0');
}

/* A descriptor that is open, or -1. */
static int
descriptor(const char *arg)
{
	char *end;
	long n = strtol(arg, &end, 10);

	if (*arg == '\0' || *end != '\0' || n < 0 || n > INT_MAX ||
	    fcntl((int)n, F_GETFD) == -1)
		return -1;
	return (int)n;
}

static int
bad_usage(const char *why)
{
	(void)fprintf(stderr, "teduhd: %s: see 'teduhd --help'\n", why);
	return EX_USAGE;
}

/* What getopt_long() did not take; in one line, whatever it is. */
static int
bad_option(const char *word, int wants)
{
	struct err e = ERR_INIT;
	struct buf line;

	err_set(&e, ERR_INPUT, wants ? "the option '%s' wants a value behind "
	    "it" : "'%s' is no option, or takes no value", word);
	buf_init(&line, LINE_MAX_BYTES);
	(void)text_terminal(e.text, strlen(e.text), 0, &line);
	wants = bad_usage(line.bytes);
	buf_free(&line);
	return wants;
}

/* What is looked at: see keeper_probe(). */
static int
is_errand(const char *word)
{
	return strcmp(word, "letter") == 0 || strcmp(word, "loop") == 0 ||
	    strcmp(word, "bounce") == 0 || (strncmp(word, "bounce,", 7) == 0 &&
	    text_address_check(word + 7, NULL) == 0);
}

static int
command_line(int argc, char *argv[], const char *program)
{
	struct keeper_options o = { NULL, program, NULL, 0, -1 };
	const char *probe = NULL;
	int opt, test = 0;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":c:fhr:t", options, NULL)) !=
	    -1) {
		switch (opt) {
		case 'c':
			if (o.config_path != NULL || !text_is_line(optarg))
				return bad_usage("-c wants one path, without "
				    "control characters");
			o.config_path = optarg;
			break;
		case 'f':
			break;
		case 't':
			test = 1;
			break;
		case 'r':
			if (o.role != NULL)
				return bad_usage("-r stands twice");
			o.role = optarg;
			break;
		case OPT_READY:
			if (o.ready_fd != -1 ||
			    (o.ready_fd = descriptor(optarg)) == -1)
				return bad_usage("--ready-fd wants one open "
				    "descriptor");
			break;
		case OPT_ONCE:
			o.once = 1;
			break;
		case OPT_PROBE:
			if (probe != NULL || (optarg != NULL &&
			    !is_errand(optarg)))
				return bad_usage("--probe wants nothing, "
				    "=letter, =loop or =bounce[,ADDRESS]");
			probe = optarg == NULL ? "" : optarg;
			break;
		case OPT_VERSION:
			(void)puts(PACKAGE_STRING);
			return EX_OK;
		case 'h':
			(void)fputs(usage, stdout);
			return EX_OK;
		default:
			return bad_option(argv[optind - 1], opt == ':');
		}
	}
	if (optind != argc)
		return bad_usage("there are words that are no options");
	if (o.role != NULL && !is_role(o.role))
		return bad_usage("-r wants intake[:MAILBOX], api, web, post, "
		    "clock or bell");
	if (o.once && o.role == NULL)
		return bad_usage("--once goes with -r ROLE");
	if (o.config_path == NULL)
		o.config_path = CONFIG_PATH;
	if (test)
		return config_check_main(o.config_path);
	return probe != NULL ? keeper_probe(&o, probe) : keeper_main(&o);
}

/* 0, 1 and 2 are open, so that nothing else gets their numbers. */
static int
fill_standard(void)
{
	int fd;

	do {
		if ((fd = open("/dev/null", O_RDWR)) == -1)
			return -1;
	} while (fd <= STDERR_FILENO);
	return close(fd);
}

int
main(int argc, char *argv[])
{
	/* Its name in ps(1), which would be "exe" after a re-execution. */
	(void)prctl(PR_SET_NAME, "teduhd");
	if (access(PROGRAM, X_OK) == -1 || fill_standard() == -1) {
		(void)fputs("teduhd: /proc and /dev/null are needed\n",
		    stderr);
		return EX_OSERR;
	}
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
	if (argc == CHILD_ARGS && strcmp(argv[1], "--child") == 0)
		return child_main(argv);
	return command_line(argc, argv, PROGRAM);
}
