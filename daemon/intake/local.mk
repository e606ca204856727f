teduhd_SOURCES += \
	daemon/intake/folder.c daemon/intake/folder.h \
	daemon/intake/filed.c daemon/intake/filed.h \
	daemon/intake/folders.c daemon/intake/folders.h \
	daemon/intake/imap.c daemon/intake/imap.h \
	daemon/intake/imap_batch.c daemon/intake/imap_inside.h \
	daemon/intake/imap_look.c daemon/intake/imap_move.c \
	daemon/intake/drill.c daemon/intake/drill.h \
	daemon/intake/probe.c \
	daemon/intake/intake.c \
	daemon/intake/listen.c daemon/intake/listen.h \
	daemon/intake/login.c daemon/intake/login.h \
	daemon/intake/lost.c daemon/intake/lost.h \
	daemon/intake/mark.c daemon/intake/mark.h \
	daemon/intake/removal.c daemon/intake/removal.h \
	daemon/intake/stream.c daemon/intake/stream.h \
	daemon/intake/take.c daemon/intake/take.h
