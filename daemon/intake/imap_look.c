/*
 * Looking around in a mailbox: what its server can, which folders there are,
 * where a certain mail lies.  Nothing is changed here.
 */
#include <inttypes.h>
#include <libetpan/libetpan.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/intake/imap_inside.h"
#include "lib/buf.h"
#include "lib/err.h"

int
imap_can_idle(const struct imap *m)
{
	return m->has_idle;
}

int
imap_can_move(const struct imap *m)
{
	return m->has_move;
}

int
imap_can_uidplus(const struct imap *m)
{
	return m->has_uidplus;
}

int64_t
imap_certificate_until(const struct imap *m)
{
	return stream_certificate_until(m->stream);
}

/* What folders are for, as flags and as last parts of their names. */
static const struct {
	enum imap_use	use;
	const char	*flag;
	const char	*names[6];	/* of providers and mail programs */
} uses[] = {
	{ IMAP_USE_JUNK, "Junk", { "junk", "spam", "junk e-mail",
	    "junk-e-mail", "bulk mail", "bulk" } },
	{ IMAP_USE_SENT, "Sent", { "sent", "sent items", "sent messages",
	    "sent mail", "sent-mail" } },
	{ IMAP_USE_TRASH, "Trash", { "trash", "deleted items",
	    "deleted messages", "deleted", "bin" } },
};
#define NUSES	(sizeof(uses) / sizeof(uses[0]))
#define NNAMES	(sizeof(uses[0].names) / sizeof(uses[0].names[0]))

/* RFC 6154, where the server says it. */
static enum imap_use
flagged_use(const struct mailimap_mbx_list_flags *flags)
{
	struct mailimap_mbx_list_oflag *flag;
	const char *word;
	clistiter *i;
	size_t k;

	if (flags == NULL || flags->mbf_oflags == NULL)
		return IMAP_USE_NONE;
	for (i = clist_begin(flags->mbf_oflags); i != NULL;
	    i = clist_next(i)) {
		flag = clist_content(i);
		if (flag->of_type != MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT)
			continue;
		word = flag->of_flag_ext + (flag->of_flag_ext[0] == '\\');
		for (k = 0; k < NUSES; k++)
			if (strcasecmp(word, uses[k].flag) == 0)
				return uses[k].use;
	}
	return IMAP_USE_NONE;
}

static enum imap_use
named_use(const char *name, char delimiter)
{
	const char *last = delimiter == '\0' ? NULL : strrchr(name,
	    delimiter);
	size_t i, k;

	last = last == NULL ? name : last + 1;
	for (k = 0; k < NUSES; k++)
		for (i = 0; i < NNAMES && uses[k].names[i] != NULL; i++)
			if (strcasecmp(last, uses[k].names[i]) == 0)
				return uses[k].use;
	return IMAP_USE_NONE;
}

int
imap_folders(struct imap *m, imap_folder *fn, void *ctx, struct err *e)
{
	struct mailimap_mailbox_list *one;
	enum imap_use use;
	clist *list = NULL;
	clistiter *i;
	int r;

	imap_allow(m);
	r = mailimap_list(m->session, "", "*", &list);
	if (!imap_worked(r))
		return imap_broken(m, "listing folders", r, e);
	for (i = clist_begin(list); i != NULL; i = clist_next(i)) {
		one = clist_content(i);
		if (one->mb_name == NULL)
			continue;
		use = flagged_use(one->mb_flag);
		fn(ctx, one->mb_name, use != IMAP_USE_NONE ? use :
		    named_use(one->mb_name, one->mb_delimiter),
		    use != IMAP_USE_NONE);
	}
	mailimap_list_result_free(list);
	return 0;
}

struct header {
	char	text[2 * IMAP_ID_MAX];
	size_t	len;		/* more than there is room: too long */
};

static int
keep_header(void *ctx, const void *bytes, size_t len, struct err *e)
{
	struct header *h = ctx;

	(void)e;
	if (h->len < sizeof(h->text) && len < sizeof(h->text) - h->len)
		memcpy(h->text + h->len, bytes, len);
	h->len += len;
	return 0;
}

/* Of one field, perhaps folded; anything odd is no Message-ID of ours. */
static void
copy_id(struct header *h, char out[IMAP_ID_MAX])
{
	char *begin, *end;

	out[0] = '\0';
	if (h->len >= sizeof(h->text))
		return;
	h->text[h->len] = '\0';
	if ((begin = strchr(h->text, '<')) == NULL ||
	    strchr(begin + 1, '<') != NULL ||
	    (end = strchr(begin, '>')) == NULL ||
	    end - begin + 1 >= IMAP_ID_MAX)
		return;
	memcpy(out, begin, (size_t)(end - begin) + 1);
	out[end - begin + 1] = '\0';
}

static struct mailimap_fetch_type *
only_message_id(void)
{
	clist *names = clist_new();
	struct mailimap_header_list *list;
	struct mailimap_section *section;
	struct mailimap_fetch_att *att;
	struct mailimap_fetch_type *what;

	/* libetpan frees the string with the list. */
	if (names == NULL || clist_append(names,
	    mem_strdup("MESSAGE-ID")) != 0 ||
	    (list = mailimap_header_list_new(names)) == NULL ||
	    (section = mailimap_section_new_header_fields(list)) == NULL ||
	    (att = mailimap_fetch_att_new_body_peek_section(section)) ==
	    NULL || (what = mailimap_fetch_type_new_fetch_att(att)) == NULL)
		mem_out();
	return what;
}

int
imap_message_id(struct imap *m, int64_t uid, char out[IMAP_ID_MAX],
    struct err *e)
{
	struct mailimap_fetch_type *what = only_message_id();
	struct mailimap_set *set = mailimap_set_new_single((uint32_t)uid);
	struct header header = { "", 0 };
	clist *answers = NULL;
	int r, came = 0;

	if (set == NULL)
		mem_out();
	imap_allow(m);
	m->body = keep_header;
	m->body_ctx = &header;
	m->body_err = e;
	m->body_failed = 0;
	r = mailimap_uid_fetch(m->session, set, what, &answers);
	m->body = NULL;
	if (answers != NULL && imap_worked(r)) {
		came = imap_came(answers, uid);
		mailimap_fetch_list_free(answers);
	}
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	if (!imap_worked(r))
		return imap_broken(m, "fetch", r, e);
	if (!came) {
		err_set(e, ERR_GONE, "the mail server has no mail %" PRId64
		    " any more", uid);
		return -1;
	}
	copy_id(&header, out);
	return 0;
}

int
imap_find_in(struct imap *m, const char *header, const char *word,
    int64_t *uid, struct err *e)
{
	struct mailimap_search_key *key;
	clist *found = NULL;
	clistiter *i;
	int r;

	*uid = 0;
	/* libetpan frees the strings with the key. */
	key = *header == '\0' ? mailimap_search_key_new_text(
	    mem_strdup(word)) : mailimap_search_key_new_header(
	    mem_strdup(header), mem_strdup(word));
	if (key == NULL)
		mem_out();
	imap_allow(m);
	r = mailimap_uid_search(m->session, NULL, key, &found);
	mailimap_search_key_free(key);
	if (!imap_worked(r))
		return imap_broken(m, "search", r, e);
	for (i = clist_begin(found); i != NULL; i = clist_next(i))
		*uid = *(uint32_t *)clist_content(i);
	mailimap_search_result_free(found);
	return 0;
}

int
imap_find(struct imap *m, const char *message_id, int64_t *uid,
    struct err *e)
{
	return imap_find_in(m, "Message-ID", message_id, uid, e);
}
