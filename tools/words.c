/*
 * The reader's language.  Only words come from it: numbers, sorting and what
 * --json prints stay as they are, so those categories keep the locale "C".
 * The words of states, flags and roles are those of the store; here is what
 * people call them.
 */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tools/words.h"

static const char *const known[] = {
	C_("case", "new"), C_("case", "open"), C_("case", "answered"),
	C_("case", "closed"), C_("case", "erased"),
	C_("draft", "open"), C_("draft", "submitted"),
	C_("draft", "returned"), C_("draft", "approved"),
	C_("draft", "discarded"),
	C_("delivery", "held"), C_("delivery", "due"),
	C_("delivery", "sending"), C_("delivery", "accepted"),
	C_("delivery", "published"), C_("delivery", "deferred"),
	C_("delivery", "refused"), C_("delivery", "unknown"),
	C_("delivery", "blocked"), C_("delivery", "bounced"),
	C_("delivery", "settled"), C_("delivery", "cancelled"),
	C_("blocked", "stale"), C_("blocked", "expired"),
	C_("blocked", "early"), C_("blocked", "signature"),
	C_("blocked", "document"), C_("blocked", "author"),
	C_("blocked", "approver"), C_("blocked", "address"),
	C_("blocked", "mode"), C_("blocked", "crisis"),
	C_("blocked", "spent"), C_("blocked", "restore"),
	C_("blocked", "no-contact"), C_("blocked", "second"),
	C_("blocked", "own"), C_("blocked", "code"),
	C_("flag", "crisis"), C_("flag", "suspect"), C_("flag", "tray"),
	C_("flag", "flood"), C_("flag", "paused"), C_("flag", "no-contact"),
	C_("flag", "delivery-problem"), C_("flag", "unreadable"),
	C_("flag", "rules-failed"),
	C_("flag", "no-automatic"), C_("flag", "legal-hold"),
	C_("flag", "unverified"),
	C_("flag", "gap"), C_("flag", "ambiguous-from"),
	C_("flag", "odd-header"), C_("flag", "guessed-charset"),
	C_("flag", "hidden-text"), C_("flag", "html-differs"),
	C_("flag", "long-text"), C_("flag", "winmail"),
	C_("flag", "encrypted"), C_("flag", "spam"),
	C_("flag", "junk"), C_("flag", "erase"),
	C_("flag", "other"), C_("flag", "unhappy"),
	C_("role", "trainee"), C_("role", "counsellor"),
	C_("role", "supervisor"), C_("role", "admin"),
	C_("class", "person"), C_("class", "automatic"),
	C_("class", "bounce"), C_("class", "own"), C_("class", "list"),
	C_("class", "duplicate"), C_("class", "suspect"),
	C_("item", "letter"), C_("item", "answer"), C_("item", "note"),
	C_("item", "draft"), C_("item", "event"), C_("item", "tag"),
	C_("item", "sheet"), C_("item", "disclosure"),
	C_("person", "active"), C_("person", "revoked"),
	C_("person", "invited"), C_("person", "joined"),
	C_("participant", "seeker"), C_("participant", "parent"),
	C_("participant", "relative"), C_("participant", "teacher"),
	C_("participant", "other"),
	C_("read", "look"), C_("read", "note"), C_("read", "work"),
	C_("read", "export"),
	C_("channel", "mail"), C_("channel", "form"), C_("channel", "web"),
	C_("argument", "CASE"), C_("argument", "ITEM"),
	C_("argument", "DRAFT"), C_("argument", "PARTICIPANT"),
	C_("argument", "FILE"), C_("argument", "FOLDER"),
	C_("argument", "NAME"), C_("argument", "WHO"),
	C_("argument", "ROLE"), C_("argument", "MODE"),
	C_("argument", "DESK"),
	C_("argument", "SPAN"), C_("argument", "S"),
	C_("argument", "WHY"), C_("argument", "TEXT"),
	C_("argument", "WORDS"), C_("argument", "URL"),
	C_("argument", "CODE"), C_("argument", "COMMAND"),
	C_("argument", "N"), C_("argument", "DATE"),
	C_("argument", "MINUTES"), C_("argument", "TAG"),
	C_("argument", "REASON"), C_("argument", "MONTH"),
	C_("argument", "FLAG"),
	C_("argument", "REASON"),
	C_("reason", "answered"), C_("reason", "referred"),
	C_("reason", "no-reply"), C_("reason", "moved"),
	C_("reason", "abuse"), C_("reason", "other"),
	C_("argument", "HOW"), C_("argument", "ANSWER"),
	C_("argument", "STATE"), C_("argument", "LANGUAGE"),
	C_("argument", "HOURS"), C_("argument", "AREA")
};

