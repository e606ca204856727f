/*
 * Asks for the passphrase, and for lines like an address.  The passphrase
 * goes from the descriptor into locked memory byte by byte and stands nowhere
 * else: no stdio buffer, no argument, no environment.  The terminal is put
 * back however the asking ends.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

/*
 * Until there is something to read; a signal that `open` lets through ends
 * it, also one that came before.
 */
static int
wait_for(int fd, const sigset_t *open)
{
	struct pollfd p = { fd, POLLIN, 0 };

	while (ppoll(&p, 1, NULL, open) == -1)
		if (errno != EINTR || interrupted)
			return -1;
	return 0;
}

enum took { TOOK_LINE, TOOK_END, TOOK_LONG, TOOK_NOTHING };

/*
 * Up to a newline or the end into bytes, without it: *len of them.  Byte by
 * byte, so that what stands behind is there for the next who reads.
 */
static enum took
take(int fd, const sigset_t *open, unsigned char *bytes, size_t size,
    size_t *len)
{
	unsigned char c = '\0';
	enum took how = TOOK_LINE;
	ssize_t n;

	for (*len = 0;;) {
		n = open != NULL && wait_for(fd, open) == -1 ? -1 :
		    read(fd, &c, 1);
		if (n == -1 && errno == EINTR && !interrupted)
			continue;
		if (n != 1 || c == '\n' || *len == size)
			break;
		bytes[(*len)++] = c;
	}
	if (n != 1)
		how = n == 0 ? TOOK_END : TOOK_NOTHING;
	else if (c != '\n')
		how = TOOK_LONG;
	seal_wipe(&c, 1);
	return how;
}

/* One line without its newline; NULL with *e. */
static struct secret *
read_line(int fd, const sigset_t *open, struct err *e)
{
	struct secret *whole = secret_new(PROMPT_PASSPHRASE_MAX), *line = NULL;
	enum took how;
	size_t len;

	how = take(fd, open, whole->bytes, whole->len, &len);
	if (how == TOOK_NOTHING && interrupted)
		err_set(e, ERR_INPUT, _("nothing was done"));
	else if (how == TOOK_NOTHING)
		err_set(e, ERR_IO, _("cannot read the passphrase: %s"),
		    strerror(errno));
	else if (how == TOOK_LONG)
		err_set(e, ERR_INPUT, _("the passphrase is longer than %d "
		    "characters"), PROMPT_PASSPHRASE_MAX);
	else if (len == 0)
		err_set(e, ERR_INPUT, _("the passphrase is empty"));
	else
		line = secret_copy(whole->bytes, len);
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
 * mute terminal is left behind.  It is let through where it is waited for and
 * nowhere else: one that came a moment earlier would be seen by nobody.
 */
static struct secret *
ask(int fd, const char *question, struct err *e)
{
	struct sigaction end = { .sa_handler = interrupt }, before;
	struct termios shown, hidden;
	struct secret *line;
	sigset_t held, open;

	if (tcgetattr(fd, &shown) == -1) {
		err_set(e, ERR_IO, _("there is no terminal to ask for the "
		    "passphrase: use --passphrase-fd"));
		return NULL;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ICANON | ECHONL;
	interrupted = 0;
	(void)sigemptyset(&held);
	(void)sigaddset(&held, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &held, &open);
	(void)sigaction(SIGINT, &end, &before);
	(void)tcsetattr(fd, TCSAFLUSH, &hidden);
	say(fd, question);
	line = read_line(fd, &open, e);
	if (interrupted)		/* no newline was typed */
		say(fd, "\n");
	(void)tcsetattr(fd, TCSAFLUSH, &shown);
	(void)sigaction(SIGINT, &before, NULL);
	(void)sigprocmask(SIG_SETMASK, &open, NULL);
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
	if ((line = read_line(fd, NULL, e)) == NULL)
		return NULL;
	if (fresh && long_enough(line, e) == -1) {
		secret_free(line);
		line = NULL;
	}
	return line;
}

int
prompt_line(const char *question, char *line, size_t size, struct err *e)
{
	unsigned char *bytes = (unsigned char *)line;
	enum took how;
	size_t len;

	if (isatty(STDIN_FILENO))
		say(STDERR_FILENO, question);
	how = take(STDIN_FILENO, NULL, bytes, size - 1, &len);
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	if (how == TOOK_NOTHING)
		err_set(e, ERR_IO, _("standard input cannot be read: %s"),
		    strerror(errno));
	else if (how == TOOK_LONG)
		err_set(e, ERR_INPUT, "%s", _("this line is too long: a mail "
		    "address has at most 254 bytes"));
	else
		return how == TOOK_LINE || len > 0;
	return -1;
}

int
prompt_yes(const char *question, const char *how, struct err *e)
{
	char typed[64];
	size_t len;

	if (!isatty(STDIN_FILENO)) {
		err_set(e, ERR_INPUT, "%s", how);
		return -1;
	}
	say(STDERR_FILENO, question);
	if (take(STDIN_FILENO, NULL, (unsigned char *)typed,
	    sizeof(typed) - 1, &len) != TOOK_LINE)
		len = 0;
	typed[len] = '\0';
	if (strcmp(typed, _("yes")) == 0)
		return 0;
	say(STDERR_FILENO, _("Nothing was changed."));
	say(STDERR_FILENO, "\n");
	return 1;
}
