/*
 * Looking around in a mailbox: what its server can, which folders there are,
 * where a certain mail lies.  Nothing is changed here.
 */
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

/* RFC 6154, where the server says it. */
static int
is_flagged(const struct mailimap_mbx_list_flags *flags)
{
	struct mailimap_mbx_list_oflag *flag;
	clistiter *i;

	if (flags == NULL || flags->mbf_oflags == NULL)
		return 0;
	for (i = clist_begin(flags->mbf_oflags); i != NULL;
	    i = clist_next(i)) {
		flag = clist_content(i);
		if (flag->of_type == MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT &&
		    flag->of_flag_ext != NULL &&
		    strcasecmp(flag->of_flag_ext[0] == '\\' ?
		    flag->of_flag_ext + 1 : flag->of_flag_ext, "Junk") == 0)
			return 1;
	}
	return 0;
}

/* The last part of the name, as providers and mail programs call it. */
static int
is_called_junk(const char *name, char delimiter)
{
	static const char *const names[] = { "junk", "spam", "junk e-mail",
	    "junk-e-mail", "bulk mail", "bulk" };
	const char *last = delimiter == '\0' ? NULL : strrchr(name,
	    delimiter);
	size_t i;

	last = last == NULL ? name : last + 1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(last, names[i]) == 0)
			return 1;
	return 0;
}

int
imap_folders(struct imap *m, imap_folder *fn, void *ctx, struct err *e)
{
	struct mailimap_mailbox_list *one;
	clist *list = NULL;
	clistiter *i;
	int r;

	imap_allow(m);
	r = mailimap_list(m->session, "", "*", &list);
	if (!imap_worked(r))
		return imap_broken(m, "listing folders", r, e);
	for (i = clist_begin(list); i != NULL; i = clist_next(i)) {
		one = clist_content(i);
		if (one->mb_name != NULL)
			fn(ctx, one->mb_name, is_flagged(one->mb_flag) ?
			    IMAP_JUNK_FLAG : is_called_junk(one->mb_name,
			    one->mb_delimiter) ? IMAP_JUNK_NAME :
			    IMAP_JUNK_NO);
	}
	mailimap_list_result_free(list);
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
