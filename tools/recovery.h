#ifndef TEDUH_TOOLS_RECOVERY_H
#define TEDUH_TOOLS_RECOVERY_H

#include "lib/identity.h"
#include "lib/roster.h"
#include "lib/shares.h"

struct buf;
struct err;
struct vault_service;

/*
 * The recovery key at the hands of people: a card for each custodian with one
 * part of it, and two cards put together.
 */
#define RECOVERY_CARD_MAX	8192	/* bytes */
#define RECOVERY_LINE		1024

struct recovery_card {
	char		custodian[ROSTER_NAME_MAX + 1];
	char		service[RECOVERY_LINE];
	unsigned char	pin[SEAL_HASH];
	struct share	part;
};

void	recovery_card_print(struct buf *, const struct recovery_card *);
/* A card's file. 0; -1 with *e. Free it also after -1. */
int	recovery_card_read(const char *path, struct recovery_card *,
	    struct err *);
void	recovery_card_free(struct recovery_card *);

/*
 * The key of two cards, which are of one service. NULL with *e: they are the
 * same part, of different services, or not what they should be.
 */
struct identity	*recovery_join(const struct recovery_card *,
	    const struct recovery_card *, struct err *);
/* 0 when this is the roster's recovery key, else -1 with ERR_DENIED. */
int	recovery_check(const struct roster *, const struct identity *,
	    struct err *);

#endif
