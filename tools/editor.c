/*
 * Letters are written in the counsellor's own editor.  The file lies in a
 * folder of its own, in memory where possible, and the whole folder goes
 * afterwards, with whatever the editor left beside it.  While the person
 * writes the file is looked at, so that what was saved once is never lost,
 * whatever ends first: the editor, teduh or the machine.
 */
#include <sys/stat.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#ifdef __linux__
#include <linux/magic.h>
#endif
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/io.h"
#include "lib/letter.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "tools/editor.h"
#include "tools/editor_kind.h"
#include "tools/words.h"

#define FILE_MAX	(4 * 1024 * 1024)
#define LINE_CUT	"# ------------------------ >8 ------------------------"
#define MARK_BELOW	"# ---- >8 ---- "	/* the same in any language */
#define ANSWER		"answer.txt"
#define NAME_HEAD	"/teduh."
#define NAME_RANDOM	10	/* characters: nobody is there before us */
#define LOOK_S		1	/* how often the file is looked at */
#define COMMAND_MAX	8192
#define EDITOR_PATH_MAX	4096
#define ANSWER_SAVED	ANSWER EDITOR_KIND_SAVED
/*
 * Below the letter, because an editor takes orders from a file's last lines
 * (vim's modelines), and a letter could hold some.
 */
#define LAST_LINES	"#\n#\n#\n#\n#\n"

/* Elsewhere than on Linux we know of no such folder. */
static int
is_memory(const char *path)
{
#ifdef __linux__
	struct statfs fs;

	return statfs(path, &fs) == 0 && (fs.f_type == TMPFS_MAGIC ||
	    fs.f_type == RAMFS_MAGIC);
#else
	(void)path;
	return 0;
#endif
}

/* May a folder be made there, in memory? */
static int
is_good(const char *base)
{
	return base != NULL && *base == '/' && is_memory(base) &&
	    access(base, W_OK | X_OK) == 0;
}

char *
editor_place(void)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	char name[NAME_RANDOM + 1], *path;
	size_t n;

	if (!is_good(base))
		base = "/dev/shm";
	if (!is_good(base)) {
		base = getenv("TMPDIR");
		if (base == NULL || *base != '/')
			base = "/tmp";
		(void)fprintf(stderr, _("teduh: this machine has no folder in "
		    "memory: while you write, your text lies on the disk in "
		    "'%s'.\n"), base);
	}
	code_random(name, NAME_RANDOM);
	n = strlen(base) + sizeof(NAME_HEAD) + sizeof(name);
	path = mem_alloc(n);
	(void)snprintf(path, n, "%s" NAME_HEAD "%s", base, name);
	return path;
}

int
editor_make(const char *folder, struct err *e)
{
	if (mkdir(folder, 0700) == 0)
		return 0;
	err_set(e, ERR_IO, _("cannot make the folder '%s': %s"), folder,
	    strerror(errno));
	return -1;
}

/* The folder opened, if it is one of ours; -1. */
static int
open_own(const char *folder)
{
	const char *name = strrchr(folder, '/');
	struct stat st;
	int fd;

	if (name == NULL || strncmp(name, NAME_HEAD, sizeof(NAME_HEAD) - 1) !=
	    0)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd != -1 && (fstat(fd, &st) == -1 || st.st_uid != geteuid())) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

/* Overwrite, then unlink: the disk may be one after all. */
static void
wipe_file(int dir, const char *name)
{
	char zeros[4096] = { 0 };
	struct stat st;
	off_t left;
	int fd;

	fd = openat(dir, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		for (left = st.st_size; left > 0; left -= 4096)
			if (write(fd, zeros, left < 4096 ? (size_t)left :
			    4096) <= 0)
				break;
		(void)fsync(fd);
	}
	if (fd != -1)
		(void)close(fd);
	(void)unlinkat(dir, name, 0);
}

