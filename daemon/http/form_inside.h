#ifndef TEDUH_HTTP_FORM_INSIDE_H
#define TEDUH_HTTP_FORM_INSIDE_H

#include "daemon/http/form.h"

/* What form.c and form_multipart.c share; nobody else includes this. */

/* A fault of the form: 0 when reading goes on, -1 when it ends. */
int	form_fault(struct form *, enum form_fault, struct err *, const char *,
	    ...) __attribute__((format(printf, 4, 5)));

/* n bytes, kept with a NUL behind. */
const char *form_keep(struct form *, const void *, size_t n);
/* Each 0, or -1 with *e; what they are given was kept before. */
int	form_check_name(struct form *, const char *name, size_t n,
	    struct err *);
int	form_add_field(struct form *, const char *name, const char *value,
	    size_t len, struct err *);
int	form_add_file(struct form *, const struct form_file *, struct err *);

/* The body of multipart/form-data with this boundary. */
#define FORM_BOUNDARY_MAX	70	/* RFC 2046 5.1.1 */
int	form_multipart(struct form *, const char *boundary,
	    const char *body, size_t len, struct err *);

#endif
