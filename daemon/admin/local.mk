teduh_admin_SOURCES +=
