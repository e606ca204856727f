#ifndef TEDUH_READER_HTML_STYLE_H
#define TEDUH_READER_HTML_STYLE_H

/*
 * 1 when a style attribute keeps its element from the reader's eyes: not
 * displayed, of no size, moved off the page, transparent, or in the colour of
 * its own background.  What a style sheet says elsewhere is not known.
 */
int	html_style_hides(const char *style);

#endif
