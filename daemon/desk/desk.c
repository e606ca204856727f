/*
 * What every role has in hand: the roster as it stands in the store, checked
 * from the pin on, and keyed hashes under the pepper.
 *
 * A store that was put back to an older state shows an older roster; the
 * highest sequence and head that were ever seen lie in DATA/state/roster,
 * and a store that does not reach or does not hold them is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/text.h"
#include "lib/wire.h"

#define PEPPER_CONTEXT	"teduhpep"
#define BODY_PURPOSE	"teduh/body/v1"

enum pepper_use { PEPPER_ADDRESS = 1, PEPPER_CHECK, PEPPER_TOKEN,
    PEPPER_BODY, PEPPER_FORM };

struct seen {
	int64_t		seq;
	unsigned char	head[SEAL_HASH];
};

static void
seen_path(const struct desk *d, char *path, size_t size, const char *end)
{
	(void)snprintf(path, size, "%s/state/roster%s",
	    store_data(d->store), end);
}

/* What a role lacks to begin with: the keeper's fault, not a human's. */
static int
lacks(const char *role, const char *what, struct err *e)
{
	err_set(e, ERR_BUG, "%s was started without its %s", role, what);
	return -1;
}

int
desk_open(struct desk *d, const char *role, const struct config *config,
    const struct secrets *secrets, int needs, struct err *e)
{
	const struct secret *pin, *seed;
	char key[32];

	memset(d, 0, sizeof(*d));
	d->role = role;
	d->config = config;
	d->roster = roster_new();
	(void)snprintf(key, sizeof(key), "%s.key", role);
	pin = secrets_get(secrets, "pin");
	seed = secrets_get(secrets, key);
	d->pepper = secrets_get(secrets, "pepper");
	if ((pin == NULL && needs & DESK_PIN) ||
	    (pin != NULL && pin->len != SEAL_HASH))
		return lacks(role, "pin", e);
	if (d->pepper == NULL && needs & DESK_PEPPER)
		return lacks(role, "pepper", e);
	if (seed == NULL && needs & DESK_KEY)
		return lacks(role, "key", e);
	if (pin != NULL) {
		memcpy(d->pin, pin->bytes, SEAL_HASH);
		d->has_pin = 1;
	}
	if (seed != NULL)
		d->signer = d->own = signer_from_seed(seed);
	d->store = store_open(config->data, STORE_USE, e);
	return d->store != NULL ? 0 : -1;
}

void
desk_close(struct desk *d)
{
	if (d->store != NULL)
		store_close(d->store);
	roster_free(d->roster);
	signer_free(d->own);
	memset(d, 0, sizeof(*d));
}

/* What was seen before; seq 0 when nothing was. */
static int
seen_load(const struct desk *d, struct seen *seen, struct err *e)
{
	char path[4096], line[160] = "", *space;
	FILE *f;

	memset(seen, 0, sizeof(*seen));
	seen_path(d, path, sizeof(path), "");
	if ((f = fopen(path, "re")) == NULL) {
		if (errno == ENOENT)
			return 0;
		err_set(e, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	(void)fclose(f);
	line[strcspn(line, "\n")] = '\0';
	seen->seq = strtoll(line, &space, 10);
	if (*space != ' ' || seen->seq < 1 ||
	    wire_unhex(seen->head, sizeof(seen->head), space + 1) == -1) {
		err_set(e, ERR_IO, "'%s' is not readable as a sequence and "
		    "a hash", path);
		return -1;
	}
	return 0;
}

static int
seen_write(const char *path, const char *line, struct err *e)
{
	size_t len = strlen(line);
	int fd, bad;

	if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600)) == -1) {
		err_set(e, errno == ENOSPC ? ERR_RETRY : ERR_IO,
		    "cannot write '%s': %s", path, strerror(errno));
		return -1;
	}
	bad = write(fd, line, len) != (ssize_t)len || fsync(fd) == -1;
	if (close(fd) == -1 || bad) {
		err_set(e, errno == ENOSPC ? ERR_RETRY : ERR_IO,
		    "cannot write '%s'", path);
		return -1;
	}
	return 0;
}

