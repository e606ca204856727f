/*
 * Asks for the passphrase.  It goes from the descriptor into locked memory
 * byte by byte and stands nowhere else: no stdio buffer, no argument, no
 * environment.  The terminal is put back however the asking ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/seal.h"
#include "tools/prompt.h"
#include "tools/words.h"

static volatile sig_atomic_t interrupted;

static void
interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* One line without its newline; NULL with *e. */
static struct secret *
read_line(int fd, struct err *e)
{
	struct secret *whole = secret_new(PROMPT_PASSPHRASE_MAX), *line = NULL;
	size_t len = 0;
	ssize_t n;
	char c;

	for (;;) {
		n = read(fd, &c, 1);
		if (n == -1 && errno == EINTR && !interrupted)
			continue;
		if (n == -1 && interrupted) {
			err_set(e, ERR_INPUT, _("nothing was done"));
			goto out;
		}
		if (n == -1) {
			err_set(e, ERR_IO, _("cannot read the passphrase: "
			    "%s"), strerror(errno));
			goto out;
		}
		if (n == 0 || c == '\n')
			break;
		if (len == whole->len) {
			err_set(e, ERR_INPUT, _("the passphrase is longer "
			    "than %d characters"), PROMPT_PASSPHRASE_MAX);
			goto out;
		}
		whole->bytes[len++] = (unsigned char)c;
	}
	if (len == 0) {
		err_set(e, ERR_INPUT, _("the passphrase is empty"));
		goto out;
	}
	line = secret_copy(whole->bytes, len);
out:
	c = '\0';
	secret_free(whole);
	return line;
}

static void
say(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/*
 * A Ctrl-C ends the asking, not the program in the middle of it, so that no
 * mute terminal is left behind.
 */
static struct secret *
ask(int fd, const char *question, struct err *e)
{
	struct sigaction end = { .sa_handler = interrupt }, before;
	struct termios shown, hidden;
	struct secret *line;

	if (tcgetattr(fd, &shown) == -1) {
		err_set(e, ERR_IO, _("there is no terminal to ask for the "
		    "passphrase: use --passphrase-fd"));
		return NULL;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ICANON | ECHONL;
	interrupted = 0;
	(void)sigaction(SIGINT, &end, &before);
	(void)tcsetattr(fd, TCSAFLUSH, &hidden);
	say(fd, question);
	line = read_line(fd, e);
	if (interrupted)		/* no newline was typed */
		say(fd, "\n");
	(void)tcsetattr(fd, TCSAFLUSH, &shown);
	(void)sigaction(SIGINT, &before, NULL);
	return line;
}

static int
long_enough(const struct secret *s, struct err *e)
{
	if (s->len >= PROMPT_PASSPHRASE_MIN)
		return 0;
	err_set(e, ERR_INPUT, _("a passphrase has at least %d characters: "
	    "five or six words that only you put together"),
	    PROMPT_PASSPHRASE_MIN);
	return -1;
}

static struct secret *
ask_terminal(int fresh, struct err *e)
{
	struct secret *first = NULL, *again = NULL;
	int fd, ok = 0;

	if ((fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) == -1) {
		err_set(e, ERR_INPUT, _("there is no terminal to ask for the "
		    "passphrase: use --passphrase-fd"));
		return NULL;
	}
	first = ask(fd, fresh ? _("New passphrase for your key (you will not "
	    "see it): ") : _("Passphrase: "), e);
	if (first == NULL || (fresh && long_enough(first, e) == -1))
		goto out;
	if (fresh) {
		if ((again = ask(fd, _("Once more: "), e)) == NULL)
			goto out;
		if (first->len != again->len || !seal_equal(first->bytes,
		    again->bytes, first->len)) {
			err_set(e, ERR_INPUT, _("the two passphrases are not "
			    "the same: try again"));
			goto out;
		}
	}
	ok = 1;
out:
	(void)close(fd);
	secret_free(again);
	if (!ok) {
		secret_free(first);
		first = NULL;
	}
	return first;
}

struct secret *
prompt_passphrase(int fd, int fresh, struct err *e)
{
	struct secret *line;

	if (fd == -1)
		return ask_terminal(fresh, e);
	if ((line = read_line(fd, e)) == NULL)
		return NULL;
	if (fresh && long_enough(line, e) == -1) {
		secret_free(line);
		line = NULL;
	}
	return line;
}
