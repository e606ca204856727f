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

-- When each role last served.
CREATE TABLE breath (
	role	TEXT NOT NULL,
	name	TEXT NOT NULL,			-- mailbox, worker, -
	at	INTEGER NOT NULL,
	PRIMARY KEY (role, name)
) STRICT, WITHOUT ROWID;

-- Cases: tags, moves of claims, events.

-- Backup, restore, retirement.

-- Mail at its source.
