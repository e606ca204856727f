/*
 * The page of a new key, shown and read back before anybody is told of the
 * key.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/join_paper.h"
#include "tools/paper_page.h"
#include "tools/session.h"
#include "tools/words.h"

int
join_paper_possible(const struct session *s, struct err *e)
{
	if (s->args.paper != NULL || isatty(STDIN_FILENO))
		return 0;
	err_set(e, ERR_INPUT, "%s", _("a key is told to nobody before its "
	    "page was read back: join at a terminal, or run 'teduh key new' "
	    "and 'teduh key backup --file FILE' first and join with --paper "
	    "FILE"));
	return -1;
}

static int
read_file(const char *path, struct paper_page *p, struct err *e)
{
	FILE *f = fopen(path, "re");
	int result;

	if (f == NULL) {
		err_set(e, ERR_GONE, _("'%s' cannot be read: %s"), path,
		    strerror(errno));
		return -1;
	}
	result = paper_page_read(f, p, e);
	(void)fclose(f);
	return result;
}

static int
ask(struct session *s, struct paper_page *p, struct err *e)
{
	struct buf b;

	buf_init(&b, PAPER_PAGE_MAX);
	paper_page_print(&b, s->me, &s->service);
	(void)fwrite(b.bytes, 1, b.len, stderr);
	buf_free(&b);
	(void)fprintf(stderr, "\n%s\n", _("Write the page down, or print it "
	    "later with 'teduh key backup'. Your key becomes active when you "
	    "have typed its four lines from the paper:"));
	return paper_page_ask(p, _("the page was not read back, so nobody "
	    "was told of the key: join again when you have it on paper"), e);
}

int
join_paper(struct session *s, struct err *e)
{
	struct paper_page p;
	struct secret *seed = NULL;
	int result = -1;

	memset(&p, 0, sizeof(p));
	if ((s->args.paper != NULL ? read_file(s->args.paper, &p, e) :
	    ask(s, &p, e)) == -1 ||
	    (seed = paper_seed(p.lines, e)) == NULL)
		goto out;
	if (seal_equal(seed->bytes, s->me->seed->bytes, seed->len))
		result = 0;
	else
		err_set(e, ERR_DENIED, "%s", _("this is the page of another "
		    "key, so nobody was told of this one: 'teduh key backup' "
		    "prints its page"));
out:
	secret_free(seed);
	seal_wipe(&p, sizeof(p));
	return result;
}
