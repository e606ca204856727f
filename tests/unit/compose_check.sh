#!/bin/sh
# What test_compose writes is read back by another parser.
set -eu

here=${srcdir:-.}/tests/unit
program=${builddir:-.}/tests/unit/test_compose
python3 -c '' 2>/dev/null && test -x "$program" || exit 77

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
COMPOSE_SAMPLES=$dir "$program" >/dev/null 2>&1

failed=0
count=0
for expected in "$dir"/*.json; do
	message=${expected%.json}.eml
	if ! python3 "$here/compose_check.py" "$expected" < "$message"; then
		echo "compose_check: ${message##*/}" >&2
		failed=1
	fi
	count=$((count + 1))
done
test "$count" -ge 20

# The check can fail: one more recipient, a bare line end, another text.
plain=$dir/plain
for change in 's/^To: /Cc: a@b\r\nTo: /' 's/\r$//' 's/=C3=B5/o/' \
    's/^Subject: /Subject: x/' 's/^Date: .*/Date: yesterday\r/'; do
	if sed "$change" "$plain.eml" |
	    python3 "$here/compose_check.py" "$plain.json" 2>/dev/null; then
		echo "compose_check: '$change' is not noticed" >&2
		failed=1
	fi
done
exit "$failed"
