include tests/unit/local.mk

# The stories, their ground and their mails, as whole folders.
EXTRA_DIST += tests/integration tests/lib tests/corpus tests/style \
	tests/run.py tests/replay.py dev .ci/run
dist-hook:
	find '$(distdir)' -name __pycache__ -type d -prune -exec rm -rf {} +

# What dev/check runs one by one, to count every test by itself.
list-tests:
	@for test in $(TESTS); do echo "$$test"; done
.PHONY: list-tests
