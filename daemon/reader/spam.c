/*
 * The verdict of the mail server's filter, from its marks in the header.
 *
 * Filters err, above all about letters of despair and of money, so a verdict
 * hides nothing and settles nothing: it only sends the letter to the tray and
 * keeps machines from answering it.  Scores are not read, because each site
 * has its own threshold; what the filter concluded is.
 */
#include <string.h>
#include <strings.h>

#include "daemon/reader/spam.h"

#define STARS		10	/* points; filters conclude at 5 to 8 */
#define SCL_SPAM	5	/* Exchange: 5 and 6 spam, 9 surely */

/* The value begins with these words, and no letter follows. */
static int
begins(const char *value, const char *words)
{
	size_t n = strlen(words);

	value += strspn(value, " \t");
	return strncasecmp(value, words, n) == 0 &&
	    (value[n] == '\0' || strchr(" \t,;:(.", value[n]) != NULL);
}

/* A field that says it in its first words. */
static int
says_spam(const struct mail *m)
{
	static const struct {
		const char	*name, *words;
	} marks[] = {
		{ "X-Spam-Flag", "yes" }, { "X-Spam-Flag", "true" },
		{ "X-Spam-Status", "yes" }, { "X-Spam", "yes" },
		{ "X-Spam", "spam" },
		{ "X-Rspamd-Action", "add header" },
		{ "X-Rspamd-Action", "rewrite subject" },
		{ "X-Rspamd-Action", "quarantine" },
		{ "X-Rspamd-Action", "reject" },
		{ "X-Spamd-Result", "default: true" },
		{ "X-Bogosity", "spam" }, { "X-Bogosity", "yes" },
		{ "X-DSPAM-Result", "spam" },
		{ "X-Barracuda-Spam-Flag", "yes" },
		{ "X-Barracuda-Spam-Status", "yes" },
		{ "X-VR-SPAMSTATE", "spam" }, { "X-VADE-SPAMSTATE", "spam" },
		{ "X-OVH-SPAMSTATE", "spam" },
		{ "X-Proofpoint-Spam-Details", "rule=spam" },
	};
	const char *value;
	size_t i, at;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		for (at = 0; (value = mail_next(m, marks[i].name, &at)) !=
		    NULL; )
			if (begins(value, marks[i].words))
				return 1;
	return 0;
}

/* One star for each point: so many are no matter of taste. */
static int
has_stars(const struct mail *m)
{
	const char *value;
	size_t at = 0;

	while ((value = mail_next(m, "X-Spam-Level", &at)) != NULL)
		if (strspn(value, "*") >= STARS)
			return 1;
	return 0;
}

/* "CIP:...;SFV:SPM;SCL:5;...": SKS was marked by an earlier rule there. */
static int
forefront_says(const struct mail *m)
{
	static const char name[] = "X-Forefront-Antispam-Report";
	const char *p;
	size_t at = 0;

	while ((p = mail_next(m, name, &at)) != NULL)
		while (*p != '\0') {
			p += strspn(p, " \t;");
			if (begins(p, "SFV:SPM") || begins(p, "SFV:SKS"))
				return 1;
			p += strcspn(p, ";");
		}
	return 0;
}

/* The spam confidence level of Exchange: -1 to 9. */
static int
exchange_says(const struct mail *m)
{
	static const char name[] = "X-MS-Exchange-Organization-SCL";
	const char *p;
	size_t at = 0;

	while ((p = mail_next(m, name, &at)) != NULL) {
		p += strspn(p, " \t");
		if (*p >= '0' + SCL_SPAM && *p <= '9' &&
		    (p[1] == '\0' || p[1] == ' '))
			return 1;
	}
	return 0;
}

int
spam_marked(const struct mail *m)
{
	return says_spam(m) || has_stars(m) || forefront_says(m) ||
	    exchange_says(m);
}
