/*
 * The command line's smaller parts: arguments, the text of an answer, the
 * founder's batch, the person's folder.
 */
#include "tests/unit/people.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <time.h>

#include "lib/buf.h"
#include "tools/args.h"
#include "tools/editor.h"
#include "tools/entries.h"
#include "tools/render.h"
#include "tools/team.h"
#include "tools/vault.h"

static const struct command table[] = {
	{ "queue", 0, 0, 0, "", "", NULL },
	{ "key new", 0, 0, 0, "", "", NULL },
	{ "reply", 1, 1, OPT_BODY | OPT_ATTACH | OPT_SUBMIT, "CASE", "",
	    NULL },
	{ "return", 1, 1, OPT_MESSAGE, "DRAFT -m WHY", "", NULL },
	{ NULL, 0, 0, 0, NULL, NULL, NULL }
};

#define WORDS_MAX	24

/* 0 and *a, or -1, for a line of words with a space between. */
static int
parse(struct args *a, const char *line)
{
	static char copy[256];
	char *argv[WORDS_MAX], *rest = copy, *word;
	struct err e = ERR_INIT;
	int argc = 0, result;

	(void)snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")) != NULL)
		argv[argc++] = word;
	result = args_parse(a, argc, argv, table, &e);
	assert_int_equal(result == -1, e.text[0] != '\0');
	return result;
}

static void
options_stand_anywhere(void **state)
{
	struct args a;

	(void)state;
	assert_int_equal(parse(&a, "teduh --json reply 7K2M --attach x -q "
	    "--body - --attach y --submit --passphrase-fd=7"), 0);
	assert_string_equal(a.command->name, "reply");
	assert_true(a.json && a.quiet && a.submit);
	assert_int_equal(a.passphrase_fd, 7);
	assert_string_equal(a.body, "-");
	assert_int_equal(a.nattach, 2);
	assert_string_equal(a.attach[1], "y");
	assert_int_equal(a.nwords, 1);
	assert_string_equal(a.words[0], "7K2M");
	assert_int_equal(parse(&a, "teduh key new"), 0);
	assert_string_equal(a.command->name, "key new");
	assert_int_equal(a.nwords, 0);
	assert_int_equal(parse(&a, "teduh return X -m --"), 0);
	assert_string_equal(a.message, "--");
	assert_int_equal(parse(&a, "teduh"), 0);
	assert_null(a.command);
	assert_int_equal(parse(&a, "teduh reply -- -x"), 0);
	assert_string_equal(a.words[0], "-x");
}

static void
wrong_lines_are_refused(void **state)
{
	static const char *const lines[] = {
		"teduh nosuch", "teduh key", "teduh key old", "teduh queue x",
		"teduh reply", "teduh reply a b", "teduh queue --submit",
		"teduh --nosuch queue", "teduh reply a --body",
		"teduh reply a --body x --body y", "teduh queue --json=yes",
		"teduh queue --passphrase-fd x", "teduh queue -x",
		"teduh queue --passphrase-fd -1", "teduh queue --js"
	};
	struct args a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (parse(&a, lines[i]) != -1)
			fail_msg("was taken: %s", lines[i]);
}

static void
is_normalised(const char *text, size_t len, const char *wanted)
{
	struct err e = ERR_INIT;
	char *got = editor_normalise(text, len, &e);

	if (wanted == NULL) {
		assert_null(got);
		assert_int_equal(e.code, ERR_INPUT);
		return;
	}
	if (got == NULL)
		fail_msg("refused: %s", e.text);
	assert_string_equal(got, wanted);
	free(got);
}

#define NORMALISED(text, wanted)					\
	is_normalised(text, sizeof(text) - 1, wanted)

