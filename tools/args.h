#ifndef TEDUH_TOOLS_ARGS_H
#define TEDUH_TOOLS_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/letter.h"
#include "lib/roster.h"

struct session;
struct err;

/* Exit codes of teduh; people script against them. */
enum args_exit { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2,
    EXIT_AGAIN = 75 };

#define ARGS_WORDS_MAX	16

/* Options that a command may take, besides those that all take: a set. */
#define OPT(n)		(UINT64_C(1) << (n))
#define OPT_NAME	OPT(0)
#define OPT_CA		OPT(1)
#define OPT_ROLE	OPT(2)
#define OPT_DESK	OPT(3)
#define OPT_RAW		OPT(4)
#define OPT_ATTACHMENTS	OPT(5)
#define OPT_TO		OPT(6)
#define OPT_ATTACH	OPT(7)
#define OPT_BODY	OPT(8)
#define OPT_SUBJECT	OPT(9)
#define OPT_SUBMIT	OPT(10)
#define OPT_MESSAGE	OPT(11)
#define OPT_FROM	OPT(12)
#define OPT_REPLY_TO	OPT(13)
#define OPT_MODE	OPT(14)
#define OPT_FILE	OPT(15)
#define OPT_FOR		OPT(16)
#define OPT_YES		OPT(17)
#define OPT_ALL		OPT(18)
#define OPT_AFTER_CARE	OPT(19)
#define OPT_HOLD	OPT(20)
#define OPT_LIFT	OPT(21)
#define OPT_UNDO	OPT(22)
#define OPT_STATE	OPT(23)
#define OPT_TAG		OPT(24)
#define OPT_OVERDUE	OPT(25)
#define OPT_MINE	OPT(26)
#define OPT_UNCLAIMED	OPT(27)
#define OPT_LANGUAGE	OPT(28)
#define OPT_UNTIL	OPT(29)
#define OPT_MONTH	OPT(30)
#define OPT_CSV		OPT(31)
#define OPT_CRISIS	OPT(32)
#define OPT_PROPOSE	OPT(33)
#define OPT_REASON	OPT(34)
#define OPT_GROUND	OPT(35)
#define OPT_TAKE	OPT(36)
#define OPT_PAPER	OPT(37)
#define OPT_REVIEW	OPT(38)
#define OPT_SELF	OPT(39)
#define OPT_FOR_PERSON	OPT(40)
#define OPT_FROM_HEAD	OPT(41)
#define OPT_TEMPLATE	OPT(42)
#define OPT_DIFF	OPT(43)
#define OPT_CRISIS_PATH	OPT(44)

/* The command line, read. Strings point into argv; NULL means not given. */
struct args {
	const struct command *command;	/* NULL: none was named */
	int		 json, quiet, help, no_pager;
	int		 passphrase_fd;	/* -1: ask */
	const char	*name, *ca, *role, *raw, *attachments, *to, *body;
	const char	*subject, *message, *span, *file, *from, *mode;
	const char	*state, *tag, *language, *until, *month, *reason;
	const char	*ground, *paper, *review, *self, *crisis, *template;
	const char	*desks[ROSTER_DESKS_MAX];
	size_t		 ndesks;
	const char	*attach[LETTER_ATTACHMENTS_MAX];
	size_t		 nattach;
	int		 submit, all, yes, after_care, reply_to;
	int		 hold, lift, undo, overdue, mine, unclaimed, csv;
	int		 propose, take, for_person, from_head, diff;
	int		 as_crisis;
	uint64_t	 given;		/* OPT_ */
	const char	*words[ARGS_WORDS_MAX];	/* behind the command */
	size_t		 nwords;
};

/* An option that teduh knows. */
struct args_known {
	const char	*name, *other;	/* other: "-q", or NULL */
	int		 takes;		/* a value follows */
	uint64_t	 bit;		/* OPT_; 0: every command takes it */
	size_t		 at;		/* of its member in struct args */
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
	uint64_t	 options;	/* OPT_ */
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
