include tests/unit/local.mk

EXTRA_DIST += tests/run.py tests/replay.py \
	tests/lib/__init__.py tests/lib/certs.py tests/lib/ground.py \
	tests/lib/imapscript.py tests/lib/leaks.py tests/lib/mails.py \
	tests/lib/scripted.py tests/lib/services.py tests/lib/smtpsink.py \
	tests/lib/story.py tests/lib/teduh.py

# What dev/check runs one by one, to count every test by itself.
list-tests:
	@for test in $(TESTS); do echo "$$test"; done
.PHONY: list-tests
