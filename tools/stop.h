#ifndef TEDUH_TOOLS_STOP_H
#define TEDUH_TOOLS_STOP_H

/*
 * Ctrl-C in long work: the first asks to end it in good order, the second
 * ends the program at once.
 */
void	stop_catch(void);
/* 1 once it was asked. */
int	stop_asked(void);

#endif
