#ifndef TEDUH_READER_MIME_LEAF_H
#define TEDUH_READER_MIME_LEAF_H

#include <gmime/gmime.h>
#include <stddef.h>

/*
 * The decoded bytes of a leaf, or the source of an attached message, with
 * the line ends that the letter has (crlf); the caller frees the array.
 */
GByteArray	*mime_leaf_bytes(GMimeObject *, int crlf);

/*
 * A name that is safe to create, "part-3" for the third without one, and
 * "text/plain" in lower case, odd ones as octets; the caller frees both.
 */
char		*mime_leaf_name(GMimeObject *, size_t number);
char		*mime_leaf_type(GMimeObject *);

#endif
