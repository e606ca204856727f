include tests/unit/local.mk
include tests/fuzz/local.mk

# The stories, their ground and their mails, as whole folders.
EXTRA_DIST += tests/integration tests/lib tests/corpus tests/corpora \
	tests/style tests/package tests/web tests/run.py tests/replay.py dev debian .ci/run
dist-hook:
	find '$(distdir)' -name __pycache__ -type d -prune -exec rm -rf {} +
