#ifndef TEDUH_READER_JAIL_H
#define TEDUH_READER_JAIL_H

/*
 * What the reader gives up.  jail_prepare() once in the process that forks:
 * no new privileges, not dumpable, no files (Landlock, where there is one),
 * and the filter for later; 0 or -1.  jail_close() in each child before it
 * sees a byte: limits on time and memory, and from then on only read and
 * write on JAIL_FD, memory and exit.  0 or -1; nothing may be read after -1.
 */
#define JAIL_FD		3
#define JAIL_CPU_S	2
#define JAIL_WALL_S	4
#define JAIL_MEMORY	(256ul * 1024 * 1024)

int	jail_prepare(void);
int	jail_close(void);

#endif
