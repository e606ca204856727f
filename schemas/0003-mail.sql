-- The third schema: mail as it really is, by what it is for.

-- Which case: links, the tray.

-- Participants and their strands.

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

-- Automatic mail.

-- Whom one goes to, sealed to the postman (desk/automatic.h).
ALTER TABLE automatic ADD COLUMN address BLOB;

-- The ledger, the canary, what is taken off the server.

-- Folders and mailboxes.

-- Sending.
