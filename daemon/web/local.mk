teduhd_SOURCES += \
	daemon/web/page.c daemon/web/page.h \
	daemon/web/saying.c daemon/web/saying.h
