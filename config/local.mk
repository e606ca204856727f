EXTRA_DIST += config/teduh.conf
