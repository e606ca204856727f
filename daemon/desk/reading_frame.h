#ifndef TEDUH_READING_FRAME_H
#define TEDUH_READING_FRAME_H

#include <stdint.h>

/*
 * What passes between reading.c and the reader.
 *
 * On the helper's own socket (fd 0): after its start the helper says one
 * byte FRAME_HELLO, or, when the rules that it was given cannot be used,
 * FRAME_RULES, the length of a sentence and the sentence.
 * For each letter the parent sends one byte FRAME_LETTER with one descriptor
 * (SCM_RIGHTS), a stream socket for that letter alone, and the helper
 * answers, when the letter's process has ended, with two bytes: FRAME_EXIT and
 * the exit code, or FRAME_SIGNAL and the signal.  So the process that forks
 * never sees a byte of any letter.
 *
 * On the letter's socket, numbers of 4 bytes, big-endian:
 *   ask:   FRAME_ASK, lengths of charsets, authserv-id, own address, words
 *          of languages, desk, text beside the mail, mail; then those bytes
 *          in that order.  Length 0
 *          means NULL.
 *   reply: FRAME_VIEW, length of the JSON, length of all attachments; then
 *          the JSON and the attachments' bytes in its order.  Or
 *          FRAME_UNREADABLE, length of a sentence, 0; then the sentence.
 * Both ends refuse a length over its limit.
 */
#define FRAME_HELLO		'H'
#define FRAME_RULES		'R'
#define FRAME_LETTER		'L'
#define FRAME_EXIT		'E'
#define FRAME_SIGNAL		'S'

#define FRAME_ASK		0x54445131u
#define FRAME_VIEW		0x54445631u
#define FRAME_UNREADABLE	0x54445531u

#define FRAME_ASK_HEAD		32
#define FRAME_REPLY_HEAD	12

#define FRAME_CHARSETS_MAX	256
#define FRAME_AUTHSERV_MAX	255
#define FRAME_OWN_MAX		254
#define FRAME_WORDS_MAX		(64u * 1024)
#define FRAME_DESK_MAX		64
#define FRAME_MORE_MAX		(256u * 1024)
#define FRAME_SENTENCE_MAX	120
#define FRAME_WRONG_MAX		511
#define FRAME_JSON_MAX		(32u * 1024 * 1024)
#define FRAME_BYTES_MAX		(50u * 1024 * 1024)

static inline void
frame_put(unsigned char *p, uint32_t v)
{
	p[0] = (unsigned char)(v >> 24);
	p[1] = (unsigned char)(v >> 16);
	p[2] = (unsigned char)(v >> 8);
	p[3] = (unsigned char)v;
}

static inline uint32_t
frame_get(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

#endif
