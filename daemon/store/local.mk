daemon_libdesk_a_SOURCES += \
	daemon/store/lock.c daemon/store/lock.h \
	daemon/store/sqlite.c daemon/store/sqlite.h \
	daemon/store/sqlite_backup.c \
	daemon/store/sqlite_migrate.c \
	daemon/store/sqlite_open.c daemon/store/store.h
