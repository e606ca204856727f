#ifndef TEDUH_TEST_PEOPLE_H
#define TEDUH_TEST_PEOPLE_H

/*
 * The service of the roster tests: ana supervises youth, sol supervises
 * careers (ana let her in), cem is a counsellor and tia a trainee of youth;
 * "new" is nobody yet.  Functions are static inline, so that each test
 * program takes what it needs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/identity.h"
#include "lib/roster.h"
#include "lib/wire.h"

#define AT	1795000000	/* of all entries */

enum { ANA, SOL, CEM, TIA, NEW, NPEOPLE };
static const char *const names[] = { "ana", "sol", "cem", "tia", "new" };
static struct identity *people[NPEOPLE];
static struct signer *roles[4];		/* intake, web, post, clock */
static unsigned char box[8][SEAL_KEY];	/* team, report, postman keys */

static inline struct roster_person
person(int who, enum roster_rank rank, const char *desk, const char *desk2)
{
	struct roster_person p;
	const char *desks[] = { desk, desk2 };
	size_t i;

	memset(&p, 0, sizeof(p));
	memcpy(p.name, names[who], strlen(names[who]) + 1);
	p.rank = rank;
	p.active = 1;
	for (i = 0; i < 2 && desks[i] != NULL; i++)
		memcpy(p.desks[p.ndesks++], desks[i], strlen(desks[i]) + 1);
	memcpy(p.sign, people[who]->signer->pub, SIGN_PUBLIC);
	memcpy(p.box, people[who]->box_pub, SEAL_KEY);
	return p;
}

/* Sign and add; 0, or -1 after a refusal that changed nothing. Frees text. */
static inline int
add(struct roster *r, const struct signer *by, char *text)
{
	struct err e = ERR_INIT;
	unsigned char sig[SIGN_LEN], before[SEAL_HASH], after[SEAL_HASH];
	int64_t seq = roster_seq(r);
	size_t count = roster_count(r);
	int ret;

	roster_head(r, before);
	signature_make(by, PURPOSE_ROSTER, text, strlen(text), sig);
	ret = roster_add(r, NULL, text, strlen(text), sig, &e);
	roster_head(r, after);
	if (ret == -1) {
		assert_int_equal(e.code, ERR_DENIED);
		assert_non_null(strstr(e.text, "roster entry "));
		assert_memory_equal(before, after, SEAL_HASH);
		assert_int_equal(roster_seq(r), seq);
		assert_int_equal(roster_count(r), count);
	} else {
		assert_int_equal(roster_seq(r), seq + 1);
		assert_memory_not_equal(before, after, SEAL_HASH);
	}
	free(text);
	return ret;
}

static inline int
add_person(struct roster *r, int by, struct roster_person p)
{
	return add(r, people[by]->signer,
	    roster_entry_person(r, names[by], AT, &p, NULL));
}

static inline int
add_role(struct roster *r, int by, const char *role, const struct signer *s,
    const unsigned char *key)
{
	return add(r, people[by]->signer,
	    roster_entry_role(r, names[by], AT, role, s->pub, key, NULL));
}

static inline int
add_key(struct roster *r, int by, const char *kind, const char *desk,
    int64_t epoch, const unsigned char *key)
{
	return add(r, people[by]->signer, roster_entry_key(r, names[by], AT,
	    kind, desk, epoch, key, NULL));
}

static inline int
add_policy(struct roster *r, int by, const char *desk,
    struct roster_policy p)
{
	return add(r, people[by]->signer,
	    roster_entry_policy(r, names[by], AT, desk, &p, NULL));
}

static inline int
revoke(struct roster *r, int by, int who, enum roster_rank rank,
    const char *desk)
{
	struct roster_person p = person(who, rank, desk, NULL);

	p.active = 0;
	return add_person(r, by, p);
}

/* Founding, and everybody let in. */
static inline struct roster *
service(void)
{
	struct roster *r = roster_new();

	assert_int_equal(add_person(r, ANA, person(ANA, RANK_SUPERVISOR,
	    "youth", NULL)), 0);
	assert_int_equal(add_role(r, ANA, "intake", roles[0], NULL), 0);
	assert_int_equal(add_role(r, ANA, "web", roles[1], NULL), 0);
	assert_int_equal(add_role(r, ANA, "post", roles[2], box[0]), 0);
	assert_int_equal(add_key(r, ANA, "team", "youth", 1, box[1]), 0);
	assert_int_equal(add_key(r, ANA, "report", "youth", 1, box[2]), 0);
	assert_int_equal(add_person(r, ANA, person(SOL, RANK_SUPERVISOR,
	    "careers", NULL)), 0);
	assert_int_equal(add_person(r, ANA, person(CEM, RANK_COUNSELLOR,
	    "youth", NULL)), 0);
	assert_int_equal(add_person(r, ANA, person(TIA, RANK_TRAINEE,
	    "youth", NULL)), 0);
	return r;
}

static inline int
people_begin(void **state)
{
	size_t i;

	(void)state;
	if (seal_init(NULL) == -1)
		return -1;
	for (i = 0; i < NPEOPLE; i++)
		people[i] = identity_new();
	for (i = 0; i < 4; i++)
		roles[i] = signer_new();
	for (i = 0; i < 8; i++)
		secret_free(seal_pair_new(box[i]));
	return 0;
}

static inline int
people_end(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NPEOPLE; i++)
		identity_free(people[i]);
	for (i = 0; i < 4; i++)
		signer_free(roles[i]);
	return 0;
}

#endif
