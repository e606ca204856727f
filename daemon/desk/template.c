/*
 * The words of automatic mail: text files per desk and language in which
 * words in braces stand for values, and nothing else does.  No value comes
 * from a letter.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_first.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/template.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define PATH_SIZE	4096
#define SUBJECT		"Subject: "
#define VALUES_MAX	5
#define SPAN_MAX	200
#define DAYS_FROM_S	(3 * 86400)	/* said in days from here on */

/*
 * Every text, the words that may stand in braces in it, and whether people
 * who write get it: then a lock screen must show nothing of it but a neutral
 * beginning.
 */
struct text_kind {
	const char	*file;
	const char	*names[VALUES_MAX + 1];
	int		 outside;
};

static const struct text_kind texts[] = {
	{ "alarm-begins.txt", { "kind", "subject", "detail", "since",
	    "meaning", NULL }, 0 },
	{ "alarm-stands.txt", { "kind", "subject", "detail", "since",
	    "meaning", NULL }, 0 },
	{ "alarm-ends.txt", { "kind", "subject", "detail", "since",
	    "meaning", NULL }, 0 },
	{ "acknowledgement-full.txt", { "subject", "due", "contacts",
	    "link", NULL }, 1 },
	{ "acknowledgement-neutral.txt", { "subject", "link", NULL }, 1 },
	{ "notice.txt", { "subject", NULL }, 1 },
	{ "after-care.txt", { "subject", "contacts", NULL }, 1 },
	{ "staff.txt", { "subject", "news", NULL }, 0 },
	{ "canary.txt", { "subject", NULL }, 0 },
};
/* What an acknowledgement says of its link, where there is a web door. */
#define LINK	"code-link.txt"
static const char *const link_names[] = { "url", NULL };
#define NTEXTS	(sizeof(texts) / sizeof(texts[0]))

/* The path of the one that counts, or of the last one tried. */
static int
find_file(const struct config *config, const char *desk,
    const char *language, const char *file, char path[PATH_SIZE])
{
	const char *folder = config->alarm.texts;

	if (desk != NULL && *desk != '\0') {
		(void)snprintf(path, PATH_SIZE, "%s/desks/%s/%s/%s", folder,
		    desk, language, file);
		if (access(path, R_OK) == 0)
			return 0;
	}
	(void)snprintf(path, PATH_SIZE, "%s/%s/%s", folder, language, file);
	if (access(path, R_OK) == 0)
		return 0;
	(void)snprintf(path, PATH_SIZE, "%s/en/%s", folder, file);
	return access(path, R_OK);
}

static char *
load(const struct config *config, const struct automatic *m,
    const char *file, struct err *e)
{
	char path[PATH_SIZE], *text;

	(void)find_file(config, m->desk, m->language, file, path);
	if ((text = config_read(path, NULL, e)) == NULL)
		e->code = ERR_INPUT;	/* nothing that time will mend */
	return text;
}

/* The text of a key in a list, or NULL; free it. */
static char *
line_of(const struct config *config, const struct automatic *m,
    const char *file, const char *key)
{
	char *text, *line, *rest = NULL, *found = NULL;
	struct err e = ERR_INIT;
	size_t n = strlen(key);

	text = load(config, m, file, &e);
	for (line = text == NULL ? NULL : strtok_r(text, "\n", &rest);
	    line != NULL && found == NULL; line = strtok_r(NULL, "\n",
	    &rest)) {
		if (strncmp(line, key, n) == 0 && line[n] == ':' &&
		    line[n + 1] == ' ')
			found = mem_strdup(line + n + 2);
	}
	free(text);
	return found;
}

struct values {
	const char	*const *names;	/* of the text; ends with NULL */
	char		*value[VALUES_MAX];
};

static void
set(struct values *v, const char *name, char *value)
{
	size_t i;

	for (i = 0; v->names[i] != NULL; i++) {
		if (strcmp(v->names[i], name) == 0) {
			v->value[i] = value;
			return;
		}
	}
	free(value);
}

/* The length of the word in braces at s, or 0. */
static size_t
brace(const char *s)
{
	size_t n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz");

	return s[0] == '{' && n > 0 && s[n + 1] == '}' ? n : 0;
}

/* Which value it names, or -1. */
static int
name_at(const char *const *names, const char *s)
{
	size_t n = brace(s);
	int i;

	for (i = 0; n > 0 && names[i] != NULL; i++) {
		if (strlen(names[i]) == n && strncmp(names[i], s + 1, n) == 0)
			return i;
	}
	return -1;
}

static int
fill(const char *from, const char *end, const struct values *v,
    struct buf *out, struct err *e)
{
	int i, bad = 0;

