#ifndef TEDUH_CONFIG_LINES_H
#define TEDUH_CONFIG_LINES_H

#include <stddef.h>

struct err;

/*
 * Text files that a service may edit: pages, words, lists.  All of one is in
 * memory before anything is made of it, so that a mistake is found at the
 * start; sizes are bounded.
 */
#define CONFIG_LINE_MAX	1024	/* bytes of a line */

/* The whole of a file that is plain UTF-8 text. NULL with ERR_INPUT. */
char	*config_text(const char *path, size_t max, struct err *);

/* Such a file line by line; path is kept by pointer. */
struct config_lines {
	const char	*path;
	int		 number;	/* of the line at hand; 0: none yet */
	char		*text, *next;
};

/* 0, or -1 with ERR_INPUT; close it in any case. */
int	 config_lines_open(struct config_lines *, const char *path,
	    size_t max, struct err *);
void	 config_lines_close(struct config_lines *);
/*
 * The next line, without its end, which the caller may cut up: 1. 0: there
 * is none. -1 with ERR_INPUT: it is not plain UTF-8 text, or too long.
 */
int	 config_lines_next(struct config_lines *, char **line, struct err *);
/* What is wrong with the line at hand: "PATH:LINE: WHAT", ERR_INPUT. -1. */
int	 config_lines_fail(const struct config_lines *, const char *what,
	    struct err *);

#endif
