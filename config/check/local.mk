# The lists that `check` goes by, by language.  Clients have them too.
checkendir = $(pkgdatadir)/check/en
checketdir = $(pkgdatadir)/check/et
checkiddir = $(pkgdatadir)/check/id
CHECK_LISTS = allowed common familiar measures names places polite promises \
	risk safety
dist_checken_DATA = $(CHECK_LISTS:%=config/check/en/%.txt)
dist_checket_DATA = $(CHECK_LISTS:%=config/check/et/%.txt)
dist_checkid_DATA = $(CHECK_LISTS:%=config/check/id/%.txt)
# Not checkdir: what automake calls check_DATA is never installed.
checkreadmedir = $(pkgdatadir)/check
dist_checkreadme_DATA = config/check/README
