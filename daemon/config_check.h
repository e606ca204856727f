#ifndef TEDUH_CONFIG_CHECK_H
#define TEDUH_CONFIG_CHECK_H

/*
 * teduhd -t: the configuration, and every file that it names.  Prints each
 * finding, "FILE:LINE: ..." where it has a line. Returns the exit code.
 */
int	config_check_main(const char *path);

#endif
