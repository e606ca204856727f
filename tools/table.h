#ifndef TEDUH_TOOLS_TABLE_H
#define TEDUH_TOOLS_TABLE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * Tables for people: cells that are as wide as they have to be, and a text
 * that gets what room is left (or, on a narrow terminal, a line of its own).
 * A column that is empty in every row is left out, and so are the last ones
 * where the cells alone are wider than the page.
 */
#define TABLE_CELLS	8
#define TABLE_CELL	160	/* bytes */
#define TABLE_REST	1200

struct table_row {
	char		 cells[TABLE_CELLS][TABLE_CELL];
	const char	*marks[TABLE_CELLS];	/* SCREEN_..., or NULL */
	char		 rest[TABLE_REST];
	const char	*rest_mark;
};

/* Fill a row, which is empty, from an object. */
typedef void	table_fill(struct table_row *, const json_t *, int64_t now_s);

struct table {
	const struct table_row *head;	/* NULL: none */
	table_fill	*fill;
	unsigned int	 hidden;	/* bit k: leave column k out */
	int		 whole;		/* never cut the text of the rest */
	size_t		 columns;	/* of the page */
	int64_t		 now_s;
};

/* All rows, appended to a page (screen.h). */
void	table_add(struct buf *page, const struct table *, const json_t *rows);
/* Text that is safe already (render_word()), cut at 20 columns. */
void	table_set(struct table_row *, int k, const char *text);
/* "in 3 h", "2 h late", from a member that is a time. */
void	table_set_due(struct table_row *, int k, const json_t *,
	    const char *name, int64_t now_s);
/* "3 h": how long ago that was. */
void	table_set_since(struct table_row *, int k, const json_t *,
	    const char *name, int64_t now_s);

#endif
