#ifndef TEDUH_READER_H
#define TEDUH_READER_H

/*
 * The helper that reads strangers' mail: teduh-reader, started by
 * daemon/desk/reading.c with fd 0 as its only socket.  Returns the exit
 * status when its parent hangs up.
 */
int	reader_main(void);

#endif