	while (from < end && !bad) {
		if ((i = name_at(v->names, from)) == -1) {
			bad = buf_addc(out, *from++);
			continue;
		}
		from += strlen(v->names[i]) + 2;
		if (v->value[i] != NULL)
			bad = buf_adds(out, v->value[i]);
	}
	if (bad)
		err_set(e, ERR_INPUT, "a text of an automatic mail is too "
		    "long");
	return bad;
}

/* "within 48 hours" in the language; free it. */
static char *
span_words(const struct config *config, const struct automatic *m)
{
	static const char *const keys[2][2] = { { "hour", "hours" },
	    { "day", "days" } };
	static const char *const names[] = { "number", NULL };
	int days = m->due_s >= DAYS_FROM_S;
	int64_t unit = days ? 86400 : 3600;
	int64_t n = (m->due_s + unit - 1) / unit;
	char number[24], *line = line_of(config, m, "spans.txt",
	    keys[days][n != 1]);
	struct values v = { names, { number } };
	struct err e = ERR_INIT;
	struct buf out;

	(void)snprintf(number, sizeof(number), "%" PRId64, n);
	buf_init(&out, SPAN_MAX);
	if (line != NULL)
		(void)fill(line, line + strlen(line), &v, &out, &e);
	free(line);
	return buf_take(&out, NULL);
}

char *
template_span(const struct config *config, const char *desk,
    const char *language, int64_t seconds)
{
	struct automatic m;

	memset(&m, 0, sizeof(m));
	(void)snprintf(m.desk, sizeof(m.desk), "%s", desk);
	(void)snprintf(m.language, sizeof(m.language), "%s", language);
	m.due_s = seconds;
	return span_words(config, &m);
}

static char *
time_words(int64_t at)
{
	time_t t = (time_t)at;
	char out[32] = "";
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(out, sizeof(out), "%Y-%m-%d %H:%M UTC", &tm);
	return mem_strdup(out);
}

/* The kind's line in alarm-kinds.txt, else the English meaning. */
static char *
meaning_of(const struct config *config, const struct automatic *m)
{
	const struct alarm_kind *known = alarm_kind(m->alarm.kind);
	char *line = line_of(config, m, "alarm-kinds.txt", m->alarm.kind);

	return line != NULL ? line :
	    mem_strdup(known == NULL ? m->alarm.kind : known->meaning);
}

