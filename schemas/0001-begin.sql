-- The first schema.  What stands here in plain is listed in doc/security.md;
-- everything a person wrote is in chunk, sealed.
-- Times are Unix seconds, flags are words with a space between, ids of items
-- are 16 random bytes, hashes and keys 32 bytes.

CREATE TABLE setting (
	name	TEXT NOT NULL PRIMARY KEY,
	value	BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Staff: the roster is the root of trust (lib/roster.h).

CREATE TABLE roster (
	seq		INTEGER NOT NULL PRIMARY KEY,
	entry		BLOB NOT NULL,
	signature	BLOB NOT NULL
) STRICT;

CREATE TABLE team_secret (
	kind	TEXT NOT NULL,			-- team, report
	desk	TEXT NOT NULL,
	epoch	INTEGER NOT NULL,
	member	TEXT NOT NULL,
	box	BLOB NOT NULL,
	PRIMARY KEY (kind, desk, epoch, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
	number		INTEGER NOT NULL PRIMARY KEY,
	name		TEXT NOT NULL,
	expires		INTEGER NOT NULL,
	statement	BLOB NOT NULL,
	signature	BLOB NOT NULL,		-- the supervisor's
	signer		BLOB NOT NULL,
	invite_key	BLOB NOT NULL,		-- public half of the code
	card		BLOB,
	card_invite	BLOB,			-- card signed by the code
	card_own	BLOB,			-- card signed by the new key
	confirmed	INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE nonce (
	key	BLOB NOT NULL,
	nonce	BLOB NOT NULL,
	until	INTEGER NOT NULL,
	PRIMARY KEY (key, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX nonce_until ON nonce (until);

-- The four machines: a pair that is not here cannot be written.

CREATE TABLE inbound_move (was TEXT NOT NULL, state TEXT NOT NULL,
	PRIMARY KEY (was, state)) STRICT, WITHOUT ROWID;
INSERT INTO inbound_move (was, state) VALUES
	('tried', 'tried'), ('tried', 'stored'),
	('stored', 'stored'), ('stored', 'done');

CREATE TABLE case_move (was TEXT NOT NULL, state TEXT NOT NULL,
	PRIMARY KEY (was, state)) STRICT, WITHOUT ROWID;
INSERT INTO case_move (was, state) VALUES
	('new', 'new'), ('new', 'open'), ('new', 'answered'),
	('new', 'closed'), ('open', 'open'), ('open', 'answered'),
	('open', 'closed'), ('answered', 'answered'), ('answered', 'open'),
	('answered', 'closed'), ('closed', 'open'), ('closed', 'closed'),
	('closed', 'erased');

CREATE TABLE draft_move (was TEXT NOT NULL, state TEXT NOT NULL,
	PRIMARY KEY (was, state)) STRICT, WITHOUT ROWID;
INSERT INTO draft_move (was, state) VALUES
	('open', 'open'), ('open', 'submitted'), ('open', 'approved'),
	('open', 'discarded'), ('submitted', 'open'),
	('submitted', 'returned'), ('submitted', 'approved'),
	('submitted', 'discarded'), ('returned', 'open'),
	('returned', 'discarded'), ('approved', 'open');

CREATE TABLE delivery_move (was TEXT NOT NULL, state TEXT NOT NULL,
	PRIMARY KEY (was, state)) STRICT, WITHOUT ROWID;
INSERT INTO delivery_move (was, state) VALUES
	('held', 'held'), ('held', 'due'), ('held', 'cancelled'),
	('due', 'due'), ('due', 'sending'), ('due', 'blocked'),
	('due', 'cancelled'),
	('sending', 'accepted'), ('sending', 'published'),
	('sending', 'deferred'), ('sending', 'refused'),
	('sending', 'unknown'), ('sending', 'blocked'), ('sending', 'due'),
	('deferred', 'due'), ('deferred', 'refused'),
	('deferred', 'cancelled'),
	('unknown', 'due'), ('unknown', 'settled'),
	('blocked', 'due'), ('blocked', 'cancelled'),
	('accepted', 'bounced'), ('accepted', 'settled');

-- Cases.

CREATE TABLE cases (
	id		TEXT NOT NULL PRIMARY KEY,	-- 8 characters
	desk		TEXT NOT NULL,
	was		TEXT NOT NULL,
	state		TEXT NOT NULL,
	urgency		INTEGER NOT NULL,
	rank		INTEGER NOT NULL,		-- -urgency, to sort
	flags		TEXT NOT NULL,
	language	TEXT,
	channel		TEXT NOT NULL,			-- mail, web
	created		INTEGER NOT NULL,
	waiting_since	INTEGER,			-- NULL: needs none
	due		INTEGER,
	last_seq	INTEGER NOT NULL,		-- of items
	last_draft	INTEGER NOT NULL,
	deposit_hash	BLOB NOT NULL,			-- of the newest
	FOREIGN KEY (was, state) REFERENCES case_move (was, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_queue ON cases (desk, rank, due, created, id)
	WHERE waiting_since IS NOT NULL;

CREATE TABLE claim (
	case_id		TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	claimant	TEXT NOT NULL,
	until		INTEGER NOT NULL,
	fence		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE participant (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	no		INTEGER NOT NULL,
	role		TEXT NOT NULL,			-- seeker, ...
	mode		TEXT NOT NULL,			-- mail, ...
	address		BLOB NOT NULL,			-- keyed, to look up
	PRIMARY KEY (case_id, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX participant_address ON participant (address);

CREATE TABLE case_key (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	epoch		INTEGER NOT NULL,
	public		BLOB NOT NULL,
	team_epoch	INTEGER NOT NULL,
	box		BLOB NOT NULL,			-- secret, to the team
	PRIMARY KEY (case_id, epoch)
) STRICT, WITHOUT ROWID;

-- Items: a head here, sealed bytes in part and chunk, keys in grants.

CREATE TABLE item (
	id		BLOB NOT NULL PRIMARY KEY,
	case_id		TEXT NOT NULL REFERENCES cases (id),
	seq		INTEGER,			-- NULL: a draft
	kind		TEXT NOT NULL,	-- letter, answer, note, draft
	at		INTEGER NOT NULL,
	participant	INTEGER,
	class		TEXT,
	flags		TEXT NOT NULL,
	statement	BLOB,				-- a role's deposit
	deposit_hash	BLOB,
	signer		BLOB NOT NULL,			-- role or person key
	signature	BLOB NOT NULL,
	approver	BLOB,
	approval	BLOB,
	UNIQUE (case_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE part (
	item	BLOB NOT NULL,
	no	INTEGER NOT NULL,
	size	INTEGER NOT NULL,			-- sealed bytes
	hash	BLOB NOT NULL,
	PRIMARY KEY (item, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunk (
	item	BLOB NOT NULL,
	part	INTEGER NOT NULL,
	no	INTEGER NOT NULL,
	bytes	BLOB NOT NULL,
	PRIMARY KEY (item, part, no)
) STRICT;

-- Items of which chunks are here and no head yet; what stays is swept.

CREATE TABLE upload (
	item	BLOB NOT NULL PRIMARY KEY,
	at	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
	item		BLOB NOT NULL REFERENCES item (id),
	recipient	TEXT NOT NULL,			-- case, postman
	which		TEXT NOT NULL,			-- content, raw
	epoch		INTEGER NOT NULL,		-- 0: postman
	box		BLOB NOT NULL,
	PRIMARY KEY (item, recipient, which, epoch)
) STRICT, WITHOUT ROWID;

-- Answers on their way.

CREATE TABLE draft (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	no		INTEGER NOT NULL,
	was		TEXT NOT NULL,
	state		TEXT NOT NULL,
	author		TEXT NOT NULL,
	participant	INTEGER NOT NULL,
	revision	INTEGER NOT NULL,
	item		BLOB NOT NULL,			-- as it is written
	letter		BLOB,				-- as it was submitted
	at		INTEGER NOT NULL,
	submitted_at	INTEGER,
	seen		INTEGER NOT NULL,	-- seq of the letter last read
	PRIMARY KEY (case_id, no),
	FOREIGN KEY (was, state) REFERENCES draft_move (was, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_busy ON draft (case_id, no)
	WHERE state IN ('open', 'submitted', 'returned');

CREATE TABLE delivery (
	item		BLOB NOT NULL PRIMARY KEY REFERENCES item (id),
	case_id		TEXT NOT NULL REFERENCES cases (id),
	draft		INTEGER NOT NULL,
	participant	INTEGER NOT NULL,
	was		TEXT NOT NULL,
	state		TEXT NOT NULL,
	code		TEXT,				-- SMTP code or reason
	at		INTEGER NOT NULL,
	next_at		INTEGER NOT NULL,		-- not before
	first_at	INTEGER NOT NULL,
	attempts	INTEGER NOT NULL,
	worker		TEXT,
	dot_at		INTEGER,
	repeated	INTEGER NOT NULL,
	receipt		BLOB,				-- sealed queue id
	FOREIGN KEY (was, state) REFERENCES delivery_move (was, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_next ON delivery (next_at)
	WHERE state IN ('held', 'due', 'deferred', 'unknown');
CREATE INDEX delivery_sending ON delivery (worker)
	WHERE state = 'sending';
CREATE INDEX delivery_busy ON delivery (case_id, draft)
	WHERE state IN ('held', 'due', 'sending', 'deferred', 'unknown',
			'blocked', 'refused');

CREATE TABLE token (
	hash		BLOB NOT NULL PRIMARY KEY,	-- keyed
	kind		TEXT NOT NULL,	-- reply, message-id, return-path
	case_id		TEXT NOT NULL REFERENCES cases (id),
	participant	INTEGER NOT NULL,
	item		BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Every mail that a mailbox ever showed.

CREATE TABLE ledger (
	mailbox		TEXT NOT NULL,
	folder		TEXT NOT NULL,			-- '' for injected
	uidvalidity	INTEGER NOT NULL,
	uid		INTEGER NOT NULL,
	was		TEXT NOT NULL,
	state		TEXT NOT NULL,
	attempts	INTEGER NOT NULL,
	size		INTEGER NOT NULL,
	hash		BLOB,				-- keyed, of the bytes
	class		TEXT,
	case_id		TEXT,
	item		BLOB,
	at		INTEGER NOT NULL,
	PRIMARY KEY (mailbox, folder, uidvalidity, uid),
	FOREIGN KEY (was, state) REFERENCES inbound_move (was, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_hash ON ledger (mailbox, hash) WHERE item IS NOT NULL;
CREATE INDEX ledger_untold ON ledger (mailbox, folder, uidvalidity)
	WHERE state = 'stored';

-- Every change of state, in a hash chain.

CREATE TABLE audit (
	seq		INTEGER NOT NULL PRIMARY KEY,
	at		INTEGER NOT NULL,
	actor		TEXT NOT NULL,
	action		TEXT NOT NULL,
	case_id		TEXT,
	detail		TEXT,
	base		TEXT,				-- the signed request
	signer		BLOB NOT NULL,
	signature	BLOB NOT NULL,
	prev		BLOB NOT NULL,
	hash		BLOB NOT NULL
) STRICT;
