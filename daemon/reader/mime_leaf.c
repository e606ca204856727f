/*
 * A leaf of the MIME tree: its bytes, its name and its type, whatever its
 * header made of them.  Names are safe to create and types safe to show; what
 * is odd becomes "part-N" and octets.
 */
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/mime_leaf.h"
#include "lib/buf.h"
#include "lib/text.h"

/* An attached message as it came: its parser forgets how lines ended. */
static void
write_message(GMimeObject *o, int crlf, GMimeStream *out)
{
	GMimeMessage *message = g_mime_message_part_get_message(
	    GMIME_MESSAGE_PART(o));
	GMimeFormatOptions *format;

	if (message == NULL)
		return;
	format = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(format, crlf ?
	    GMIME_NEWLINE_FORMAT_DOS : GMIME_NEWLINE_FORMAT_UNIX);
	(void)g_mime_object_write_to_stream(GMIME_OBJECT(message), format,
	    out);
	g_mime_format_options_free(format);
}

GByteArray *
mime_leaf_bytes(GMimeObject *o, int crlf)
{
	GByteArray *bytes = g_byte_array_new();
	GMimeStream *out = g_mime_stream_mem_new_with_byte_array(bytes);
	GMimeDataWrapper *data;

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(out), FALSE);
	if (GMIME_IS_PART(o)) {
		if ((data = g_mime_part_get_content(GMIME_PART(o))) != NULL)
			(void)g_mime_data_wrapper_write_to_stream(data, out);
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		write_message(o, crlf, out);
	}
	g_object_unref(out);
	return bytes;
}

char *
mime_leaf_name(GMimeObject *o, size_t number)
{
	const char *raw = NULL;
	char *name = NULL, fallback[32];
	struct buf safe;

	if (GMIME_IS_PART(o))
		raw = g_mime_part_get_filename(GMIME_PART(o));
	if (raw == NULL)
		raw = g_mime_object_get_content_disposition_parameter(o,
		    "filename");
	if (raw == NULL)
		raw = g_mime_object_get_content_type_parameter(o, "name");
	if (raw != NULL && *raw != '\0') {
		buf_init(&safe, 4096);
		(void)text_repair(raw, strnlen(raw, 1000), &safe);
		name = text_file_name(safe.bytes);
		buf_free(&safe);
	}
	if (name != NULL && *name != '\0')
		return name;
	free(name);
	(void)g_snprintf(fallback, sizeof(fallback), "part-%zu", number);
	return mem_strdup(fallback);
}

char *
mime_leaf_type(GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	char *type = ct == NULL ? NULL : g_mime_content_type_get_mime_type(ct);
	char *p, *slash;

	if (type != NULL) {
		for (p = type; *p != '\0'; p++) {
			*p = g_ascii_tolower(*p);
			if (!g_ascii_isalnum(*p) &&
			    strchr("!#$&-^_.+/", *p) == NULL)
				break;
		}
		slash = strchr(type, '/');
		if (*p == '\0' && p - type < 100 && slash != NULL &&
		    slash != type && slash[1] != '\0' &&
		    slash == strrchr(type, '/')) {
			p = mem_strdup(type);
			g_free(type);
			return p;
		}
		g_free(type);
	}
	return mem_strdup("application/octet-stream");
}
