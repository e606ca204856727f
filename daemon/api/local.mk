teduhd_SOURCES += \
	daemon/api/api.c \
	daemon/api/call.c daemon/api/call.h \
	daemon/api/call_work.c \
	daemon/api/held.c daemon/api/held.h \
	daemon/api/probe.c \
	daemon/api/route.c daemon/api/route.h
