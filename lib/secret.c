/*
 * Secrets in locked memory.
 *
 * A page of it costs some ten system calls to get and to give back, and a
 * letter needs forty keys: those that are wiped wait for the next one.  Only
 * pages that are locked do.  Locks do not come along over fork(), so that a
 * child uses nothing again that its parent had.
 *
 * The bytes stand at the end of their page, so that the guarded one behind it
 * begins where they end; what lies in front of them stays zero.
 *
 * A page that waits is wiped and can be read, so that who uses a key after he
 * gave it back reads zeros, and nobody sees it; builds with sanitizers end
 * there.
 */
#include "config.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#ifdef SANITIZERS
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, len)	((void)0)
#define ASAN_UNPOISON_MEMORY_REGION(at, len)	((void)0)
#endif

#include "lib/buf.h"
#include "lib/secret.h"

#define ROOM		192	/* of a page that others will use, */
#define MARGIN		16	/* and so much of it is never used */
#define SPARE_MAX	64

struct place {
	struct secret		 secret;	/* first: what others see */
	SLIST_ENTRY(place)	 list;
	unsigned char		*page;
	size_t			 room;
	unsigned int		 forks;		/* when it was locked */
	int			 is_locked, is_spare;
};

static SLIST_HEAD(, place) spares = SLIST_HEAD_INITIALIZER(spares);
static size_t nspares;
static unsigned int forks;	/* before this process came to be */
static int begun;		/* those are counted */

static void
count_fork(void)
{
	forks++;
}

void
secret_begin(void)
{
	if (!begun)
		begun = pthread_atfork(NULL, NULL, count_fork) == 0;
}

/*
 * sodium_malloc() goes on when the memory cannot be locked (RLIMIT_MEMLOCK of
 * ordinary users is small); it fails only when there is no memory at all.  So
 * we ask once more, which changes nothing where it could.
 */
static struct place *
place_new(size_t room)
{
	struct place *p = mem_alloc(sizeof(*p));

	if ((p->page = sodium_malloc(room)) == NULL)
		mem_out();
	sodium_memzero(p->page, room);
	p->room = room;
	p->forks = forks;
	p->is_locked = begun && room == ROOM &&
	    sodium_mlock(p->page, room) == 0;
	return p;
}

static void
place_free(struct place *p)
{
	sodium_free(p->page);	/* wipes */
	free(p);
}

/* One that waited, NULL: there is none. */
static struct place *
take_spare(void)
{
	struct place *p;

	while ((p = SLIST_FIRST(&spares)) != NULL) {
		SLIST_REMOVE_HEAD(&spares, list);
		nspares--;
		p->is_spare = 0;
		ASAN_UNPOISON_MEMORY_REGION(p->page, p->room);
		if (p->forks == forks)
			break;
		place_free(p);	/* the parent's */
	}
	return p;
}

struct secret *
secret_new(size_t len)
{
	struct place *p;

	if (len > SIZE_MAX / 2)
		mem_out();
	if (len > ROOM - MARGIN)
		p = place_new(len + MARGIN);
	else if ((p = take_spare()) == NULL)
		p = place_new(ROOM);
	p->secret.len = len;
	p->secret.bytes = p->page + p->room - len;
	return &p->secret;
}

struct secret *
secret_random(size_t len)
{
	struct secret *s = secret_new(len);

	randombytes_buf(s->bytes, len);
	return s;
}

struct secret *
secret_copy(const void *bytes, size_t len)
{
	struct secret *s = secret_new(len);

	if (len > 0)
		memcpy(s->bytes, bytes, len);
	return s;
}

void
secret_free(struct secret *s)
{
	struct place *p = (struct place *)s;
	size_t before;

	if (s == NULL)
		return;
	before = (size_t)(s->bytes - p->page);
	/* Freed twice it would be two keys' place; or written in front. */
	if (p->is_spare || !sodium_is_zero(p->page, before))
		sodium_misuse();
	if (!p->is_locked || p->forks != forks || nspares == SPARE_MAX) {
		place_free(p);
		return;
	}
	sodium_memzero(s->bytes, p->room - before);
	p->is_spare = 1;
	ASAN_POISON_MEMORY_REGION(p->page, p->room);
	SLIST_INSERT_HEAD(&spares, p, list);
	nspares++;
}
