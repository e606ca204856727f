# Completion of teduh for bash.  Everything is known to the program itself:
# 'teduh --complete WORD... LAST' prints what LAST could become.
_teduh() {
	local line
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:files)
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$2")
			;;
		:folders)
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -d -- "$2")
			;;
		*)
			COMPREPLY+=("${line%%$'\t'*}")
			;;
		esac
	done < <(command "${1/#\~/$HOME}" --complete \
		"${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null)
}
complete -F _teduh teduh
