/*
 * Section web: the door for people who write by a form.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_web.h"
#include "lib/buf.h"
#include "lib/text.h"

#define WORKERS_MAX	16
#define LEAVE		"https://www.wikipedia.org/"

static int
is_unix(const char *listen)
{
	return strncmp(listen, "unix:", 5) == 0;
}

static int
is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
	    strcmp(host, "localhost") == 0;
}

/*
 * What people send passes here in the clear unless there is a certificate:
 * so without one only somebody on this machine may stand in front.
 */
static void
check_listen(struct config_parse *p, cfg_t *sec, const struct config_web *web)
{
	char host[CONFIG_HOST_MAX], port[6];
	int line = config_parse_line(sec, "listen");

	if ((web->cert == NULL) != (web->key == NULL))
		config_parse_problem(p, line, "'cert' and 'key' go together");
	if (is_unix(web->listen))
		return;
	if (config_host_port(web->listen, host, port) == -1)
		config_parse_problem(p, line, "'listen' is '%.64s'; allowed "
		    "are unix:PATH and HOST:PORT with a port from 0 to 65535",
		    web->listen);
	else if (web->cert == NULL && !is_loopback(host))
		config_parse_problem(p, line, "to listen on '%.64s' this "
		    "section needs 'cert' and 'key'; without them only "
		    "unix:PATH and the loopback address are allowed",
		    web->listen);
}

/*
 * Who sends X-Forwarded-For may say that everybody comes from elsewhere, so
 * it is believed of one front only, which is named.
 */
static void
check_front(struct config_parse *p, cfg_t *sec, const struct config_web *web)
{
	const char *front = web->trust_forwarded;
	unsigned char address[sizeof(struct in6_addr)];
	int line = config_parse_line(sec, "trust_forwarded");

	if (front == NULL)
		return;
	if (is_unix(web->listen) != (strcmp(front, "unix") == 0) ||
	    (!is_unix(web->listen) && inet_pton(AF_INET, front,
	    address) != 1 && inet_pton(AF_INET6, front, address) != 1))
		config_parse_problem(p, line, "'trust_forwarded' is '%.64s'; "
		    "allowed is the address of the front where 'listen' is "
		    "HOST:PORT, and unix where it is unix:PATH", front);
}

static char *
take_url(struct config_parse *p, cfg_t *sec, const char *key)
{
	char *url = config_parse_text(p, sec, key);

	if (url != NULL && ((strncmp(url, "https://", 8) != 0 &&
	    strncmp(url, "http://127.", 11) != 0) || !text_is_line(url) ||
	    strpbrk(url, " \"<>") != NULL))
		config_parse_problem(p, config_parse_line(sec, key),
		    "'%s' is '%.64s'; allowed is https://HOST with a path, "
		    "without spaces and quotes", key, url);
	return url;
}

void
config_web_take(struct config_parse *p, cfg_t *sec, int there,
    struct config_web *web)
{
	if (!there)
		return;
	web->text = config_parse_print(sec);
	config_parse_must(p, sec, "listen");
	web->listen = config_parse_listen(p, sec, "listen");
	web->url = take_url(p, sec, "url");
	web->cert = config_parse_path(p, sec, "cert");
	web->key = config_parse_path(p, sec, "key");
	web->workers = config_parse_number(p, sec, "workers", WORKERS_MAX, 1);
	web->pages = config_parse_path(p, sec, "pages");
	if (web->pages == NULL)
		web->pages = mem_strdup(PAGESDIR);
	web->words = config_parse_path(p, sec, "words");
	if (web->words == NULL)
		web->words = mem_strdup(WORDSDIR);
	web->leave = take_url(p, sec, "leave");
	if (web->leave == NULL)
		web->leave = mem_strdup(LEAVE);
	web->trust_forwarded = config_parse_text(p, sec, "trust_forwarded");
	web->listen_line = config_parse_line(sec, "listen");
	web->cert_line = config_parse_line(sec, "cert");
	web->key_line = config_parse_line(sec, "key");
	web->pages_line = config_parse_line(sec, "pages");
	if (!p->bad)
		check_listen(p, sec, web);
	if (!p->bad)
		check_front(p, sec, web);
}

void
config_web_free(struct config_web *web)
{
	free(web->text);
	free(web->listen);
	free(web->url);
	free(web->cert);
	free(web->key);
	free(web->pages);
	free(web->words);
	free(web->leave);
	free(web->trust_forwarded);
}
