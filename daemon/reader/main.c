/*
 * teduh-reader: a program of its own, because a process is forked for each
 * letter and all that is linked makes that dearer; the libraries of teduhd
 * are twice as many.
 */
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/reader/reader.h"

int
main(void)
{
	int type;
	socklen_t n = sizeof(type);

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &n) == -1) {
		(void)fputs("teduh-reader: teduhd starts it, nobody else\n",
		    stderr);
		return EX_USAGE;
	}
	/* Its name in ps(1), which would be a number after execveat(). */
	(void)prctl(PR_SET_NAME, "teduh-reader");
	return reader_main();
}
