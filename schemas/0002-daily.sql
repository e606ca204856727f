-- The second schema: what daily use needs, by what it is for.

-- Clock, alarms, breathing.

-- What a human must hear of (kinds: daemon/desk/alarm.c).
CREATE TABLE alarm (
	kind	TEXT NOT NULL,
	subject	TEXT NOT NULL,			-- a configured name, an id
	detail	TEXT NOT NULL,			-- a word or a number
	since	INTEGER NOT NULL,
	last	INTEGER NOT NULL,		-- when it was last raised
	count	INTEGER NOT NULL,
	ended	INTEGER,			-- NULL: it stands
	told_at	INTEGER,			-- NULL: nobody knows yet
	PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

-- What the configured command is still to be told, in this order.
CREATE TABLE ring (
	no		INTEGER NOT NULL PRIMARY KEY,
	news		INTEGER NOT NULL,	-- 0 begins, 1 stands, 2 ends
	kind		TEXT NOT NULL,
	subject		TEXT NOT NULL,
	detail		TEXT NOT NULL,
	since		INTEGER NOT NULL,
	next_at		INTEGER NOT NULL,
	attempts	INTEGER NOT NULL
) STRICT;

-- Mail to staff, written and signed by clock (desk/automatic.h).
CREATE TABLE automatic (
	id		BLOB NOT NULL PRIMARY KEY,
	about		TEXT NOT NULL,		-- what newer news replaces
	next_at		INTEGER NOT NULL,
	dot_at		INTEGER,		-- the dot may be out
	statement	TEXT NOT NULL,
	signer		BLOB NOT NULL,
	signature	BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- When each role last served.
CREATE TABLE breath (
	role	TEXT NOT NULL,
	name	TEXT NOT NULL,			-- mailbox, worker, -
	at	INTEGER NOT NULL,
	PRIMARY KEY (role, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_at ON ledger (mailbox, at);
CREATE INDEX claim_until ON claim (until) WHERE until > 0;
CREATE INDEX delivery_stuck ON delivery (state)
	WHERE state IN ('unknown', 'blocked');
CREATE INDEX delivery_accepted ON delivery (at) WHERE state = 'accepted';
CREATE INDEX invitation_open ON invitation (expires)
	WHERE confirmed = 0 AND card IS NULL;

-- Cases: tags, moves of claims, events.

-- What happened in a case that nobody wrote: claims, moves, endings.  Plain
-- as the audit is; detail is a name of staff, a number or a state.
CREATE TABLE event (
	case_id	TEXT NOT NULL REFERENCES cases (id),
	no	INTEGER NOT NULL,
	behind	INTEGER NOT NULL,	-- seq of the item that was last then
	at	INTEGER NOT NULL,
	actor	TEXT NOT NULL,
	kind	TEXT NOT NULL,
	detail	TEXT,
	PRIMARY KEY (case_id, no)
) STRICT, WITHOUT ROWID;

-- The case's own part of its face, sealed: tags, areas, summary.
CREATE TABLE face (
	case_id		TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	item		BLOB NOT NULL REFERENCES item (id),
	fence		INTEGER NOT NULL,	-- of the claim at that time
	revision	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When the last item came: every case of a desk, newest first, for search.
ALTER TABLE cases ADD COLUMN active INTEGER NOT NULL DEFAULT 0;
UPDATE cases SET active = coalesce((SELECT max(item.at) FROM item
		WHERE item.case_id = cases.id AND item.seq IS NOT NULL),
		created);
CREATE INDEX cases_active ON cases (desk, active, id);

-- Letters that were called back, of which post's own file does not know yet.
CREATE TABLE recall (
	item	BLOB NOT NULL PRIMARY KEY REFERENCES item (id)
) STRICT, WITHOUT ROWID;

-- Backup, restore, retirement.

-- Backups that are complete: every letter whose audit entry is not later than
-- audit_seq stands in one.
CREATE TABLE backup (
	no		INTEGER NOT NULL PRIMARY KEY,
	at		INTEGER NOT NULL,
	audit_seq	INTEGER NOT NULL,
	audit_hash	BLOB NOT NULL,
	roster_seq	INTEGER NOT NULL
) STRICT;

-- A store that was put back: what was on its way waits for a human.
INSERT INTO delivery_move (was, state) VALUES
	('held', 'blocked'), ('deferred', 'blocked'), ('unknown', 'blocked');

-- Mail at its source.

-- Under which audit entry a letter came in, so that it can be said whether it
-- stands in a backup. Of what is here already: not later than now.
ALTER TABLE ledger ADD COLUMN audit_seq INTEGER;
UPDATE ledger SET audit_seq = (SELECT max(seq) FROM audit);

-- Letters that are taken off the mail server: first said, then done.
INSERT INTO inbound_move (was, state) VALUES
	('done', 'deleting'), ('deleting', 'deleting'),
	('deleting', 'deleted');

-- What we left in mailboxes, and what a look into each found (desk/foreign.h).
CREATE TABLE mark (
	no	INTEGER NOT NULL PRIMARY KEY,
	mark	BLOB NOT NULL UNIQUE
) STRICT;
CREATE TABLE marked (
	mailbox		TEXT NOT NULL PRIMARY KEY,
	looked		INTEGER NOT NULL,	-- since teduhd started
	taken		INTEGER NOT NULL,	-- does the server take marks
	other_at	INTEGER			-- NULL: no other was seen
) STRICT, WITHOUT ROWID;