static int
seen_store(const struct desk *d, struct err *e)
{
	char path[4096], temporary[4096], hex[2 * SEAL_HASH + 1];
	char line[160], end[32];
	unsigned char head[SEAL_HASH];

	seen_path(d, path, sizeof(path), "");
	path[strlen(path) - strlen("/roster")] = '\0';
	if (mkdir(path, 0700) == -1 && errno != EEXIST) {
		err_set(e, ERR_IO, "cannot make '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	(void)snprintf(end, sizeof(end), ".%ld", (long)getpid());
	seen_path(d, path, sizeof(path), "");
	seen_path(d, temporary, sizeof(temporary), end);
	roster_head(d->roster, head);
	wire_hex(hex, head, sizeof(head));
	(void)snprintf(line, sizeof(line), "%" PRId64 " %s\n",
	    roster_seq(d->roster), hex);
	if (seen_write(temporary, line, e) == -1)
		return -1;
	if (rename(temporary, path) == -1) {
		err_set(e, ERR_IO, "cannot rename '%s': %s", temporary,
		    strerror(errno));
		return -1;
	}
	return 0;
}

struct adding {
	struct desk		*desk;
	const struct seen	*seen;
};

static int
add_entry(void *ctx, const struct row *row, struct err *e)
{
	struct adding *adding = ctx;
	struct desk *d = adding->desk;
	unsigned char signature[SIGN_LEN], head[SEAL_HASH];
	const void *entry;
	size_t len;

	entry = row_blob(row, 1, &len);
	if (entry == NULL ||
	    row_bytes(row, 2, signature, sizeof(signature)) == -1) {
		err_set(e, ERR_DENIED, "roster entry %" PRId64
		    " is not whole", row_int(row, 0));
		return -1;
	}
	if (roster_add(d->roster, d->has_pin ? d->pin : NULL, entry, len,
	    signature, e) == -1)
		return -1;
	if (roster_seq(d->roster) != adding->seen->seq)
		return 0;
	roster_head(d->roster, head);
	if (!seal_equal(head, adding->seen->head, sizeof(head))) {
		err_set(e, ERR_DENIED, "the roster is not the one that was "
		    "seen before, from entry %" PRId64 " on",
		    roster_seq(d->roster));
		return -1;
	}
	return 0;
}

int
desk_refresh(struct desk *d, struct err *e)
{
	struct seen seen;
	struct adding adding = { d, &seen };
	int64_t n;

	if (seen_load(d, &seen, e) == -1)
		return -1;
	do {
		n = store_run(d->store, STMT_ROSTER_FROM,
		    ARGS(V_INT(roster_seq(d->roster) + 1), V_INT(500)),
		    add_entry, &adding, e);
		if (n == -1)
			return -1;
	} while (n == 500);
	if (roster_seq(d->roster) < seen.seq) {
		err_set(e, ERR_DENIED, "the roster ends at entry %" PRId64
		    ", but entry %" PRId64 " was seen before: this store is "
		    "older than it should be", roster_seq(d->roster),
		    seen.seq);
		return -1;
	}
	if (d->has_pin && roster_seq(d->roster) > seen.seq)
		return seen_store(d, e);
	return 0;
}

static void
pepper_hash(const struct desk *d, enum pepper_use use, const char *purpose,
    const void *bytes, size_t len, unsigned char out[SEAL_HASH])
{
	struct secret *key;

	key = seal_derive(d->pepper, (uint64_t)use, PEPPER_CONTEXT);
	seal_hash_keyed(out, key, purpose, bytes, len);
	secret_free(key);
}

int
desk_hash_address(const struct desk *d, const char *address,
    unsigned char out[SEAL_HASH], struct err *e)
{
	char *key;

	if ((key = text_address_key(address, e)) == NULL)
		return -1;
	pepper_hash(d, PEPPER_ADDRESS, "teduh/address/v1", key, strlen(key),
	    out);
	free(key);
	return 0;
}

void
desk_hash_check(const struct desk *d, const char *case_id,
    int64_t participant, const char *address, unsigned char out[SEAL_HASH])
{
	struct buf b;

	buf_init(&b, 4096);
	if (buf_addf(&b, "%s/%" PRId64 "/%s", case_id, participant,
	    address) == -1)
		buf_clear(&b);	/* an address that long equals none */
	pepper_hash(d, PEPPER_CHECK, "teduh/check/v1", b.bytes, b.len, out);
	buf_free(&b);
}

void
desk_hash_token(const struct desk *d, const char *kind, const char *token,
    unsigned char out[SEAL_HASH])
{
	struct buf b;

	buf_init(&b, 4096);
	if (buf_addf(&b, "%s/%s", kind, token) == -1)
		buf_clear(&b);
	pepper_hash(d, PEPPER_TOKEN, "teduh/token/v1", b.bytes, b.len, out);
	buf_free(&b);
}

void
desk_hash_body(const struct desk *d, const void *bytes, size_t len,
    unsigned char out[SEAL_HASH])
{
	pepper_hash(d, PEPPER_BODY, BODY_PURPOSE, bytes, len, out);
}

/* So many characters of a keyed hash, in the small letters of a token. */
static void
token_of(const unsigned char hash[SEAL_HASH], char *out, size_t n)
{
	char all[(8 * SEAL_HASH + 4) / 5 + 1];
	size_t i;

	code_from_bytes(all, hash, SEAL_HASH);
	for (i = 0; i < n; i++)
		out[i] = all[i] >= 'A' && all[i] <= 'Z' ?
		    (char)(all[i] - 'A' + 'a') : all[i];
	out[n] = '\0';
	seal_wipe(all, sizeof(all));
}

void
desk_mailto_token(const struct desk *d, const char *case_id,
    int64_t participant, char out[DESK_MAILTO + 1])
{
	unsigned char hash[SEAL_HASH];
	char text[64];
	int n = snprintf(text, sizeof(text), "%s/%" PRId64, case_id,
	    participant);

	pepper_hash(d, PEPPER_FORM, "teduh/mailto/v1", text, (size_t)n,
	    hash);
	token_of(hash, out, DESK_MAILTO);
	seal_wipe(hash, sizeof(hash));
}

void
desk_once_token(const struct desk *d, const unsigned char id[SEAL_ID],
    char out[DESK_ONCE + 1])
{
	unsigned char hash[SEAL_HASH];

	pepper_hash(d, PEPPER_FORM, "teduh/once/v1", id, SEAL_ID, hash);
	token_of(hash, out, DESK_ONCE);
	seal_wipe(hash, sizeof(hash));
}

void
desk_once_random(const struct desk *d, const char *token,
    unsigned char out[SEAL_HASH])
{
	pepper_hash(d, PEPPER_FORM, "teduh/once-code/v1", token,
	    strlen(token), out);
}

void
desk_hash_form(const struct desk *d, const void *random, size_t len,
    unsigned char out[SEAL_HASH])
{
	pepper_hash(d, PEPPER_FORM, "teduh/form/v1", random, len, out);
}

struct seal_hashing *
desk_hash_body_begin(const struct desk *d)
{
	struct seal_hashing *h;
	struct secret *key;

	key = seal_derive(d->pepper, PEPPER_BODY, PEPPER_CONTEXT);
	h = seal_hashing_new(key, BODY_PURPOSE);
	secret_free(key);
	return h;
}
