# Turns statements.sql (blocks that begin with "-- name: NAME") and the
# migrations (each file whole, in the order given) into C.
# -v what=h: the enum and the declarations; -v what=c: the strings.
BEGIN {
	if (what == "h") {
		print "#ifndef TEDUH_STATEMENTS_H\n#define TEDUH_STATEMENTS_H\n"
		print "/* Made by schemas/embed.awk; do not edit. */\nenum statement {"
	} else {
		print "/* Made by schemas/embed.awk; do not edit. */"
		print "#include \"schemas/statements.h\"\n"
		print "const char *const statement_sql[STATEMENT_COUNT] = {"
	}
}
FNR == 1 { file++ }
file == 1 && /^-- name: / {
	name = $3
	names[++n] = name
	if (what == "h")
		printf "\tSTMT_%s,\n", toupper(name)
	else
		printf "%s\t[STMT_%s] =", n > 1 ? ",\n" : "", toupper(name)
	next
}
/^--/ || /^[ \t]*$/ { next }
{
	gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); gsub(/\t/, " ")
	if (file == 1) {
		if (what == "c")
			printf "\n\t    \"%s\\n\"", $0
	} else
		migration[file - 1] = migration[file - 1] "\n\t    \"" $0 "\\n\""
}
END {
	if (what == "h") {
		print "\tSTATEMENT_COUNT\n};\n"
		print "extern const char *const statement_sql[STATEMENT_COUNT];"
		print "extern const char *const statement_name[STATEMENT_COUNT];"
		printf "#define SCHEMA_VERSION %d\n", file - 1
		print "extern const char *const schema_sql[SCHEMA_VERSION];\n\n#endif"
	} else {
		print "\n};\n\nconst char *const statement_name[STATEMENT_COUNT] = {"
		for (i = 1; i <= n; i++)
			printf "\t\"%s\",\n", names[i]
		print "};\n\nconst char *const schema_sql[SCHEMA_VERSION] = {"
		for (i = 1; i < file; i++)
			printf "%s,\n", migration[i]
		print "};"
	}
}
