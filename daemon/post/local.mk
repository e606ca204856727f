teduhd_SOURCES += \
	daemon/post/check.c daemon/post/check.h \
	daemon/post/idna.c daemon/post/idna.h \
	daemon/post/last_read.c daemon/post/last_read.h \
	daemon/post/urgent.c daemon/post/urgent.h \
	daemon/post/login.c daemon/post/login.h \
	daemon/post/notice.c daemon/post/notice.h \
	daemon/post/notice_check.c \
	daemon/post/parcel.c daemon/post/parcel.h \
	daemon/post/person.c daemon/post/person.h \
	daemon/post/post.c \
	daemon/post/drill.c daemon/post/drill.h \
	daemon/post/probe.c \
	daemon/post/smtp.c daemon/post/smtp.h \
	daemon/post/spent.c daemon/post/spent.h \
	daemon/post/unsend.c daemon/post/unsend.h