/* Why a letter was held back: what English says for the word of the store. */
static const char *const blocked[][2] = {
	{ "stale", "somebody wrote again" },
	{ "expired", "it is too old" },
	{ "early", "it is too early" },
	{ "signature", "a signature is not valid" },
	{ "document", "it does not belong there" },
	{ "author", "its author may not any more" },
	{ "approver", "who approved it may not" },
	{ "address", "the address is not that of who wrote" },
	{ "mode", "the person is to be answered in another way" },
	{ "code", "the person's code does not open it" },
	{ "crisis", "it is a crisis" },
	{ "spent", "it was sent before" },
	{ "restore", "the service was put back from a backup" },
	{ "no-contact", "the person wants no letters" },
	{ "second", "the second signature does not count" },
	{ "own", "it is an address of the service itself" }
};

static const char *const weekdays[] = {
	C_("weekday", "Sun"), C_("weekday", "Mon"), C_("weekday", "Tue"),
	C_("weekday", "Wed"), C_("weekday", "Thu"), C_("weekday", "Fri"),
	C_("weekday", "Sat")
};
static const char *const months[] = {
	C_("month", "Jan"), C_("month", "Feb"), C_("month", "Mar"),
	C_("month", "Apr"), C_("month", "May"), C_("month", "Jun"),
	C_("month", "Jul"), C_("month", "Aug"), C_("month", "Sep"),
	C_("month", "Oct"), C_("month", "Nov"), C_("month", "Dec")
};

const char *
words_in_context(const char *marked)
{
	const char *said = _(marked);

	return said == marked ? strchr(marked, '\004') + 1 : said;
}

static const char *
in_english(const char *kind, const char *word)
{
	size_t i;

	if (strcmp(kind, "blocked") != 0)
		return word;
	for (i = 0; i < sizeof(blocked) / sizeof(blocked[0]); i++)
		if (strcmp(blocked[i][0], word) == 0)
			return blocked[i][1];
	return word;
}

const char *
words_for(const char *kind, const char *word)
{
	size_t i, n = strlen(kind);
	const char *said;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(known[i], kind, n) == 0 &&
		    known[i][n] == '\004' &&
		    strcmp(known[i] + n + 1, word) == 0) {
			said = words_in_context(known[i]);
			return said == known[i] + n + 1 ?
			    in_english(kind, said) : said;
		}
	return word;
}

const char *
words_line(char out[WORDS_LINE], const char *line)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char word[32];
	const char *said;
	size_t n, at = 0;

	for (; *line != '\0' && at < WORDS_LINE - 1; line += n) {
		n = strspn(line, capitals);
		if (n == 0 || n >= sizeof(word)) {
			out[at++] = *line;
			n = 1;
			continue;
		}
		memcpy(word, line, n);
		word[n] = '\0';
		said = words_for("argument", word);
		if (strlen(said) >= WORDS_LINE - at)
			break;
		memcpy(out + at, said, strlen(said));
		at += strlen(said);
	}
	out[at] = '\0';
	return out;
}

const char *
words_weekday(int day)
{
	return words_in_context(weekdays[day]);
}

const char *
words_month(int month)
{
	return words_in_context(months[month]);
}

#ifdef ENABLE_NLS
/* The locale that was asked for, as setlocale(3) looks for it. */
static const char *
wanted(void)
{
	const char *value;

	if (((value = getenv("LC_ALL")) != NULL && *value != '\0') ||
	    ((value = getenv("LC_MESSAGES")) != NULL && *value != '\0') ||
	    ((value = getenv("LANG")) != NULL && *value != '\0'))
		return value;
	return "C";
}

/*
 * The locale is not made on this machine, as in many containers and on WSL;
 * its name still says which catalogue is wanted.  gettext looks into one
 * only when the locale is not "C".
 */
static void
go_by_name(void)
{
	const char *language = getenv("LANGUAGE");

	if (setlocale(LC_MESSAGES, "C.UTF-8") != NULL &&
	    (language == NULL || *language == '\0'))
		(void)setenv("LANGUAGE", wanted(), 1);
}
#endif

void
words_begin(void)
{
	if (setlocale(LC_CTYPE, "") == NULL)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
#ifdef ENABLE_NLS
	if (setlocale(LC_MESSAGES, "") == NULL)
		go_by_name();
#ifdef TEST_HOOKS
	(void)bindtextdomain(WORDS_DOMAIN, BUILDDIR "/po");
#else
	(void)bindtextdomain(WORDS_DOMAIN, LOCALEDIR);
#endif
	(void)bind_textdomain_codeset(WORDS_DOMAIN, "UTF-8");
#endif
}
