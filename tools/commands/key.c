/*
 * A key of one's own: made here, locked with a passphrase, and never
 * anywhere else.
 */
#include "lib/code.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/prompt.h"
#include "tools/session.h"
#include "tools/words.h"

int
key_new_run(struct session *s, struct err *e)
{
	char fingerprint[CODE_FINGERPRINT_LEN];
	struct secret *passphrase = NULL;
	int has, result = -1;

	if ((s->vault = vault_make(e)) == NULL ||
	    (has = vault_has_key(s->vault, e)) == -1)
		return -1;
	if (has) {
		err_set(e, ERR_CONFLICT, _("there is a key in '%s' already; "
		    "it is not replaced, because nothing could open what was "
		    "sealed to it"), vault_path(s->vault));
		return -1;
	}
	passphrase = prompt_passphrase(s->args.passphrase_fd, 1, e);
	if (passphrase == NULL)
		return -1;
	s->me = identity_new();
	if (vault_write_new_key(s->vault, s->me, passphrase, e) == 0) {
		code_fingerprint(fingerprint, s->me->signer->pub,
		    s->me->box_pub);
		commands_done(s, json_pack("{s:s}", "fingerprint",
		    fingerprint), _("Your key is made: %s\nNext: teduh join, "
		    "with the line that a supervisor gives you"), fingerprint);
		result = 0;
	}
	secret_free(passphrase);
	return result;
}
