#ifndef TEDUH_READER_FLOWED_H
#define TEDUH_READER_FLOWED_H

#include <stddef.h>

struct buf;

/*
 * format=flowed (RFC 3676) to one line per paragraph, "> " in front of each
 * depth of quotes; the signature mark "-- " stays.  Input has LF line ends.
 */
void	flowed_join(const char *, size_t, int delsp, struct buf *out);

#endif
