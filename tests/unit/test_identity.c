/* Key files: a vector opens, a changed one does not, cost is bounded first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/identity.h"
#include "lib/wire.h"

#define PASSPHRASE	"sheltered calm"
#define KEYFILE \
	"VEVEVUhLRVkBAQAAAAEAAAAIIKWW0OQOvi4kOqiCWNAiqxoUEvyYh/Pc/5gmTt40" \
	"W48pL+GhFP4EY9FWngBy8gzZKs3IB4RgBuk/OFZ9lyTmHepec7nbG8BVMk0Wnfvl" \
	"tMK0v376h0Ejsw=="
#define SIGN \
	"f1af80af6e4aaca3c578f9c6eab2b9f6c75d4381683de7446a1b8af58c0bf53c"
#define BOX \
	"9a2fad139775eed96297d5239426977ade5400c6f4f060cb29642243457ec70e"

static struct secret *
passphrase(const char *text)
{
	return secret_copy(text, strlen(text));
}

static void
opens_the_vector(void **state)
{
	struct secret *pass = passphrase(PASSPHRASE);
	struct err e = ERR_INIT;
	struct identity *id;
	struct buf file;
	char hex[65];

	(void)state;
	buf_init(&file, 4096);
	assert_int_equal(wire_unbase64(&file, KEYFILE, strlen(KEYFILE)), 0);
	assert_int_equal(file.len, IDENTITY_FILE_LEN);
	id = identity_unlock(file.bytes, file.len, pass, &e);
	assert_non_null(id);
	wire_hex(hex, id->signer->pub, 32);
	assert_string_equal(hex, SIGN);
	wire_hex(hex, id->box_pub, 32);
	assert_string_equal(hex, BOX);
	assert_int_equal(id->seed->bytes[31], 31);
	identity_free(id);
	identity_free(NULL);
	secret_free(pass);
	buf_free(&file);
}

static void
locks_and_unlocks(void **state)
{
	struct secret *pass = passphrase("a"), *other = passphrase("b");
	struct secret *empty = passphrase("");
	struct identity *id = identity_new(), *back;
	struct err e = ERR_INIT;
	struct buf file;

	(void)state;
	buf_init(&file, IDENTITY_FILE_LEN);
	assert_int_equal(identity_lock(id, pass, 1, 8, &file, &e), 0);
	back = identity_unlock(file.bytes, file.len, pass, &e);
	assert_non_null(back);
	assert_memory_equal(id->signer->pub, back->signer->pub, 32);
	assert_memory_equal(id->box->bytes, back->box->bytes, 32);
	identity_free(back);
	assert_null(identity_unlock(file.bytes, file.len, other, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_null(identity_unlock(file.bytes, file.len, empty, &e));
	assert_int_equal(identity_lock(id, pass, 1, 8, &file, &e), -1);
	assert_int_equal(identity_lock(id, pass, 0, 8, &file, &e), -1);
	assert_int_equal(identity_lock(id, pass, 1, IDENTITY_MEM_MAX_KIB + 1,
	    &file, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	identity_free(id);
	secret_free(pass);
	secret_free(other);
	secret_free(empty);
	buf_free(&file);
}

/* What another byte at this place of the vector gives. */
static enum err_code
with_byte(size_t at, unsigned char byte)
{
	struct secret *pass = passphrase(PASSPHRASE);
	struct err e = ERR_INIT;
	struct buf file;

	buf_init(&file, 4096);
	assert_int_equal(wire_unbase64(&file, KEYFILE, strlen(KEYFILE)), 0);
	file.bytes[at] = (char)byte;
	assert_null(identity_unlock(file.bytes, file.len, pass, &e));
	secret_free(pass);
	buf_free(&file);
	return e.code;
}

static void
refuses_changed_files(void **state)
{
	struct secret *pass = passphrase(PASSPHRASE);
	struct err e = ERR_INIT;
	char file[IDENTITY_FILE_LEN + 1] = "TEDUHKEY";

	(void)state;
	assert_int_equal(with_byte(0, 't'), ERR_INPUT);
	assert_int_equal(with_byte(8, 2), ERR_INPUT);
	assert_int_equal(with_byte(9, 2), ERR_INPUT);
	assert_int_equal(with_byte(13, 0), ERR_INPUT);	/* no ops */
	assert_int_equal(with_byte(13, 17), ERR_INPUT);	/* too many */
	assert_int_equal(with_byte(10, 1), ERR_INPUT);
	assert_int_equal(with_byte(17, 7), ERR_INPUT);	/* too little mem */
	assert_int_equal(with_byte(14, 1), ERR_INPUT);	/* 16 GiB */
	assert_int_equal(with_byte(13, 2), ERR_DENIED);
	assert_int_equal(with_byte(17, 9), ERR_DENIED);
	assert_int_equal(with_byte(20, 0), ERR_DENIED);	/* salt */
	assert_int_equal(with_byte(40, 0), ERR_DENIED);	/* nonce */
	assert_int_equal(with_byte(60, 0), ERR_DENIED);	/* seed */
	assert_int_equal(with_byte(105, 0), ERR_DENIED); /* tag */
	assert_null(identity_unlock(file, sizeof(file), pass, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_null(identity_unlock(file, 8, pass, &e));
	assert_null(identity_unlock("", 0, pass, &e));
	secret_free(pass);
}

static int
begin(void **state)
{
	(void)state;
	return seal_init(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_the_vector),
		cmocka_unit_test(locks_and_unlocks),
		cmocka_unit_test(refuses_changed_files),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
