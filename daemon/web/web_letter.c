/*
 * What a form holds, as a message.  Nothing that a stranger wrote stands in a
 * header but names and types of files, which are encoded or made harmless.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "daemon/http/form.h"
#include "daemon/web/web_letter.h"
#include "lib/buf.h"
#include "lib/compose_encode.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "lib/wire.h"

#define LETTER_MAX	((size_t)64 * 1024 * 1024)
#define BOUNDARY	16	/* random bytes */

size_t
web_letter_files(const struct form *form)
{
	size_t i, n = 0;

	for (i = 0; i < form->n_files; i++)
		n += form->files[i].len;
	return n;
}

/* Browsers send an empty one where nothing was chosen. */
static int
is_chosen(const struct form_file *f)
{
	return f->len > 0 || f->name[0] != '\0';
}

static void
add_date(struct buf *b, int64_t now)
{
	time_t t = (time_t)now;
	char date[64];
	struct tm tm;

	(void)gmtime_r(&t, &tm);
	(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000",
	    &tm);
	(void)buf_addf(b, "Date: %s\r\nMIME-Version: 1.0\r\n", date);
}

char *
web_letter_lines(const char *text)
{
	char *plain = mem_alloc(strlen(text) + 1), *to = plain;

	for (; *text != '\0'; text++) {
		if (*text == '\r' && text[1] == '\n')
			continue;
		*to++ = *text == '\r' ? '\n' : *text;
	}
	return plain;
}

static void
add_text(struct buf *b, const char *text)
{
	char *plain = web_letter_lines(text);

	(void)buf_adds(b, "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	(void)compose_quoted_printable(b, plain);
	seal_wipe(plain, strlen(plain));
	free(plain);
}

/* A type that would make a reader look for parts inside is none for us. */
static const char *
type_of(const struct form_file *f)
{
	return strncasecmp(f->type, "multipart/", 10) == 0 ||
	    strncasecmp(f->type, "message/", 8) == 0 ?
	    "application/octet-stream" : f->type;
}

static void
add_file(struct buf *b, const struct form_file *f)
{
	struct compose_field field;
	struct buf repaired;
	char *name;

	buf_init(&repaired, 4 * FORM_FILE_NAME_MAX);
	(void)text_repair(f->name, strlen(f->name), &repaired);
	name = text_file_name(repaired.bytes);
	(void)buf_addf(b, "Content-Type: %s\r\n"
	    "Content-Transfer-Encoding: binary\r\n", type_of(f));
	(void)compose_field_begin(&field, b, "Content-Disposition");
	(void)compose_field_add(&field, "attachment;");
	(void)compose_field_parameter(&field, "filename", name);
	(void)compose_field_end(&field);
	(void)buf_adds(b, "\r\n");
	(void)buf_add(b, f->bytes, f->len);
	free(name);
	buf_free(&repaired);
}

char *
web_letter_make(const struct form *form, const char *text, int64_t now,
    size_t *len)
{
	unsigned char random[BOUNDARY];
	char boundary[2 * BOUNDARY + 1];
	struct buf b;
	size_t i, n = 0;

	for (i = 0; i < form->n_files; i++)
		n += (size_t)is_chosen(&form->files[i]);
	buf_init(&b, LETTER_MAX);
	add_date(&b, now);
	if (n == 0) {
		add_text(&b, text);
		return buf_take(&b, len);
	}
	seal_random(random, sizeof(random));
	wire_hex(boundary, random, sizeof(random));
	(void)buf_addf(&b, "Content-Type: multipart/mixed; "
	    "boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
	add_text(&b, text);
	for (i = 0; i < form->n_files; i++) {
		if (!is_chosen(&form->files[i]))
			continue;
		(void)buf_addf(&b, "\r\n--%s\r\n", boundary);
		add_file(&b, &form->files[i]);
	}
	(void)buf_addf(&b, "\r\n--%s--\r\n", boundary);
	return buf_take(&b, len);
}