void
editor_remove(const char *path)
{
	struct dirent *entry;
	int fd = open_own(path);
	DIR *dir;

	if (fd == -1)
		return;
	if ((dir = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			wipe_file(dirfd(dir), entry->d_name);
	(void)closedir(dir);
	(void)rmdir(path);
}

static int
put_file(const char *path, const struct buf *text, struct err *e)
{
	int fd, bad = 1;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd != -1)
		bad = write(fd, text->bytes, text->len) !=
		    (ssize_t)text->len;
	if (fd != -1 && close(fd) == -1)
		bad = 1;
	if (bad)
		err_set(e, ERR_IO, _("cannot write '%s': %s"), path,
		    strerror(errno));
	return bad ? -1 : 0;
}

static int
get_file(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = fd == -1 ? -1 : io_read(fd, out);

	if (result == -1)
		err_set(e, ERR_IO, _("cannot read '%s': %s"), path,
		    strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return result;
}

static pid_t
start_editor(const char *editor, const char *path, int lock,
    const sigset_t *mask)
{
	struct buf command;
	pid_t pid = -1;

	buf_init(&command, COMMAND_MAX);
	if (buf_addf(&command, "%s%s \"$@\"", editor,
	    editor_kind_flags(editor)) == 0 && (pid = fork()) == 0) {
		(void)signal(SIGINT, SIG_DFL);
		(void)signal(SIGQUIT, SIG_DFL);
		(void)sigprocmask(SIG_SETMASK, mask, NULL);
		if (lock != -1)
			(void)fcntl(lock, F_SETFD, 0);
		(void)execl("/bin/sh", "sh", "-c", command.bytes, editor,
		    path, (char *)NULL);
		_exit(127);
	}
	buf_free(&command);
	return pid;
}

/* Each line of what stands below the cut becomes a comment. */
static int
add_below(struct buf *text, const char *below)
{
	size_t n;

	if (buf_addf(text, "\n" LINE_CUT "\n" MARK_BELOW "%s\n#\n", _("Write "
	    "above that line: from it on nothing is sent.")) == -1)
		return -1;
	while (*below != '\0') {
		n = strcspn(below, "\n");
		if (buf_adds(text, n == 0 ? "#" : "# ") == -1 ||
		    buf_add(text, below, n) == -1 ||
		    buf_addc(text, '\n') == -1)
			return -1;
		below += n + (below[n] == '\n');
	}
	return buf_adds(text, LAST_LINES);
}

/* The start of a line that is exactly this one, or begins so, or NULL. */
static char *
find_line(char *text, const char *line, int whole)
{
	size_t n = strlen(line);
	char *p = text;

	while ((p = strstr(p, line)) != NULL) {
		if ((p == text || p[-1] == '\n') && (!whole || p[n] == '\n' ||
		    p[n] == '\r' || p[n] == '\0'))
			return p;
		p += n;
	}
	return NULL;
}

/*
 * Cut the letter off, at the scissors or at the line below them, so that a
 * lost line does not send the seeker's own words back.
 */
static char *
above(struct buf *file)
{
	char *cut;

	if ((cut = find_line(file->bytes, LINE_CUT, 1)) != NULL)
		*cut = '\0';
	if ((cut = find_line(file->bytes, MARK_BELOW, 0)) != NULL)
		*cut = '\0';
	return mem_strdup(file->bytes);
}

/* What stands above the line in this file; NULL with *e. */
static char *
read_above(const char *path, struct err *e)
{
	struct buf file;
	char *text = NULL;

	buf_init(&file, FILE_MAX);
	if (get_file(path, &file, e) == 0)
		text = above(&file);
	buf_free(&file);
	return text;
}

static void
wipe_text(char *text)
{
	if (text != NULL)
		seal_wipe(text, strlen(text));
	free(text);
}

/*
 * The newer of the file and of what an editor keeps beside it, if newer than
 * *seen; the caller frees. NULL: nothing new.
 */
static char *
read_newer(const char *folder, struct timespec *seen)
{
	static const char *const names[] = { ANSWER, ANSWER_SAVED };
	char path[EDITOR_PATH_MAX], *text = NULL, *other;
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		if (lstat(path, &st) == -1 || !S_ISREG(st.st_mode) ||
		    st.st_uid != geteuid() ||
		    st.st_mtim.tv_sec < seen->tv_sec ||
		    (st.st_mtim.tv_sec == seen->tv_sec &&
		    st.st_mtim.tv_nsec <= seen->tv_nsec))
			continue;
		*seen = st.st_mtim;
		if ((other = read_above(path, NULL)) != NULL) {
			wipe_text(text);
			text = other;
		}
	}
	return text;
}

/* Hand on what was saved since the last look. */
static void
look(const char *folder, struct timespec *seen, const struct editor_job *job)
{
	char *text = read_newer(folder, seen);

	if (text != NULL && job->keep != NULL)
		job->keep(job->ctx, text);
	wipe_text(text);
}

/* Until the editor has ended; its status. SIGCHLD is blocked. */
static int
wait_editor(pid_t pid, const char *folder, const struct editor_job *job)
{
	const struct timespec pause = { LOOK_S, 0 };
	struct timespec seen = { 0, 0 };
	sigset_t child;
	int status = -1;
	pid_t ended;

	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	while ((ended = waitpid(pid, &status, WNOHANG)) != pid) {
		if (ended == -1 && errno != EINTR)
			return -1;
		(void)sigtimedwait(&child, NULL, &pause);
		look(folder, &seen, job);
	}
	look(folder, &seen, job);
	return status;
}

static int
run_editor(const char *folder, const char *path,
    const struct editor_job *job, struct err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was_int, was_quit;
	const char *editor = editor_kind_choose();
	struct termios terminal;
	sigset_t child, mask;
	int status = -1, has_terminal = tcgetattr(STDIN_FILENO, &terminal);
	pid_t pid;

	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, &mask);
	(void)sigaction(SIGINT, &ignore, &was_int);
	(void)sigaction(SIGQUIT, &ignore, &was_quit);
	if ((pid = start_editor(editor, path, job->lock, &mask)) != -1)
		status = wait_editor(pid, folder, job);
	(void)sigaction(SIGINT, &was_int, NULL);
	(void)sigaction(SIGQUIT, &was_quit, NULL);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	if (pid != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (has_terminal == 0)		/* it may have left a mute one */
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal);
	err_set(e, ERR_INPUT, _("the editor '%s' did not end well (set EDITOR "
	    "to another one, or give the text with --body FILE)"), editor);
	return -1;
}

