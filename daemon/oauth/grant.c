/*
 * Asking a token endpoint.  Secrets stand in the body of the request and in
 * the answer, never in a URL; nothing that the provider says is printed but
 * its error word, and that only when it is a word.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/oauth/grant.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define ANSWER_MAX	(64 * 1024)
#define FORM_MAX	(64 * 1024)
#define CONNECT_S	10L
#define WHOLE_S		30L	/* less than the keeper gives a command */

char *
grant_form(const struct grant_field *f)
{
	struct buf form;
	char *value;

	buf_init(&form, FORM_MAX);
	for (; f->name != NULL; f++) {
		if (f->value == NULL)
			continue;
		if ((value = curl_easy_escape(NULL, f->value, 0)) == NULL)
			mem_out();
		(void)buf_addf(&form, "%s%s=%s", form.len == 0 ? "" : "&",
		    f->name, value);
		seal_wipe(value, strlen(value));
		curl_free(value);
	}
	return buf_take(&form, NULL);
}

static size_t
take(char *bytes, size_t size, size_t n, void *answer)
{
	return buf_add(answer, bytes, size * n) == -1 ? 0 : size * n;
}

static int
set_up(CURL *curl, const char *url, const char *ca, const char *form,
    struct buf *answer)
{
	return curl_easy_setopt(curl, CURLOPT_URL, url) ||
	    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") ||
	    curl_easy_setopt(curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2) ||
	    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) ||
	    (ca != NULL && (curl_easy_setopt(curl, CURLOPT_CAINFO, ca) ||
	    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL))) ||
	    curl_easy_setopt(curl, CURLOPT_PROXY, "") ||
	    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S) ||
	    curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_S) ||
	    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form) ||
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) ||
	    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) ? -1 : 0;
}

/* The provider's word, when it looks like one. */
static void
take_error(const json_t *o, char error[GRANT_ERROR_MAX])
{
	const char *word = json_string_value(json_object_get(o, "error"));

	error[0] = '\0';
	if (word != NULL && strlen(word) < GRANT_ERROR_MAX &&
	    strspn(word, "abcdefghijklmnopqrstuvwxyz_") == strlen(word))
		memcpy(error, word, strlen(word) + 1);
}

static json_t *
judge(const char *url, long status, const struct buf *answer,
    char error[GRANT_ERROR_MAX], struct err *e)
{
	struct err why = ERR_INIT;
	json_t *o = wire_parse(answer->bytes, answer->len, &why);

	if (status == 200 && o != NULL)
		return o;
	take_error(o, error);
	json_decref(o);
	if (status >= 400 && status < 500 && status != 408 && status != 429)
		err_set(e, ERR_DENIED, "the provider says no (%s)",
		    error[0] == '\0' ? "without a word" : error);
	else if (status == 200)
		err_set(e, ERR_RETRY, "'%.100s' answers with something that "
		    "is no JSON", url);
	else
		err_set(e, ERR_RETRY, "'%.100s' has trouble (HTTP status "
		    "%ld): try again later", url, status);
	return NULL;
}

json_t *
grant_ask(const char *url, const char *ca, const struct grant_field *fields,
    char error[GRANT_ERROR_MAX], struct err *e)
{
	char *form = grant_form(fields);
	struct buf answer;
	json_t *o = NULL;
	CURLcode code;
	CURL *curl;
	long status = 0;

	error[0] = '\0';
	buf_init(&answer, ANSWER_MAX);
	if ((curl = curl_easy_init()) == NULL)
		mem_out();
	if (set_up(curl, url, ca, form, &answer) == -1) {
		err_set(e, ERR_BUG, "libcurl does not take what it needs to "
		    "ask in safety");
		goto out;
	}
	if ((code = curl_easy_perform(curl)) != CURLE_OK) {
		err_set(e, ERR_RETRY, "cannot ask '%.100s': %s", url,
		    curl_easy_strerror(code));
		goto out;
	}
	crash_point("oauth: answered");
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	o = judge(url, status, &answer, error, e);
out:
	curl_easy_cleanup(curl);
	buf_free(&answer);
	seal_wipe(form, strlen(form));
	free(form);
	return o;
}
