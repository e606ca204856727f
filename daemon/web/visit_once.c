/*
 * The page behind the link of an acknowledgement.  Mail servers open links to
 * look at them, so a GET shows a page with a button, the same one whether the
 * link is good or not, and only the button makes a code.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/once.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/web/web.h"
#include "lib/err.h"

#define PAGE	"once"

int
visit_is_once(const char *path)
{
	const char *token = path + strlen(ONCE_PATH);

	return strncmp(path, ONCE_PATH, strlen(ONCE_PATH)) == 0 &&
	    strlen(token) == ONCE_TOKEN &&
	    strspn(token, "0123456789abcdefghjkmnpqrstvwxyz") == ONCE_TOKEN;
}

void
visit_once_desk(struct visit *v)
{
	char name[ROSTER_NAME_MAX + 1], path[ROSTER_NAME_MAX + 2];
	struct err e = ERR_INIT;

	v->once = v->request->path + strlen(ONCE_PATH);
	v->desk = &v->web->door->desks[0];
	if (once_find(&v->web->desk, v->once, name, &e) == 1) {
		(void)snprintf(path, sizeof(path), "/%s", name);
		if (door_desk(v->web->door, path) != NULL)
			v->desk = door_desk(v->web->door, path);
	}
	if (e.code == ERR_IO)
		v->web->failed = 1;
}

/* All but the button leads to the desk's own address. */
static void
show(struct visit *v)
{
	json_t *o = visit_values(v, PAGE);
	char here[sizeof(v->place)];

	(void)snprintf(here, sizeof(here), "%s%s", v->web->base,
	    v->request->path);
	visit_set_text(o, "here", here);
	visit_set_text(o, "place", here);
	visit_render(v, 200, PAGE, o);
}

static void
use(struct visit *v)
{
	struct err e = ERR_INIT;
	int r = once_use(&v->web->desk, v->once, v->random, &e);

	if (r == 1) {
		log_info("code made");
		visit_go_to_code(v);
	} else if (r == 0)
		visit_show_message(v, 200, "once_gone_title",
		    "once_gone_text");
	else {
		log_err("code", &e);
		v->web->failed |= e.code == ERR_IO;
		visit_show_message(v, 503, "busy_title", "busy_text");
	}
}

int
visit_show_once(struct visit *v, int is_post)
{
	if (v->once == NULL)
		return 0;
	if (!is_post || (visit_field(v, "to")[0] != '\0' &&
	    strcmp(visit_field(v, "page"), PAGE) == 0))
		show(v);
	else if (strcmp(visit_field(v, "do"), "code") == 0)
		v->sender == SENDER_OTHER ? show(v) : use(v);
	else
		return 0;
	return 1;
}
