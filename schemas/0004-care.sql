-- The fourth schema: what follows a letter, by what it is for.

-- Copies that the provider keeps: what is to be removed there.

-- Cases whose letters are to leave the mail servers now, in this order: those
-- that are here and those that turn up (daemon/desk/copy.h).
CREATE TABLE removal (
	no	INTEGER NOT NULL PRIMARY KEY,
	case_id	TEXT NOT NULL UNIQUE REFERENCES cases (id),
	why	TEXT NOT NULL CHECK (why IN ('erase', 'retention')),
	at	INTEGER NOT NULL
) STRICT;

-- Folders where the provider files copies of its own accord.
CREATE TABLE copies (
	mailbox		TEXT NOT NULL,
	folder		TEXT NOT NULL,
	kind		TEXT NOT NULL CHECK (kind IN ('sent', 'trash')),
	uidvalidity	INTEGER NOT NULL,
	highest		INTEGER NOT NULL,	-- looked at up to here
	PRIMARY KEY (mailbox, folder)
) STRICT, WITHOUT ROWID;

-- What was found in them.  other: looked at, and none of ours.
CREATE TABLE copy (
	mailbox		TEXT NOT NULL,
	folder		TEXT NOT NULL,
	uidvalidity	INTEGER NOT NULL,
	uid		INTEGER NOT NULL,
	state		TEXT NOT NULL CHECK
		(state IN ('other', 'seen', 'deleting', 'deleted')),
	size		INTEGER NOT NULL,
	hash		BLOB NOT NULL,		-- keyed, of the bytes
	case_id		TEXT,
	item		BLOB,			-- the letter it is a copy of
	at		INTEGER NOT NULL,	-- how old that is
	audit_seq	INTEGER NOT NULL,
	PRIMARY KEY (mailbox, folder, uidvalidity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_hash ON copy (mailbox, hash) WHERE state <> 'other';

-- Rows of a folder whose UIDs began anew are kept as hash and fate.
ALTER TABLE generation ADD COLUMN shrunk INTEGER;

-- A letter that still stands although the person has written again.

-- Reading statements (lib/still.h), the newest of each person about a letter.
CREATE TABLE still (
	item		BLOB NOT NULL REFERENCES item (id),	-- the letter
	person		TEXT NOT NULL,
	at		INTEGER NOT NULL,
	statement	BLOB NOT NULL,
	signature	BLOB NOT NULL,
	PRIMARY KEY (item, person)
) STRICT, WITHOUT ROWID;

-- What was blocked as stale and is released waits again, as after approval,
-- so that it can be called back in the same way.
INSERT INTO delivery_move (was, state) VALUES ('blocked', 'held');

-- What a service says once more: notices, after-care.

-- How long people wait for their first answer: when it left.
ALTER TABLE cases ADD COLUMN first_answer INTEGER;
UPDATE cases SET first_answer = (SELECT min(delivery.at) FROM delivery
	WHERE delivery.case_id = cases.id
	  AND delivery.state IN ('accepted', 'published', 'settled',
		'bounced'));
CREATE INDEX cases_first_answer ON cases (desk, first_answer, created)
	WHERE first_answer IS NOT NULL;

-- Answers fetched with a return code.

-- Strands without an address, and how a code leads to them.  The code itself
-- is nowhere.
CREATE TABLE locator (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	participant	INTEGER NOT NULL,
	locator		TEXT NOT NULL UNIQUE,	-- the public half of the code
	salt		BLOB NOT NULL,
	public		BLOB NOT NULL,		-- what the code opens
	form		BLOB NOT NULL UNIQUE,	-- keyed, of its random bytes
	nth		INTEGER NOT NULL,	-- which locator of that form
	-- The highest status that was shown, of this letter of theirs.
	shown		INTEGER NOT NULL DEFAULT 0,
	shown_seq	INTEGER NOT NULL DEFAULT 0,
	at		INTEGER NOT NULL,
	PRIMARY KEY (case_id, participant)
) STRICT, WITHOUT ROWID;

-- Forms by which somebody wrote again (keyed, of their random bytes and the
-- strand), so that one that comes twice is one letter.
CREATE TABLE form (
	hash		BLOB NOT NULL PRIMARY KEY,
	case_id		TEXT NOT NULL REFERENCES cases (id),
	at		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Links in acknowledgements that make a code, once.
CREATE TABLE once (
	hash		BLOB NOT NULL PRIMARY KEY,	-- keyed, of the token
	case_id		TEXT NOT NULL REFERENCES cases (id),
	participant	INTEGER NOT NULL,
	expires		INTEGER NOT NULL,
	proof		BLOB NOT NULL,	-- keyed, of the token and all of that
	used		INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX once_case ON once (case_id);

-- Answers that may be shown to whoever has the code: post says so.
CREATE TABLE publication (
	item		BLOB NOT NULL PRIMARY KEY REFERENCES item (id),
	statement	BLOB NOT NULL,
	signer		BLOB NOT NULL,
	signature	BLOB NOT NULL,
	at		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Erasing, and what else somebody wishes.

-- Cases that are to be erased, that were kept from it, and that are gone
-- (daemon/desk/erase.h).  asked: it ends at ends_at.  held: a supervisor
-- keeps it.  refused: nobody signed that wish.  dead: the keys are gone, and
-- bytes may still lie somewhere.  done: nothing does.
CREATE TABLE erasure (
	case_id		TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	state		TEXT NOT NULL CHECK (state IN
		('asked', 'held', 'refused', 'dead', 'done')),
	asked_by	TEXT NOT NULL,		-- pN, or a name of staff
	asked_at	INTEGER NOT NULL,
	ends_at		INTEGER NOT NULL,
	statement	BLOB,			-- the wish (lib/wish.h)
	signer		BLOB,
	signature	BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_asked ON erasure (ends_at)
	WHERE state IN ('asked', 'held', 'refused');
CREATE INDEX erasure_dead ON erasure (case_id) WHERE state = 'dead';
-- What came of a case's mails, to be shrunk with it.
CREATE INDEX ledger_case ON ledger (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX token_case ON token (case_id);
CREATE INDEX form_case ON form (case_id);

-- What the person of a strand told us with the code, the newest of each kind
-- (daemon/desk/wish.h).
CREATE TABLE wish (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	participant	INTEGER NOT NULL,
	wish		TEXT NOT NULL CHECK (wish IN ('other', 'unhappy')),
	at		INTEGER NOT NULL,
	statement	BLOB NOT NULL,
	signer		BLOB NOT NULL,
	signature	BLOB NOT NULL,
	PRIMARY KEY (case_id, participant, wish)
) STRICT, WITHOUT ROWID;
