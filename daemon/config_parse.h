#ifndef TEDUH_CONFIG_PARSE_H
#define TEDUH_CONFIG_PARSE_H

#include <confuse.h>
#include <stdint.h>

#include "daemon/config.h"

struct err;

/*
 * One parse of a configuration: values are taken out of libconfuse's tree
 * one by one, each checked where it is taken.  The first problem is kept, as
 * "FILE:LINE: ...", and makes all later calls harmless.
 */
struct config_parse {
	const char	*name;		/* the file, for messages */
	char		*folder;	/* that relative paths begin at */
	struct err	*e;
	int		 bad;
};

void	 config_parse_problem(struct config_parse *, int line,
	    const char *, ...) __attribute__((format(printf, 3, 4)));
/* The line of a value, or the end of its section when it is not there. */
int	 config_parse_line(cfg_t *, const char *key);

/* The section in one form; free it. */
char	*config_parse_print(cfg_t *);

/* The key must stand there. */
void	 config_parse_must(struct config_parse *, cfg_t *, const char *key);

/* Each gives a string to free; NULL when absent (or there was a problem). */
char	*config_parse_text(struct config_parse *, cfg_t *, const char *key);
/* Must be there. */
char	*config_parse_need(struct config_parse *, cfg_t *, const char *key);
char	*config_parse_path(struct config_parse *, cfg_t *, const char *key);
/* A list as it stands, NULL-terminated. */
char	**config_parse_list(struct config_parse *, cfg_t *, const char *key);
/*
 * "/path word word" as argv: no shell will see it, so spaces are all there
 * is.
 */
char	**config_parse_command(struct config_parse *, cfg_t *,
	    const char *key);
void	 config_parse_free_list(char **);	/* NULL is fine */
/* "unix:PATH" with the path made absolute, anything else as it is. */
char	*config_parse_listen(struct config_parse *, cfg_t *, const char *key);

/* A number from 1 to max; `absent` when it is not there. */
int	 config_parse_number(struct config_parse *, cfg_t *, const char *key,
	    int max, int absent);
/* A duration such as 48h, 5d or 30m, in seconds. */
int64_t	 config_parse_span(struct config_parse *, cfg_t *, const char *key,
	    int64_t absent);
enum config_tls config_parse_tls(struct config_parse *, cfg_t *);
/* The name of a file in the secrets folder that is not one of our own. */
char	*config_parse_secret(struct config_parse *, cfg_t *, const char *key);
/* "id", "et", "en" and the like. */
int	 config_parse_is_language(const char *);
/* A mail address, which must be there. */
char	*config_parse_address(struct config_parse *, cfg_t *,
	    const char *key);
/* Neither of these keys may stand in the section; the list ends with NULL. */
void	 config_parse_none(struct config_parse *, cfg_t *,
	    const char *const *keys, const char *why);

#endif
