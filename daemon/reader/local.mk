teduhd_SOURCES +=
