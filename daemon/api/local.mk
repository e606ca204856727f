teduhd_SOURCES += \
	daemon/api/api.c \
	daemon/api/call.c daemon/api/call.h \
	daemon/api/probe.c \
	daemon/api/route.c daemon/api/route.h
