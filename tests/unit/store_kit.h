#ifndef TEDUH_STORE_KIT_H
#define TEDUH_STORE_KIT_H

#include <stdint.h>

#include "daemon/store/store.h"
#include "lib/err.h"

/*
 * What the tests of the store share: a folder of their own with or without
 * a store, and a few words over statements.sql. A call that fails where it
 * must not fails the test.
 */
extern char	kit_folder[64];
enum kit_file { KIT_DB, KIT_LOG, KIT_SHM, KIT_LOCK, KIT_CLOCK, KIT_FILES };
extern char	kit_path[KIT_FILES][96];

/* For cmocka; *state is the store. */
int	kit_with_folder(void **state);
int	kit_without_folder(void **state);
int	kit_with_store(void **state);
int	kit_without_store(void **state);

struct store *kit_open(enum store_mode);
void	kit_refused(enum store_mode, enum err_code);
/* SQL through a second connection that knows no rules. */
void	kit_meddle(const char *sql);

/* One number in the store; 0 when there is none. */
int64_t	kit_get(struct store *);
int64_t	kit_put(struct store *, int64_t, struct err *);
void	kit_commit(struct store *, int64_t);	/* a whole transaction */
/* A chunk of the one item KIT_ITEM, part 0. */
#define KIT_ITEM	"0123456789abcdef"
int64_t	kit_chunk(struct store *, int64_t no, const void *, size_t,
	    struct err *);
/* Bytes, or -1. */
int64_t	kit_size(const char *file);

#endif