static void
a_body_has_one_form(void **state)
{
	(void)state;
	NORMALISED("Hi", "Hi\n");
	NORMALISED("\r\n\n Hi \t\r\nyou\n\n\n", " Hi\nyou\n");
	NORMALISED("a\n\n\nb\n", "a\n\n\nb\n");
	NORMALISED("T\xc3\xb5" "e\n", "T\xc3\xb5" "e\n");
	NORMALISED("", NULL);
	NORMALISED(" \n\t\r\n", NULL);
	NORMALISED("a\0b", NULL);
	NORMALISED("T\xe4" "na\n", NULL);
	NORMALISED("\x1b[31mred\n", NULL);
	NORMALISED("one\rtwo\n", NULL);
}

static json_t *
role(const struct signer *s, const unsigned char *key)
{
	json_t *o = json_object();

	wire_set_hex(o, "sign", s->pub, SIGN_PUBLIC);
	if (key != NULL)
		wire_set_hex(o, "box", key, SEAL_KEY);
	return o;
}

static char *
card(size_t *len)
{
	json_t *o = json_pack("{s:i, s:s, s:[s,s], s:{s:o, s:o, s:o, s:o}}",
	    "v", 1, "kind", "service", "desks", "youth", "careers", "roles",
	    "intake", role(roles[0], NULL), "web", role(roles[1], NULL),
	    "post", role(roles[2], box[0]), "clock", role(roles[3], NULL));
	char *text = wire_print(o, len);

	json_decref(o);
	return text;
}

/* Whoever reads the batch from its pin on comes to the same. */
static void
the_founder_makes_a_whole_roster(void **state)
{
	struct roster *mine = roster_new(), *theirs = roster_new();
	unsigned char pin[SEAL_HASH], sig[SIGN_LEN], key[SEAL_KEY];
	json_t *body, *o;
	struct team *team;
	struct buf entry;
	size_t i, len;
	int64_t epoch;
	char *text = card(&len);

	(void)state;
	body = entries_found(mine, people[ANA], "ana", text, len, AT, pin,
	    NULL);
	assert_non_null(body);
	json_array_foreach(json_object_get(body, "entries"), i, o) {
		assert_int_equal(wire_get_base64(o, "entry",
		    ROSTER_ENTRY_MAX, &entry, NULL), 0);
		assert_int_equal(wire_get_hex(o, "signature", sig, SIGN_LEN,
		    NULL), 0);
		assert_int_equal(roster_add(theirs, pin, entry.bytes,
		    entry.len, sig, NULL), 0);
		buf_free(&entry);
	}
	assert_int_equal(roster_seq(theirs), 11);
	assert_int_equal(roster_person(theirs, "ana")->rank,
	    RANK_SUPERVISOR);
	assert_true(roster_on_desk(roster_person(theirs, "ana"), "careers"));
	assert_true(roster_is_role_key(theirs, "clock", roles[3]->pub, 1));
	assert_int_equal(roster_postman(theirs, key, NULL), 0);
	assert_memory_equal(key, box[0], SEAL_KEY);
	assert_int_equal(roster_policy(theirs, "youth").self, 0);
	assert_int_equal(roster_team(theirs, "careers", key, &epoch, NULL),
	    0);
	/* All four secrets open, for her alone. */
	team = team_open(json_object_get(body, "secrets"), people[ANA],
	    "ana", theirs);
	assert_non_null(team_secret(team, "youth", 1));
	assert_non_null(team_secret(team, "careers", 1));
	assert_non_null(team_at(team, 3));
	assert_null(team_at(team, 4));
	team_free(team);
	team = team_open(json_object_get(body, "secrets"), people[SOL],
	    "ana", theirs);
	assert_null(team_at(team, 0));
	team_free(team);
	json_decref(body);
	roster_free(mine);
	roster_free(theirs);
	free(text);
}

static struct vault *
new_vault(char path[64])
{
	struct vault *v;

	(void)snprintf(path, 64, "/tmp/teduh-test.XXXXXX");
	assert_non_null(mkdtemp(path));
	assert_int_equal(setenv("TEDUH_HOME", path, 1), 0);
	v = vault_open(NULL);
	assert_non_null(v);
	return v;
}

