# Turns SQL into C: first statements.sql (blocks that begin with
# "-- name: NAME"), then the migrations, a file each, in order.
#   awk -v what=h ...  the enum and the declarations
#   awk -v what=c ...  the strings
# A migration becomes a list of statements, each of which ends with a line
# that ends in ';': one long string would pass what C compilers must take.
# Plain awk: mawk and gawk differ in gsub() with backslashes, so none is used.

function quote(s,    i, c, out)
{
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\\" || c == "\"")
			out = out "\\" c
		else
			out = out (c == "\t" ? " " : c)
	}
	return "\n\t    \"" out "\\n\""
}

function fail(why)
{
	printf "%s:%d: %s\n", FILENAME, FNR, why | "cat 1>&2"
	failed = 1
	exit 1
}

FNR == 1 { file++ }

file == 1 && /^-- name:/ {
	name = $3
	if (name !~ /^[a-z][a-z0-9_]*$/)
		fail("a name is lower-case letters, digits and _")
	if (name in seen)
		fail("there are two statements '" name "'")
	seen[name] = 1
	names[++n] = name
	next
}

/^[ \t]*--/ || /^[ \t]*$/ { next }

file == 1 && n == 0 { fail("a statement without a name") }
file == 1 { sql[n] = sql[n] quote($0) }

file > 1 {
	step[file] = step[file] quote($0)
	line = $0
	sub(/--.*/, "", line)
	if (line ~ /;[ \t]*$/) {
		step[file] = step[file] ","
		open_step = 0
	} else
		open_step = 1
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= n; i++)
		if (sql[i] == "")
			fail("statement '" names[i] "' is empty")
	if (open_step)
		fail("the last statement has no end")
	print "/* Made by schemas/embed.awk; do not edit. */"
	if (what == "h")
		header()
	else
		strings()
}

function header(    i)
{
	print "#ifndef TEDUH_STATEMENTS_H\n#define TEDUH_STATEMENTS_H\n"
	print "enum statement {"
	for (i = 1; i <= n; i++)
		printf "\tSTMT_%s,\n", toupper(names[i])
	print "\tSTATEMENT_COUNT\n};\n"
	print "extern const char *const statement_sql[STATEMENT_COUNT];"
	print "extern const char *const statement_name[STATEMENT_COUNT];\n"
	print "/* Per migration its statements, with NULL behind. */"
	printf "#define SCHEMA_VERSION %d\n", file - 1
	print "extern const char *const *const schema_sql[SCHEMA_VERSION];"
	print "\n#endif"
}

function strings(    i)
{
	print "#include <stddef.h>\n\n#include \"schemas/statements.h\"\n"
	print "const char *const statement_sql[STATEMENT_COUNT] = {"
	for (i = 1; i <= n; i++)
		printf "\t[STMT_%s] =%s,\n", toupper(names[i]), sql[i]
	print "};\n\nconst char *const statement_name[STATEMENT_COUNT] = {"
	for (i = 1; i <= n; i++)
		printf "\t[STMT_%s] = \"%s\",\n", toupper(names[i]), names[i]
	print "};\n"
	for (i = 2; i <= file; i++)
		printf "static const char *const step_%d[] = {%s\n\tNULL\n};\n\n",
		    i - 1, step[i]
	print "const char *const *const schema_sql[SCHEMA_VERSION] = {"
	for (i = 2; i <= file; i++)
		printf "\tstep_%d,\n", i - 1
	print "};"
}
