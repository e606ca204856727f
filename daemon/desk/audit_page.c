/*
 * The audit chain on its way to supervisors.  Nothing is checked here: the
 * command line does that, since it is the service that it doubts.
 */
#include "daemon/desk/audit_page.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"

json_t *
audit_page_head(struct desk *d, struct err *e)
{
	struct err why = ERR_INIT;
	json_t *head = rows_object(d->store, STMT_AUDIT_HEAD, NO_ARGS, &why);

	if (head == NULL && why.code == ERR_GONE)
		return json_null();
	if (head == NULL && e != NULL)
		*e = why;
	return head;
}

json_t *
audit_page(struct desk *d, int64_t from, struct err *e)
{
	json_t *answer, *entries, *head;

	if ((head = audit_page_head(d, e)) == NULL)
		return NULL;
	entries = rows_array(d->store, STMT_AUDIT_PAGE, ARGS(V_INT(from),
	    V_INT(AUDIT_PAGE)), e);
	if (entries == NULL) {
		json_decref(head);
		return NULL;
	}
	answer = json_object();
	(void)json_object_set_new(answer, "entries", entries);
	(void)json_object_set_new(answer, "head", head);
	return answer;
}
