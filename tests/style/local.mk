# Style that a machine can hold.
dist_check_SCRIPTS += tests/style/check.py
TESTS += tests/style/check.py
