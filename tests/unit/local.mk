# A program per file of lib/, with cmocka.
UNIT_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)
UNIT_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)

# The store engine.
STORE_UNIT_CFLAGS = $(UNIT_CFLAGS) $(SQLITE_CFLAGS)
STORE_UNIT_LDADD = $(DESK_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_lock tests/unit/test_store \
	tests/unit/test_store_faults
tests_unit_test_lock_SOURCES = tests/unit/test_lock.c
tests_unit_test_lock_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_lock_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_store_SOURCES = tests/unit/test_store.c \
	tests/unit/store_kit.c tests/unit/store_kit.h
tests_unit_test_store_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_store_LDADD = $(STORE_UNIT_LDADD)
tests_unit_test_store_faults_SOURCES = tests/unit/test_store_faults.c \
	tests/unit/store_kit.c tests/unit/store_kit.h
tests_unit_test_store_faults_CFLAGS = $(STORE_UNIT_CFLAGS)
tests_unit_test_store_faults_LDADD = $(STORE_UNIT_LDADD)
TESTS += tests/unit/test_lock tests/unit/test_store \
	tests/unit/test_store_faults
