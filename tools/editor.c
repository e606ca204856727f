/*
 * Letters are written in the counsellor's own editor.  The file lies in a
 * folder of its own, in memory where possible, and the whole folder goes
 * afterwards, with whatever the editor left beside it.
 */
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/text.h"
#include "tools/editor.h"
#include "tools/words.h"

#define FILE_MAX	(4 * 1024 * 1024)
#define LINE_CUT	"# ------------------------ >8 ------------------------"
#define LINE_BELOW	"# The letter that you answer. From the line above " \
			"on nothing is sent."

static int
is_memory(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (fs.f_type == TMPFS_MAGIC ||
	    fs.f_type == RAMFS_MAGIC);
}

/* A new private folder; *path is malloc'd. */
static int
make_folder(char **path, struct err *e)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *base;
	size_t n;

	if (runtime != NULL && *runtime == '/' && is_memory(runtime))
		base = runtime;
	else if (is_memory("/dev/shm"))
		base = "/dev/shm";
	else {
		base = getenv("TMPDIR");
		if (base == NULL || *base != '/')
			base = "/tmp";
		(void)fprintf(stderr, _("teduh: this machine has no folder in "
		    "memory: while you write, your text lies on the disk in "
		    "'%s'.\n"), base);
	}
	n = strlen(base) + 16;
	*path = mem_alloc(n);
	(void)snprintf(*path, n, "%s/teduh.XXXXXX", base);
	if (mkdtemp(*path) != NULL)
		return 0;
	err_set(e, ERR_IO, _("cannot make a folder in '%s': %s"), base,
	    strerror(errno));
	return -1;
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

static void
remove_folder(const char *path)
{
	struct dirent *entry;
	DIR *dir;

	if ((dir = opendir(path)) == NULL)
		return;
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
	char piece[4096];
	ssize_t n = -1;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1) {
		while ((n = read(fd, piece, sizeof(piece))) > 0)
			if (buf_add(out, piece, (size_t)n) == -1) {
				errno = EFBIG;
				n = -1;
				break;
			}
		(void)close(fd);
	}
	if (n == -1)
		err_set(e, ERR_IO, _("cannot read '%s': %s"), path,
		    strerror(errno));
	explicit_bzero(piece, sizeof(piece));
	return n == -1 ? -1 : 0;
}

/* vim keeps history of its own, which must not hold somebody's words. */
static const char *
quiet_flags(const char *editor)
{
	const char *end = editor + strcspn(editor, " "), *base = end;

	while (base > editor && base[-1] != '/')
		base--;
	if ((size_t)(end - base) >= 3 && (strncmp(base, "vim", 3) == 0 ||
	    strncmp(base, "nvim", 4) == 0))
		return " -n -i NONE";
	return "";
}

static int
run_editor(const char *path, struct err *e)
{
	const char *editor = getenv("VISUAL");
	struct buf command;
	int status = -1;
	pid_t pid;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0')
		editor = "vi";
	buf_init(&command, 4096);
	if (buf_addf(&command, "exec %s%s \"$1\"", editor,
	    quiet_flags(editor)) == -1) {
		err_set(e, ERR_INPUT, _("$EDITOR is too long"));
		buf_free(&command);
		return -1;
	}
	if ((pid = fork()) == 0) {
		(void)signal(SIGINT, SIG_DFL);
		(void)signal(SIGQUIT, SIG_DFL);
		(void)execl("/bin/sh", "sh", "-c", command.bytes, "sh", path,
		    (char *)NULL);
		_exit(127);
	}
	buf_free(&command);
	while (pid != -1 && waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			break;
	if (pid != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	err_set(e, ERR_INPUT, _("the editor '%s' did not end well, so nothing "
	    "was saved; set EDITOR to another one, or give the text with "
	    "--body FILE"), editor);
	return -1;
}

/* Each line of the letter becomes a comment below the cut. */
static int
add_letter(struct buf *text, const char *letter)
{
	size_t n;

	if (buf_adds(text, "\n" LINE_CUT "\n" LINE_BELOW "\n#\n") == -1)
		return -1;
	while (*letter != '\0') {
		n = strcspn(letter, "\n");
		if (buf_adds(text, n == 0 ? "#" : "# ") == -1 ||
		    buf_add(text, letter, n) == -1 ||
		    buf_addc(text, '\n') == -1)
			return -1;
		letter += n + (letter[n] == '\n');
	}
	return 0;
}

/* The start of a line that is exactly this one, or NULL. */
static char *
find_line(char *text, const char *line)
{
	size_t n = strlen(line);
	char *p = text;

	while ((p = strstr(p, line)) != NULL) {
		if ((p == text || p[-1] == '\n') && (p[n] == '\n' ||
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

	if ((cut = find_line(file->bytes, LINE_CUT)) != NULL)
		*cut = '\0';
	if ((cut = find_line(file->bytes, LINE_BELOW)) != NULL)
		*cut = '\0';
	return mem_strdup(file->bytes);
}

static char *
edit(const char *path, struct buf *file, int *keep, struct err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was_int, was_quit;
	char *text = NULL;
	int bad;

	(void)sigaction(SIGINT, &ignore, &was_int);
	(void)sigaction(SIGQUIT, &ignore, &was_quit);
	bad = put_file(path, file, e) == -1 || run_editor(path, e) == -1;
	(void)sigaction(SIGINT, &was_int, NULL);
	(void)sigaction(SIGQUIT, &was_quit, NULL);
	buf_clear(file);
	if (bad)
		return NULL;
	if (get_file(path, file, e) == 0)
		text = above(file);
	*keep = text == NULL;
	return text;
}

char *
editor_write(const char *start, const char *letter, struct err *e)
{
	char *folder = NULL, *text = NULL, path[EDITOR_PATH_MAX];
	struct buf file;
	int keep = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		err_set(e, ERR_INPUT, _("there is no terminal for an editor: "
		    "give the text with --body FILE"));
		return NULL;
	}
	buf_init(&file, FILE_MAX);
	if (buf_adds(&file, start) == -1 ||
	    (letter != NULL && add_letter(&file, letter) == -1)) {
		err_set(e, ERR_INPUT, _("the text is too long"));
		goto out;
	}
	if (make_folder(&folder, e) == -1)
		goto out;
	(void)snprintf(path, sizeof(path), "%s/answer.txt", folder);
	text = edit(path, &file, &keep, e);
	if (!keep)
		remove_folder(folder);
out:
	buf_free(&file);
	free(folder);
	return text;
}

int
editor_rescue(const char *text, char path[EDITOR_PATH_MAX])
{
	char *folder = NULL;
	struct buf file;
	int result = -1;

	buf_init(&file, FILE_MAX);
	if (buf_adds(&file, text) == 0 && make_folder(&folder, NULL) == 0) {
		(void)snprintf(path, EDITOR_PATH_MAX, "%s/answer.txt",
		    folder);
		result = put_file(path, &file, NULL);
	}
	buf_free(&file);
	free(folder);
	return result;
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

static int
bad_line(size_t line, const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "%s (%s %zu)", what, _("line"), line);
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
			return bad_line(line, _("the text is not UTF-8"), e);
		if (add_line(out, text, (size_t)(next - text)) == -1)
			return bad_line(line, _("the text is too long"), e);
		if (!text_is_lines(out->bytes + before))
			return bad_line(line, _("the text has a control "
			    "character"), e);
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
		    "not text"));
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
