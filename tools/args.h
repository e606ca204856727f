#ifndef TEDUH_TOOLS_ARGS_H
#define TEDUH_TOOLS_ARGS_H

#include <stddef.h>

#include "lib/letter.h"
#include "lib/roster.h"

struct session;
struct err;

/* Exit codes of teduh; people script against them. */
enum args_exit { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2,
    EXIT_AGAIN = 75 };

#define ARGS_WORDS_MAX	16

/* Options that a command may take, besides those that all take. */
enum args_option {
	OPT_NAME = 1 << 0,
	OPT_CA = 1 << 1,
	OPT_ROLE = 1 << 2,
	OPT_DESK = 1 << 3,
	OPT_RAW = 1 << 4,
	OPT_ATTACHMENTS = 1 << 5,
	OPT_TO = 1 << 6,
	OPT_ATTACH = 1 << 7,
	OPT_BODY = 1 << 8,
	OPT_SUBJECT = 1 << 9,
	OPT_SUBMIT = 1 << 10,
	OPT_MESSAGE = 1 << 11,
	OPT_FROM = 1 << 12,
	OPT_REPLY_TO = 1 << 13,
	OPT_MODE = 1 << 14,
	OPT_FILE = 1 << 21,
	OPT_FOR = 1 << 22,
	OPT_YES = 1 << 23,
	OPT_ALL = 1 << 24,
	OPT_AFTER_CARE = 1 << 25,
	OPT_HOLD = 1 << 26,
	OPT_LIFT = 1 << 27,
	OPT_UNDO = 1 << 28
};

/* The command line, read. Strings point into argv; NULL means not given. */
struct args {
	const struct command *command;	/* NULL: none was named */
	int		 json, quiet, help, no_pager;
	int		 passphrase_fd;	/* -1: ask */
	const char	*name, *ca, *role, *raw, *attachments, *to, *body;
	const char	*subject, *message, *span, *file, *from, *mode;
	const char	*desks[ROSTER_DESKS_MAX];
	size_t		 ndesks;
	const char	*attach[LETTER_ATTACHMENTS_MAX];
	size_t		 nattach;
	int		 submit, all, yes, after_care, reply_to;
	int		 hold, lift, undo;
	unsigned int	 given;		/* enum args_option */
	const char	*words[ARGS_WORDS_MAX];	/* behind the command */
	size_t		 nwords;
};

/* An option that teduh knows. */
struct args_known {
	const char	*name, *other;	/* other: "-q", or NULL */
	int		 takes;		/* a value follows */
	unsigned int	 bit;		/* 0: every command takes it */
};

/* The options, one by one from 0; NULL behind the last. */
const struct args_known *args_known(size_t);

/*
 * A command: one line of the table in commands/commands.c.
 * run: 0 when it is done; 1 when it refused and has said why; 2 with *e when
 * it was called wrongly; -1 with *e.
 */
struct command {
	const char	*name;		/* "queue", or two words: "key new" */
	size_t		 min, max;	/* words behind it */
	unsigned int	 options;	/* enum args_option */
	const char	*usage;		/* what stands behind the name */
	const char	*what;		/* one line for help */
	int		(*run)(struct session *, struct err *);
};

/*
 * Read argv; options may stand before or behind the command. 0, or -1 with
 * ERR_INPUT: the sentence says what is wrong (exit 2).
 */
int	args_parse(struct args *, int argc, char **argv,
	    const struct command *table, struct err *);

#endif
