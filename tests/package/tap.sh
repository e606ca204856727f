# What the stories of the package share. Sourced; they run as root in a root
# of their own, in /teduh.

bad=0
said=$(mktemp)

# ok WHAT COMMAND...
ok() {
	what=$1
	shift
	if "$@" >"$said" 2>&1 </dev/null; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/# /' "$said"
		bad=1
	fi
}

not() {
	! "$@"
}

# How a command ended: ends CODE COMMAND...
ends() {
	wanted=$1
	shift
	code=0
	"$@" || code=$?
	[ "$code" -eq "$wanted" ] || {
		echo "ended with $code"
		return 1
	}
}

same() {
	[ "$1" = "$2" ] || {
		echo "'$1' is not '$2'"
		return 1
	}
}

# has FILE WORDS
has() {
	grep -F -e "$2" "$1" || {
		head -40 "$1"
		return 1
	}
}

# The first string of this name in JSON on standard input.
field() {
	tr ',{}' '\n\n\n' | sed -n "s/^ *\"$1\": *\"\(.*\)\"\$/\1/p" | head -1
}

apt() {
	env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		--no-install-recommends "$@"
}

# somebody NAME PASSPHRASE: an account that may reach the API's socket.
somebody() {
	useradd --create-home --groups teduh "$1" &&
		printf '%s\n' "$2" >"/home/$1/passphrase" &&
		chown "$1:" "/home/$1/passphrase" &&
		chmod 600 "/home/$1/passphrase"
}

# as NAME COMMAND...: teduh at the hands of somebody.
as() {
	who=$1
	shift
	# shellcheck disable=SC2016 # for the inner shell
	runuser -u "$who" -- env HOME="/home/$who" sh -c \
		'exec teduh "$@" --passphrase-fd 3 3<"$HOME/passphrase"' \
		teduh "$@"
}

# joins NAME ARGUMENTS...: with a key whose page is read from a file.
joins() {
	as "$1" key new >&2 && as "$1" key backup --file "/home/$1/page" >&2 &&
		(who=$1 && shift && as "$who" join "$@" --paper \
			"/home/$who/page")
}
