#ifndef TEDUH_RUN_H
#define TEDUH_RUN_H

/*
 * Run a program of the configuration: no shell, no environment but PATH,
 * nothing on its standard output, `line` on its standard input, in a process
 * group of its own, which is killed after RUN_MAX_MS or when the role ends.
 * more: words added to argv, NULL-terminated; may be NULL. Its exit code;
 * -1 when it could not be run, was killed, or took too long.
 */
#define RUN_MAX_MS	30000

int	run_program(char *const argv[], const char *const more[],
	    const char *line);

#endif
