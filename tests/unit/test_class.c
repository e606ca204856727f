/*
 * Machines by their marks, one by one, with their odd spellings and with
 * near misses: what decides that no machine answers, and nothing else.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/address.h"
#include "daemon/reader/class.h"
#include "daemon/reader/mail.h"
#include "daemon/reader/spam.h"
#include "lib/buf.h"

#define OWN	"help@example.org"
#define HEAD	"From: ann@example.ee\nTo: " OWN "\n"

struct verdict {
	const char	*class, *why;
	int		 answerable;
};

static void
collect(const struct mail *m, const char *name, struct addresses *out)
{
	const char *value = mail_field(m, name);

	memset(out, 0, sizeof(*out));
	if (value != NULL)
		address_add(out, value, NULL);
}

/* As view.c asks; the mail server vouches for the sender. */
static struct verdict
judge(const char *header, enum class_report report, int verified)
{
	struct mail *m = mem_alloc(sizeof(*m));
	struct class_facts facts;
	struct addresses from, to, cc;
	struct verdict v = { NULL, NULL, 0 };
	const char *why;
	char *text = mem_alloc(strlen(header) + 16);

	(void)sprintf(text, "%s\nwords\n", header);
	assert_int_equal(mail_open(m, text, strlen(text), &why), 0);
	collect(m, "From", &from);
	collect(m, "To", &to);
	collect(m, "Cc", &cc);
	memset(&facts, 0, sizeof(facts));
	facts.mail = m;
	facts.from = from.n == 1 ? from.v[0].address : NULL;
	facts.own = OWN;
	facts.to = &to;
	facts.cc = &cc;
	facts.report = report;
	facts.verified = verified;
	facts.spam = spam_marked(m);
	v.class = class_decide(&facts, &v.answerable, &v.why);
	address_free(&from);
	address_free(&to);
	address_free(&cc);
	mail_free(m);
	free(m);
	free(text);
	return v;
}

static void
expect(const char *header, const char *class, int answerable)
{
	struct verdict v = judge(header, REPORT_NONE, 1);

	if (strcmp(v.class, class) != 0 || v.answerable != answerable)
		fail_msg("'%s' is %s, answerable %d: %s", header, v.class,
		    v.answerable, v.why);
	assert_int_equal(strcmp(v.why, "may be acknowledged") == 0,
	    answerable);
}

static void
a_person_may_be_acknowledged(void **state)
{
	(void)state;
	expect(HEAD, "person", 1);
	expect(HEAD "Return-Path: <ann@example.ee>\n", "person", 1);
	expect(HEAD "Return-Path: <Ann@Example.EE>\n", "person", 1);
	expect("From: ann@example.ee\nTo: b@example.net\nCc: " OWN "\n",
	    "person", 1);
	expect("From: ann@example.ee\nTo: help+0123456789abcdef@example.org"
	    "\n", "person", 1);
}

static void
acknowledging_has_its_conditions(void **state)
{
	struct verdict v = judge(HEAD, REPORT_NONE, 0);

	(void)state;
	assert_string_equal(v.class, "person");
	assert_false(v.answerable);
	assert_string_equal(v.why,
	    "our mail server does not vouch for the sender");
	expect(HEAD "Return-Path: <bob@example.ee>\n", "person", 0);
	expect(HEAD "Return-Path: <ann+x@example.ee>\n", "person", 0);
	expect(HEAD "Return-Path: nonsense\n", "person", 0);
	expect("From: ann@example.ee\nTo: b@example.net\n", "person", 0);
	expect("From: ann@example.ee\n", "person", 0);
	expect("From: ann@example.ee\nTo: helpx@example.org\n", "person", 0);
	expect("From: ann@example.ee, bob@example.ee\nTo: " OWN "\n",
	    "suspect", 0);
}

