/*
 * teduh, the staff's command line: reads the arguments, runs one command,
 * says in one sentence what went wrong, and ends with a code that scripts
 * can rely on.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "lib/wire.h"
#include "tools/commands/commands.h"
#include "tools/commands/complete.h"
#include "tools/render.h"
#include "tools/screen.h"
#include "tools/session.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	4096	/* a broken byte takes three */

/*
 * One sentence in one line, whatever the words are that it repeats: a full
 * stop is added where the text has none.
 */
static void
complain(const struct err *e)
{
	size_t n = strlen(e->text);
	struct buf line;

	(void)fflush(stdout);
	buf_init(&line, LINE_MAX_BYTES);
	(void)buf_adds(&line, "teduh: ");
	(void)text_terminal(e->text, n, 0, &line);
	if (n == 0 || strchr(".!?", e->text[n - 1]) == NULL)
		(void)buf_addc(&line, '.');
	render_say(stderr, line.bytes);
	buf_free(&line);
}

static int
run(struct session *s, struct err *e)
{
	const struct command *c = s->args.command;

	if (c == NULL) {
		s->args.nwords = 0;
		(void)help_run(s, e);
		return s->args.help ? EXIT_DONE : EXIT_USAGE;
	}
	if (s->args.help) {
		help_command(c);
		return EXIT_DONE;
	}
	switch (c->run(s, e)) {
	case 0:
		return EXIT_DONE;
	case 1:
		return EXIT_REFUSED;
	case EXIT_USAGE:
		complain(e);
		return EXIT_USAGE;
	}
	complain(e);
	return e->code == ERR_RETRY ? EXIT_AGAIN : EXIT_REFUSED;
}

int
main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	struct session s;
	int code;

	wire_init();
	words_begin();
	session_init(&s);
	if (seal_init(&e) == -1 || seal_harden_process(&e) == -1) {
		complain(&e);
		return EXIT_REFUSED;
	}
	if (argc > 1 && strcmp(argv[1], "--complete") == 0) {
		complete_run(argc - 2, argv + 2);
		return EXIT_DONE;
	}
	if (args_parse(&s.args, argc, argv, commands_table, &e) == -1) {
		complain(&e);
		return EXIT_USAGE;
	}
	if (s.args.passphrase_fd != -1)		/* not for the editor */
		(void)fcntl(s.args.passphrase_fd, F_SETFD, FD_CLOEXEC);
	screen_setup(s.args.no_pager);
	code = run(&s, &e);
	session_free(&s);
	if (fflush(stdout) == EOF && code == EXIT_DONE) {
		(void)fprintf(stderr, "teduh: %s\n", _("what should be "
		    "printed could not be written."));
		code = EXIT_REFUSED;
	}
	return code;
}
