-- The fifth schema: the team, by what it is for.

-- Keys.

-- Review.

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

-- Due times.

-- Records.

-- Audit and numbers.