static void
auto_submitted_is_read_to_its_end(void **state)
{
	static const char *const machines[] = { "auto-replied",
	    "auto-generated", "AUTO-Notified; owner-email=\"a@b.example\"",
	    "(no) auto-replied", "\n auto-replied", "auto-replied\n (no)",
	    "(a (nested) comment\n going on) Auto-Replied", "no-thanks",
	    "nothing", "no, auto-replied", "", "(no)", "yes",
	    "(\\)no) auto-replied", "\"auto-replied\"", "no auto-replied",
	    "n", NULL };
	static const char *const persons[] = { "no", "No", "NO ",
	    "(a comment) no", "no (auto-replied)", "(a (nested) one)\n no",
	    "no; x=\"auto-replied\"", "\tno\t", "n(o)o", "\n no",
	    "(\\( one parenthesis) no", NULL };
	char header[512];
	size_t i;

	(void)state;
	for (i = 0; machines[i] != NULL; i++) {
		(void)snprintf(header, sizeof(header), HEAD
		    "Auto-Submitted: %s\n", machines[i]);
		expect(header, "automatic", 0);
	}
	for (i = 0; persons[i] != NULL; i++) {
		(void)snprintf(header, sizeof(header), HEAD
		    "auto-SUBMITTED: %s\n", persons[i]);
		expect(header, "person", 1);
	}
	/* One that says no does not undo another. */
	expect(HEAD "Auto-Submitted: no\nAuto-Submitted: auto-replied\n",
	    "automatic", 0);
}

static void
precedence_is_known_in_any_case(void **state)
{
	(void)state;
	expect(HEAD "Precedence: bulk\n", "automatic", 0);
	expect(HEAD "Precedence: BULK\n", "automatic", 0);
	expect(HEAD "precedence: (x) Junk\n", "automatic", 0);
	expect(HEAD "Precedence:\n bulk\n", "automatic", 0);
	expect(HEAD "Precedence: \"bulk\"\n", "automatic", 0);
	expect(HEAD "Precedence: auto_reply\n", "automatic", 0);
	expect(HEAD "Precedence: first-class\nPrecedence: junk\n",
	    "automatic", 0);
	expect(HEAD "Precedence: List\n", "list", 0);
	expect(HEAD "Precedence: first-class\nPrecedence: list\n", "list",
	    0);
	expect(HEAD "Precedence: first-class\n", "person", 1);
	expect(HEAD "Precedence: normal (bulk)\n", "person", 1);
	expect(HEAD "Precedence: bulky\n", "person", 1);
	expect(HEAD "X-Precedence: bulk\n", "person", 1);
}

static void
lists_show_themselves(void **state)
{
	(void)state;
	expect(HEAD "List-Id: <news.example.net>\n", "list", 0);
	expect(HEAD "LIST-UNSUBSCRIBE: <mailto:x@example.net>\n", "list", 0);
	expect(HEAD "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
	    "list", 0);
	expect(HEAD "List-Archive: x\n", "list", 0);
	expect(HEAD "List-Something-New: x\n", "list", 0);
	expect(HEAD "X-Mailing-List: x\n", "list", 0);
	expect(HEAD "X-BeenThere: x\n", "list", 0);
	expect(HEAD "Listen-To: me\n", "person", 1);
	expect(HEAD "Listid: me\n", "person", 1);
	expect(HEAD "My-List-Id: me\n", "person", 1);
}

static void
automatic_answers_show_themselves(void **state)
{
	static const char *const names[] = { "X-Auto-Response-Suppress",
	    "x-auto-response-suppress", "X-Autoreply", "X-AUTORESPOND",
	    "X-Autoresponder", "X-Auto-Reply-From", "X-Vacation", NULL };
	char header[256];
	size_t i;

	(void)state;
	for (i = 0; names[i] != NULL; i++) {
		(void)snprintf(header, sizeof(header), HEAD "%s: x\n",
		    names[i]);
		expect(header, "automatic", 0);
	}
	expect(HEAD "X-Auto: x\n", "person", 1);
	expect(HEAD "Subject: X-Autoreply: yes\n", "person", 1);
	expect(HEAD "X-Autoreplyx: yes\n", "person", 1);
}

