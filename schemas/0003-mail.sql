-- The third schema: mail as it really is, by what it is for.

-- Which case: links, the tray.

-- Participants and their strands.

-- Machines: bounces.

-- Automatic mail.

-- The ledger, the canary, what is taken off the server.

-- Folders and mailboxes.

-- Sending.
