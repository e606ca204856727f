#ifndef TEDUH_READER_HTML_SINK_H
#define TEDUH_READER_HTML_SINK_H

#include <stddef.h>

struct buf;

/*
 * What both HTML parsers speak to: it gets tags and text in document order
 * and writes lines.  Tags need not be balanced.
 */
#define HTML_DEPTH_MAX	256

struct html_open {
	short		 tag;
	unsigned	 hides : 1, skips : 1, quotes : 1;
	unsigned	 pre : 1, list : 1;
	int		 number;	/* of the next <li>, 0 in <ul> */
	char		*href;		/* owned */
	size_t		 mark;		/* where its text began */
};

struct html_sink {
	struct buf	*out;
	struct html_open open[HTML_DEPTH_MAX];
	size_t		 depth;
	int		 hides, skips, quotes, pre;	/* open */
	int		 lines;		/* line ends owed */
	int		 space;		/* a space owed */
	int		 begun;		/* something was written */
	int		 marked;	/* a list mark is the last of it */
	int		 bracket;	/* "[hidden: " stands open */
	int		 hidden;	/* something was */
	int		 full;
};

void	html_sink_init(struct html_sink *, struct buf *out);
/* attributes: name, value, name, value ..., NULL; a value may be NULL. */
void	html_sink_start(struct html_sink *, const char *name,
	    const char *const *attributes);
void	html_sink_end(struct html_sink *, const char *name);
void	html_sink_text(struct html_sink *, const char *, size_t);
/* Closes what is open. */
void	html_sink_finish(struct html_sink *);

/* The other parser: strips tags by itself, never fails. */
void	html_scan(struct html_sink *, const char *, size_t);

#endif