static void
our_own_loop_is_known(void **state)
{
	(void)state;
	expect(HEAD "X-Loop: " OWN "\n", "automatic", 0);
	expect(HEAD "X-Loop: <HELP@Example.ORG>\n", "automatic", 0);
	expect(HEAD "X-Loop: help+b0123456789abcdef@example.org\n",
	    "automatic", 0);
	expect(HEAD "X-Loop: other@example.net\nX-Loop: Us <" OWN ">\n",
	    "automatic", 0);
	expect(HEAD "X-Loop: other@example.net\n", "person", 1);
	expect("From: Us <" OWN ">\nTo: " OWN "\n", "own", 0);
	expect("From: help+x@example.org\nTo: " OWN "\n", "own", 0);
}

static void
empty_return_paths_are_machines(void **state)
{
	(void)state;
	expect(HEAD "Return-Path: <>\n", "automatic", 0);
	expect(HEAD "Return-Path: < >\n", "automatic", 0);
	expect(HEAD "Return-Path:\n", "automatic", 0);
	expect(HEAD "Return-Path: (none) <>\n", "automatic", 0);
	expect(HEAD "Return-Path:\n <>\n", "automatic", 0);
}

static void
nobody_reads_at_some_addresses(void **state)
{
	static const char *const nobody[] = { "no-reply", "NoReply",
	    "noreply+7", "no_reply", "donotreply", "owner-news",
	    "news-bounces", "bounce-42", "news-request", "team-noreply",
	    "prvs=123=ann", "eivasta", "tidak-membalas", NULL };
	static const char *const persons[] = { "noreen", "no", "reply",
	    "bouncer", "ownerx", "request", "rooty", "postman",
	    "postmasters", "ann-reply", "noreplyann", NULL };
	char header[256];
	size_t i;

	(void)state;
	for (i = 0; nobody[i] != NULL; i++) {
		(void)snprintf(header, sizeof(header), "From: %s@example.ee\n"
		    "To: " OWN "\n", nobody[i]);
		expect(header, "automatic", 0);
	}
	for (i = 0; persons[i] != NULL; i++) {
		(void)snprintf(header, sizeof(header), "From: %s@example.ee\n"
		    "To: " OWN "\n", persons[i]);
		expect(header, "person", 1);
	}
}

static void
daemons_bounce(void **state)
{
	(void)state;
	expect("From: MAILER-DAEMON@example.ee\nTo: " OWN "\n", "bounce", 0);
	expect("From: Postmaster <PostMaster@example.ee>\nTo: " OWN "\n"
	    "Return-Path: <>\n", "bounce", 0);
	expect("From: mailer-daemon@example.ee\nTo: " OWN "\n"
	    "Return-Path: <x@example.ee>\nX-Failed-Recipients: a@b.example"
	    "\n", "bounce", 0);
	/* A human can sit there, but no machine answers him. */
	expect("From: postmaster@example.ee\nTo: " OWN "\n"
	    "Return-Path: <postmaster@example.ee>\n", "automatic", 0);
	expect(HEAD "X-Failed-Recipients: a@b.example\n", "person", 1);
}

static void
reports_are_machines(void **state)
{
	(void)state;
	assert_string_equal(judge(HEAD, REPORT_DELIVERY, 1).class, "bounce");
	assert_string_equal(judge(HEAD, REPORT_DISPOSITION, 1).class,
	    "automatic");
	assert_string_equal(judge(HEAD, REPORT_FEEDBACK, 1).class,
	    "automatic");
	assert_string_equal(judge(HEAD, REPORT_OTHER, 1).class, "automatic");
	assert_false(judge(HEAD, REPORT_OTHER, 1).answerable);
	assert_false(judge(HEAD, REPORT_DELIVERY, 1).answerable);
}

