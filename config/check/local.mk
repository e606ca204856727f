# The lists that `check` goes by, by language.  Clients have them too.
checkendir = $(pkgdatadir)/check/en
checketdir = $(pkgdatadir)/check/et
checkiddir = $(pkgdatadir)/check/id
dist_checken_DATA = config/check/en/allowed.txt \
	config/check/en/common.txt \
	config/check/en/familiar.txt \
	config/check/en/measures.txt \
	config/check/en/names.txt \
	config/check/en/places.txt \
	config/check/en/polite.txt \
	config/check/en/promises.txt \
	config/check/en/risk.txt \
	config/check/en/safety.txt
dist_checket_DATA = config/check/et/allowed.txt \
	config/check/et/common.txt \
	config/check/et/familiar.txt \
	config/check/et/measures.txt \
	config/check/et/names.txt \
	config/check/et/places.txt \
	config/check/et/polite.txt \
	config/check/et/promises.txt \
	config/check/et/risk.txt \
	config/check/et/safety.txt
dist_checkid_DATA = config/check/id/allowed.txt \
	config/check/id/common.txt \
	config/check/id/familiar.txt \
	config/check/id/measures.txt \
	config/check/id/names.txt \
	config/check/id/places.txt \
	config/check/id/polite.txt \
	config/check/id/promises.txt \
	config/check/id/risk.txt \
	config/check/id/safety.txt
checkdir = $(pkgdatadir)/check
dist_check_DATA = config/check/README