char *
editor_write(const char *folder, const struct editor_job *job, struct err *e)
{
	char *text = NULL, path[EDITOR_PATH_MAX];
	struct buf file;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		err_set(e, ERR_INPUT, _("there is no terminal for an editor: "
		    "give the text with --body FILE"));
		return NULL;
	}
	buf_init(&file, FILE_MAX);
	(void)snprintf(path, sizeof(path), "%s/" ANSWER, folder);
	if (buf_adds(&file, job->start) == -1 ||
	    add_below(&file, job->below) == -1)
		err_set(e, ERR_INPUT, _("the text is too long"));
	else if (put_file(path, &file, e) == 0 &&
	    run_editor(folder, path, job, e) == 0)
		text = read_above(path, e);
	buf_free(&file);
	return text;
}

char *
editor_left(const char *folder)
{
	struct timespec seen = { 0, 0 };
	int fd = open_own(folder);

	if (fd == -1)
		return NULL;
	(void)close(fd);
	return read_newer(folder, &seen);
}

/* One line, without what stands at its end. */
static int
add_line(struct buf *out, const char *line, size_t n)
{
	while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t' ||
	    line[n - 1] == '\r'))
		n--;
	if (n == 0 && out->len == 0)
		return 0;
	return buf_add(out, line, n) == -1 ? -1 : buf_addc(out, '\n');
}


static int bad_line(struct err *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static int
bad_line(struct err *e, const char *form, ...)
{
	va_list ap;

	va_start(ap, form);
	err_vset(e, ERR_INPUT, form, ap);
	va_end(ap);
	return -1;
}

static int
add_lines(const char *text, size_t len, struct buf *out, struct err *e)
{
	const char *end = text + len, *next;
	size_t line, before;

	for (line = 1; text < end; line++) {
		next = memchr(text, '\n', (size_t)(end - text));
		if (next == NULL)
			next = end;
		before = out->len;
		if (!text_is_utf8(text, (size_t)(next - text)))
			return bad_line(e, _("line %zu of the text is not "
			    "UTF-8: save it as UTF-8 and try again"), line);
		if (add_line(out, text, (size_t)(next - text)) == -1)
			return bad_line(e, _("the text is too long from "
			    "line %zu on: shorten it, or attach a file"),
			    line);
		if (!text_is_lines(out->bytes + before))
			return bad_line(e, _("line %zu of the text has a "
			    "control character: take it out"), line);
		text = next < end ? next + 1 : end;
	}
	return 0;
}

char *
editor_normalise(const char *text, size_t len, struct err *e)
{
	struct buf out;

	buf_init(&out, LETTER_BODY_MAX);
	if (len > 0 && memchr(text, '\0', len) != NULL) {
		err_set(e, ERR_INPUT, _("the text has a NUL byte, so it is "
		    "not text: take it from another file"));
		goto fail;
	}
	if (add_lines(text, len, &out, e) == -1)
		goto fail;
	while (out.len > 1 && out.bytes[out.len - 2] == '\n')
		out.bytes[--out.len] = '\0';
	if (out.len == 0) {
		err_set(e, ERR_INPUT, _("the text is empty, so nothing was "
		    "saved"));
		goto fail;
	}
	return buf_take(&out, NULL);
fail:
	buf_free(&out);
	return NULL;
}
