-- The third schema: mail as it really is, by what it is for.

-- Which case: links, the tray.

-- Participants and their strands.

-- Machines: bounces.

-- Automatic mail.

-- Whom one goes to, sealed to the postman (desk/automatic.h).
ALTER TABLE automatic ADD COLUMN address BLOB;

-- The ledger, the canary, what is taken off the server.

-- Folders and mailboxes.

-- Sending.
