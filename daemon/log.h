#ifndef TEDUH_LOG_H
#define TEDUH_LOG_H

struct err;

/*
 * The log: one line on stderr (the journal or a file takes it),
 *   TIME role[pid] level: event key=value ...
 * Roles only, once, where they decide.  Never content, an address, a subject,
 * an IP, a token.  Values are cleaned of controls; %s of a stranger's text
 * has no business here.
 */
void	log_open(const char *role);	/* "intake youth", kept by pointer */
void	log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_error(const char *, ...) __attribute__((format(printf, 1, 2)));
/* Something a human must hear of; goes to the alarm channels too, later. */
void	log_alarm(const char *, ...) __attribute__((format(printf, 1, 2)));
/* "event error=word: text" */
void	log_err(const char *event, const struct err *);

#endif
