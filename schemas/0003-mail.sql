-- The third schema: mail as it really is, by what it is for.

-- Which case: links, the tray.

-- Which cases belong together (daemon/desk/link.h).  A person's decision has
-- the signed statement beside it; what a role found stands in the deposit of
-- the case's first letter.
CREATE TABLE link (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	other		TEXT NOT NULL REFERENCES cases (id),
	kind		TEXT NOT NULL,	-- token, proposal, confirmed, undone
	at		INTEGER NOT NULL,
	actor		TEXT NOT NULL,
	statement	BLOB,
	signer		BLOB,
	signature	BLOB,
	PRIMARY KEY (case_id, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_other ON link (other);

-- Participants and their strands.

-- A statement about one of a case on its way: until post has deposited it.
CREATE TABLE person (
	case_id		TEXT NOT NULL REFERENCES cases (id),
	participant	INTEGER NOT NULL,
	item		BLOB NOT NULL,
	author		TEXT NOT NULL,
	state		TEXT NOT NULL
		CHECK (state IN ('submitted', 'approved', 'blocked')),
	code		TEXT,				-- why post did not
	at		INTEGER NOT NULL,
	PRIMARY KEY (case_id, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_ripe ON person (at) WHERE state = 'approved';

-- Machines: bounces.

-- A report that a letter came back ends the doubt whether it had left.
INSERT INTO delivery_move (was, state) VALUES ('unknown', 'bounced');

CREATE INDEX delivery_bounced ON delivery (case_id) WHERE state = 'bounced';

-- Who complained about mail from us: no machine writes there any more.
CREATE TABLE no_automatic (
	address	BLOB NOT NULL PRIMARY KEY,	-- keyed, as participant's
	case_id	TEXT NOT NULL REFERENCES cases (id),
	at	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What `drill bounce` found of the provider (desk/provider.h).
CREATE TABLE provider (
	fact	TEXT NOT NULL PRIMARY KEY,
	kept	INTEGER NOT NULL,
	at	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Automatic mail.

-- Whom one goes to, sealed to the postman (desk/automatic.h).
ALTER TABLE automatic ADD COLUMN address BLOB;

-- What a person of staff was told of (desk/told.h).
CREATE TABLE told (
	person	TEXT NOT NULL,
	news	TEXT NOT NULL,
	about	TEXT NOT NULL,			-- a case, a draft
	at	INTEGER NOT NULL,		-- since when it is so
	told_at	INTEGER NOT NULL,
	PRIMARY KEY (person, news, about)
) STRICT, WITHOUT ROWID;

-- The ledger, the canary, what is taken off the server.

-- Where a letter lies that was moved away, as far as the server said it.
ALTER TABLE ledger ADD COLUMN moved_folder TEXT;
ALTER TABLE ledger ADD COLUMN moved_uidvalidity INTEGER;
ALTER TABLE ledger ADD COLUMN moved_uid INTEGER;
CREATE INDEX ledger_moved ON ledger (mailbox, moved_folder,
		moved_uidvalidity, moved_uid) WHERE moved_uid IS NOT NULL;
-- Letters that were streamed are known by their length alone.
CREATE INDEX ledger_unhashed ON ledger (mailbox, size) WHERE hash IS NULL;
CREATE INDEX ledger_audit ON ledger (audit_seq);

-- What the last whole listing of each folder showed (desk/balance.h).
CREATE TABLE listing (
	mailbox		TEXT NOT NULL,
	folder		TEXT NOT NULL,
	uidvalidity	INTEGER NOT NULL,
	listed_at	INTEGER NOT NULL,
	present		INTEGER NOT NULL,	-- mails in the folder
	unknown		INTEGER NOT NULL,	-- of which no row tells
	missing		INTEGER NOT NULL,	-- rows of which no mail tells
	PRIMARY KEY (mailbox, folder)
) STRICT, WITHOUT ROWID;
CREATE TABLE listing_unknown (
	mailbox		TEXT NOT NULL,
	folder		TEXT NOT NULL,
	uid		INTEGER NOT NULL,
	PRIMARY KEY (mailbox, folder, uid)
) STRICT, WITHOUT ROWID;

-- Letters to ourselves. The hash is that of a Message-ID of 128 random bits,
-- which is nobody's; body is keyed and set when it came back.
CREATE TABLE canary (
	hash	BLOB NOT NULL PRIMARY KEY,
	mailbox	TEXT NOT NULL,
	sent_at	INTEGER NOT NULL,
	back_at	INTEGER,
	body	BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX canary_mailbox ON canary (mailbox, sent_at);

-- Folders and mailboxes.

-- How often the UIDs of a folder began anew (daemon/desk/generation.h).
CREATE TABLE generation (
	mailbox		TEXT NOT NULL,
	folder		TEXT NOT NULL,
	no		INTEGER NOT NULL,
	uidvalidity	INTEGER NOT NULL,
	since		INTEGER NOT NULL,
	PRIMARY KEY (mailbox, folder, no)
) STRICT, WITHOUT ROWID;

-- Sending.