static void
what_the_filter_took_for_spam(void **state)
{
	static const char *const spam[] = { "X-Spam-Flag: YES",
	    "x-spam-flag:yes", "X-Spam-Flag: True",
	    "X-Spam-Status: Yes, score=7.1 required=5.0 tests=X",
	    "X-Spam-Status:\n Yes, hits=7", "X-Spam: Yes", "X-SPAM: spam",
	    "X-Spam-Level: **********",
	    "X-Spamd-Result: default: True [16.00 / 15.00];\n\tA(1.00)[]",
	    "X-Rspamd-Action: add header", "X-Rspamd-Action: Reject",
	    "X-Rspamd-Action: rewrite subject",
	    "X-Bogosity: Spam, tests=bogofilter", "X-Bogosity: Yes",
	    "X-DSPAM-Result: Spam", "X-Barracuda-Spam-Status: Yes, SCORE=7",
	    "X-VR-SPAMSTATE: SPAM", "X-OVH-SPAMSTATE: SPAM",
	    "X-Proofpoint-Spam-Details: rule=spam policy=default score=99",
	    "X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:EE;SFV:SPM;"
	    "SCL:5",
	    "X-Forefront-Antispam-Report: CIP:192.0.2.1;\n SFV:SPM",
	    "X-MS-Exchange-Organization-SCL: 5",
	    "X-MS-Exchange-Organization-SCL: 9",
	    /* One that says no does not undo another. */
	    "X-Spam-Flag: NO\nX-Spam-Flag: YES\nX-Spam-Status: No", NULL };
	static const char *const no_spam[] = { "X-Spam-Flag: NO",
	    "X-Spam-Flag:", "X-Spam-Flag: yesterday", "X-Spam-Flag: (yes) no",
	    "X-Spam-Status: No, score=4.9 required=5.0", "X-Spam: no",
	    "X-Spam-Status: No, tests=YES", "X-Spam-Level: *********",
	    "X-Spam-Level:", "X-Spam-Score: 99", "X-Spamd-Bar: ++++++++++++",
	    "X-Spamd-Result: default: False [0.84 / 15.00]",
	    "X-Rspamd-Action: no action", "X-Rspamd-Action: greylist",
	    "X-Rspamd-Action: soft reject", "X-Bogosity: Ham, tests=spam",
	    "X-Bogosity: Unsure", "X-DSPAM-Result: Innocent",
	    "X-VR-SPAMSTATE: OK", "X-Proofpoint-Spam-Details: rule=notspam",
	    "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:NSPM;SCL:1",
	    "X-Forefront-Antispam-Report: H:SFV:SPM.example;SFV:NSPM",
	    "X-MS-Exchange-Organization-SCL: -1",
	    "X-MS-Exchange-Organization-SCL: 4",
	    "X-MS-Exchange-Organization-SCL: 55",
	    "Received-SPF: fail (spam)", "Subject: X-Spam-Flag: YES",
	    "X-Spam-Flagged: YES", NULL };
	static const char *const machine = HEAD "X-Spam-Flag: YES\n"
	    "Precedence: bulk\n";
	struct verdict v;
	char header[512];
	size_t i;

	(void)state;
	for (i = 0; spam[i] != NULL; i++) {
		(void)snprintf(header, sizeof(header), HEAD "%s\n", spam[i]);
		expect(header, "person", 0);
		v = judge(header, REPORT_NONE, 1);
		assert_string_equal(v.why,
		    "the mail server took it for spam");
	}
	for (i = 0; no_spam[i] != NULL; i++) {
		(void)snprintf(header, sizeof(header), HEAD "%s\n",
		    no_spam[i]);
		expect(header, "person", 1);
	}
	/* The class stays what it is, and a machine's own reason as well. */
	expect(machine, "automatic", 0);
	assert_string_equal(judge(machine, REPORT_NONE, 1).why,
	    "a machine wrote it: its Precedence is bulk or junk");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_may_be_acknowledged),
		cmocka_unit_test(acknowledging_has_its_conditions),
		cmocka_unit_test(auto_submitted_is_read_to_its_end),
		cmocka_unit_test(precedence_is_known_in_any_case),
		cmocka_unit_test(lists_show_themselves),
		cmocka_unit_test(automatic_answers_show_themselves),
		cmocka_unit_test(our_own_loop_is_known),
		cmocka_unit_test(empty_return_paths_are_machines),
		cmocka_unit_test(nobody_reads_at_some_addresses),
		cmocka_unit_test(daemons_bounce),
		cmocka_unit_test(reports_are_machines),
		cmocka_unit_test(what_the_filter_took_for_spam),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