/* What comes before the last newline, so that it fits into a paragraph. */
static char *
contacts_of(const struct config *config, const struct automatic *m)
{
	struct err e = ERR_INIT;
	char *text = load(config, m, "contacts.txt", &e);
	size_t n = text == NULL ? 0 : strlen(text);

	while (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	return text;
}

/* The paragraph with the link, and what parts it from the next; or "". */
static char *
link_of(const struct config *config, const struct automatic *m)
{
	struct values v = { link_names, { NULL } };
	struct err e = ERR_INIT;
	char *text = m->link[0] == '\0' ? NULL : load(config, m, LINK, &e);
	struct buf out;

	buf_init(&out, TEMPLATE_BODY_MAX / 2);
	if (text != NULL) {
		set(&v, "url", mem_strdup(m->link));
		if (fill(text, text + strlen(text), &v, &out, &e) == 0)
			(void)buf_adds(&out, "\n");
		free(v.value[0]);
	}
	free(text);
	return buf_take(&out, NULL);
}

static void
get_values(const struct config *config, const struct automatic *m,
    struct values *v)
{
	const struct config_desk *desk = config_desk(config, m->desk);

	if (m->template == AUTOMATIC_ALARM) {
		set(v, "kind", mem_strdup(m->alarm.kind));
		set(v, "subject", mem_strdup(m->alarm.subject));
		set(v, "detail", mem_strdup(m->alarm.detail));
		set(v, "since", time_words(m->alarm.since));
		set(v, "meaning", meaning_of(config, m));
		return;
	}
	if (desk != NULL)
		set(v, "subject", mem_strdup(desk->subject));
	if (m->template == AUTOMATIC_STAFF)
		set(v, "news", line_of(config, m, "staff-news.txt",
		    m->news));
	if (m->template == AUTOMATIC_ACKNOWLEDGEMENT) {
		set(v, "due", span_words(config, m));
		set(v, "link", link_of(config, m));
	}
	if (m->template == AUTOMATIC_ACKNOWLEDGEMENT ||
	    m->template == AUTOMATIC_AFTER_CARE)
		set(v, "contacts", contacts_of(config, m));
}

/* NULL when the statement asks for a text that there is not. */
static const struct text_kind *
kind_of(const struct automatic *m)
{
	static const char *const news[] = { "begins", "stands", "ends" };
	char file[64];
	size_t i;

	if (m->template == AUTOMATIC_ALARM)
		(void)snprintf(file, sizeof(file), "alarm-%s.txt",
		    news[m->alarm.news]);
	else if (m->template == AUTOMATIC_ACKNOWLEDGEMENT)
		(void)snprintf(file, sizeof(file), "acknowledgement-%s.txt",
		    m->form);
	else
		(void)snprintf(file, sizeof(file), "%s.txt",
		    automatic_word(m->template));
	for (i = 0; i < NTEXTS; i++) {
		if (strcmp(texts[i].file, file) == 0)
			return &texts[i];
	}
	return NULL;
}

int
template_render(const struct config *config, const struct automatic *m,
    struct buf *subject, struct buf *body, struct err *e)
{
	const struct text_kind *kind = kind_of(m);
	struct values v = { NULL, { NULL } };
	char *text = NULL, *end;
	int result = -1;
	size_t i;

	if (kind == NULL) {
		err_set(e, ERR_INPUT, "there is no such automatic mail");
		return -1;
	}
	v.names = kind->names;
	if ((text = load(config, m, kind->file, e)) == NULL)
		goto out;
	if (strncmp(text, SUBJECT, strlen(SUBJECT)) != 0 ||
	    (end = strstr(text, "\n\n")) == NULL) {
		err_set(e, ERR_INPUT, "the text '%s' does not begin with "
		    "'Subject: ' and an empty line", kind->file);
		goto out;
	}
	get_values(config, m, &v);
	result = fill(text + strlen(SUBJECT), end, &v, subject, e) == -1 ||
	    fill(end + 2, text + strlen(text), &v, body, e) == -1 ? -1 : 0;
out:
	for (i = 0; i < VALUES_MAX; i++)
		free(v.value[i]);
	free(text);
	return result;
}

/* One look at the texts of a desk (NULL: of nobody) in a language. */
struct checking {
	const struct config	*config;
	const char		*desk, *language;
	template_finding	*found;
	void			*ctx;
	char			**seen;		/* each file is told of once */
	size_t			 nseen, room;
};

/* 1 when this file was looked at before. */
static int
is_seen(struct checking *c, const char *path)
{
	char **grown;
	size_t i;

	for (i = 0; i < c->nseen; i++) {
		if (strcmp(c->seen[i], path) == 0)
			return 1;
	}
	if (c->nseen == c->room) {
		c->room = c->room == 0 ? 32 : 2 * c->room;
		grown = realloc(c->seen, c->room * sizeof(*grown));
		if (grown == NULL)
			mem_out();
		c->seen = grown;
	}
	c->seen[c->nseen++] = mem_strdup(path);
	return 0;
}

/* Words in braces that would stand in the mail as they are. */
static void
check_braces(const struct checking *c, const char *path, const char *text,
    const char *const *names)
{
	char what[96];
	int line = 1;
	size_t n;

	for (; *text != '\0'; text++) {
		line += *text == '\n';
		n = brace(text);
		if (n == 0 || name_at(names, text) != -1)
			continue;
		(void)snprintf(what, sizeof(what), "'%.*s' is no value of "
		    "this text", n > 40 ? 40 : (int)n + 2, text);
		c->found(c->ctx, path, line, what);
	}
}

/* Its text, or NULL and it was said what is wrong; free it. */
static char *
check_file(struct checking *c, const char *file, size_t max,
    char path[PATH_SIZE])
{
	struct err e = ERR_INIT;
	char *text, what[64];
	size_t len = 0;

	(void)find_file(c->config, c->desk, c->language, file, path);
	if (is_seen(c, path))
		return NULL;
	if ((text = config_read(path, &len, &e)) == NULL) {
		c->found(c->ctx, path, 0, e.text);
		return NULL;
	}
	if (text_is_lines(text) && len <= max)
		return text;
	(void)snprintf(what, sizeof(what), "it is longer than %zu bytes",
	    max);
	c->found(c->ctx, path, 0, len > max ? what : "it is not UTF-8, or "
	    "has controls in it");
	free(text);
	return NULL;
}

/* What a list of mails shows: the first paragraph, without any value. */
static void
check_opening(const struct checking *c, const char *path, const char *body)
{
	const char *end = strstr(body, "\n\n"), *at;
	size_t characters = 0;
	char what[128];

	if (end == NULL)
		end = body + strlen(body);
	for (at = body; at < end && *at != '{'; at++)
		characters += ((unsigned char)*at & 0xc0) != 0x80;
	if (characters >= FIRST_LINE_MIN)
		return;
	(void)snprintf(what, sizeof(what), "the first paragraph has %zu "
	    "characters in front of any value; %d neutral ones are needed, "
	    "so that a preview shows nothing else", characters,
	    FIRST_LINE_MIN);
	c->found(c->ctx, path, 3, what);
}

static void
check_text(struct checking *c, const struct text_kind *kind)
{
	char path[PATH_SIZE], *text, *end;

	text = check_file(c, kind->file, TEMPLATE_BODY_MAX / 2, path);
	if (text == NULL)
		return;
	end = strstr(text, "\n\n");
	if (strncmp(text, SUBJECT, strlen(SUBJECT)) != 0)
		c->found(c->ctx, path, 1, "the text does not begin with "
		    "'Subject: '");
	else if (end == NULL || strcspn(text, "\n") != (size_t)(end - text))
		c->found(c->ctx, path, 2, "this line must be empty");
	else if (kind->outside)
		check_opening(c, path, end + 2);
	check_braces(c, path, text, kind->names);
	free(text);
}

/* A list must have each of these keys. */
static void
check_list(struct checking *c, const char *file, const char *const *keys)
{
	char path[PATH_SIZE], *text, line[64], what[64];

	if ((text = check_file(c, file, TEMPLATE_BODY_MAX, path)) == NULL)
		return;
	for (; *keys != NULL; keys++) {
		(void)snprintf(line, sizeof(line), "\n%s: ", *keys);
		if (strncmp(text, line + 1, strlen(line + 1)) == 0 ||
		    strstr(text, line) != NULL)
			continue;
		(void)snprintf(what, sizeof(what), "the line '%s: ...' is "
		    "missing", *keys);
		c->found(c->ctx, path, 0, what);
	}
	free(text);
}

static void
check_link(struct checking *c)
{
	char path[PATH_SIZE];
	char *text = check_file(c, LINK, TEMPLATE_BODY_MAX / 4, path);

	if (text == NULL)
		return;
	if (strstr(text, "{url}") == NULL)
		c->found(c->ctx, path, 0, "'{url}' is missing, so nobody "
		    "could follow the link");
	check_braces(c, path, text, link_names);
	free(text);
}

static void
check_named(struct checking *c, const char *file)
{
	size_t i;

	for (i = 0; i < NTEXTS; i++) {
		if (strcmp(texts[i].file, file) == 0)
			check_text(c, &texts[i]);
	}
}

/* Whatever a desk may send, in one of its languages. */
static void
check_language(const struct config_desk *desk, struct checking *c)
{
	static const char *const spans[] = { "hour", "hours", "day", "days",
	    NULL };
	static const char *const news[] = { "crisis", "crisis-sent",
	    "disclosure", "erase", "handed", "moved", "overdue", "returned",
	    "review", "stale", "unopened", "wish", "wrote", NULL };
	char path[PATH_SIZE];

	check_named(c, "staff.txt");
	check_list(c, "staff-news.txt", news);
	check_named(c, "after-care.txt");
	check_named(c, "notice.txt");
	check_named(c, "canary.txt");
	free(check_file(c, "contacts.txt", TEMPLATE_BODY_MAX / 2, path));
	if (c->config->web.url != NULL &&
	    desk->acknowledge != ACKNOWLEDGE_OFF)
		check_link(c);
	if (desk->acknowledge == ACKNOWLEDGE_NEUTRAL)
		check_named(c, "acknowledgement-neutral.txt");
	if (desk->acknowledge == ACKNOWLEDGE_FULL) {
		check_named(c, "acknowledgement-full.txt");
		check_list(c, "spans.txt", spans);
	}
}

static void
check_desk(const struct config_desk *desk, struct checking *c)
{
	char *words = mem_strdup(desk->languages), *word, *rest = NULL;

	c->desk = desk->name;
	for (word = strtok_r(words, " ", &rest); word != NULL;
	    word = strtok_r(NULL, " ", &rest)) {
		c->language = word;
		check_language(desk, c);
	}
	free(words);
}

void
template_check(const struct config *config, template_finding *found,
    void *ctx)
{
	struct checking c = { config, NULL, config->alarm.language, found,
	    ctx, NULL, 0, 0 };
	size_t i;

	if (config->relay.host == NULL)
		return;		/* no mail leaves */
	for (i = 0; config->alarm.to != NULL && i < 3; i++)
		check_text(&c, &texts[i]);
	for (i = 0; i < config->ndesks; i++)
		check_desk(&config->desks[i], &c);
	for (i = 0; i < c.nseen; i++)
		free(c.seen[i]);
	free(c.seen);
}
