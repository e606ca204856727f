#ifndef TEDUH_PROBE_H
#define TEDUH_PROBE_H

#include <stdint.h>

/*
 * What `teduh-admin doctor` hears from teduhd: each role, started for a look
 * instead of for work, prints its findings, one JSON object on a line:
 *
 *   {"level":"good"|"warn"|"bad","what":"imap","name":"youth-mail",
 *    "text":"..."}
 *
 * text is one sentence for whoever runs the service; never a word, name or
 * address of a letter.
 */
enum probe_level { PROBE_GOOD, PROBE_WARN, PROBE_BAD };

void	probe_say(enum probe_level, const char *what, const char *name,
	    const char *, ...) __attribute__((format(printf, 4, 5)));

/*
 * How long a certificate is still good, as a finding. until_s: Unix seconds,
 * -1 when it is not known (nothing is said then).
 */
void	probe_say_until(const char *what, const char *name, int64_t until_s);

/*
 * The test letter of one desk, by which its way is looked at: sent by post's
 * look, sought by intake's. token: 32 hex digits, fresh for each look.
 */
#define PROBE_TOKEN	32
#define PROBE_ID_MAX	320
#define PROBE_LOOK_MAX	400	/* with what stands behind it */
/* "<TOKEN.DESK@DOMAIN>"; domain is what follows the @ of from_address. */
void	probe_message_id(char out[PROBE_ID_MAX], const char *token,
	    const char *desk, const char *from_address);
/*
 * What else is to be looked at stands behind the token: 'b' and an address
 * (or none) for the drill of bounces, 'l' for that of loops, where the letter
 * is left for the service.
 */
int	probe_is(const char *token, char errand);
/* "desk+bWORD@domain"; of word PROBE_TOKEN / 2 digits count. */
void	probe_plus(char out[PROBE_ID_MAX], const char *word,
	    const char *from_address);

/* Facts about the provider, as findings call them (desk/provider.h). */
#define PROBE_NULL_SENDER	"null-sender"
#define PROBE_PLUS_ADDRESS	"plus-address"
#define PROBE_RETURN_PATH	"return-path"
#define PROBE_KEPT_ID		"message-id"

#endif
