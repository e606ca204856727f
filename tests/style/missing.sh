#!/bin/sh
# configure says in one sentence what is missing and which package of Debian
# has it: tried with every library of configure.ac, by a pkg-config that
# denies one at a time.
#
#   missing.sh
#
# TAP; exit 1 when a sentence is not as it should be.
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP
count=0
bad=0

# FAKE_DENY: an argument that is answered with no.
cat >"$scratch/pkg-config" <<'END'
#!/bin/sh
for word; do
	case $word in
	"$FAKE_DENY" | "$FAKE_DENY "*) exit 1 ;;
	esac
done
END
chmod +x "$scratch/pkg-config"

# What the compiler is like is found out once.
mkdir "$scratch/first"
(cd "$scratch/first" && FAKE_DENY=nothing \
	PKG_CONFIG="$scratch/pkg-config" "$top/configure" -q \
	--cache-file=cache >said 2>&1) &
first=$!

# try NAME [VARIABLE=VALUE...]: configure in $scratch/NAME, with the cache.
try() {
	name=$1
	shift
	mkdir "$scratch/$name"
	grep -v pkg_cv_ "$scratch/first/cache" >"$scratch/$name/cache"
	(cd "$scratch/$name" && env PKG_CONFIG="$scratch/pkg-config" "$@" \
		"$top/configure" -q --cache-file=cache >said 2>&1
	echo $? >code)
}

# expect NAME WHAT PACKAGE: how it ended.
expect() {
	count=$((count + 1))
	line="configure: error: $2 is missing: on Debian, apt-get install $3"
	if [ "$(cat "$scratch/$1/code")" != 0 ] &&
	    grep -Fqx "$line" "$scratch/$1/said" &&
	    grep -Eq "^$3([[:space:]]|\$)" "$top/dev/packages"; then
		echo "ok $count - without $2: $3"
	else
		echo "not ok $count - without $2: $3"
		sed 's/^/# /' "$scratch/$1/said"
		bad=1
	fi
}

# The real pkg-config, in a world without libraries.
mkdir "$scratch/none" "$scratch/empty"
(cd "$scratch/none" && env -u PKG_CONFIG PKG_CONFIG_PATH= \
	PKG_CONFIG_LIBDIR="$scratch/empty" "$top/configure" -q >said 2>&1
echo $? >code)
wait $first || {
	echo "not ok 1 - configure with all libraries"
	sed 's/^/# /' "$scratch/first/said"
	echo "1..1"
	exit 1
}

# "ID|FAKE_DENY or cache variable|name|package", two at a time.
{
	echo "PKGCONFIG|FAKE_DENY=--atleast-pkgconfig-version|pkg-config|pkg-config"
	sed -n -E 's/^TEDUH_PKG\(\[(.*)\], \[([^ ]*).*\], \[(.*)\], \[(.*)\]\)$/\1|FAKE_DENY=\2|\3|\4/p' \
		"$top/configure.ac"
	sed -n -E 's/^AC_CHECK_HEADER\(\[(.*)\], \[\], \[TEDUH_NEED\(\[(.*)\], \[(.*)\]\)\]\)$/\1|\1|\2|\3/p' \
		"$top/configure.ac" | while IFS='|' read -r id header rest; do
		word=$(echo "$header" | tr -c 'a-z0-9\n' _)
		echo "$word|ac_cv_header_$word=no|$rest"
	done
} >"$scratch/list"
begun=0
while IFS='|' read -r id setting what package; do
	try "$id" "$setting" &
	begun=$((begun + 1))
	[ $((begun % 2)) -ne 0 ] || wait
done <"$scratch/list"
wait
expect none libsodium libsodium-dev
while IFS='|' read -r id setting what package; do
	expect "$id" "$what" "$package"
done <"$scratch/list"
needed=$(grep -Ec '^TEDUH_PKG\(|^AC_CHECK_HEADER\(.*TEDUH_NEED' \
	"$top/configure.ac")
count=$((count + 1))
if [ "$count" -eq $((needed + 3)) ]; then
	echo "ok $count - every library was tried"
else
	echo "not ok $count - every library was tried"
	bad=1
fi
echo "1..$count"
exit $bad
