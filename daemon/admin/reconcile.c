/*
 * teduh-admin reconcile: the balance of every folder, for people and for
 * scripts.  It asks the store and nobody else: what lies on the mail server
 * is what intake listed last, and each listing says when that was.
 * Exit 0: it holds, 1: there is a gap.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/admin/admin.h"
#include "daemon/config.h"
#include "daemon/desk/balance.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

struct asked {
	int		 json, quiet;
	const char	*mailbox;	/* NULL: all */
};

static int64_t
number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
word(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
print_time(int64_t at)
{
	char text[32] = "?";
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
		    &tm);
	(void)fputs(text, stdout);
}

static void
print_gaps(const json_t *folder)
{
	static const char *const why[][2] = {
		{ "not-taken", "lies in the folder and was not taken: "
		    "'journalctl -u teduhd' says why; it is asked for again" },
		{ "no-letter", "was taken, and its letter is not here: "
		    "'teduh-admin check', then the newest backup" },
		{ "not-stored", "was seen and could not be fetched: look at "
		    "it at the provider" },
	};
	const json_t *gap;
	size_t i, k;

	json_array_foreach(json_object_get(folder, "gaps"), i, gap) {
		for (k = 0; k < 2 && strcmp(why[k][0], word(gap, "why")) !=
		    0; k++)
			;
		(void)printf("  GAP: UID %" PRId64 " %s\n", number(gap,
		    "uid"), why[k][1]);
	}
	if (number(folder, "more") > 0)
		(void)printf("  GAP: %" PRId64 " more\n", number(folder,
		    "more"));
}

static void
print_folder(const json_t *f)
{
	const json_t *settled = json_object_get(f, "settled");
	const char *name = word(f, "folder");

	(void)printf("%s %s\n", word(f, "mailbox"), *name == '\0' ?
	    "(injected)" : name);
	(void)printf("  seen %" PRId64 " = %" PRId64 " in cases + %" PRId64
	    " in the tray + %" PRId64 " settled (%" PRId64 " bounces, %"
	    PRId64 " canaries, %" PRId64 " duplicates)", number(f, "seen"),
	    number(f, "cases"), number(f, "tray"), number(settled, "bounce") +
	    number(settled, "canary") + number(settled, "duplicate"),
	    number(settled, "bounce"), number(settled, "canary"),
	    number(settled, "duplicate"));
	if (number(f, "erased") > 0)
		(void)printf(" + %" PRId64 " erased", number(f, "erased"));
	if (number(f, "waiting") > 0)
		(void)printf(" + %" PRId64 " begun", number(f, "waiting"));
	(void)printf("%s\n", balance_gaps(f) > 0 ? " + gaps" : "");
	if (*name != '\0')	/* who injects hears it by the exit status */
		(void)printf("  of these %" PRId64 " moved, %" PRId64
		    " deleted, %" PRId64 " still untold\n", number(f,
		    "moved"), number(f, "deleted"), number(f, "untold"));
	if (json_is_integer(json_object_get(f, "listed_at"))) {
		(void)printf("  listed ");
		print_time(number(f, "listed_at"));
		(void)printf(": %" PRId64 " there, %" PRId64 " unknown, %"
		    PRId64 " taken away by others\n", number(f, "present"),
		    number(f, "unknown"), number(f, "missing"));
	}
	print_gaps(f);
}

/* What a balance is made of; each a list. */
struct drawn {
	json_t	*folders, *copies, *unledgered;
	int64_t	 gaps;
};

static void
print_copies(const json_t *copies)
{
	const json_t *one;
	size_t i;

	json_array_foreach(copies, i, one)
		(void)printf("%s %s\n  copies of ours in the provider's %s "
		    "folder: %" PRId64 " there, %" PRId64 " removed\n",
		    word(one, "mailbox"), word(one, "folder"), word(one,
		    "kind"), number(one, "there"), number(one, "removed"));
}

static void
print(const struct drawn *all)
{
	const json_t *one;
	size_t i;

	json_array_foreach(all->folders, i, one)
		print_folder(one);
	print_copies(all->copies);
	json_array_foreach(all->unledgered, i, one)
		(void)printf("GAP: letter %s stands in its case, and no row of "
		    "the ledger tells of it: 'teduh-admin check', then the "
		    "newest backup\n", json_string_value(one));
	if (all->gaps == 0)
		(void)puts("The balance holds.");
	else
		(void)printf("The balance does not hold: %" PRId64
		    " gap%s.\n", all->gaps, all->gaps == 1 ? "" : "s");
}

static void
print_json(const struct drawn *drawn)
{
	json_t *all = json_pack("{s:b, s:I, s:O, s:O, s:O}", "holds",
	    drawn->gaps == 0, "gaps", (json_int_t)drawn->gaps, "folders",
	    drawn->folders, "copies", drawn->copies, "unledgered",
	    drawn->unledgered);
	size_t len;
	char *text = wire_print(all, &len);

	(void)printf("%s\n", text);
	free(text);
	json_decref(all);
}

/* 1 there are gaps, 0, -1. */
static int
draw(struct desk *d, const struct asked *asked, struct err *e)
{
	struct drawn all = { NULL, NULL, NULL, 0 };
	json_t *folder;
	size_t i;
	int result = -1;

	if ((all.folders = balance_list(d, asked->mailbox, e)) == NULL ||
	    (all.copies = balance_copies(d, asked->mailbox, e)) == NULL ||
	    (all.unledgered = asked->mailbox == NULL ?
	    balance_unledgered(d, e) : json_array()) == NULL)
		goto out;
	json_array_foreach(all.folders, i, folder)
		all.gaps += balance_gaps(folder);
	all.gaps += (int64_t)json_array_size(all.unledgered);
	if (asked->json)
		print_json(&all);
	else if (!asked->quiet || all.gaps > 0)
		print(&all);
	result = all.gaps > 0;
out:
	json_decref(all.folders);
	json_decref(all.copies);
	json_decref(all.unledgered);
	return result;
}

static int
read_arguments(const struct admin *admin, int argc, char *const argv[],
    struct asked *asked)
{
	int i;

	memset(asked, 0, sizeof(*asked));
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			asked->json = 1;
		else if (strcmp(argv[i], "-q") == 0)
			asked->quiet = 1;
		else if (argv[i][0] == '-' || asked->mailbox != NULL)
			return admin_usage("reconcile takes --json, -q and "
			    "one MAILBOX");
		else
			asked->mailbox = argv[i];
	}
	if (asked->mailbox != NULL && config_mailbox(admin->config,
	    asked->mailbox) == NULL)
		return admin_usage("reconcile wants a mailbox of the "
		    "configuration");
	return 0;
}

int
admin_reconcile(const struct admin *admin, int argc, char *const argv[])
{
	struct err e = ERR_INIT;
	struct asked asked;
	struct desk d;
	int result;

	if ((result = read_arguments(admin, argc, argv, &asked)) != 0)
		return result;
	memset(&d, 0, sizeof(d));
	d.config = admin->config;
	d.role = "admin";
	d.store = store_open(admin->config->data, STORE_USE, &e);
	result = d.store == NULL ? -1 : draw(&d, &asked, &e);
	store_close(d.store);
	return result == -1 ? admin_fail(&e) : result;
}
