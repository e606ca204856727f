# The sentences with which the service refuses something, out of its sources,
# as a list of C strings for tools/service.c:
#   awk -f po/service.awk daemon/desk/*.c ...
# Those are the formats of err_set() with a code that the API passes on, the
# TEXT_... of the API and what the HTTP loop returns.  Plain awk.

# What these say goes into a log or to teduh-admin, never through the API.
FILENAME ~ /\/(audit|backup|chain|foreign|help_now|reading|retire)[a-z_]*\.c$/ { next }

FNR == 1 { scan(); text = "" }
{ text = text "\n" $0 }
END {
	scan()
	print "/* Made by po/service.awk; do not edit. */"
	for (i = 1; i <= n; i++)
		print "N_(" said[i] "),"
}

function scan(    call)
{
	call = "err_set\\([a-z_]+,[ \t\n]*ERR_(INPUT|DENIED|GONE|CONFLICT" \
	    "|RETRY),[ \t\n]*\"" \
	    "|#define TEXT_[A-Z]+[ \t]*\"|[ \t]return \"[a-z]"
	while (match(text, call)) {
		text = substr(text, RSTART)
		text = substr(text, index(text, "\""))
		said_now = literal()
		if (text !~ "^[ \t\n]*[A-Z][A-Z_]*[ \t\n]*\"")
			add(said_now)	# not with a macro inside
	}
}

# The string that text begins with: pieces, and the PRI... between them.
function literal(    out)
{
	out = ""
	while (match(text, "^[ \t\n\\\\]*(\"(\\\\.|[^\"\\\\])*\"|PRI[a-z0-9]+)"))
	{
		out = out " " substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
	}
	gsub("[ \t\n]*\\\\\n", " ", out)
	gsub("[ \t\n]*\n[ \t\n]*", " ", out)
	return substr(out, 2)
}

# A word alone is no sentence.
function add(s)
{
	if (s !~ / [a-z]/ || s in seen)
		return
	seen[s] = 1
	said[++n] = s
}
