-- The fifth schema: the team, by what it is for.

-- Keys.

-- Who gave a case a new key, as signed (lib/epoch.h); of the first key of a
-- case there is none, the deposit says it.
CREATE TABLE case_epoch (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	epoch		INTEGER NOT NULL,
	statement	BLOB NOT NULL,
	signer		BLOB NOT NULL,
	signature	BLOB NOT NULL,
	at		INTEGER NOT NULL,
	PRIMARY KEY (case_id, epoch)
) STRICT, WITHOUT ROWID;

-- When the parts of a recovery key were last put together and tried.
CREATE TABLE rehearsal (
	at		INTEGER NOT NULL,
	key		BLOB NOT NULL,			-- which one
	PRIMARY KEY (at, key)
) STRICT, WITHOUT ROWID;

-- Review.

-- Who wrote a draft before a colleague went on with it: never its approver.
CREATE TABLE draft_former (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	no		INTEGER NOT NULL,
	author		TEXT NOT NULL,
	at		INTEGER NOT NULL,
	PRIMARY KEY (case_id, no, author)
) STRICT, WITHOUT ROWID;

-- The letters of a draft that were submitted before the one that stands.
CREATE TABLE draft_version (
	item		BLOB NOT NULL PRIMARY KEY REFERENCES item (id),
	case_id		TEXT NOT NULL REFERENCES cases (id),
	no		INTEGER NOT NULL,
	replaced_by	INTEGER NOT NULL,	-- revision of the next one
	at		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_version_of ON draft_version (case_id, no, replaced_by);

-- Letters that left in a crisis before anybody had signed them a second time.
CREATE TABLE crisis (
	item		BLOB NOT NULL PRIMARY KEY REFERENCES item (id),
	case_id		TEXT NOT NULL REFERENCES cases (id),
	no		INTEGER NOT NULL,		-- of the draft
	author		TEXT NOT NULL,
	at		INTEGER NOT NULL,
	signed_at	INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX crisis_unsigned ON crisis (at) WHERE signed_at IS NULL;
CREATE INDEX crisis_of ON crisis (case_id, no);

-- Triage.

-- How urgent one of the staff said that a case is, the newest (lib/urgency.h),
-- and what the rules had said of it before.
CREATE TABLE urgency (
	case_id		TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	urgency		INTEGER NOT NULL,
	rules		INTEGER NOT NULL,
	name		TEXT NOT NULL,			-- who says so
	at		INTEGER NOT NULL,
	statement	BLOB NOT NULL,
	signer		BLOB NOT NULL,
	signature	BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX urgency_at ON urgency (at);

-- Who works on what.

-- The fence with which the claimant got it from somebody else.
ALTER TABLE claim ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

-- The claim under which it was written last; NULL: before they were counted.
ALTER TABLE draft ADD COLUMN fence INTEGER;

-- Who is called when it must not wait; level 2 where level 1 does not come.
CREATE TABLE duty (
	desk	TEXT NOT NULL,
	no	INTEGER NOT NULL,
	level	INTEGER NOT NULL CHECK (level IN (1, 2)),
	person	TEXT NOT NULL,
	begins	INTEGER NOT NULL,
	ends	INTEGER NOT NULL CHECK (ends > begins),
	by	TEXT NOT NULL,			-- who said so
	PRIMARY KEY (desk, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_ends ON duty (desk, ends);

-- When somebody works, is away, and how much at once; a row is rarer than a
-- person: who has said nothing works as it comes.
CREATE TABLE hours (
	person		TEXT NOT NULL PRIMARY KEY,
	week		TEXT NOT NULL,		-- lines as of the key duty
	away_from	INTEGER,
	away_until	INTEGER,
	fallback	TEXT,			-- whose are their cases then
	cap		INTEGER,		-- cases held at once
	cap_high	INTEGER,		-- of urgency 2 and above
	by		TEXT NOT NULL,
	at		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who had which case of urgency 2 and above in hand, by weeks since 1970.
CREATE TABLE heavy (
	person	TEXT NOT NULL,
	week	INTEGER NOT NULL,
	case_id	TEXT NOT NULL,
	PRIMARY KEY (person, week, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX heavy_case ON heavy (case_id);

CREATE INDEX claim_claimant ON claim (claimant) WHERE until > 0;

-- Cases that 'next' leaves out for a while.
ALTER TABLE cases ADD COLUMN paused_until INTEGER;
CREATE INDEX cases_paused ON cases (paused_until)
	WHERE paused_until IS NOT NULL;

-- Due times.

-- Records.

-- A closed case and the day on which it may go (daemon/desk/retention.h): the
-- statement is a wish to erase it on that day, signed by who closed it.
CREATE TABLE retention (
	case_id		TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	until		INTEGER,	-- Unix seconds; NULL: for good
	raw_at		INTEGER,	-- mails as they came go; NULL: stay
	statement	BLOB,
	signer		BLOB,
	signature	BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX retention_until ON retention (until) WHERE until IS NOT NULL;
CREATE INDEX retention_raw ON retention (raw_at) WHERE raw_at IS NOT NULL;

-- The audit entry in which clock said that it has seen this wish
-- (daemon/desk/sighting.h); NULL: not yet.
ALTER TABLE erasure ADD COLUMN seen INTEGER;

-- Letters whose mail as it came is gone, with its key (daemon/desk/raw.h).
CREATE TABLE raw_removed (
	item	BLOB NOT NULL PRIMARY KEY REFERENCES item (id),
	case_id	TEXT NOT NULL REFERENCES cases (id),
	at	INTEGER NOT NULL,
	swept	INTEGER NOT NULL DEFAULT 0	-- 1: the bytes are gone, too
) STRICT, WITHOUT ROWID;
CREATE INDEX raw_removed_case ON raw_removed (case_id);
CREATE INDEX raw_removed_left ON raw_removed (item) WHERE swept = 0;

-- Cases that are kept, whatever anybody asks.
CREATE TABLE hold (
	case_id	TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	held_by	TEXT NOT NULL,
	at	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- That a case is given to somebody outside (daemon/desk/disclosure.h): item is
-- the note that says to whom; second signed the same bytes.
CREATE TABLE disclosure (
	item		BLOB NOT NULL PRIMARY KEY REFERENCES item (id),
	case_id		TEXT NOT NULL REFERENCES cases (id),
	asked_by	TEXT NOT NULL,
	at		INTEGER NOT NULL,
	second		TEXT,
	second_at	INTEGER,
	signer		BLOB,
	signature	BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX disclosure_case ON disclosure (case_id, at);
CREATE INDEX disclosure_waits ON disclosure (at) WHERE second IS NULL;

-- Audit and numbers.

-- How an entry's hash is made (lib/audit_entry.h).
ALTER TABLE audit ADD COLUMN v INTEGER NOT NULL DEFAULT 1;
-- Their keys stand in no audit entry, so nobody could tell whose card comes.
DELETE FROM invitation WHERE confirmed = 0 AND card IS NULL;

-- Who reads a case without holding it, and has said why (desk/looked.h).
CREATE TABLE looked (
	case_id	TEXT NOT NULL,
	person	TEXT NOT NULL,
	until	INTEGER NOT NULL,
	PRIMARY KEY (case_id, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX looked_until ON looked (until);

-- Numbers for the board (desk/counter.h); month: 202611; hours: waited.
CREATE TABLE counter (
	desk		TEXT NOT NULL,
	month		INTEGER NOT NULL,
	what		TEXT NOT NULL,	-- received, answered, late, returned
	urgency		INTEGER NOT NULL,
	channel		TEXT NOT NULL,
	language	TEXT NOT NULL,
	which		TEXT NOT NULL,	-- first, later
	hours		INTEGER NOT NULL,
	n		INTEGER NOT NULL,
	PRIMARY KEY (month, desk, what, urgency, channel, language, which,
		hours)
) STRICT, WITHOUT ROWID;

-- Sealed rows for the board (desk/statistics.h) that wait beside their case;
-- case_id NULL: it was erased since; box NULL: it has gone on.
CREATE TABLE statistic_new (
	id		BLOB NOT NULL PRIMARY KEY	-- random
			CHECK (length(id) = 16),
	case_id		TEXT UNIQUE REFERENCES cases (id),
	desk		TEXT NOT NULL,
	epoch		INTEGER NOT NULL,		-- of the report key
	box		BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX statistic_new_desk ON statistic_new (desk) WHERE box IS NOT NULL;

-- Of nobody any more: no case, no time, in the order of random ids.
CREATE TABLE statistic (
	desk		TEXT NOT NULL,
	id		BLOB NOT NULL CHECK (length(id) = 16),
	epoch		INTEGER NOT NULL,
	box		BLOB NOT NULL,
	PRIMARY KEY (desk, id)
) STRICT, WITHOUT ROWID;
