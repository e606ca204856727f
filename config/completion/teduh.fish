# Completion of teduh for fish.  Everything is known to the program itself:
# 'teduh --complete WORD... LAST' prints what LAST could become.
function __teduh_complete
	set -l before (commandline -opc)
	set -l last (commandline -ct)
	for line in (command $before[1] --complete $before[2..-1] "$last" \
		2>/dev/null </dev/null)
		switch $line
			case :files
				__fish_complete_path "$last"
			case :folders
				__fish_complete_directories "$last" ''
			case '*'
				echo $line
		end
	end
end
complete -c teduh -f -a '(__teduh_complete)'
