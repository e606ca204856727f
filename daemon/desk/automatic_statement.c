/*
 * What is signed of an automatic mail: a list of fields per template, printed
 * and read by the same table, so that there is one spelling and no field can
 * be forgotten on one side.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/automatic.h"

#define FIELDS_MAX	12
#define VALUE_MAX	80

enum form { WORD, NUMBER, HEX, NEWS };

struct field {
	const char	*name;
	enum form	 form;
	size_t		 at, size;
};

#define AT(member)	offsetof(struct automatic, member)
#define SIZE(member)	sizeof(((struct automatic *)0)->member)
#define FIELD(name, form, member) { name, form, AT(member), SIZE(member) }

#define LANGUAGE	FIELD("language", WORD, language)
#define DESK		FIELD("desk", WORD, desk)
#define ID		FIELD("id", HEX, id)
#define WHEN		FIELD("at", NUMBER, at)
#define CASE		FIELD("case", WORD, case_id)
#define PARTICIPANT	FIELD("participant", NUMBER, participant)
#define ADDRESS		FIELD("address", HEX, address)
#define END		{ NULL, WORD, 0, 0 }

static const struct {
	const char	*word;
	struct field	 fields[FIELDS_MAX];
} templates[AUTOMATIC_TEMPLATES] = {
	[AUTOMATIC_ALARM] = { "alarm", { LANGUAGE,
	    FIELD("recipient", NUMBER, recipient), ID, WHEN,
	    FIELD("news", NEWS, alarm.news),
	    FIELD("kind", WORD, alarm.kind),
	    FIELD("subject", WORD, alarm.subject),
	    FIELD("detail", WORD, alarm.detail),
	    FIELD("since", NUMBER, alarm.since), END } },
	[AUTOMATIC_ACKNOWLEDGEMENT] = { "acknowledgement", { LANGUAGE, DESK,
	    ID, WHEN, CASE, PARTICIPANT, FIELD("item", HEX, item),
	    FIELD("form", WORD, form), FIELD("due", NUMBER, due_s), ADDRESS,
	    END } },
	[AUTOMATIC_STAFF] = { "staff", { LANGUAGE, DESK, ID, WHEN,
	    FIELD("person", WORD, person), FIELD("news", WORD, news),
	    END } },
	[AUTOMATIC_CANARY] = { "canary", { LANGUAGE, DESK, ID, WHEN,
	    FIELD("mailbox", WORD, mailbox), ADDRESS, END } },
	[AUTOMATIC_NOTICE] = { "notice", { LANGUAGE, DESK, ID, WHEN, CASE,
	    PARTICIPANT, ADDRESS, END } },
	[AUTOMATIC_AFTER_CARE] = { "after-care", { LANGUAGE, DESK, ID, WHEN,
	    CASE, PARTICIPANT, ADDRESS, END } },
};

static const char *const alarm_news[] = { "begins", "stands", "ends" };

const char *
automatic_word(enum automatic_template t)
{
	return templates[t].word;
}

int
automatic_is_urgent(const char *news)
{
	return strcmp(news, "crisis") == 0 ||
	    strcmp(news, "crisis-sent") == 0;
}

int
automatic_is_sealed(enum automatic_template t)
{
	const struct field *f;

	for (f = templates[t].fields; f->name != NULL; f++) {
		if (strcmp(f->name, "address") == 0)
			return 1;
	}
	return 0;
}

static void
print_value(const struct automatic *m, const struct field *f,
    char out[VALUE_MAX])
{
	const char *value = (const char *)m + f->at;
	int64_t number;

	switch (f->form) {
	case WORD:
		(void)snprintf(out, VALUE_MAX, "%s", value);
		break;
	case NUMBER:
		memcpy(&number, value, sizeof(number));
		(void)snprintf(out, VALUE_MAX, "%" PRId64, number);
		break;
	case HEX:
		wire_hex(out, value, f->size);
		break;
	case NEWS:
		(void)snprintf(out, VALUE_MAX, "%s",
		    alarm_news[m->alarm.news]);
		break;
	}
}

void
automatic_print(const struct automatic *m, char out[AUTOMATIC_STATEMENT_MAX])
{
	const struct field *f = templates[m->template].fields;
	char value[VALUE_MAX];
	size_t n;

	n = (size_t)snprintf(out, AUTOMATIC_STATEMENT_MAX, "template=%s\n",
	    templates[m->template].word);
	for (; f->name != NULL; f++) {
		print_value(m, f, value);
		n += (size_t)snprintf(out + n, AUTOMATIC_STATEMENT_MAX - n,
		    "%s=%s\n", f->name, value);
	}
}

/* "name=VALUE\n" at *at; the value into out. */
static int
take_line(const char **at, const char *name, char out[VALUE_MAX])
{
	size_t n = strlen(name), len;

	if (strncmp(*at, name, n) != 0 || (*at)[n] != '=')
		return -1;
	*at += n + 1;
	len = strcspn(*at, "\n");
	if (len >= VALUE_MAX || (*at)[len] != '\n')
		return -1;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at += len + 1;
	return 0;
}

static int
take_value(struct automatic *m, const struct field *f, const char *word)
{
	char *value = (char *)m + f->at;
	int64_t number;
	int i;

	switch (f->form) {
	case WORD:
		if (strlen(word) >= f->size)
			return -1;
		memcpy(value, word, strlen(word) + 1);
		return 0;
	case NUMBER:
		number = strtoll(word, NULL, 10);
		memcpy(value, &number, sizeof(number));
		return 0;
	case HEX:
		return wire_unhex(value, f->size, word);
	case NEWS:
		for (i = 0; i < 3; i++) {
			if (strcmp(alarm_news[i], word) == 0) {
				m->alarm.news = (enum alarm_news)i;
				return 0;
			}
		}
		break;
	}
	return -1;
}

/* What was read must print to the same bytes. */
int
automatic_parse(struct automatic *m, const char *statement)
{
	char word[VALUE_MAX], again[AUTOMATIC_STATEMENT_MAX];
	const char *at = statement;
	const struct field *f;
	int t;

	memset(m, 0, sizeof(*m));
	if (strlen(statement) >= AUTOMATIC_STATEMENT_MAX ||
	    take_line(&at, "template", word) == -1)
		return -1;
	for (t = 0; t < AUTOMATIC_TEMPLATES &&
	    strcmp(templates[t].word, word) != 0; t++)
		;
	if (t == AUTOMATIC_TEMPLATES)
		return -1;
	m->template = (enum automatic_template)t;
	for (f = templates[t].fields; f->name != NULL; f++) {
		if (take_line(&at, f->name, word) == -1 ||
		    take_value(m, f, word) == -1)
			return -1;
	}
	automatic_print(m, again);
	if (strcmp(again, statement) != 0)
		return -1;
	return m->template != AUTOMATIC_ALARM ||
	    alarm_kind(m->alarm.kind) != NULL ? 0 : -1;
}