static void
remove_vault(const char *path)
{
	static const char *const files[] = { "read/7K2M9Q4X", "read",
	    "drafts/7K2M9Q4X-p1", "drafts/7K2M9Q4X-p1.open", "drafts",
	    "service", "roster", "" };
	struct stat st;
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s/%s", path, files[i]);
		(void)remove(name);
	}
	assert_int_equal(stat(path, &st), -1);
}

static void
the_folder_keeps_what_it_was_given(void **state)
{
	struct vault_read read = { .seq = 3, .deposit = { 1, 2, 3 } }, got;
	struct vault_service service, again;
	struct vault *v;
	char path[64], *url = mem_strdup("unix:/run/x");
	struct err e = ERR_INIT;
	json_t *o;

	(void)state;
	v = new_vault(path);
	assert_int_equal(vault_has_key(v, NULL), 0);
	memset(&service, 0, sizeof(service));
	assert_int_equal(vault_read_service(v, &again, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	service.url = url;
	(void)strcpy(service.name, "ana");
	service.pin[0] = 9;
	service.seq = 4;
	assert_int_equal(vault_write_service(v, &service, NULL), 0);
	assert_int_equal(vault_read_service(v, &again, &e), 0);
	assert_string_equal(again.url, url);
	assert_null(again.ca);
	assert_int_equal(again.pin[0], 9);
	assert_int_equal(again.seq, 4);
	vault_service_free(&again);
	vault_get_read(v, "7K2M9Q4X", &got);
	assert_int_equal(got.seq, 0);
	assert_int_equal(vault_note_read(v, "7K2M9Q4X", &read, NULL), 0);
	vault_get_read(v, "7K2M9Q4X", &got);
	assert_memory_equal(&got, &read, sizeof(got));
	/* A draft opens with the key it was sealed to and with no other. */
	o = json_pack("{s:s}", "body", "Dear you");
	assert_int_equal(vault_save_draft(v, people[ANA], "7K2M9Q4X", 1, o,
	    NULL), 0);
	json_decref(o);
	assert_null(vault_read_draft(v, people[SOL], "7K2M9Q4X", 1));
	assert_null(vault_read_draft(v, people[ANA], "7K2M9Q4X", 2));
	o = vault_read_draft(v, people[ANA], "7K2M9Q4X", 1);
	assert_string_equal(json_string_value(json_object_get(o, "body")),
	    "Dear you");
	json_decref(o);
	vault_drop_draft(v, "7K2M9Q4X", 1);
	assert_null(vault_read_draft(v, people[ANA], "7K2M9Q4X", 1));
	vault_free(v);
	/* What others may read is not used. */
	assert_int_equal(chmod(path, 0755), 0);
	assert_null(vault_open(NULL));
	free(url);
	remove_vault(path);
}

/* unistd.h has a revoke() of its own, which is not that of people.h. */
static void
shut(int fd)
{
	FILE *f = fdopen(fd, "r+");

	assert_non_null(f);
	(void)fclose(f);
}

static void
one_window_writes_and_the_next_finds_its_folder(void **state)
{
	char path[64], left[VAULT_FOLDER_MAX];
	struct err e = ERR_INIT;
	struct vault *v;
	int lock, copy;

	(void)state;
	v = new_vault(path);
	lock = vault_lock_draft(v, "7K2M9Q4X", 1, left, NULL);
	assert_int_not_equal(lock, -1);
	assert_string_equal(left, "");
	assert_int_equal(vault_note_folder(lock, "/dev/shm/teduh.1", NULL), 0);
	assert_int_equal(vault_lock_draft(v, "7K2M9Q4X", 1, left, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	/* teduh ends, its editor does not. */
	copy = fcntl(lock, F_DUPFD_CLOEXEC, 0);
	shut(lock);
	assert_int_equal(vault_lock_draft(v, "7K2M9Q4X", 1, left, &e), -1);
	shut(copy);
	lock = vault_lock_draft(v, "7K2M9Q4X", 1, left, NULL);
	assert_int_not_equal(lock, -1);
	assert_string_equal(left, "/dev/shm/teduh.1");
	assert_int_equal(vault_note_folder(lock, "", NULL), 0);
	shut(lock);
	lock = vault_lock_draft(v, "7K2M9Q4X", 1, left, NULL);
	assert_string_equal(left, "");
	shut(lock);
	vault_free(v);
	remove_vault(path);
}

static void
put(const char *folder, const char *name, const char *text, time_t at)
{
	struct timespec times[2] = { { at, 0 }, { at, 0 } };
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_non_null(f = fopen(path, "w"));
	(void)fputs(text, f);
	(void)fclose(f);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void
an_editor_leaves_what_is_newest(void **state)
{
	char folder[] = "/tmp/teduh.test.XXXXXX", *text;
	char other[] = "/tmp/other-teduh.XXXXXX", path[64];
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_null(editor_left(folder));
	/* What is not ours by its name is neither read nor swept. */
	assert_non_null(mkdtemp(other));
	put(other, "answer.txt", "somebody's\n", 1000);
	assert_null(editor_left(other));
	editor_remove(other);
	(void)snprintf(path, sizeof(path), "%s/answer.txt", other);
	assert_int_equal(remove(path), 0);
	assert_int_equal(remove(other), 0);
	put(folder, "answer.txt", "one\n\n# ------------------------ >8 "
	    "------------------------\n# Their letter\n", 1000);
	text = editor_left(folder);
	assert_string_equal(text, "one\n\n");
	free(text);
	/* The line below it, in a language that this machine never spoke. */
	put(folder, "answer.txt", "one\n# ---- >8 ---- Tulis di atas.\n# T\n",
	    1500);
	text = editor_left(folder);
	assert_string_equal(text, "one\n");
	free(text);
	put(folder, "answer.txt.save", "two\n", 2000);
	text = editor_left(folder);
	assert_string_equal(text, "two\n");
	free(text);
	put(folder, "answer.txt", "three\n", 3000);
	text = editor_left(folder);
	assert_string_equal(text, "three\n");
	free(text);
	editor_remove(folder);
	assert_int_equal(stat(folder, &st), -1);
}

static void
is_when(int64_t at, int64_t now, const char *wanted)
{
	char when[RENDER_WHEN];

	render_when(when, at, now);
	assert_string_equal(when, wanted);
}

/* AT_NOON: Tue 24 Nov 2026 12:00 UTC, which is 14:00 in the zone below. */
#define AT_NOON	((int64_t)1795521600)

static void
times_are_the_readers_own(void **state)
{
	(void)state;
	assert_int_equal(setenv("TZ", "EET-2", 1), 0);
	tzset();
	is_when(AT_NOON, AT_NOON, "today 14:00");
	is_when(AT_NOON + 10 * 3600 - 60, AT_NOON, "today 23:59");
	is_when(AT_NOON + 10 * 3600, AT_NOON, "tomorrow 00:00");
	is_when(AT_NOON - 14 * 3600 - 60, AT_NOON, "yesterday 23:59");
	is_when(AT_NOON + 48 * 3600, AT_NOON, "Thu 26 Nov 14:00");
	is_when(AT_NOON - 400 * 86400, AT_NOON, "20 Oct 2025 14:00");
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(wrong_lines_are_refused),
		cmocka_unit_test(a_body_has_one_form),
		cmocka_unit_test(the_founder_makes_a_whole_roster),
		cmocka_unit_test(the_folder_keeps_what_it_was_given),
		cmocka_unit_test(
		    one_window_writes_and_the_next_finds_its_folder),
		cmocka_unit_test(an_editor_leaves_what_is_newest),
		cmocka_unit_test(times_are_the_readers_own),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
