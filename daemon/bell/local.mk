teduhd_SOURCES += \
	daemon/bell/bell.c \
	daemon/bell/run.c daemon/bell/run.h
