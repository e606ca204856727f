#ifndef TEDUH_CONFIG_TEXT_H
#define TEDUH_CONFIG_TEXT_H

struct err;

/*
 * A copy of a configuration text in which comments are blank and every line
 * is where it was; the caller frees.  NULL with ERR_INPUT "NAME:LINE: ..."
 * when a quote, a comment or a brace is not closed, at the line where it
 * opens.
 */
char	*config_text_plain(const char *name, const char *text, struct err *);

#endif
