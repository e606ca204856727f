-- Every statement that Teduh runs, by name. The common subset of SQLite and
-- PostgreSQL: ?1 parameters, ON CONFLICT, RETURNING, ids made by us.
-- Columns that become JSON carry their form in the alias: "hex:", "b64:",
-- "words:" (a list of words), "bool:"; others are taken as they are.

-- Backup and restore.

-- name: backup_case_keys
SELECT case_id, epoch, box FROM case_key ORDER BY case_id, epoch;

-- name: backup_team_keys
SELECT kind, desk, epoch, member, box FROM team_secret
 ORDER BY kind, desk, epoch, member;

-- name: backup_counts
SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM part);

-- name: backup_strip_cases
UPDATE case_key SET box = ?1;

-- name: backup_strip_team
DELETE FROM team_secret;

-- name: backup_strip_postman
DELETE FROM grants WHERE recipient = 'postman';

-- name: backup_strip_automatic
DELETE FROM automatic;

-- name: backup_add
INSERT INTO backup (no, at, audit_seq, audit_hash, roster_seq)
SELECT coalesce(max(no), 0) + 1, ?1, ?2, ?3, ?4 FROM backup;

-- name: backup_last
SELECT at, audit_seq FROM backup ORDER BY no DESC LIMIT 1;

-- name: restore_case_key
UPDATE case_key SET box = ?3 WHERE case_id = ?1 AND epoch = ?2;

-- Erased after the set was made: no key of it is there any more.
-- name: restore_keyless
SELECT id FROM cases
 WHERE state <> 'erased'
   AND EXISTS (SELECT 1 FROM case_key WHERE case_key.case_id = cases.id)
   AND NOT EXISTS (SELECT 1 FROM case_key
                    WHERE case_key.case_id = cases.id
                      AND length(case_key.box) > 0)
 LIMIT 1;

-- name: restore_deliveries
UPDATE delivery SET was = state, state = 'blocked', code = 'restore',
       at = ?1, worker = NULL
 WHERE state IN ('held', 'due', 'sending', 'deferred', 'unknown');

-- name: restore_drafts
UPDATE draft SET was = state, state = 'open', at = ?1
 WHERE state = 'submitted';

-- What was seen then may have been taken back since: its wait begins anew.
-- name: restore_wishes
UPDATE erasure SET seen = NULL WHERE seen IS NOT NULL;

-- name: restore_automatic
DELETE FROM automatic;

-- name: setting_delete
DELETE FROM setting WHERE name = ?1;

-- Is the store whole (daemon/desk/whole*.c)?  These walk through everything
-- and are run by teduh-admin check alone.

-- name: whole_counts
SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM part),
       (SELECT count(*) FROM ledger), (SELECT count(*) FROM audit);

-- Rows about a case: which table, which row, and what is missing.
-- name: whole_of_cases
SELECT 'claim', case_id, 0, 'case' FROM claim
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = claim.case_id)
 UNION ALL
SELECT 'participant', case_id, no, 'case' FROM participant
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = participant.case_id)
 UNION ALL
SELECT 'case_key', case_id, epoch, 'case' FROM case_key
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = case_key.case_id)
 UNION ALL
SELECT 'item', case_id, coalesce(seq, 0), 'case' FROM item
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = item.case_id)
 UNION ALL
SELECT 'item', case_id, coalesce(seq, 0), 'grant' FROM item
 WHERE NOT EXISTS (SELECT 1 FROM grants WHERE grants.item = item.id
                      AND grants.recipient = 'case')
 UNION ALL
SELECT 'item', case_id, coalesce(seq, 0), 'part' FROM item
 WHERE NOT EXISTS (SELECT 1 FROM part WHERE part.item = item.id)
 UNION ALL
SELECT 'draft', case_id, no, 'case' FROM draft
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = draft.case_id)
 UNION ALL
SELECT 'draft', case_id, no, 'item' FROM draft
 WHERE (state <> 'discarded'
        AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = draft.item))
    OR (state IN ('submitted', 'approved')
        AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = draft.letter))
 UNION ALL
SELECT 'delivery', case_id, draft, 'case' FROM delivery
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = delivery.case_id)
 UNION ALL
SELECT 'delivery', case_id, draft, 'item' FROM delivery
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = delivery.item)
 UNION ALL
SELECT 'person', case_id, participant, 'case' FROM person
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = person.case_id)
 UNION ALL
SELECT 'person', case_id, participant, 'item' FROM person
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = person.item)
 UNION ALL
SELECT 'no_automatic', case_id, 0, 'case' FROM no_automatic
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = no_automatic.case_id)
 UNION ALL
SELECT 'link', case_id, 0, 'case' FROM link
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = link.case_id)
    OR NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = link.other)
 UNION ALL
SELECT 'removal', case_id, no, 'case' FROM removal
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = removal.case_id)
 UNION ALL
SELECT 'locator', case_id, participant, 'case' FROM locator
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = locator.case_id)
 UNION ALL
SELECT 'once', case_id, participant, 'case' FROM once
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = once.case_id)
 UNION ALL
SELECT 'form', case_id, 0, 'case' FROM form
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = form.case_id)
 UNION ALL
SELECT 'erasure', case_id, 0, 'case' FROM erasure
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = erasure.case_id)
 UNION ALL
SELECT 'wish', case_id, participant, 'case' FROM wish
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = wish.case_id)
 UNION ALL
SELECT 'token', case_id, participant, 'case' FROM token
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = token.case_id)
 UNION ALL
SELECT 'event', case_id, no, 'case' FROM event
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = event.case_id)
 UNION ALL
SELECT 'face', case_id, 0, 'case' FROM face
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = face.case_id)
 UNION ALL
SELECT 'face', case_id, 0, 'item' FROM face
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = face.item)
 UNION ALL
SELECT 'cases', id, 0, 'state' FROM cases
 WHERE NOT EXISTS (SELECT 1 FROM case_move AS move
                    WHERE move.was = cases.was AND move.state = cases.state)
 UNION ALL
SELECT 'draft', case_id, no, 'state' FROM draft
 WHERE NOT EXISTS (SELECT 1 FROM draft_move AS move
                    WHERE move.was = draft.was AND move.state = draft.state)
 UNION ALL
SELECT 'delivery', case_id, draft, 'state' FROM delivery
 WHERE NOT EXISTS (SELECT 1 FROM delivery_move AS move
                    WHERE move.was = delivery.was
                      AND move.state = delivery.state);

-- The same of the tables of the fifth schema: one statement would be too long.
-- The same of the tables of 0005-team.sql: a text has its longest length.
-- name: whole_of_team
SELECT 'case_epoch', case_id, epoch, 'case' FROM case_epoch
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = case_epoch.case_id)
 UNION ALL
SELECT 'case_epoch', case_id, epoch, 'key' FROM case_epoch
 WHERE NOT EXISTS (SELECT 1 FROM case_key
                    WHERE case_key.case_id = case_epoch.case_id
                      AND case_key.epoch = case_epoch.epoch)
 UNION ALL
SELECT 'urgency', case_id, 0, 'case' FROM urgency
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = urgency.case_id)
 UNION ALL
SELECT 'retention', case_id, 0, 'case' FROM retention
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = retention.case_id)
 UNION ALL
SELECT 'hold', case_id, 0, 'case' FROM hold
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = hold.case_id)
 UNION ALL
SELECT 'crisis', case_id, no, 'case' FROM crisis
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = crisis.case_id)
 UNION ALL
SELECT 'crisis', case_id, no, 'item' FROM crisis
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = crisis.item)
 UNION ALL
SELECT 'draft_former', case_id, no, 'case' FROM draft_former
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = draft_former.case_id)
 UNION ALL
SELECT 'draft_version', case_id, no, 'case' FROM draft_version
 WHERE NOT EXISTS (SELECT 1 FROM cases
                    WHERE cases.id = draft_version.case_id)
 UNION ALL
SELECT 'draft_version', case_id, no, 'item' FROM draft_version
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = draft_version.item)
 UNION ALL
SELECT 'disclosure', case_id, 0, 'case' FROM disclosure
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = disclosure.case_id)
 UNION ALL
SELECT 'disclosure', case_id, 0, 'item' FROM disclosure
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = disclosure.item)
 UNION ALL
SELECT 'statistic_new', case_id, 0, 'case' FROM statistic_new
 WHERE case_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM cases
                    WHERE cases.id = statistic_new.case_id)
 UNION ALL
SELECT 'raw_removed', case_id, 0, 'case' FROM raw_removed
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = raw_removed.case_id)
 UNION ALL
SELECT 'raw_removed', case_id, 0, 'item' FROM raw_removed
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = raw_removed.item)
 UNION ALL
SELECT 'raw_removed', case_id, 0, 'audit' FROM raw_removed
 WHERE case_id NOT IN (SELECT case_id FROM audit
                        WHERE action = 'retention-copies'
                          AND case_id IS NOT NULL)
 GROUP BY case_id
 UNION ALL
SELECT 'erasure', case_id, 0, 'sight' FROM erasure
 WHERE seen IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.seq = erasure.seen
                      AND audit.case_id = erasure.case_id
                      AND audit.action = 'erase-seen');

-- Rows that know an item's id and no case.
-- name: whole_of_items
SELECT 'grants', item, 'item' FROM grants
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = grants.item)
 UNION ALL
SELECT 'publication', item, 'item' FROM publication
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = publication.item)
 UNION ALL
SELECT 'still', item, 'item' FROM still
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = still.item)
 UNION ALL
SELECT 'recall', item, 'item' FROM recall
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = recall.item)
 UNION ALL
SELECT 'part', item, 'item' FROM part
 WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = part.item)
   AND NOT EXISTS (SELECT 1 FROM upload WHERE upload.item = part.item)
 UNION ALL
SELECT 'chunk', item, 'part' FROM chunk
 WHERE NOT EXISTS (SELECT 1 FROM part
                    WHERE part.item = chunk.item AND part.no = chunk.part)
   AND NOT EXISTS (SELECT 1 FROM upload WHERE upload.item = chunk.item)
 GROUP BY item, part;

-- name: whole_cases
SELECT id, state, last_seq,
       (SELECT count(seq) FROM item WHERE item.case_id = cases.id),
       (SELECT count(*) FROM case_key WHERE case_key.case_id = cases.id),
       (SELECT count(*) FROM case_key WHERE case_key.case_id = cases.id
           AND length(case_key.box) = 0), desk
  FROM cases ORDER BY id;

-- name: whole_item
SELECT case_id, seq, kind, at, participant, coalesce(class, ''), flags,
       deposit_hash
  FROM item WHERE id = ?1;

-- name: whole_item_parts
SELECT no, size, hash FROM part WHERE item = ?1;

-- name: whole_case_key
SELECT public FROM case_key WHERE case_id = ?1 AND epoch = ?2;

-- name: whole_participant
SELECT address FROM participant WHERE case_id = ?1 AND no = ?2;

-- name: whole_people
SELECT no FROM participant WHERE case_id = ?1 ORDER BY no;

-- Answers that are published, and any that is said to be.
-- name: whole_published
SELECT item.case_id, coalesce(item.seq, 0), item.id, publication.statement,
       publication.signer, publication.signature, part.hash
  FROM delivery JOIN item ON item.id = delivery.item
  LEFT JOIN publication ON publication.item = item.id
  LEFT JOIN part ON part.item = item.id AND part.no = 0
 WHERE delivery.state = 'published' OR publication.item IS NOT NULL;

-- name: whole_written
SELECT case_id, coalesce(seq, 0), kind, signer, approver FROM item
 WHERE kind NOT IN ('letter', 'participant', 'reach');

-- name: whole_parts
SELECT part.item, part.no, part.size, part.hash, item.case_id,
       coalesce(item.seq, 0)
  FROM part JOIN item ON item.id = part.item
 WHERE NOT (part.no = 1 AND EXISTS (SELECT 1 FROM raw_removed
                                     WHERE raw_removed.item = part.item))
 ORDER BY part.item, part.no;

-- Letters that the audit chain tells of, and those that are here.
-- name: whole_letters
SELECT told.case_id, told.n, coalesce(cases.state, ''),
       (SELECT count(*) FROM item WHERE item.case_id = told.case_id
           AND item.kind = 'letter')
  FROM (SELECT case_id, count(*) AS n FROM audit
         WHERE action = 'letter' AND case_id IS NOT NULL
         GROUP BY case_id) AS told
  LEFT JOIN cases ON cases.id = told.case_id;

-- Mails that came in, of which what they became is not here.
-- name: whole_ledger
SELECT mailbox, folder, uid, coalesce(class, ''), 'letter' FROM ledger
 WHERE item IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = ledger.item
                      AND item.case_id = ledger.case_id)
   AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = ledger.case_id
                      AND cases.state = 'erased')
 UNION ALL
SELECT mailbox, folder, uid, coalesce(class, ''), 'none' FROM ledger
 WHERE item IS NULL AND state <> 'tried'
   AND (class IS NULL OR class NOT IN ('duplicate', 'bounce'))
   AND NOT (coalesce(class, '') = 'own'
            AND EXISTS (SELECT 1 FROM canary
                         WHERE canary.mailbox = ledger.mailbox
                           AND canary.body = ledger.hash))
 UNION ALL
SELECT mailbox, folder, uid, class, 'first' FROM ledger
 WHERE item IS NULL AND class = 'duplicate'
   AND (mailbox, hash) NOT IN (SELECT other.mailbox, other.hash
                                 FROM ledger AS other
                                WHERE other.item IS NOT NULL
                                  AND other.hash IS NOT NULL)
 UNION ALL
SELECT mailbox, folder, uid, coalesce(class, ''), 'state' FROM ledger
 WHERE NOT EXISTS (SELECT 1 FROM inbound_move AS move
                    WHERE move.was = ledger.was
                      AND move.state = ledger.state)
 UNION ALL
SELECT mailbox, folder, uid, '', 'tried' FROM ledger
 WHERE state = 'tried' AND at < ?1;

-- Letters of mailboxes that no mail became.
-- name: whole_unledgered
SELECT case_id, seq, statement FROM item
 WHERE kind = 'letter'
   AND id NOT IN (SELECT ledger.item FROM ledger
                   WHERE ledger.item IS NOT NULL);

-- What the postman can open and need not, or needs and cannot.
-- name: whole_postman
SELECT delivery.case_id, delivery.draft, delivery.state,
       CASE WHEN grants.item IS NULL THEN 0 ELSE 1 END
  FROM delivery
  LEFT JOIN grants ON grants.item = delivery.item
        AND grants.recipient = 'postman'
 WHERE (grants.item IS NULL
        AND delivery.state IN ('held', 'due', 'sending', 'deferred'))
    OR (grants.item IS NOT NULL
        AND delivery.state IN ('accepted', 'published', 'refused',
                               'cancelled', 'bounced', 'settled'));

-- A backup names the heads of its time: both lists only ever grow.
-- name: whole_backups
SELECT no, audit_seq FROM backup
 WHERE (audit_seq > 0
        AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.seq = audit_seq
                           AND audit.hash = audit_hash))
    OR (roster_seq > 0
        AND NOT EXISTS (SELECT 1 FROM roster
                         WHERE roster.seq = roster_seq));

-- name: readers
SELECT member FROM team_secret
 WHERE kind = 'team' AND desk = ?1 AND epoch = ?2;

-- name: readers_cases
SELECT count(*) FROM cases
 WHERE cases.desk = ?1 AND cases.state <> 'erased'
   AND ?2 = (SELECT case_key.team_epoch FROM case_key
              WHERE case_key.case_id = cases.id
              ORDER BY case_key.epoch DESC LIMIT 1);

-- Settings, roster, staff.

-- name: setting_get
SELECT value FROM setting WHERE name = ?1;

-- name: setting_put
INSERT INTO setting (name, value) VALUES (?1, ?2);

-- name: roster_from
SELECT seq, entry, signature FROM roster WHERE seq >= ?1 ORDER BY seq
 LIMIT ?2;

-- name: roster_json
SELECT seq, entry AS "b64:entry", signature AS "hex:signature"
  FROM roster WHERE seq >= ?1 ORDER BY seq LIMIT 500;

-- name: roster_add
INSERT INTO roster (seq, entry, signature) VALUES (?1, ?2, ?3);

-- name: roster_any
SELECT seq FROM roster WHERE seq = 1;

-- name: secret_put
INSERT INTO team_secret (kind, desk, epoch, member, box)
VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (kind, desk, epoch, member) DO UPDATE SET box = excluded.box;

-- name: secret_json
SELECT kind, desk, epoch, member, box AS "b64:box" FROM team_secret
 WHERE member = ?1 ORDER BY kind, desk, epoch;

-- name: secret_holders
SELECT DISTINCT kind, desk, member FROM team_secret;

-- Never the last that opens an epoch: its letters would be lost.
-- name: secret_drop
DELETE FROM team_secret
 WHERE kind = ?1 AND desk = ?2 AND member = ?3
   AND EXISTS (SELECT 1 FROM team_secret AS other
                WHERE other.kind = ?1 AND other.desk = ?2
                  AND other.epoch = team_secret.epoch
                  AND other.member <> ?3);

-- name: invitation_add
INSERT INTO invitation (number, name, expires, statement, signature, signer,
       invite_key)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: invitation_json
SELECT number, name, expires, statement AS "b64:statement",
       signature AS "hex:signature", signer AS "hex:signer",
       card AS "b64:card", card_invite AS "hex:card_invite",
       card_own AS "hex:card_own", confirmed AS "bool:confirmed"
  FROM invitation WHERE number = ?1;

-- name: invitation_waiting
SELECT number, name, expires, statement AS "b64:statement",
       signature AS "hex:signature", signer AS "hex:signer",
       card AS "b64:card", card_invite AS "hex:card_invite",
       card_own AS "hex:card_own", confirmed AS "bool:confirmed"
  FROM invitation WHERE confirmed = 0 AND expires > ?1 ORDER BY number;

-- name: invitation_by_key
SELECT number FROM invitation
 WHERE invite_key = ?1 AND (expires > ?2 OR card IS NOT NULL);

-- name: invitation_number_by_key
SELECT number FROM invitation WHERE invite_key = ?1 AND number = ?2;

-- name: invitation_card
UPDATE invitation SET card = ?2, card_invite = ?3, card_own = ?4
 WHERE number = ?1 AND card IS NULL AND confirmed = 0 AND expires > ?5;

-- name: invitation_statement
SELECT statement FROM invitation WHERE number = ?1;

-- name: invitation_confirm
UPDATE invitation SET confirmed = 1 WHERE number = ?1 AND confirmed = 0;

-- name: invitation_expired
DELETE FROM invitation
 WHERE confirmed = 0 AND card IS NULL AND expires < ?1;

-- name: invitation_old
SELECT number FROM invitation
 WHERE confirmed = 0 AND card IS NULL AND expires < ?1 LIMIT 1;

-- name: nonce_add
INSERT INTO nonce (key, nonce, until) VALUES (?1, ?2, ?3)
    ON CONFLICT (key, nonce) DO NOTHING;

-- name: nonce_sweep
DELETE FROM nonce WHERE until < ?1;

-- name: nonce_old
SELECT until FROM nonce WHERE until < ?1 LIMIT 1;

-- The audit chain.

-- name: audit_last
SELECT seq, hash, base FROM audit ORDER BY seq DESC LIMIT 1;

-- name: audit_add
INSERT INTO audit (seq, at, actor, action, case_id, detail, base, signer,
       signature, prev, hash, v)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: audit_from
SELECT seq, at, actor, action, case_id, detail, base, signer, signature,
       prev, hash, v
  FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT 500;

-- Ledger.

-- name: ledger_list
SELECT uid, state, attempts FROM ledger
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 ORDER BY uid;

-- name: ledger_try
INSERT INTO ledger (mailbox, folder, uidvalidity, uid, was, state, attempts,
       size, at)
VALUES (?1, ?2, ?3, ?4, 'tried', 'tried', 1, ?5, ?6)
    ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE
   SET attempts = ledger.attempts + 1
RETURNING attempts;

-- Behind its audit entry, in the same transaction.
-- name: ledger_stored
INSERT INTO ledger (mailbox, folder, uidvalidity, uid, was, state, attempts,
       size, hash, class, case_id, item, at, audit_seq)
SELECT ?1, ?2, ?3, ?4, 'stored', 'stored', 0, ?5, ?6, ?7, ?8, ?9, ?10,
       max(seq)
  FROM audit WHERE true
    ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE
   SET was = ledger.state, state = 'stored', size = excluded.size,
       hash = excluded.hash, class = excluded.class,
       case_id = excluded.case_id, item = excluded.item, at = excluded.at,
       audit_seq = excluded.audit_seq
 WHERE ledger.state = 'tried';

-- name: ledger_done
UPDATE ledger SET was = state, state = 'done'
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 AND uid = ?4
   AND state = 'stored';

-- What may go from the mail server: read (class), in a backup and old; or of
-- a case of which it was asked. What is erased must not wait for a backup.
-- name: ledger_removable
SELECT uid, size, state FROM ledger
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
   AND state IN ('done', 'deleting')
   AND ((class IS NOT NULL AND audit_seq <= ?4 AND at <= ?5)
        OR EXISTS (SELECT 1 FROM removal
                    WHERE removal.case_id = ledger.case_id
                      AND (removal.why = 'erase'
                           OR ledger.audit_seq <= ?4)))
 ORDER BY uid;

-- name: ledger_deleting
UPDATE ledger SET was = state, state = 'deleting'
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 AND uid = ?4
   AND state IN ('done', 'deleting');

-- name: ledger_deleted
UPDATE ledger SET was = state, state = 'deleted'
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 AND uid = ?4
   AND state = 'deleting';

-- name: mark_add
INSERT INTO mark (no, mark) SELECT coalesce(max(no), 0) + 1, ?1 FROM mark;

-- name: mark_own
SELECT no FROM mark WHERE mark = ?1;

-- name: marked_get
SELECT looked, other_at FROM marked WHERE mailbox = ?1;

-- name: marked_list
SELECT looked, other_at FROM marked;

-- name: marked_taken
SELECT taken FROM marked WHERE mailbox = ?1;

-- name: marked_take
UPDATE marked SET taken = ?2 WHERE mailbox = ?1 AND taken <> ?2;

-- name: marked_put
INSERT INTO marked (mailbox, looked, taken, other_at) VALUES (?1, 1, 1, ?2)
    ON CONFLICT (mailbox) DO UPDATE
   SET looked = 1, other_at = coalesce(marked.other_at, excluded.other_at);

-- name: marked_unlook
UPDATE marked SET looked = 0 WHERE looked <> 0;

-- name: marked_forget
DELETE FROM marked;

-- name: generation_newest
SELECT uidvalidity FROM generation
 WHERE mailbox = ?1 AND folder = ?2
 ORDER BY no DESC LIMIT 1;

-- name: generation_add
INSERT INTO generation (mailbox, folder, no, uidvalidity, since)
SELECT ?1, ?2, coalesce(max(no), 0) + 1, ?3, ?4 FROM generation
 WHERE mailbox = ?1 AND folder = ?2;

-- The first one is no change.
-- name: generation_changes
SELECT count(*) FROM generation
 WHERE mailbox = ?1 AND folder = ?2 AND no > 1
   AND since > ?3 AND since <= ?4;

-- Earlier generations of a folder that still have more than hash and fate.
-- name: generation_old
SELECT no, uidvalidity FROM generation
 WHERE mailbox = ?1 AND folder = ?2 AND shrunk IS NULL
   AND uidvalidity <> ?3
 ORDER BY no LIMIT 16;

-- Nothing can be told or fetched under these UIDs any more. What still lies
-- where it was moved, and what the rhythm is made of (?4), stays as it is.
-- name: generation_shrink
UPDATE ledger
   SET was = CASE state WHEN 'stored' THEN 'stored' ELSE was END,
       state = CASE state WHEN 'stored' THEN 'done' ELSE state END,
       attempts = 0, at = 0, audit_seq = NULL, moved_folder = NULL,
       moved_uidvalidity = NULL, moved_uid = NULL
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
   AND uid IN (SELECT uid FROM ledger
                WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
                  AND at > 0 AND at < ?4 AND state <> 'tried'
                  AND (moved_uid IS NULL OR state = 'deleted')
                ORDER BY uid LIMIT 500);

-- name: generation_left
SELECT uid FROM ledger
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
   AND at > 0 AND state <> 'tried' LIMIT 1;

-- name: generation_shrunk
UPDATE generation SET shrunk = ?4
 WHERE mailbox = ?1 AND folder = ?2 AND no = ?3;

-- name: ledger_next
SELECT coalesce(max(uid), 0) + 1 FROM ledger
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3;

-- name: ledger_newest
SELECT max(at) FROM ledger WHERE mailbox = ?1;

-- The balance (desk/balance.h).

-- By UID; the second column: it is to lie there still.
-- name: listing_known
SELECT uid, CASE WHEN state = 'done' AND moved_uid IS NULL THEN 1 ELSE 0 END
  FROM ledger
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
   AND (moved_uid IS NULL OR moved_uid <> uid OR moved_folder <> folder
    OR moved_uidvalidity <> uidvalidity)
 UNION
SELECT moved_uid, CASE WHEN state = 'done' THEN 1 ELSE 0 END FROM ledger
 WHERE mailbox = ?1 AND moved_folder = ?2 AND moved_uidvalidity = ?3
   AND moved_uid IS NOT NULL
 ORDER BY 1;

-- name: listing_put
INSERT INTO listing (mailbox, folder, uidvalidity, listed_at, present,
       unknown, missing)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (mailbox, folder) DO UPDATE
   SET uidvalidity = excluded.uidvalidity, listed_at = excluded.listed_at,
       present = excluded.present, unknown = excluded.unknown,
       missing = excluded.missing;

-- name: listing_unknown_clear
DELETE FROM listing_unknown WHERE mailbox = ?1 AND folder = ?2;

-- name: listing_unknown_add
INSERT INTO listing_unknown (mailbox, folder, uid) VALUES (?1, ?2, ?3);

-- One fate for each row, by what is here and not by what the row says.
-- These walk through the ledger, once a day or when somebody asks.
-- name: balance_fates
SELECT fate.mailbox, fate.folder, fate.fate, fate.state, count(*),
       fate.moved
  FROM (SELECT ledger.mailbox, ledger.folder, ledger.state,
               CASE WHEN ledger.moved_uid IS NULL THEN 0 ELSE 1 END AS moved,
               CASE
               WHEN ledger.state = 'tried' AND ledger.at >= ?1
               THEN 'waiting'
               WHEN ledger.state = 'tried' THEN 'gap'
               WHEN ledger.item IS NULL AND ledger.class = 'duplicate'
                AND EXISTS (SELECT 1 FROM ledger AS first
                             WHERE first.mailbox = ledger.mailbox
                               AND first.hash = ledger.hash
                               AND first.item IS NOT NULL)
               THEN 'duplicate'
               WHEN ledger.item IS NULL AND ledger.class = 'own'
                AND EXISTS (SELECT 1 FROM canary
                             WHERE canary.mailbox = ledger.mailbox
                               AND canary.body = ledger.hash)
               THEN 'canary'
               WHEN cases.state = 'erased' THEN 'erased'
               WHEN cases.id IS NULL OR item.id IS NULL THEN 'gap'
               WHEN ledger.class = 'bounce' THEN 'bounce'
               WHEN ' ' || cases.flags || ' ' LIKE '% tray %' THEN 'tray'
               ELSE 'cases' END AS fate
          FROM ledger
          LEFT JOIN cases ON cases.id = ledger.case_id
          LEFT JOIN item ON item.id = ledger.item
                        AND item.case_id = ledger.case_id) AS fate
 GROUP BY 1, 2, 3, 4, 6 ORDER BY 1, 2;

-- name: balance_lost
SELECT ledger.mailbox, ledger.folder, ledger.uid,
       CASE WHEN ledger.state = 'tried' THEN 'not-stored'
            ELSE 'no-letter' END
  FROM ledger
  LEFT JOIN cases ON cases.id = ledger.case_id
  LEFT JOIN item ON item.id = ledger.item
                AND item.case_id = ledger.case_id
 WHERE (ledger.state = 'tried' AND ledger.at < ?1)
    OR (ledger.state <> 'tried' AND coalesce(cases.state, '') <> 'erased'
        AND (cases.id IS NULL OR item.id IS NULL)
        AND NOT (ledger.item IS NULL AND ledger.class = 'duplicate'
                 AND EXISTS (SELECT 1 FROM ledger AS first
                              WHERE first.mailbox = ledger.mailbox
                                AND first.hash = ledger.hash
                                AND first.item IS NOT NULL))
        AND NOT (ledger.item IS NULL AND ledger.class = 'own'
                 AND EXISTS (SELECT 1 FROM canary
                              WHERE canary.mailbox = ledger.mailbox
                                AND canary.body = ledger.hash)))
 ORDER BY 1, 2, 3;

-- name: balance_listings
SELECT mailbox, folder, listed_at, present, unknown, missing FROM listing
 ORDER BY mailbox, folder;

-- name: balance_unknown
SELECT mailbox, folder, uid, 'not-taken' FROM listing_unknown
 ORDER BY mailbox, folder, uid;

-- Letters of people, for the rhythm of a mailbox.
-- name: ledger_arrivals
SELECT at FROM ledger
 WHERE mailbox = ?1 AND at > ?2 AND coalesce(class, '') <> 'duplicate'
   AND NOT (item IS NULL AND coalesce(class, '') = 'own')
 ORDER BY at;

-- Where a letter was moved to.
-- name: ledger_moved
UPDATE ledger
   SET moved_folder = ?5, moved_uidvalidity = ?6, moved_uid = ?7
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 AND uid = ?4;

-- A mail in the folder of moved letters that nobody told us of: is it one
-- of which we do not know where it lies?
-- name: ledger_adopt
UPDATE ledger
   SET moved_folder = ?3, moved_uidvalidity = ?4, moved_uid = ?5,
       audit_seq = coalesce(audit_seq, (SELECT max(seq) FROM audit))
 WHERE (mailbox, folder, uidvalidity, uid) = (
       SELECT mailbox, folder, uidvalidity, uid FROM ledger
        WHERE mailbox = ?1 AND hash = ?2 AND item IS NOT NULL
          AND state IN ('stored', 'done')
          AND (moved_uid IS NULL OR moved_folder <> ?3
               OR moved_uidvalidity <> ?4)
        LIMIT 1);

-- name: ledger_adopt_unhashed
UPDATE ledger
   SET moved_folder = ?3, moved_uidvalidity = ?4, moved_uid = ?5,
       audit_seq = coalesce(audit_seq, (SELECT max(seq) FROM audit))
 WHERE (mailbox, folder, uidvalidity, uid) = (
       SELECT mailbox, folder, uidvalidity, uid FROM ledger
        WHERE mailbox = ?1 AND size = ?2 AND hash IS NULL
          AND state IN ('stored', 'done')
          AND (moved_uid IS NULL OR moved_folder <> ?3
               OR moved_uidvalidity <> ?4)
        LIMIT 1);

-- Rows of a folder by which its mails are known, by UID there.
-- name: ledger_list_moved
SELECT moved_uid, state, attempts FROM ledger
 WHERE mailbox = ?1 AND moved_folder = ?2 AND moved_uidvalidity = ?3
   AND moved_uid IS NOT NULL
 UNION
SELECT uid, state, attempts FROM ledger
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
 ORDER BY 1;

-- name: ledger_removable_moved
SELECT moved_uid, size, state FROM ledger
 WHERE mailbox = ?1 AND moved_folder = ?2 AND moved_uidvalidity = ?3
   AND moved_uid IS NOT NULL
   AND state IN ('done', 'deleting')
   AND ((class IS NOT NULL AND audit_seq <= ?4 AND at <= ?5)
        OR EXISTS (SELECT 1 FROM removal
                    WHERE removal.case_id = ledger.case_id
                      AND (removal.why = 'erase'
                           OR ledger.audit_seq <= ?4)))
 ORDER BY moved_uid;

-- name: ledger_deleting_moved
UPDATE ledger SET was = state, state = 'deleting'
 WHERE mailbox = ?1 AND moved_folder = ?2 AND moved_uidvalidity = ?3
   AND moved_uid = ?4 AND moved_uid IS NOT NULL
   AND state IN ('done', 'deleting');

-- name: ledger_deleted_moved
UPDATE ledger SET was = state, state = 'deleted'
 WHERE mailbox = ?1 AND moved_folder = ?2 AND moved_uidvalidity = ?3
   AND moved_uid = ?4 AND moved_uid IS NOT NULL AND state = 'deleting';

-- What is to leave the mail servers (desk/copy.h).

-- name: removal_add
INSERT INTO removal (no, case_id, why, at)
SELECT coalesce(max(no), 0) + 1, ?1, ?2, ?3 FROM removal WHERE true
    ON CONFLICT (case_id) DO UPDATE
   SET no = excluded.no, at = excluded.at,
       why = CASE WHEN removal.why = 'erase' THEN 'erase'
             ELSE excluded.why END;

-- name: removal_newest
SELECT coalesce(max(no), 0) FROM removal;

-- name: copies_put
INSERT INTO copies (mailbox, folder, kind, uidvalidity, highest)
VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (mailbox, folder) DO UPDATE
   SET kind = excluded.kind, uidvalidity = excluded.uidvalidity,
       highest = excluded.highest;

-- name: copies_highest
SELECT highest FROM copies
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3;

-- What was found under UIDs that mean nothing any more.
-- name: copy_stale
DELETE FROM copy
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity <> ?3
   AND state <> 'deleted';

-- name: copy_lowest
SELECT min(uid) FROM copy
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
   AND state IN ('seen', 'deleting');

-- name: copy_list
SELECT uid FROM copy
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
   AND state <> 'deleted' ORDER BY uid;

-- name: copy_add
INSERT INTO copy (mailbox, folder, uidvalidity, uid, state, size, hash,
       case_id, item, at, audit_seq)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
       coalesce(nullif(?11, 0), (SELECT max(seq) FROM audit))
 WHERE true ON CONFLICT (mailbox, folder, uidvalidity, uid) DO NOTHING;

-- A mail of ours; of an answer also when it was last tried.
-- name: copy_sent
SELECT token.case_id, token.item,
       coalesce((SELECT delivery.at FROM delivery
                  WHERE delivery.item = token.item),
                (SELECT item.at FROM item WHERE item.id = token.item), 0)
  FROM token WHERE token.hash = ?1 AND token.kind = 'message-id';

-- How long those are that may lie in a trash folder.
-- name: copy_sizes
SELECT size FROM ledger WHERE mailbox = ?1 AND hash IS NOT NULL
 UNION
SELECT size FROM copy WHERE mailbox = ?1 AND state <> 'other'
 ORDER BY 1;

-- Whose the bytes are: a letter's that came in, or a copy's of one that went.
-- name: copy_known
SELECT case_id, item, at, audit_seq FROM ledger
 WHERE mailbox = ?1 AND hash = ?2 AND item IS NOT NULL
 UNION ALL
SELECT case_id, item, at, audit_seq FROM copy
 WHERE mailbox = ?1 AND hash = ?2 AND state <> 'other'
 LIMIT 1;

-- As of letters; but whether an answer left at all can be seen there.
-- name: copy_removable
SELECT uid, size, state FROM copy
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3
   AND state IN ('seen', 'deleting')
   AND ((audit_seq <= ?4 AND at <= ?5)
        OR EXISTS (SELECT 1 FROM removal
                    WHERE removal.case_id = copy.case_id
                      AND (removal.why = 'erase'
                           OR copy.audit_seq <= ?4)))
   AND NOT EXISTS (SELECT 1 FROM delivery
                    WHERE delivery.item = copy.item
                      AND delivery.state IN ('sending', 'unknown'))
 ORDER BY uid;

-- name: copy_deleting
UPDATE copy SET state = 'deleting'
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 AND uid = ?4
   AND state = 'seen';

-- name: copy_deleted
UPDATE copy SET state = 'deleted'
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 AND uid = ?4
   AND state = 'deleting';

-- Somebody else took it away.
-- name: copy_forget
DELETE FROM copy
 WHERE mailbox = ?1 AND folder = ?2 AND uidvalidity = ?3 AND uid = ?4
   AND state IN ('other', 'seen');

-- name: balance_copies
SELECT copies.mailbox, copies.folder, copies.kind,
       (SELECT count(*) FROM copy
         WHERE copy.mailbox = copies.mailbox AND copy.folder = copies.folder
           AND copy.state IN ('seen', 'deleting')),
       (SELECT count(*) FROM copy
         WHERE copy.mailbox = copies.mailbox AND copy.folder = copies.folder
           AND copy.state = 'deleted')
  FROM copies ORDER BY copies.mailbox, copies.folder;

-- Canaries.

-- name: canary_add
INSERT INTO canary (hash, mailbox, sent_at) VALUES (?1, ?2, ?3);

-- Expected still, or the very same mail once more.
-- name: canary_find
SELECT hash FROM canary
 WHERE hash = ?1 AND mailbox = ?2 AND (back_at IS NULL OR body = ?3);

-- name: canary_back
UPDATE canary SET back_at = ?2, body = ?3
 WHERE hash = ?1 AND back_at IS NULL;

-- name: canary_look
SELECT (SELECT max(sent_at) FROM canary WHERE mailbox = ?1),
       (SELECT min(sent_at) FROM canary
         WHERE mailbox = ?1 AND back_at IS NULL AND sent_at >
               (SELECT coalesce(max(sent_at), 0) FROM canary
                 WHERE mailbox = ?1 AND back_at IS NOT NULL));

-- name: ledger_same
SELECT case_id FROM ledger
 WHERE mailbox = ?1 AND hash = ?2 AND item IS NOT NULL LIMIT 1;

-- Cases.

-- name: case_add
INSERT INTO cases (id, desk, was, state, urgency, rank, flags, language,
       channel, created, waiting_since, due, last_seq, last_draft,
       deposit_hash, active)
VALUES (?1, ?2, 'new', 'new', 0, 0, ?3, ?8, ?4, ?5, ?5, ?6, 1, 0, ?7, ?5);

-- name: case_get
SELECT desk, state, last_seq, deposit_hash, waiting_since, flags, urgency
  FROM cases WHERE id = ?1;

-- name: case_first
UPDATE cases SET deposit_hash = ?2 WHERE id = ?1;

-- name: case_letter
UPDATE cases
   SET was = state,
       state = CASE WHEN state = 'new' THEN 'new' ELSE 'open' END,
       last_seq = last_seq + 1, deposit_hash = ?2, active = ?3,
       waiting_since = coalesce(waiting_since, ?3),
       flags = CASE WHEN ?4 = '' OR ' ' || flags || ' ' LIKE
                         '% ' || ?4 || ' %'
                    THEN flags ELSE trim(flags || ' ' || ?4) END
 WHERE id = ?1 AND state <> 'erased';

-- Once it is known it stays.
-- name: case_language
UPDATE cases SET language = ?2 WHERE id = ?1 AND language IS NULL;

-- name: case_next_seq
UPDATE cases SET last_seq = last_seq + 1, active = ?2 WHERE id = ?1
RETURNING last_seq;

-- name: case_next_draft
UPDATE cases SET last_draft = last_draft + 1 WHERE id = ?1
RETURNING last_draft;

-- name: case_open
UPDATE cases SET was = state, state = 'open' WHERE id = ?1 AND state = 'new';

-- Each strand by itself: an answer to one person (?4) answers nobody else, but
-- what was there when the case was closed waits no more. What a machine merely
-- reported of (participant 0) needs no answer. The flag goes when the answer
-- is to the one whom the last did not reach.
-- name: case_answered
UPDATE cases
   SET was = state,
       state = CASE WHEN waits.since IS NULL THEN 'answered'
               ELSE 'open' END,
       waiting_since = waits.since,
       due = NULL,
       first_answer = coalesce(first_answer, ?4),
       flags = CASE WHEN EXISTS (SELECT 1 FROM item
                 WHERE item.case_id = cases.id AND item.class = 'bounce'
                   AND item.seq > ?2)
                 OR EXISTS (SELECT 1 FROM delivery
                 WHERE delivery.case_id = cases.id
                   AND delivery.state = 'bounced'
                   AND delivery.participant <> ?3)
               THEN flags ELSE trim(replace(' ' || flags || ' ',
                 ' delivery-problem ', ' ')) END
  FROM (SELECT min(item.at) AS since FROM item
         WHERE item.case_id = ?1 AND item.kind = 'letter'
           AND CASE WHEN item.participant = ?3 OR item.class = 'bounce'
               THEN item.seq > ?2
               ELSE item.participant > 0
                AND item.seq > (SELECT coalesce(max(behind), 0) FROM event
                     WHERE event.case_id = ?1 AND event.kind = 'closed')
                AND item.seq > (SELECT coalesce(max(answer.seq), 0)
                      FROM item AS answer
                      JOIN delivery ON delivery.item = answer.id
                     WHERE answer.case_id = ?1
                       AND answer.participant = item.participant
                       AND delivery.state IN ('accepted', 'published',
                           'settled'))
               END) AS waits
 WHERE id = ?1 AND state IN ('new', 'open', 'answered');

-- A letter of ours came back: on top of its urgency, for who waits for it
-- waits since (?4) the letter that it answered.
-- name: case_bounced
UPDATE cases
   SET was = state,
       state = CASE WHEN state = 'new' THEN 'new' ELSE 'open' END,
       waiting_since = CASE WHEN waiting_since < ?2 THEN waiting_since
                            ELSE ?2 END,
       due = CASE WHEN due < ?2 THEN due ELSE ?2 END,
       flags = CASE WHEN ' ' || flags || ' ' LIKE '% ' || ?3 || ' %'
                    THEN flags ELSE trim(flags || ' ' || ?3) END
 WHERE id = ?1 AND state <> 'erased';

-- name: case_reported
UPDATE cases SET last_seq = last_seq + 1, deposit_hash = ?2, active = ?3
 WHERE id = ?1 AND state <> 'erased';

-- name: bounce_waiting
SELECT max(letter.at) FROM item AS answer
  JOIN item AS letter ON letter.case_id = answer.case_id
 WHERE answer.id = ?1 AND letter.kind = 'letter'
   AND letter.seq < answer.seq AND letter.participant > 0;

-- name: no_automatic_add
INSERT INTO no_automatic (address, case_id, at)
SELECT participant.address, participant.case_id, ?2
  FROM item JOIN participant ON participant.case_id = item.case_id
   AND participant.no = item.participant
 WHERE item.id = ?1
    ON CONFLICT (address) DO NOTHING;

-- name: no_automatic_get
SELECT at FROM no_automatic WHERE address = ?1;

-- name: case_urgency
UPDATE cases SET urgency = ?2, rank = ?3
 WHERE id = ?1 AND urgency <> ?2 AND state <> 'erased';

-- An answer that somebody works on, or that is on its way.
-- name: case_busy
SELECT draft.no, draft.state, delivery.state FROM draft
  LEFT JOIN delivery ON delivery.item = draft.letter
 WHERE draft.case_id = ?1
   AND (draft.state IN ('open', 'submitted', 'returned')
        OR delivery.state IN ('held', 'due', 'sending', 'deferred',
                              'unknown', 'blocked'))
 ORDER BY draft.no LIMIT 1;

-- The newest letter, be it a machine's.
-- name: case_newest
SELECT coalesce(max(seq), 0) FROM item
 WHERE case_id = ?1 AND kind = 'letter';

-- name: case_close
UPDATE cases SET was = state, state = 'closed', waiting_since = NULL,
       due = NULL, flags = trim(replace(' ' || flags || ' ',
                 ' delivery-problem ', ' '))
 WHERE id = ?1 AND state IN ('new', 'open', 'answered')
   AND NOT EXISTS (SELECT 1 FROM draft
         WHERE draft.case_id = ?1
           AND draft.state IN ('open', 'submitted', 'returned'))
   AND NOT EXISTS (SELECT 1 FROM delivery
         WHERE delivery.case_id = ?1
           AND delivery.state IN ('held', 'due', 'sending', 'deferred',
                                  'unknown', 'blocked', 'refused')
           AND delivery.state <> 'refused');

-- name: case_reopen
UPDATE cases SET was = state, state = 'open', waiting_since = ?2, due = NULL
 WHERE id = ?1 AND state IN ('answered', 'closed');

-- name: case_by_prefix
SELECT id, desk FROM cases
 WHERE id >= ?1 AND id < ?2 AND state <> 'erased' ORDER BY id;

-- name: case_queue
SELECT id, desk, state, urgency, flags AS "words:flags", language, channel,
       created, waiting_since, due, paused_until
  FROM cases
 WHERE desk = ?1 AND waiting_since IS NOT NULL
   AND (rank, due, created, id) > (?3, ?4, ?5, ?6)
   AND ' ' || flags || ' ' NOT LIKE '% erase %'
 ORDER BY rank, due, created, id LIMIT ?2;

-- Behind (?2, ?3), from the newest on.
-- name: case_list
SELECT id, desk, state, active FROM cases
 WHERE desk = ?1 AND (active, id) < (?2, ?3) AND state <> 'erased'
 ORDER BY active DESC, id DESC LIMIT ?4;

-- Of these urgencies, due before ?4.
-- name: case_late
SELECT count(*) FROM cases
 WHERE desk = ?1 AND waiting_since IS NOT NULL AND due <= ?4
   AND urgency BETWEEN ?2 AND ?3
   AND ' ' || flags || ' ' NOT LIKE '% erase %';

-- name: case_oldest
SELECT min(waiting_since) FROM cases
 WHERE desk = ?1 AND waiting_since IS NOT NULL
   AND ' ' || flags || ' ' NOT LIKE '% erase %';

-- The waits of those whose first answer left after ?2, the newest of them.
-- name: load_answered
SELECT first_answer - created FROM cases
 WHERE desk = ?1 AND first_answer > ?2
 ORDER BY first_answer DESC LIMIT ?3;

-- Who waits, and whether for a first answer.  The tray counts for nothing: a
-- flood must not frighten people away.
-- name: load_waiting
SELECT created, CASE WHEN first_answer IS NULL THEN 1 ELSE 0 END
  FROM cases
 WHERE desk = ?1 AND waiting_since IS NOT NULL
   AND ' ' || flags || ' ' NOT LIKE '% tray %'
   AND ' ' || flags || ' ' NOT LIKE '% erase %'
 ORDER BY rank, due, created, id LIMIT ?2;

-- name: case_json
SELECT id, desk, state, urgency, flags AS "words:flags", language, channel,
       created, waiting_since, due, paused_until, first_answer
  FROM cases WHERE id = ?1;

-- name: case_items
SELECT count(*) FROM item WHERE case_id = ?1 AND seq IS NOT NULL;

-- name: case_key_add
INSERT INTO case_key (case_id, epoch, public, team_epoch, box)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: case_key_json
SELECT epoch, public AS "hex:public", team_epoch, box AS "b64:box"
  FROM case_key WHERE case_id = ?1 ORDER BY epoch;

-- name: once_add
INSERT INTO once (hash, case_id, participant, expires, proof, used)
VALUES (?1, ?2, ?3, ?4, ?5, NULL);

-- name: once_get
SELECT once.case_id, once.participant, once.expires, once.used, cases.desk,
       once.proof
  FROM once JOIN cases ON cases.id = once.case_id
 WHERE once.hash = ?1 AND cases.state <> 'erased';

-- Who has a code needs no other one.
-- name: once_use
UPDATE once SET used = ?2
 WHERE hash = ?1 AND used IS NULL AND expires > ?2
   AND NOT EXISTS (SELECT 1 FROM locator
                    WHERE locator.case_id = once.case_id
                      AND locator.participant = once.participant);

-- name: locator_add
INSERT INTO locator (case_id, participant, locator, salt, public, form, nth,
       at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: locator_taken
SELECT 1 FROM locator WHERE locator = ?1;

-- name: locator_key
SELECT public FROM locator WHERE case_id = ?1 AND participant = ?2;

-- name: locator_of_form
SELECT locator.case_id, locator.nth, cases.due, cases.channel
  FROM locator JOIN cases ON cases.id = locator.case_id
 WHERE locator.form = ?1;

-- name: form_add
INSERT INTO form (hash, case_id, at) VALUES (?1, ?2, ?3);

-- name: form_find
SELECT form.case_id, 0, cases.due
  FROM form JOIN cases ON cases.id = form.case_id WHERE form.hash = ?1;

-- Strands (daemon/desk/strand.h).

-- name: strand_find
SELECT locator.case_id, locator.participant, cases.desk, locator.salt,
       locator.public, locator.shown, locator.shown_seq
  FROM locator JOIN cases ON cases.id = locator.case_id
 WHERE locator.locator = ?1 AND cases.state <> 'erased';

-- Answers that are said to be published, newest first; of those that went by
-- mail the ones whose key the person was given.
-- name: strand_answers
SELECT item.id, item.seq, delivery.draft, item.signer, item.signature,
       item.approver, item.approval, publication.statement,
       publication.signer, publication.signature
  FROM item JOIN publication ON publication.item = item.id
  JOIN delivery ON delivery.item = item.id
 WHERE item.case_id = ?1 AND item.participant = ?2 AND item.kind = 'answer'
   AND item.seq IS NOT NULL
   AND (delivery.state = 'published' OR EXISTS (SELECT 1 FROM grants
                WHERE grants.item = item.id AND grants.recipient = 'seeker'))
 ORDER BY item.seq DESC;

-- What became of the letter ?3: due, in somebody's hands, answer on its way,
-- answered by mail.  ?4: now.
-- name: strand_state
SELECT CASE WHEN waiting_since IS NULL THEN 0 ELSE coalesce(due, 0) END,
       CASE WHEN EXISTS (SELECT 1 FROM claim
             WHERE claim.case_id = ?1 AND claim.until >= ?4)
             OR EXISTS (SELECT 1 FROM event
             WHERE event.case_id = ?1 AND event.behind >= ?3
               AND event.kind IN ('claimed', 'released', 'passed', 'handed',
                                  'ended', 'tagged', 'urgency', 'untrayed',
                                  'linked', 'closed'))
       THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM draft
              LEFT JOIN delivery ON delivery.item = draft.letter
             WHERE draft.case_id = ?1 AND draft.participant = ?2
               AND draft.seen >= ?3
               AND (draft.state = 'submitted'
                    OR (draft.state = 'approved'
                        AND delivery.state IN ('held', 'due', 'sending',
                            'deferred', 'unknown', 'blocked'))))
       THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM item
              JOIN delivery ON delivery.item = item.id
             WHERE item.case_id = ?1 AND item.participant = ?2
               AND item.seq > ?3
               AND delivery.state IN ('accepted', 'settled'))
       THEN 1 ELSE 0 END
  FROM cases WHERE id = ?1;

-- Only ever higher, of a letter that is not older.
-- name: strand_shown
UPDATE locator SET shown = ?4, shown_seq = ?3
 WHERE case_id = ?1 AND participant = ?2
   AND (shown_seq < ?3 OR (shown_seq = ?3 AND shown < ?4));

-- name: participant_add
INSERT INTO participant (case_id, no, role, mode, address)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: participant_json
SELECT no, role, mode FROM participant WHERE case_id = ?1 ORDER BY no;

-- How somebody is reached, and whether machines are to leave him alone.
-- name: participant_reach
SELECT participant.mode, no_automatic.at
  FROM participant LEFT JOIN no_automatic
    ON no_automatic.address = participant.address
 WHERE participant.case_id = ?1 AND participant.no = ?2;

-- name: publication_since
SELECT 1 FROM item JOIN publication ON publication.item = item.id
 WHERE item.case_id = ?1 AND item.participant = ?2 AND publication.at >= ?3
 LIMIT 1;

-- name: participant_moved
UPDATE participant SET mode = ?3, address = ?4
 WHERE case_id = ?1 AND no = ?2;

-- name: participant_mode
UPDATE participant SET mode = ?3 WHERE case_id = ?1 AND no = ?2;

-- name: participant_put
INSERT INTO participant (case_id, no, role, mode, address)
VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (case_id, no) DO UPDATE
   SET role = excluded.role, mode = excluded.mode,
       address = excluded.address;

-- name: person_add
INSERT INTO person (case_id, participant, item, author, state, code, at)
VALUES (?1, ?2, ?3, ?4, 'submitted', NULL, ?5)
    ON CONFLICT (case_id, participant) DO NOTHING;

-- name: person_get
SELECT item, author, state FROM person WHERE case_id = ?1 AND participant = ?2;

-- name: person_second
UPDATE person SET state = 'approved', at = ?4
 WHERE case_id = ?1 AND participant = ?2 AND item = ?3
   AND state = 'submitted';

-- name: person_sign
UPDATE item SET approver = ?2, approval = ?3
 WHERE id = ?1 AND seq IS NULL AND kind = 'statement';

-- name: person_ripe
SELECT person.case_id, cases.desk, person.participant, person.item,
       item.signer, item.signature, item.approver, item.approval
  FROM person JOIN cases ON cases.id = person.case_id
  JOIN item ON item.id = person.item
 WHERE person.state = 'approved' ORDER BY person.at LIMIT 1;

-- name: person_block
UPDATE person SET state = 'blocked', code = ?4, at = ?5
 WHERE case_id = ?1 AND participant = ?2 AND item = ?3
   AND state = 'approved';

-- name: person_delete
DELETE FROM person WHERE case_id = ?1 AND participant = ?2 AND item = ?3;

-- name: person_json
SELECT case_id AS "case", participant, item AS "hex:item", author, state,
       code, at
  FROM person WHERE case_id = ?1 ORDER BY participant;

-- name: person_waiting
SELECT person.case_id AS "case", person.participant,
       person.item AS "hex:item", person.author, person.state, person.code,
       person.at
  FROM person JOIN cases ON cases.id = person.case_id
 WHERE cases.desk = ?1 ORDER BY person.at;

-- name: claim_take
INSERT INTO claim (case_id, claimant, until, fence, since)
VALUES (?1, ?2, ?3, 1, 1)
    ON CONFLICT (case_id) DO UPDATE
   SET fence = claim.fence + CASE WHEN claim.claimant = excluded.claimant
               AND claim.until >= ?4 THEN 0 ELSE 1 END,
       since = CASE WHEN claim.claimant = excluded.claimant
               THEN claim.since ELSE claim.fence + 1 END,
       claimant = excluded.claimant, until = excluded.until
 WHERE claim.until < ?4 OR claim.claimant = excluded.claimant;

-- Whoever worked under this fence (?5) goes on, be it that the lease ended,
-- unless somebody else had the case since.
-- name: claim_keep
UPDATE claim
   SET until = ?3, fence = fence + CASE WHEN until >= ?4 THEN 0 ELSE 1 END
 WHERE case_id = ?1 AND claimant = ?2 AND since <= ?5 AND fence >= ?5;

-- name: claim_json
SELECT claimant, until, fence FROM claim WHERE case_id = ?1 AND until >= ?2;

-- Of whomever, whether it holds or not.
-- name: claim_get
SELECT claimant, until, fence FROM claim WHERE case_id = ?1;

-- A claim that ended has until 0: nobody need tell of it any more.
-- name: claim_end
UPDATE claim SET until = 0
 WHERE case_id = ?1 AND claimant = ?2 AND until >= ?3 AND fence = ?4;

-- name: claim_hand
UPDATE claim SET claimant = ?5, until = ?6, fence = fence + 1,
       since = fence + 1
 WHERE case_id = ?1 AND claimant = ?2 AND until >= ?3 AND fence = ?4;

-- name: claim_drop
UPDATE claim SET until = 0 WHERE case_id = ?1;

-- name: claim_renew
UPDATE claim SET until = ?4
 WHERE case_id = ?1 AND claimant = ?2 AND until >= ?3 AND until < ?5;

-- name: event_add
INSERT INTO event (case_id, no, behind, at, actor, kind, detail)
SELECT id, (SELECT coalesce(max(no), 0) + 1 FROM event
             WHERE event.case_id = cases.id),
       last_seq, ?2, ?3, ?4, ?5
  FROM cases WHERE id = ?1;

-- name: event_json
SELECT no, behind AS "after", at, actor, kind, detail FROM event
 WHERE case_id = ?1 ORDER BY no;

-- name: claim_over
SELECT case_id, claimant FROM claim
 WHERE until > 0 AND until < ?1 ORDER BY until LIMIT 1;

-- name: claim_expire
UPDATE claim SET until = 0 WHERE case_id = ?1 AND until > 0 AND until < ?2;

-- name: case_fence
SELECT fence FROM claim WHERE case_id = ?1;

-- Under the claim's present fence and after the revision that was read.
-- name: face_put
INSERT INTO face (case_id, item, fence, revision)
SELECT cases.id, ?2, ?3, ?4 FROM cases
 WHERE cases.id = ?1 AND ?3 = coalesce((SELECT claim.fence FROM claim
                           WHERE claim.case_id = cases.id), 0)
    ON CONFLICT (case_id) DO UPDATE
   SET item = excluded.item, fence = excluded.fence,
       revision = excluded.revision
 WHERE face.fence <= excluded.fence
   AND face.revision = excluded.revision - 1;

-- name: face_item
SELECT item FROM face WHERE case_id = ?1;

-- name: face_json
SELECT face.fence, face.revision, item.id AS "hex:item.id",
       item.kind AS "item.kind", item.at AS "item.at",
       item.signer AS "hex:item.signer",
       item.signature AS "hex:item.signature"
  FROM face JOIN item ON item.id = face.item WHERE face.case_id = ?1;

-- What is to be erased gets no more letters.
-- name: token_find
SELECT case_id, participant FROM token
 WHERE hash = ?1 AND kind = ?2
   AND NOT EXISTS (SELECT 1 FROM erasure
                    WHERE erasure.case_id = token.case_id);

-- name: provider_put
INSERT INTO provider (fact, kept, at) VALUES (?1, ?2, ?3)
    ON CONFLICT (fact) DO UPDATE SET kept = excluded.kept, at = excluded.at;

-- name: provider_get
SELECT kept FROM provider WHERE fact = ?1;

-- Letters of the service to itself, and what would answer one.
-- name: provider_letters
SELECT count(*) FROM ledger WHERE item IS NOT NULL AND class = 'own';

-- name: provider_answers
SELECT count(*) FROM automatic
 WHERE about IN (SELECT 'acknowledgement ' || case_id FROM ledger
                  WHERE item IS NOT NULL AND class = 'own');

-- name: token_letter
SELECT case_id, item FROM token WHERE hash = ?1 AND kind = ?2;

-- Where the case's letters are waited for.
-- name: link_main
SELECT other, kind FROM link WHERE case_id = ?1 AND kind = 'confirmed';

-- name: link_under
SELECT case_id, kind FROM link
 WHERE other = ?1 AND kind = 'confirmed' LIMIT 1;

-- name: link_get
SELECT other, kind FROM link WHERE case_id = ?1 AND other = ?2;

-- name: link_desk
SELECT id, desk FROM cases WHERE id = ?1 AND state <> 'erased';

-- name: case_on_desk
SELECT id, desk FROM cases
 WHERE id = ?1 AND desk = ?2 AND state <> 'erased'
   AND ' ' || flags || ' ' NOT LIKE '% erase %';

-- name: link_delete
DELETE FROM link WHERE case_id = ?1 AND other = ?2;

-- name: link_add
INSERT INTO link (case_id, other, kind, at, actor)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: link_put
INSERT INTO link (case_id, other, kind, at, actor, statement, signer,
       signature)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (case_id, other) DO UPDATE
   SET kind = excluded.kind, at = excluded.at, actor = excluded.actor,
       statement = excluded.statement, signer = excluded.signer,
       signature = excluded.signature;

-- Of a case, in both directions.
-- name: link_all
SELECT case_id, other, kind, statement, signer, signature FROM link
 WHERE case_id = ?1
UNION ALL
SELECT case_id, other, kind, statement, signer, signature FROM link
 WHERE other = ?1;

-- name: link_json
SELECT case_id AS "case", other, kind, at, actor AS "by",
       statement AS "b64:statement", signer AS "hex:signer",
       signature AS "hex:signature" FROM link WHERE case_id = ?1
UNION ALL
SELECT case_id, other, kind, at, actor, statement, signer, signature
  FROM link WHERE other = ?1;

-- A letter came to a case that is linked to this one.
-- name: link_wait
UPDATE cases
   SET was = state,
       state = CASE WHEN state = 'new' THEN 'new' ELSE 'open' END,
       waiting_since = coalesce(waiting_since, ?2),
       active = ?2
 WHERE id = ?1 AND state <> 'erased';

-- name: link_rest
UPDATE cases SET waiting_since = NULL, due = NULL WHERE id = ?1;

-- The other waits since the earlier of both, by the earlier due.
-- name: link_pass
UPDATE cases
   SET was = state,
       state = CASE WHEN state = 'new' THEN 'new' ELSE 'open' END,
       waiting_since = (SELECT CASE WHEN cases.waiting_since <=
                  b.waiting_since THEN cases.waiting_since
                  ELSE b.waiting_since END FROM cases AS b WHERE b.id = ?1),
       due = (SELECT CASE WHEN cases.due <= b.due THEN cases.due
                  ELSE b.due END FROM cases AS b WHERE b.id = ?1)
 WHERE id = ?2 AND state <> 'erased'
   AND EXISTS (SELECT 1 FROM cases AS b
                WHERE b.id = ?1 AND b.waiting_since IS NOT NULL);

-- By itself again: it waits since the first of its letters that nobody has
-- answered, or, without one, from now (?2) on.
-- name: link_back
UPDATE cases
   SET was = state,
       state = CASE WHEN state = 'new' THEN 'new' ELSE 'open' END,
       waiting_since = coalesce(waiting_since, waits.since, ?2)
  FROM (SELECT min(item.at) AS since FROM item
         WHERE item.case_id = ?1 AND item.kind = 'letter'
           AND item.participant > 0
           AND item.seq > (SELECT coalesce(max(behind), 0) FROM event
                WHERE event.case_id = ?1 AND event.kind = 'closed')
           AND item.seq > (SELECT coalesce(max(answer.seq), 0)
                 FROM item AS answer
                 JOIN delivery ON delivery.item = answer.id
                WHERE answer.case_id = ?1
                  AND answer.participant = item.participant
                  AND delivery.state IN ('accepted', 'published',
                      'settled'))) AS waits
 WHERE id = ?1 AND state <> 'erased';

-- A link of the case was taken apart: it waits for those of its own letters,
-- and of cases that are still linked to it, that came after the last answer
-- and the last closing (of its own after the last answer to their writer);
-- without any it is answered.  Not where a person wants it to wait (reopened
-- since), or an answer came back.
-- name: link_apart
UPDATE cases
   SET was = state,
       state = CASE WHEN waits.since IS NULL THEN 'answered' ELSE state END,
       due = CASE WHEN waits.since IS NULL THEN NULL
             WHEN waits.since <= waiting_since THEN due
             ELSE NULL END,
       waiting_since = waits.since
  FROM (SELECT min(letter.at) AS since FROM (
        SELECT item.at FROM item
         WHERE item.case_id = ?1 AND item.kind = 'letter'
           AND item.participant > 0
           AND item.seq > (SELECT coalesce(max(behind), 0) FROM event
                WHERE event.case_id = ?1 AND event.kind = 'closed')
           AND item.seq > (SELECT coalesce(max(answer.seq), 0)
                 FROM item AS answer
                 JOIN delivery ON delivery.item = answer.id
                WHERE answer.case_id = ?1
                  AND answer.participant = item.participant
                  AND delivery.state IN ('accepted', 'published', 'settled'))
        UNION ALL
        SELECT item.at FROM link JOIN item ON item.case_id = link.case_id
         WHERE link.other = ?1 AND link.kind = 'confirmed'
           AND item.kind = 'letter' AND item.participant > 0
           AND item.at >= (SELECT coalesce(max(event.at), 0) FROM event
                WHERE event.case_id = ?1 AND event.kind = 'closed')
           AND item.at >= (SELECT coalesce(max(answer.at), 0)
                 FROM item AS answer
                 JOIN delivery ON delivery.item = answer.id
                WHERE answer.case_id = ?1
                  AND delivery.state IN ('accepted', 'published', 'settled'))
       ) AS letter) AS waits
 WHERE id = ?1 AND state IN ('new', 'open') AND waiting_since IS NOT NULL
   AND ' ' || flags || ' ' NOT LIKE '% delivery-problem %'
   AND (EXISTS (SELECT 1 FROM event
         WHERE event.case_id = ?1 AND event.kind = 'closed')
     OR EXISTS (SELECT 1 FROM item AS answer
          JOIN delivery ON delivery.item = answer.id
         WHERE answer.case_id = ?1
           AND delivery.state IN ('accepted', 'published', 'settled')))
   AND NOT EXISTS (SELECT 1 FROM event
         WHERE event.case_id = ?1 AND event.kind = 'reopened'
           AND event.no > (SELECT coalesce(max(c.no), 0) FROM event AS c
                WHERE c.case_id = ?1 AND c.kind = 'closed')
           AND event.behind >= (SELECT coalesce(max(answer.seq), 0)
                 FROM item AS answer
                 JOIN delivery ON delivery.item = answer.id
                WHERE answer.case_id = ?1
                  AND delivery.state IN ('accepted', 'published',
                      'settled')));

-- 'answered' now, but closed after its last answer.
-- name: link_was_closed
SELECT id FROM cases
 WHERE id = ?1 AND state = 'answered'
   AND (SELECT max(behind) FROM event
         WHERE event.case_id = ?1 AND event.kind = 'closed') >=
       (SELECT coalesce(max(answer.seq), 0)
          FROM item AS answer JOIN delivery ON delivery.item = answer.id
         WHERE answer.case_id = ?1
           AND delivery.state IN ('accepted', 'published', 'settled'));

-- Answered, and meanwhile a letter came to a linked case (?2: since when).
-- name: link_still
UPDATE cases
   SET was = state, state = 'open',
       waiting_since = coalesce(waiting_since, ?2)
 WHERE id = ?1 AND state IN ('open', 'answered')
   AND EXISTS (SELECT 1 FROM link
          JOIN item ON item.case_id = link.case_id
         WHERE link.other = ?1 AND link.kind = 'confirmed'
           AND item.kind = 'letter' AND item.participant > 0
           AND item.at >= ?2);

-- name: case_untray
UPDATE cases SET flags = trim(replace(replace(replace(
       ' ' || flags || ' ', ' tray ', ' '), ' junk ', ' '),
       ' suspect ', ' '))
 WHERE id = ?1 AND ' ' || flags || ' ' LIKE '% tray %';

-- The open cases of an address at a desk; none that is linked to another.
-- name: case_of_address
SELECT DISTINCT cases.id, cases.state FROM participant
  JOIN cases ON cases.id = participant.case_id
 WHERE participant.address = ?1 AND cases.desk = ?2
   AND cases.state IN ('new', 'open', 'answered')
   AND ' ' || cases.flags || ' ' NOT LIKE '% flood %'
   AND ' ' || cases.flags || ' ' NOT LIKE '% erase %'
   AND NOT EXISTS (SELECT 1 FROM link WHERE link.case_id = cases.id
                      AND link.kind = 'confirmed')
 ORDER BY cases.id LIMIT 2;

-- name: case_others
SELECT DISTINCT cases.id, cases.state FROM participant AS mine
  JOIN participant ON participant.address = mine.address
  JOIN cases ON cases.id = participant.case_id
 WHERE mine.case_id = ?1 AND mine.mode <> 'pickup'
   AND cases.id <> ?1 AND cases.state <> 'erased'
   AND cases.desk = (SELECT desk FROM cases WHERE id = ?1)
 ORDER BY cases.id LIMIT 100;

-- Letters of an address, in whichever case, after ?2.
-- name: flood_count
SELECT count(*) FROM participant
  JOIN item ON item.case_id = participant.case_id
   AND item.participant = participant.no
 WHERE participant.address = ?1 AND item.kind = 'letter' AND item.at > ?2;

-- name: flood_case
SELECT cases.id, participant.no FROM participant
  JOIN cases ON cases.id = participant.case_id
 WHERE participant.address = ?1 AND cases.desk = ?2
   AND cases.state IN ('new', 'open')
   AND ' ' || cases.flags || ' ' LIKE '% flood %'
   AND ' ' || cases.flags || ' ' NOT LIKE '% erase %'
 ORDER BY cases.created DESC, cases.id LIMIT 1;

-- name: item_at
SELECT at FROM item WHERE id = ?1;

-- name: token_add
INSERT INTO token (hash, kind, case_id, participant, item)
VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hash) DO NOTHING;

-- Of a mail that answers the participant's newest letter.
-- name: token_add_newest
INSERT INTO token (hash, kind, case_id, participant, item)
SELECT ?1, ?2, ?3, ?4, id FROM item
 WHERE case_id = ?3 AND participant = ?4 AND kind = 'letter'
 ORDER BY seq DESC LIMIT 1
    ON CONFLICT (hash) DO NOTHING;

-- Items.

-- name: item_add
INSERT INTO item (id, case_id, seq, kind, at, participant, class, flags,
       statement, deposit_hash, signer, signature)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: item_head
SELECT item.case_id, cases.desk FROM item
  JOIN cases ON cases.id = item.case_id WHERE item.id = ?1;

-- The one that the others follow.
-- name: item_first_deposit
SELECT statement, signer, signature FROM item
 WHERE case_id = ?1 AND kind IN ('letter', 'participant', 'reach')
 ORDER BY seq LIMIT 1;

-- name: item_deposits
SELECT statement, signer, signature, seq FROM item
 WHERE case_id = ?1 AND kind IN ('letter', 'participant', 'reach')
 ORDER BY seq DESC;

-- name: item_json
SELECT id AS "hex:id", seq, kind, at, participant, class,
       flags AS "words:flags", statement AS "b64:statement",
       signer AS "hex:signer", signature AS "hex:signature",
       approver AS "hex:approver", approval AS "hex:approval",
       (SELECT raw_removed.at FROM raw_removed
         WHERE raw_removed.item = item.id) AS "raw_removed"
  FROM item WHERE case_id = ?1 AND kind <> 'face'
 ORDER BY coalesce(seq, 1000000000), at;

-- name: item_newest
SELECT id AS "hex:id", seq, kind, at, participant, class,
       flags AS "words:flags", statement AS "b64:statement",
       signer AS "hex:signer", signature AS "hex:signature",
       approver AS "hex:approver", approval AS "hex:approval"
  FROM item WHERE case_id = ?1 AND kind = 'letter'
 ORDER BY seq DESC LIMIT 1;

-- name: item_approve
UPDATE item SET seq = ?2, at = ?3, approver = ?4, approval = ?5
 WHERE id = ?1 AND seq IS NULL AND kind = 'answer';

-- name: item_seq
SELECT seq FROM item WHERE id = ?1;

-- name: item_delete
DELETE FROM item
 WHERE id = ?1 AND kind IN ('draft', 'face', 'answer', 'statement')
   AND seq IS NULL;

-- name: part_add
INSERT INTO part (item, no, size, hash) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (item, no) DO UPDATE
   SET size = excluded.size, hash = excluded.hash;

-- name: part_json
SELECT no, size, hash AS "hex:hash" FROM part WHERE item = ?1 ORDER BY no;

-- name: part_size
SELECT size FROM part WHERE item = ?1 AND no = ?2;

-- name: part_delete_all
DELETE FROM part WHERE item = ?1;

-- name: chunk_add
INSERT INTO chunk (item, part, no, bytes) VALUES (?1, ?2, ?3, ?4);

-- name: chunk_get
SELECT bytes FROM chunk WHERE item = ?1 AND part = ?2 ORDER BY no;

-- Some of them, from row ?3 on.
-- name: chunk_rows
SELECT bytes FROM chunk WHERE item = ?1 AND part = ?2 AND no >= ?3
 ORDER BY no LIMIT ?4;

-- name: chunk_delete
DELETE FROM chunk WHERE item = ?1 AND part = ?2;

-- name: chunk_delete_all
DELETE FROM chunk WHERE item = ?1;

-- name: chunk_delete_some
DELETE FROM chunk WHERE (item, part, no) IN
       (SELECT item, part, no FROM chunk WHERE item = ?1
         ORDER BY part, no LIMIT 64);

-- name: upload_add
INSERT INTO upload (item, at) VALUES (?1, ?2) ON CONFLICT (item) DO NOTHING;

-- name: upload_done
DELETE FROM upload WHERE item = ?1;

-- name: upload_before
SELECT item FROM upload WHERE at < ?1 ORDER BY item LIMIT 1;

-- name: grant_add
INSERT INTO grants (item, recipient, which, epoch, box)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: grant_json
SELECT which, epoch, box AS "b64:box" FROM grants
 WHERE item = ?1 AND recipient = 'case' ORDER BY which, epoch;

-- name: grant_postman
SELECT box FROM grants
 WHERE item = ?1 AND recipient = 'postman' AND which = 'content';

-- name: grant_postman_delete
DELETE FROM grants WHERE item = ?1 AND recipient = 'postman';

-- name: grant_seeker
SELECT box FROM grants
 WHERE item = ?1 AND recipient = 'seeker' AND which = ?2 AND epoch = 0;

-- What somebody with a code may open and was there before it: own letters, and
-- answers that were mailed or shown.
-- name: seeker_older
SELECT item.id AS "hex:id" FROM locator
  JOIN item ON item.case_id = locator.case_id
   AND item.participant = locator.participant
 WHERE locator.case_id = ?1
   AND (item.kind = 'letter' OR (item.kind = 'answer'
       AND EXISTS (SELECT 1 FROM publication
                    WHERE publication.item = item.id)))
   AND NOT EXISTS (SELECT 1 FROM grants
                    WHERE grants.item = item.id
                      AND grants.recipient = 'seeker')
 ORDER BY item.seq DESC LIMIT 100;

-- name: seeker_is_older
SELECT item.participant FROM item
 WHERE item.id = ?2 AND item.case_id = ?1
   AND (item.kind = 'letter' OR (item.kind = 'answer'
       AND EXISTS (SELECT 1 FROM publication
                    WHERE publication.item = item.id)))
   AND NOT EXISTS (SELECT 1 FROM grants
                    WHERE grants.item = item.id
                      AND grants.recipient = 'seeker');

-- name: grant_seeker_delete
DELETE FROM grants WHERE item = ?1 AND recipient = 'seeker';

-- name: grant_delete_all
DELETE FROM grants WHERE item = ?1;

-- Drafts.

-- name: draft_add
INSERT INTO draft (case_id, no, was, state, author, participant, revision,
       item, at, seen, fence)
SELECT ?1, ?2, 'open', 'open', ?3, ?4, 1, ?5, ?6, 0, claim.fence
  FROM claim WHERE claim.case_id = ?1;

-- name: draft_get
SELECT state, author, participant, revision, item, letter FROM draft
 WHERE case_id = ?1 AND no = ?2;

-- name: draft_revise
UPDATE draft SET was = state, state = 'open', item = ?3, at = ?4,
       revision = revision + 1,
       fence = (SELECT claim.fence FROM claim WHERE claim.case_id = ?1)
 WHERE case_id = ?1 AND no = ?2 AND author = ?5
   AND state IN ('open', 'returned');

-- Nothing that was written before somebody else had the case (NULL: written
-- before anybody counted).
-- name: draft_submit
UPDATE draft SET was = state, state = ?3, letter = ?4, submitted_at = ?5,
       at = ?5, seen = ?6
 WHERE case_id = ?1 AND no = ?2 AND state = 'open' AND author = ?7
   AND (fence IS NULL OR fence >= (SELECT claim.since FROM claim
                                    WHERE claim.case_id = ?1));

-- name: draft_approve
UPDATE draft SET was = state, state = 'approved', at = ?3
 WHERE case_id = ?1 AND no = ?2 AND state = 'submitted' AND letter = ?4;

-- name: draft_return
UPDATE draft SET was = state, state = 'returned', at = ?3
 WHERE case_id = ?1 AND no = ?2 AND state = 'submitted';

-- name: draft_discard
UPDATE draft SET was = state, state = 'discarded', at = ?3
 WHERE case_id = ?1 AND no = ?2
   AND state IN ('open', 'submitted', 'returned');

-- name: draft_reopen
UPDATE draft SET was = state, state = 'open', at = ?3
 WHERE case_id = ?1 AND no = ?2 AND state = 'approved';

-- One draft, or (?2 NULL) all of a case that were not discarded.
-- name: draft_json
SELECT draft.case_id AS "case", draft.no, cases.desk, draft.state,
       draft.author, draft.participant, draft.revision, draft.fence,
       draft.at,
       draft.submitted_at, cases.due, draft.item AS "hex:item",
       draft.letter AS "hex:letter",
       CASE WHEN draft.state IN ('submitted', 'approved') AND EXISTS
            (SELECT 1 FROM item WHERE item.case_id = draft.case_id
                AND item.kind = 'letter' AND item.seq > draft.seen
                AND (item.class IS NULL
                 OR item.class IN ('person', 'suspect', 'list')))
            THEN 1 ELSE 0 END AS "bool:stale",
       EXISTS (SELECT 1 FROM erasure WHERE erasure.case_id = draft.case_id
                  AND erasure.state IN ('asked', 'held')) AS "bool:erasing",
       CASE WHEN EXISTS (SELECT 1 FROM crisis
                          WHERE crisis.item = draft.letter
                            AND crisis.signed_at IS NULL)
            THEN 1 ELSE 0 END AS "bool:unsigned",
       delivery.state AS "delivery.state", delivery.code AS "delivery.code",
       delivery.at AS "delivery.at", delivery.next_at AS "delivery.next_at",
       delivery.repeated AS "bool:delivery.repeated"
  FROM draft JOIN cases ON cases.id = draft.case_id
  LEFT JOIN delivery ON delivery.item = draft.letter
 WHERE draft.case_id = ?1 AND (draft.no = ?2
       OR (?2 IS NULL AND draft.state <> 'discarded'))
 ORDER BY draft.no;

-- Letters after which somebody wrote, and which are still right.

-- name: still_put
INSERT INTO still (item, person, at, statement, signature)
VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (item, person)
    DO UPDATE SET at = excluded.at, statement = excluded.statement,
       signature = excluded.signature;

-- name: still_of
SELECT person, statement, signature FROM still WHERE item = ?1
 ORDER BY person;

-- name: still_json
SELECT draft.no AS draft, still.person AS "by", still.at,
       still.statement AS "b64:statement", still.signature AS "hex:signature"
  FROM draft JOIN still ON still.item = draft.letter
 WHERE draft.case_id = ?1 ORDER BY draft.no, still.person;

-- name: still_delete
DELETE FROM still WHERE item = ?1;

-- How far the letter is, and who approved it.
-- name: still_letter
SELECT coalesce(delivery.state, ''), coalesce(delivery.code, ''),
       item.approver
  FROM item LEFT JOIN delivery ON delivery.item = item.id
 WHERE item.id = ?1;

-- The letters of the case up to this deposit were read by who said so.
-- name: still_seen
UPDATE draft SET seen = coalesce((SELECT item.seq FROM item
        WHERE item.case_id = ?1 AND item.seq > draft.seen
          AND item.deposit_hash = ?3), seen)
 WHERE case_id = ?1 AND no = ?2;

-- A new beginning: it is given up as late as one that was approved now. One
-- that may have left already is not held: nothing can call it back.
-- name: still_release
UPDATE delivery SET was = state, code = NULL, at = ?2, next_at = ?3,
       first_at = ?2,
       state = CASE WHEN repeated = 1 THEN 'due' ELSE 'held' END
 WHERE item = ?1 AND state = 'blocked' AND code = 'stale';

-- name: draft_waiting
SELECT draft.case_id, draft.no
  FROM (SELECT case_id, no FROM draft
         WHERE state IN ('open', 'submitted', 'returned')
         UNION
        SELECT case_id, draft FROM delivery
         WHERE state IN ('held', 'due', 'sending', 'deferred', 'unknown',
                         'blocked', 'refused')
         UNION
        SELECT case_id, no FROM crisis WHERE signed_at IS NULL) AS busy
  JOIN draft ON draft.case_id = busy.case_id AND draft.no = busy.no
  JOIN cases ON cases.id = draft.case_id
  LEFT JOIN delivery ON delivery.item = draft.letter
 WHERE cases.desk = ?1
   AND (draft.state IN ('open', 'submitted', 'returned')
        OR (draft.state = 'approved'
            AND (delivery.state IN ('held', 'due', 'sending', 'deferred',
                                    'unknown', 'blocked', 'refused')
                 OR EXISTS (SELECT 1 FROM crisis
                             WHERE crisis.item = draft.letter
                               AND crisis.signed_at IS NULL))))
 ORDER BY CASE WHEN delivery.state = 'blocked' THEN 0
               WHEN EXISTS (SELECT 1 FROM crisis
                             WHERE crisis.item = draft.letter
                               AND crisis.signed_at IS NULL) THEN 1
               ELSE 2 END,
       draft.submitted_at, draft.at;

-- Deliveries.

-- name: delivery_add
INSERT INTO delivery (item, case_id, draft, participant, was, state, at,
       next_at, first_at, attempts, repeated)
VALUES (?1, ?2, ?3, ?4, 'held', 'held', ?5, ?6, ?5, 0, 0);

-- name: delivery_ripe
SELECT delivery.item, delivery.state, cases.desk, cases.urgency
  FROM delivery JOIN cases ON cases.id = delivery.case_id
 WHERE delivery.state IN ('held', 'due', 'deferred', 'unknown')
   AND next_at <= ?1
   AND (delivery.state <> 'unknown' OR delivery.repeated = 0)
   AND NOT EXISTS (SELECT 1 FROM erasure
                    WHERE erasure.case_id = delivery.case_id)
   AND (?2 = 0 OR EXISTS (SELECT 1 FROM participant
                           WHERE participant.case_id = delivery.case_id
                             AND participant.no = delivery.participant
                             AND participant.mode IN ('pickup',
                                                      'notice')))
 ORDER BY CASE WHEN cases.urgency >= 3 THEN 0 ELSE 1 END, next_at LIMIT 1;

-- In quiet hours: nothing happened to it, it waits for the morning.
-- name: delivery_later
UPDATE delivery SET next_at = ?2
 WHERE item = ?1 AND state IN ('held', 'due', 'deferred', 'unknown');

-- The case is a crisis now: ?3 is how long one may be called back.
-- name: delivery_wake
UPDATE delivery
   SET next_at = CASE WHEN state = 'held' AND at + ?3 > ?2 THEN at + ?3
                      ELSE ?2 END
 WHERE case_id = ?1
   AND state IN ('held', 'due', 'sending', 'deferred', 'unknown', 'blocked',
                 'refused')
   AND state IN ('held', 'due', 'deferred') AND next_at > ?2;

-- name: delivery_due
UPDATE delivery SET was = state, state = 'due', at = ?2,
       repeated = CASE WHEN state = 'unknown' THEN 1 ELSE repeated END
 WHERE item = ?1 AND (state IN ('held', 'deferred')
       OR (state = 'unknown' AND repeated = 0));

-- name: delivery_sending
UPDATE delivery SET was = state, state = 'sending', at = ?2, worker = ?3,
       dot_at = NULL, code = NULL
 WHERE item = ?1 AND state = 'due';

-- name: delivery_get
SELECT delivery.case_id, cases.desk, delivery.draft, delivery.participant,
       delivery.attempts, delivery.first_at, delivery.repeated, item.signer,
       item.signature, item.approver, item.approval, item.seq
  FROM delivery JOIN cases ON cases.id = delivery.case_id
  JOIN item ON item.id = delivery.item
 WHERE delivery.item = ?1;

-- name: delivery_own
SELECT item, dot_at, repeated FROM delivery
 WHERE state = 'sending' AND (worker = ?1
       OR (?2 = 1 AND CAST(worker AS INTEGER) > ?3));

-- name: delivery_dot
UPDATE delivery SET dot_at = ?2
 WHERE item = ?1 AND state = 'sending' AND worker = ?3;

-- name: delivery_move
UPDATE delivery SET was = state, state = ?2, code = ?3, at = ?4,
       next_at = ?5, attempts = attempts + ?6, receipt = ?7, worker = NULL
 WHERE item = ?1 AND state = ?8;

-- name: delivery_stuck
SELECT count(*) FROM delivery JOIN cases ON cases.id = delivery.case_id
 WHERE delivery.state IN ('unknown', 'blocked') AND delivery.state = ?2
   AND cases.desk = ?1
   AND (delivery.state = 'blocked' OR delivery.repeated = 1);

-- name: delivery_count
SELECT count(*) FROM delivery
 WHERE state IN ('held', 'due', 'sending', 'deferred', 'unknown',
                 'blocked', 'refused') AND state = ?1;

-- name: delivery_bounced
UPDATE delivery SET was = state, state = 'bounced', code = ?2, at = ?3
 WHERE item = ?1 AND state IN ('accepted', 'unknown');

-- Before post has heard what the relay says of it: kept for that moment.
-- name: delivery_returned
UPDATE delivery SET code = ?2 WHERE item = ?1 AND state = 'sending';

-- name: delivery_is_returned
SELECT code FROM delivery
 WHERE item = ?1 AND state = 'sending' AND code IS NOT NULL;

-- name: delivery_old
SELECT item, case_id FROM delivery
 WHERE state = 'accepted' AND at < ?1 ORDER BY at LIMIT 1;

-- name: delivery_settled
UPDATE delivery SET was = state, state = 'settled'
 WHERE item = ?1 AND state = 'accepted';

-- A human has looked at what nobody can know.
-- name: delivery_looked
UPDATE delivery SET was = state, state = 'settled', code = 'looked', at = ?2
 WHERE item = ?1 AND state = 'unknown' AND repeated = 1;

-- name: recall_add
INSERT INTO recall (item) VALUES (?1) ON CONFLICT (item) DO NOTHING;

-- name: recall_next
SELECT item FROM recall ORDER BY item LIMIT 1;

-- name: recall_done
DELETE FROM recall WHERE item = ?1;

-- name: delivery_json
SELECT state, code, at, next_at, repeated AS "bool:repeated"
  FROM delivery WHERE item = ?1;

-- name: delivery_state
SELECT state FROM delivery WHERE item = ?1;

-- name: publication_add
INSERT INTO publication (item, statement, signer, signature, at)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: delivery_next_at
SELECT min(next_at) FROM delivery
 WHERE state IN ('held', 'due', 'deferred', 'unknown')
   AND (state <> 'unknown' OR repeated = 0)
   AND NOT EXISTS (SELECT 1 FROM erasure
                    WHERE erasure.case_id = delivery.case_id);

-- Erasing (desk/erase.h), and other wishes (desk/wish.h).

-- name: erasure_add
INSERT INTO erasure (case_id, state, asked_by, asked_at, ends_at, statement,
       signer, signature)
VALUES (?1, 'asked', ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (case_id) DO NOTHING;

-- name: erasure_get
SELECT state, asked_by, asked_at, ends_at FROM erasure WHERE case_id = ?1;

-- name: erasure_delete
DELETE FROM erasure
 WHERE case_id = ?1 AND state IN ('asked', 'held', 'refused');

-- name: erasure_move
UPDATE erasure SET state = ?2 WHERE case_id = ?1 AND state = ?3;

-- Of a desk, for who works there.
-- name: erasure_json
SELECT erasure.case_id AS "case", cases.desk, erasure.state,
       erasure.asked_by AS "by", erasure.asked_at AS "at", erasure.ends_at AS
       "ends"
  FROM erasure JOIN cases ON cases.id = erasure.case_id
 WHERE erasure.state IN ('asked', 'held', 'refused') AND cases.desk = ?1
 ORDER BY erasure.ends_at, erasure.case_id LIMIT 1000;

-- name: erasure_of_case
SELECT state, asked_by AS "by", asked_at AS "at", ends_at AS "ends"
  FROM erasure
 WHERE case_id = ?1 AND state IN ('asked', 'held', 'refused');

-- One that clock has not seen yet, or whose time is over; an answer that is
-- just leaving is waited for.
-- name: erasure_ripe
SELECT case_id, statement, signer, signature, seen FROM erasure
 WHERE state IN ('asked', 'held', 'refused') AND state <> 'refused'
   AND (seen IS NULL
        OR (state = 'asked' AND ends_at <= ?1
            AND NOT EXISTS (SELECT 1 FROM delivery
                             WHERE delivery.case_id = erasure.case_id
                               AND delivery.state IN ('held', 'due',
                                   'sending', 'deferred', 'unknown',
                                   'blocked', 'refused')
                               AND delivery.state = 'sending')))
 ORDER BY ends_at, case_id;

-- Behind its audit entry, in the same transaction.
-- name: erasure_seen
UPDATE erasure
   SET seen = (SELECT max(seq) FROM audit),
       ends_at = CASE WHEN ends_at < ?2 THEN ?2 ELSE ends_at END
 WHERE case_id = ?1 AND state IN ('asked', 'held');

-- Whether a wish for the case was taken back behind this audit entry.
-- name: erasure_undone
SELECT 1 FROM audit
 WHERE seq > ?2 AND case_id = ?1 AND action = 'erase-undo' LIMIT 1;

-- name: erasure_refuse
UPDATE erasure SET state = 'refused'
 WHERE case_id = ?1 AND state IN ('asked', 'held');

-- name: erasure_end
INSERT INTO erasure (case_id, state, asked_by, asked_at, ends_at)
VALUES (?1, 'dead', ?2, ?3, ?3)
    ON CONFLICT (case_id) DO UPDATE
   SET state = 'dead', ends_at = excluded.ends_at, statement = NULL,
       signer = NULL, signature = NULL, seen = NULL;

-- name: erasure_dead
SELECT case_id FROM erasure WHERE state = 'dead' ORDER BY case_id;

-- name: erasure_done
UPDATE erasure SET state = 'done' WHERE case_id = ?1 AND state = 'dead';

-- name: erase_flag
UPDATE cases SET flags = trim(flags || ' erase')
 WHERE id = ?1 AND state <> 'erased';

-- name: erase_unflag
UPDATE cases SET flags = trim(replace(replace(
       ' ' || flags || ' ', ' erase ', ' '), ' legal-hold ', ' '))
 WHERE id = ?1;

-- name: erase_hold
UPDATE cases SET flags = trim(flags || ' legal-hold') WHERE id = ?1;

-- name: erase_lift
UPDATE cases SET flags = trim(replace(' ' || flags || ' ', ' legal-hold ',
       ' '))
 WHERE id = ?1;

-- What a machine was about to send in this case.
-- name: erase_automatic
DELETE FROM automatic
 WHERE about IN ('acknowledgement ' || ?1, 'after-care ' || ?1,
                 'notice ' || ?1)
    OR (about LIKE 'notice %' AND statement LIKE '%case=' || ?1 || '%');

-- What dies.  The bytes are swept behind that, as those of an upload.
-- name: erase_sweep_later
INSERT INTO upload (item, at)
SELECT id, 0 FROM item WHERE case_id = ?1 ON CONFLICT (item) DO NOTHING;

-- name: erase_grants
DELETE FROM grants WHERE item IN (SELECT id FROM item WHERE case_id = ?1);

-- name: erase_publications
DELETE FROM publication
 WHERE item IN (SELECT id FROM item WHERE case_id = ?1);

-- name: erase_still
DELETE FROM still WHERE item IN (SELECT id FROM item WHERE case_id = ?1);

-- name: erase_recalls
DELETE FROM recall WHERE item IN (SELECT id FROM item WHERE case_id = ?1);

-- name: erase_deliveries
DELETE FROM delivery
 WHERE item IN (SELECT id FROM item WHERE case_id = ?1);

-- name: erase_drafts
DELETE FROM draft WHERE case_id = ?1;

-- name: erase_versions
DELETE FROM draft_version WHERE case_id = ?1;

-- name: erase_crisis
DELETE FROM crisis WHERE case_id = ?1;

-- name: erase_former
DELETE FROM draft_former WHERE case_id = ?1;

-- name: erase_statements
DELETE FROM person WHERE case_id = ?1;

-- name: erase_face
DELETE FROM face WHERE case_id = ?1;

-- name: erase_items
DELETE FROM item WHERE case_id = ?1;

-- name: erase_keys
DELETE FROM case_key WHERE case_id = ?1;

-- name: erase_claim
DELETE FROM claim WHERE case_id = ?1;

-- name: erase_heavy
DELETE FROM heavy WHERE case_id = ?1;

-- name: erase_people
DELETE FROM participant WHERE case_id = ?1;

-- name: erase_once
DELETE FROM once WHERE case_id = ?1;

-- name: erase_locators
DELETE FROM locator WHERE case_id = ?1;

-- name: erase_forms
DELETE FROM form WHERE case_id = ?1;

-- name: erase_wishes
DELETE FROM wish WHERE case_id = ?1;

-- name: erase_no_automatic
DELETE FROM no_automatic WHERE case_id = ?1;

-- name: erase_events
DELETE FROM event WHERE case_id = ?1;

-- By our own ids copies are known that turn up later (desk/copy.h).
-- name: erase_tokens
DELETE FROM token WHERE case_id = ?1 AND kind <> 'message-id';

-- name: erase_told
DELETE FROM told WHERE about = ?1 OR about LIKE ?1 || '.%'
    OR about LIKE ?1 || ' %';

-- name: erase_alarms
DELETE FROM alarm WHERE subject = ?1;

-- name: erase_rings
DELETE FROM ring WHERE subject = ?1;

-- By hash and length the mail is known when it comes once more.
-- name: erase_ledger
UPDATE ledger SET at = at - at % 86400, attempts = 0 WHERE case_id = ?1;

-- name: erase_close
UPDATE cases SET was = state, state = 'closed'
 WHERE id = ?1 AND state <> 'erased';

-- What stays: that there was a case of that desk, and on which day.
-- name: erase_case
UPDATE cases SET was = 'closed', state = 'erased', urgency = 0, rank = 0,
       flags = '', language = NULL, created = created - created % 86400,
       active = active - active % 86400, waiting_since = NULL, due = NULL,
       last_seq = 0, last_draft = 0, deposit_hash = ?2, first_answer = NULL
 WHERE id = ?1 AND state = 'closed';

-- name: wish_put
INSERT INTO wish (case_id, participant, wish, at, statement, signer,
       signature)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (case_id, participant, wish) DO UPDATE
   SET at = excluded.at, statement = excluded.statement,
       signer = excluded.signer, signature = excluded.signature;

-- It was said, and there is no answer since.
-- name: wish_fresh
SELECT at FROM wish
 WHERE case_id = ?1 AND participant = ?2 AND wish = ?3
   AND at >= (SELECT coalesce(max(publication.at), 0)
                FROM item JOIN publication ON publication.item = item.id
               WHERE item.case_id = ?1 AND item.participant = ?2);

-- name: wish_unflag
UPDATE cases SET flags = trim(replace(replace(
       ' ' || flags || ' ', ' other ', ' '), ' unhappy ', ' '))
 WHERE id = ?1
   AND (' ' || flags || ' ' LIKE '% other %'
        OR ' ' || flags || ' ' LIKE '% unhappy %');

-- name: wish_json
SELECT participant, wish, at, statement AS "b64:statement",
       signer AS "hex:signer", signature AS "hex:signature"
  FROM wish WHERE case_id = ?1 ORDER BY participant, wish;

-- name: wish_flag
UPDATE cases SET flags = CASE WHEN ' ' || flags || ' ' LIKE
                              '% ' || ?2 || ' %'
                         THEN flags ELSE trim(flags || ' ' || ?2) END
 WHERE id = ?1 AND state <> 'erased';

-- Alarms, breathing.

-- name: alarm_get
SELECT last, detail FROM alarm
 WHERE kind = ?1 AND subject = ?2 AND ended IS NULL;

-- name: alarm_raise
INSERT INTO alarm (kind, subject, detail, since, last, count)
VALUES (?1, ?2, ?3, ?4, ?4, 1)
    ON CONFLICT (kind, subject) DO UPDATE
   SET detail = excluded.detail, last = excluded.last,
       count = alarm.count + 1, ended = NULL;

-- name: alarm_end
UPDATE alarm SET ended = ?3
 WHERE kind = ?1 AND subject = ?2 AND ended IS NULL;

-- name: alarm_next
SELECT kind, subject, detail, since, last, count, ended, told_at FROM alarm
 WHERE told_at IS NULL OR ended IS NOT NULL OR told_at <= ?1
    OR told_at > ?2
 ORDER BY since, kind, subject LIMIT 1;

-- name: alarm_told
UPDATE alarm SET told_at = ?3 WHERE kind = ?1 AND subject = ?2;

-- name: alarm_delete
DELETE FROM alarm
 WHERE kind = ?1 AND subject = ?2 AND ended IS NOT NULL;

-- name: alarm_json
SELECT kind, subject, detail, since, last, count, told_at FROM alarm
 WHERE ended IS NULL ORDER BY since, kind, subject;

-- name: breath_put
INSERT INTO breath (role, name, at) VALUES (?1, ?2, ?3)
    ON CONFLICT (role, name) DO UPDATE SET at = excluded.at;

-- name: breath_get
SELECT at FROM breath WHERE role = ?1 AND name = ?2;

-- name: ring_add
INSERT INTO ring (no, news, kind, subject, detail, since, next_at, attempts)
SELECT coalesce(max(no), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, 0 FROM ring;

-- name: ring_next
SELECT no, attempts, news, kind, subject, detail, since FROM ring
 WHERE next_at <= ?1 ORDER BY no LIMIT 1;

-- name: ring_later
UPDATE ring SET next_at = ?2, attempts = attempts + 1 WHERE no = ?1;

-- name: ring_delete
DELETE FROM ring WHERE no = ?1;

-- name: automatic_add
INSERT INTO automatic (id, about, next_at, statement, signer, signature,
       address)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: automatic_replace
DELETE FROM automatic WHERE about = ?1 AND dot_at IS NULL;

-- It may leave now, if it is still there.
-- name: automatic_go
UPDATE automatic SET next_at = ?2 WHERE about = ?1 AND dot_at IS NULL;

-- What has a dot is another worker's, or (after three hours) a dead one's.
-- name: automatic_next
SELECT id, statement, signer, signature, dot_at, address FROM automatic
 WHERE next_at <= ?1 AND (dot_at IS NULL OR dot_at < ?1 - 10800)
 ORDER BY next_at, id LIMIT 1;

-- name: automatic_count
SELECT count(*) FROM automatic;

-- name: automatic_dot
UPDATE automatic SET dot_at = ?2 WHERE id = ?1 AND dot_at IS NULL;

-- name: automatic_later
UPDATE automatic SET next_at = ?2, dot_at = NULL WHERE id = ?1;

-- What a person (?1) was not told yet, on a desk (?2).

-- name: told_returned
SELECT draft.case_id || '.' || draft.no, draft.at
  FROM draft JOIN cases ON cases.id = draft.case_id
 WHERE draft.state IN ('open', 'submitted', 'returned')
   AND draft.state = 'returned' AND draft.author = ?1 AND cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'returned' AND about = draft.case_id || '.' || draft.no
       AND told.at >= draft.at)
 LIMIT 1;

-- name: told_stale
SELECT draft.case_id || '.' || draft.no, delivery.at
  FROM delivery JOIN draft ON draft.case_id = delivery.case_id
       AND draft.no = delivery.draft
  JOIN cases ON cases.id = delivery.case_id
 WHERE delivery.state IN ('unknown', 'blocked')
   AND delivery.state = 'blocked' AND delivery.code = 'stale'
   AND draft.author = ?1 AND cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'stale' AND about = draft.case_id || '.' || draft.no
       AND told.at >= delivery.at)
 LIMIT 1;

-- A letter left in a crisis and waits for its second signature.
-- name: told_crisis_sent
SELECT crisis.case_id || '.' || crisis.no, crisis.at
  FROM crisis JOIN cases ON cases.id = crisis.case_id
 WHERE crisis.signed_at IS NULL AND crisis.author <> ?1 AND cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'crisis-sent'
       AND about = crisis.case_id || '.' || crisis.no
       AND told.at >= crisis.at)
 LIMIT 1;

-- name: told_review
SELECT draft.case_id || '.' || draft.no, draft.submitted_at
  FROM draft JOIN cases ON cases.id = draft.case_id
 WHERE draft.state IN ('open', 'submitted', 'returned')
   AND draft.state = 'submitted' AND draft.author <> ?1
   AND cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'review' AND about = draft.case_id || '.' || draft.no
       AND told.at >= draft.submitted_at)
 LIMIT 1;

-- name: told_wrote
SELECT cases.id, cases.waiting_since
  FROM cases JOIN draft ON draft.case_id = cases.id
       AND draft.no = cases.last_draft
 WHERE cases.desk = ?2 AND cases.waiting_since IS NOT NULL
   AND ' ' || cases.flags || ' ' NOT LIKE '% erase %'
   AND draft.author = ?1 AND draft.state = 'approved'
   AND draft.at <= cases.waiting_since
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'wrote' AND about = cases.id
       AND told.at >= cases.waiting_since)
 LIMIT 1;

-- What a colleague gave this person, who has it still.
-- name: told_handed
SELECT claim.case_id, max(event.at)
  FROM claim
  JOIN cases ON cases.id = claim.case_id
  JOIN event ON event.case_id = claim.case_id
   AND event.kind = 'handed' AND event.detail = ?1
 WHERE claim.until > 0 AND claim.claimant = ?1 AND cases.desk = ?2
   AND cases.waiting_since IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'handed' AND about = claim.case_id
       AND told.at >= event.at)
 GROUP BY claim.case_id LIMIT 1;

-- Whose time is over at ?3, while this person has it.
-- name: told_overdue
SELECT claim.case_id, cases.due
  FROM claim JOIN cases ON cases.id = claim.case_id
 WHERE claim.until > 0 AND claim.claimant = ?1 AND claim.until >= ?3
   AND cases.desk = ?2 AND cases.waiting_since IS NOT NULL
   AND cases.due < ?3
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'overdue' AND about = claim.case_id
       AND told.at >= cases.due)
 LIMIT 1;

-- name: told_crisis
SELECT cases.id, cases.waiting_since
  FROM cases
 WHERE cases.desk = ?2 AND cases.waiting_since IS NOT NULL
   AND ' ' || cases.flags || ' ' NOT LIKE '% erase %'
   AND cases.urgency = 3
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'crisis' AND about = cases.id
       AND told.at >= cases.waiting_since)
 LIMIT 1;

-- A case that is to be erased; somebody may want to keep it.
-- name: told_erase
SELECT erasure.case_id, erasure.asked_at
  FROM erasure JOIN cases ON cases.id = erasure.case_id
 WHERE erasure.state IN ('asked', 'held', 'refused')
   AND erasure.state = 'asked' AND erasure.asked_by <> ?1
   AND cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'erase' AND about = erasure.case_id
       AND told.at >= erasure.asked_at)
 LIMIT 1;

-- name: told_wish
SELECT wish.case_id, max(wish.at)
  FROM wish JOIN cases ON cases.id = wish.case_id
 WHERE cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'wish' AND about = wish.case_id AND told.at >= wish.at)
 GROUP BY wish.case_id LIMIT 1;

-- A case of which somebody's command line said that it opens for nobody.
-- name: told_unopened
SELECT alarm.subject, alarm.since
  FROM alarm JOIN cases ON cases.id = alarm.subject
 WHERE alarm.kind = 'case-unopened' AND alarm.ended IS NULL
   AND cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'unopened' AND about = alarm.subject
       AND told.at >= alarm.since)
 LIMIT 1;

-- name: told_disclosure
SELECT disclosure.case_id || '.' || disclosure.at, disclosure.at
  FROM disclosure JOIN cases ON cases.id = disclosure.case_id
 WHERE disclosure.second IS NULL AND disclosure.asked_by <> ?1
   AND cases.desk = ?2
   AND NOT EXISTS (SELECT 1 FROM told WHERE person = ?1
       AND news = 'disclosure'
       AND about = disclosure.case_id || '.' || disclosure.at)
 LIMIT 1;

-- An urgent case that went from a desk to another: about is the case and the
-- desk that gave it.
-- name: told_moved
SELECT moving.about, moving.at
  FROM told AS moving
  JOIN cases ON cases.id = substr(moving.about, 1, 8)
 WHERE moving.person = '-' AND moving.news = 'moving'
   AND (cases.desk = ?2 OR substr(moving.about, 10) = ?2)
   AND NOT EXISTS (SELECT 1 FROM event WHERE event.case_id = cases.id
       AND event.kind = 'moved' AND event.actor = ?1
       AND event.at = moving.at)
   AND NOT EXISTS (SELECT 1 FROM told WHERE told.person = ?1
       AND told.news = 'moved' AND told.about = moving.about
       AND told.at >= moving.at)
 LIMIT 1;

-- name: told_add
INSERT INTO told (person, news, about, at, told_at)
VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (person, news, about)
    DO UPDATE SET at = excluded.at, told_at = excluded.told_at;

-- name: told_forget
DELETE FROM told WHERE told_at < ?1;

-- name: automatic_delete
DELETE FROM automatic WHERE id = ?1;

-- Keys.

-- name: epoch_add
INSERT INTO case_epoch (case_id, epoch, statement, signer, signature, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: epoch_records
SELECT statement, signer, signature FROM case_epoch
 WHERE case_id = ?1 ORDER BY epoch;

-- name: epoch_json
SELECT epoch, statement AS "b64:statement", signer AS "hex:signer",
       signature AS "hex:signature"
  FROM case_epoch WHERE case_id = ?1 ORDER BY epoch;

-- name: epoch_behind
SELECT id, desk, active FROM cases
 WHERE desk = ?1 AND (active, id) < (?4, ?5) AND state <> 'erased'
   AND (SELECT team_epoch FROM case_key WHERE case_key.case_id = cases.id
         ORDER BY epoch DESC LIMIT 1) < ?2
 ORDER BY active DESC, id DESC LIMIT ?3;

-- What a case has that would not survive another desk (desk/move.h).
-- name: move_facts
SELECT desk, state, urgency,
       EXISTS (SELECT 1 FROM erasure WHERE erasure.case_id = cases.id
                  AND erasure.state IN ('asked', 'held')),
       EXISTS (SELECT 1 FROM hold WHERE hold.case_id = cases.id),
       (SELECT count(*) FROM case_key WHERE case_key.case_id = cases.id),
       (SELECT count(*) FROM link WHERE link.case_id = cases.id
           AND link.kind <> 'undone') +
       (SELECT count(*) FROM link WHERE link.other = cases.id
           AND link.kind <> 'undone'),
       (SELECT count(*) FROM person WHERE person.case_id = cases.id),
       (SELECT count(*) FROM crisis WHERE crisis.case_id = cases.id
           AND crisis.signed_at IS NULL),
       (SELECT count(*) FROM disclosure WHERE disclosure.case_id = cases.id
           AND disclosure.second IS NULL)
  FROM cases WHERE id = ?1;

-- name: move_key
UPDATE case_key SET team_epoch = ?3, box = ?4
 WHERE case_id = ?1 AND epoch = ?2;

-- name: move_case
UPDATE cases SET desk = ?2 WHERE id = ?1;

-- For clock, who tells the supervisors of both desks.
-- name: move_told
INSERT INTO told (person, news, about, at, told_at)
VALUES ('-', 'moving', ?1 || ' ' || ?2, ?3, ?3)
    ON CONFLICT (person, news, about)
    DO UPDATE SET at = excluded.at, told_at = excluded.told_at;

-- name: rehearsal_add
INSERT INTO rehearsal (at, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: rehearsal_last
SELECT max(at) FROM rehearsal WHERE key = ?1;

-- name: erase_epochs
DELETE FROM case_epoch WHERE case_id = ?1;

-- Review.

-- name: draft_adopt
UPDATE draft SET was = state, state = 'open', author = ?3, at = ?4,
       fence = (SELECT claim.fence FROM claim WHERE claim.case_id = ?1)
 WHERE case_id = ?1 AND no = ?2 AND author = ?5
   AND state IN ('open', 'returned');

-- name: former_add
INSERT INTO draft_former (case_id, no, author, at)
VALUES (?1, ?2, ?3, ?4) ON CONFLICT (case_id, no, author) DO NOTHING;

-- name: former_is
SELECT 1 FROM draft_former WHERE case_id = ?1 AND no = ?2 AND author = ?3;

-- name: former_json
SELECT no AS draft, author, at FROM draft_former WHERE case_id = ?1
 ORDER BY no, at, author;

-- name: version_add
INSERT INTO draft_version (item, case_id, no, replaced_by, at)
VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (item) DO NOTHING;

-- Those of a draft behind its newest ?3, and their places in the case.
-- name: version_behind
SELECT draft_version.item, item.seq
  FROM draft_version JOIN item ON item.id = draft_version.item
 WHERE draft_version.case_id = ?1 AND draft_version.no = ?2
 ORDER BY replaced_by DESC, draft_version.at DESC LIMIT 100 OFFSET ?3;

-- name: version_delete
DELETE FROM draft_version WHERE item = ?1;

-- In a crisis: from whatever it was to approved, with this letter.
-- name: draft_crisis
UPDATE draft SET was = state, state = 'approved', letter = ?3,
       submitted_at = ?4, at = ?4, seen = ?5
 WHERE case_id = ?1 AND no = ?2 AND author = ?6
   AND state IN ('open', 'submitted')
   AND (fence IS NULL OR fence >= (SELECT claim.since FROM claim
                                    WHERE claim.case_id = ?1));

-- name: crisis_add
INSERT INTO crisis (item, case_id, no, author, at)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: crisis_sign
UPDATE crisis SET signed_at = ?2 WHERE item = ?1 AND signed_at IS NULL;

-- name: item_second
UPDATE item SET approver = ?2, approval = ?3
 WHERE id = ?1 AND approver IS NULL;

-- It did not leave.
-- name: crisis_drop
DELETE FROM crisis WHERE item = ?1;

-- Of a desk, since before ?2.
-- name: crisis_waiting
SELECT count(*) FROM crisis JOIN cases ON cases.id = crisis.case_id
 WHERE crisis.signed_at IS NULL AND crisis.at <= ?2 AND cases.desk = ?1;

-- name: version_json
SELECT no AS draft, at, item AS "hex:item" FROM draft_version
 WHERE case_id = ?1 ORDER BY no, replaced_by, at;

-- Triage.

-- name: triage_again
SELECT count(*) FROM item WHERE case_id = ?1 AND kind = 'letter';

-- Never lower: that is for people.
-- name: case_raise
UPDATE cases SET urgency = ?2, rank = ?3
 WHERE id = ?1 AND urgency < ?2 AND state <> 'erased';

-- name: urgency_newest
SELECT count(*) FROM item
 WHERE case_id = ?1 AND deposit_hash = ?2
   AND seq >= (SELECT coalesce(max(seq), 0) FROM item AS letter
                WHERE letter.case_id = ?1 AND letter.kind = 'letter');

-- One of the staff said so, and no letter has raised it since.
-- name: urgency_said
SELECT count(*) FROM urgency JOIN cases ON cases.id = urgency.case_id
 WHERE urgency.case_id = ?1 AND urgency.urgency = ?2
   AND cases.urgency = ?2;

-- Until staff said anything, or when a letter raised it since, the number
-- beside the case is what the rules said.
-- name: urgency_put
INSERT INTO urgency (case_id, urgency, rules, name, at, statement, signer,
       signature)
SELECT id, ?2, urgency, ?3, ?4, ?5, ?6, ?7 FROM cases WHERE id = ?1
    ON CONFLICT (case_id) DO UPDATE
   SET urgency = excluded.urgency, name = excluded.name, at = excluded.at,
       rules = CASE WHEN excluded.rules = urgency.urgency
               THEN urgency.rules ELSE excluded.rules END,
       statement = excluded.statement, signer = excluded.signer,
       signature = excluded.signature;

-- name: urgency_get
SELECT urgency.statement, urgency.signer, urgency.signature, cases.desk
  FROM urgency JOIN cases ON cases.id = urgency.case_id
 WHERE urgency.case_id = ?1;

-- name: urgency_json
SELECT urgency, rules, name AS "by", at, statement AS "b64:statement",
       signer AS "hex:signer", signature AS "hex:signature"
  FROM urgency WHERE case_id = ?1;

-- What staff said of urgency, and what the rules had said.
-- name: triage_judged
SELECT urgency.case_id AS "case", cases.desk, urgency.rules,
       urgency.urgency, urgency.name AS "by", urgency.at
  FROM urgency JOIN cases ON cases.id = urgency.case_id
 WHERE cases.desk = ?1 AND urgency.at >= ?2
 ORDER BY urgency.at, urgency.case_id LIMIT ?3;

-- Cases on which staff wrote tags; which ones is sealed.
-- name: triage_tagged
SELECT face.case_id AS "case", cases.desk, item.at
  FROM face JOIN item ON item.id = face.item
  JOIN cases ON cases.id = face.case_id
 WHERE cases.desk = ?1 AND item.at >= ?2
 ORDER BY item.at, face.case_id LIMIT ?3;

-- name: erase_urgency
DELETE FROM urgency WHERE case_id = ?1;

-- Who works on what.

-- name: duty_add
INSERT INTO duty (desk, no, level, person, begins, ends, by)
SELECT ?1, coalesce(max(no), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM duty
 WHERE desk = ?1;

-- name: duty_drop
DELETE FROM duty WHERE desk = ?1 AND no = ?2;

-- Those to come, and those that are now.
-- name: duty_json
SELECT desk, no, level, person, begins, ends, by FROM duty
 WHERE desk = ?1 AND ends > ?2 ORDER BY begins, level, no LIMIT 200;

-- Who is called at ?2, the first first.
-- name: duty_now
SELECT person, level, ends FROM duty
 WHERE desk = ?1 AND begins <= ?2 AND ends > ?2
 ORDER BY level, begins, no;

-- name: hours_get
SELECT week, away_from, away_until, fallback, cap, cap_high FROM hours
 WHERE person = ?1;

-- name: hours_put
INSERT INTO hours (person, week, away_from, away_until, fallback, cap,
       cap_high, by, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (person) DO UPDATE
   SET week = excluded.week, away_from = excluded.away_from,
       away_until = excluded.away_until, fallback = excluded.fallback,
       cap = excluded.cap, cap_high = excluded.cap_high, by = excluded.by,
       at = excluded.at;

-- What somebody has in hand: cases, and those of urgency 2 and above.
-- Whoever has it worked on it in this week.
-- name: heavy_add
INSERT INTO heavy (person, week, case_id)
SELECT claim.claimant, ?2, cases.id
  FROM cases JOIN claim ON claim.case_id = cases.id
 WHERE cases.id = ?1 AND cases.urgency >= 2 AND claim.until >= ?3
    ON CONFLICT (person, week, case_id) DO NOTHING;

-- name: heavy_count
SELECT count(*) FROM heavy WHERE person = ?1 AND week = ?2;

-- name: heavy_forget
DELETE FROM heavy WHERE week < ?1;

-- Letters of the same writer, in all cases of the desk, behind ?2.
-- name: case_letters
SELECT count(*)
  FROM cases
  JOIN participant ON participant.case_id = cases.id
   AND participant.role = 'seeker'
  JOIN participant AS its ON its.address = participant.address
   AND its.role = 'seeker'
  JOIN cases AS other ON other.id = its.case_id AND other.desk = cases.desk
  JOIN item ON item.case_id = its.case_id AND item.kind = 'letter'
   AND item.participant = its.no AND item.at > ?2
 WHERE cases.id = ?1;

-- name: hours_held
SELECT count(*), coalesce(sum(CASE WHEN cases.urgency >= 2 THEN 1 ELSE 0
       END), 0)
  FROM claim JOIN cases ON cases.id = claim.case_id
 WHERE claim.until > 0 AND claim.claimant = ?1 AND claim.until >= ?2
   AND cases.waiting_since IS NOT NULL;

-- Who has it, whether an answer is under way, whether ?3 wrote one before.
-- name: next_facts
SELECT coalesce((SELECT claimant FROM claim
                  WHERE claim.case_id = ?1 AND claim.until >= ?2), ''),
       CASE WHEN EXISTS (SELECT 1 FROM draft
                  WHERE draft.case_id = ?1 AND draft.state = 'submitted')
              OR EXISTS (SELECT 1 FROM item
                   JOIN delivery ON delivery.item = item.id
                  WHERE item.case_id = ?1 AND item.kind = 'answer'
                    AND delivery.state IN ('held', 'due', 'sending',
                        'deferred', 'unknown'))
            THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM draft
                  WHERE draft.case_id = ?1 AND draft.author = ?3
                    AND draft.state <> 'discarded') THEN 1 ELSE 0 END;

-- Who answered last, in this case or another one of the same writer; nobody,
-- where the person would like somebody else.
-- name: next_own
SELECT draft.author
  FROM cases
  JOIN participant ON participant.case_id = cases.id
   AND participant.role = 'seeker'
  JOIN participant AS its ON its.address = participant.address
   AND its.role = 'seeker'
  JOIN cases AS other ON other.id = its.case_id AND other.desk = cases.desk
  JOIN item ON item.case_id = its.case_id AND item.kind = 'answer'
   AND item.participant = its.no
  JOIN delivery ON delivery.item = item.id
   AND delivery.state IN ('accepted', 'published', 'settled', 'bounced')
  JOIN draft ON draft.case_id = delivery.case_id
   AND draft.no = delivery.draft
 WHERE cases.id = ?1 AND ' ' || cases.flags || ' ' NOT LIKE '% other %'
 ORDER BY item.at DESC, item.id LIMIT 1;

-- name: pause_put
UPDATE cases SET paused_until = ?2,
       flags = CASE WHEN ' ' || flags || ' ' LIKE '% paused %' THEN flags
               ELSE trim(flags || ' paused') END
 WHERE id = ?1;

-- name: pause_end
UPDATE cases SET paused_until = NULL,
       flags = trim(replace(' ' || flags || ' ', ' paused ', ' '))
 WHERE id = ?1 AND paused_until IS NOT NULL;

-- name: pause_over
SELECT id FROM cases
 WHERE paused_until IS NOT NULL AND paused_until <= ?1
 ORDER BY paused_until LIMIT 1;

-- What happened in cases, in the order of the audit.
-- name: feed_from
SELECT audit.seq, audit.at, audit.actor, audit.action,
       audit.case_id AS "case", audit.detail, cases.desk
  FROM audit JOIN cases ON cases.id = audit.case_id
 WHERE audit.seq > ?1 AND audit.seq <= ?2
 ORDER BY audit.seq LIMIT 500;

-- name: duty_forget
DELETE FROM duty WHERE ends < ?1;

-- Due times.

-- name: due_facts
SELECT desk, waiting_since, due, urgency, first_answer IS NOT NULL,
       ' ' || flags || ' ' LIKE '% delivery-problem %'
  FROM cases WHERE id = ?1;

-- name: due_put
UPDATE cases SET due = nullif(?2, 0) WHERE id = ?1;

-- A crisis that waits, and nobody has it at ?2.
-- name: ringing_begin
INSERT INTO told (person, news, about, at, told_at)
SELECT '-', 'ringing', cases.id, ?2, ?2 FROM cases
 WHERE cases.desk = ?1 AND cases.rank = -3
   AND cases.waiting_since IS NOT NULL
   AND cases.state IN ('new', 'open')
   AND ' ' || cases.flags || ' ' NOT LIKE '% erase %'
   AND NOT EXISTS (SELECT 1 FROM claim
       WHERE claim.case_id = cases.id AND claim.until > ?2)
    ON CONFLICT (person, news, about) DO NOTHING;

-- name: ringing_end
DELETE FROM told WHERE person = '-' AND news = 'ringing'
   AND NOT EXISTS (SELECT 1 FROM cases
        WHERE cases.id = told.about AND cases.rank = -3
          AND cases.waiting_since IS NOT NULL
          AND cases.state IN ('new', 'open')
          AND ' ' || cases.flags || ' ' NOT LIKE '% erase %'
          AND NOT EXISTS (SELECT 1 FROM claim
              WHERE claim.case_id = cases.id AND claim.until > ?1));

-- Of how many cases either would say something new.  (A view would say it
-- once for all three, but the store lets none work.)
-- name: ringing_changes
WITH crisis AS NOT MATERIALIZED (
     SELECT id, desk FROM cases
      WHERE rank = -3 AND waiting_since IS NOT NULL
        AND state IN ('new', 'open')
        AND ' ' || flags || ' ' NOT LIKE '% erase %'
        AND NOT EXISTS (SELECT 1 FROM claim
            WHERE claim.case_id = cases.id AND claim.until > ?2))
SELECT (SELECT count(*) FROM crisis
         WHERE desk = ?1
           AND NOT EXISTS (SELECT 1 FROM told WHERE person = '-'
                 AND news = 'ringing' AND about = crisis.id))
     + (SELECT count(*) FROM told WHERE person = '-' AND news = 'ringing'
           AND NOT EXISTS (SELECT 1 FROM crisis WHERE id = told.about));

-- name: ringing_count
SELECT count(*) FROM told JOIN cases ON cases.id = told.about
 WHERE told.person = '-' AND told.news = 'ringing' AND cases.desk = ?1;

-- name: ringing_nobody
SELECT (EXISTS (SELECT 1 FROM duty WHERE desk = ?1)
        OR EXISTS (SELECT 1 FROM told JOIN cases ON cases.id = told.about
            WHERE told.person = '-' AND told.news = 'ringing'
              AND cases.desk = ?1))
   AND NOT EXISTS (SELECT 1 FROM duty WHERE desk = ?1 AND level = 1
                      AND begins <= ?2 AND ends > ?2);

-- Who is on duty at ?3 and was not called since ?4; level 2: of what rings
-- since ?5 or longer.
-- name: told_rings
SELECT ringing.about, ?3
  FROM told AS ringing JOIN cases ON cases.id = ringing.about
 WHERE ringing.person = '-' AND ringing.news = 'ringing'
   AND cases.desk = ?2
   AND EXISTS (SELECT 1 FROM duty WHERE duty.desk = ?2
          AND duty.person = ?1 AND duty.begins <= ?3 AND duty.ends > ?3
          AND (duty.level = 1 OR ringing.at <= ?5))
   AND NOT EXISTS (SELECT 1 FROM told WHERE told.person = ?1
          AND told.news = 'rings' AND told.about = ringing.about
          AND told.at > ?4 AND told.at >= ringing.at)
 LIMIT 1;

-- Records.

-- Retention and holds (desk/retention.h).

-- name: retention_add
INSERT INTO retention (case_id, until, raw_at, statement, signer, signature)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: retention_of_case
SELECT until FROM retention WHERE case_id = ?1;

-- One whose day has come, if it is still closed.
-- name: retention_ripe
SELECT retention.case_id, retention.statement, retention.signer,
       retention.signature
  FROM retention JOIN cases ON cases.id = retention.case_id
 WHERE retention.until IS NOT NULL AND retention.until <= ?1
   AND cases.state = 'closed'
   AND NOT EXISTS (SELECT 1 FROM hold
                    WHERE hold.case_id = retention.case_id)
   AND NOT EXISTS (SELECT 1 FROM erasure
                    WHERE erasure.case_id = retention.case_id)
 ORDER BY retention.until, retention.case_id;

-- name: retention_raw
SELECT retention.case_id
  FROM retention JOIN cases ON cases.id = retention.case_id
 WHERE retention.raw_at IS NOT NULL AND retention.raw_at <= ?1
   AND cases.state = 'closed'
   AND NOT EXISTS (SELECT 1 FROM hold
                    WHERE hold.case_id = retention.case_id)
 ORDER BY retention.raw_at, retention.case_id;

-- name: retention_raw_asked
UPDATE retention SET raw_at = NULL WHERE case_id = ?1;

-- Of letters that were read; 1 is PART_RAW (lib/seal.h).
-- name: raw_remove
INSERT INTO raw_removed (item, case_id, at)
SELECT item.id, item.case_id, ?2
  FROM item JOIN part ON part.item = item.id AND part.no = 1
 WHERE item.case_id = ?1 AND item.kind = 'letter' AND item.class IS NOT NULL
    ON CONFLICT (item) DO NOTHING;

-- name: raw_remove_grants
DELETE FROM grants
 WHERE which = 'raw'
   AND item IN (SELECT item FROM raw_removed WHERE case_id = ?1);

-- name: raw_left
SELECT item FROM raw_removed WHERE swept = 0 ORDER BY item LIMIT 64;

-- name: raw_delete_some
DELETE FROM chunk WHERE (item, part, no) IN
       (SELECT item, part, no FROM chunk WHERE item = ?1 AND part = 1
         ORDER BY no LIMIT 64);

-- name: raw_swept
UPDATE raw_removed SET swept = 1 WHERE item = ?1;

-- name: hold_add
INSERT INTO hold (case_id, held_by, at) VALUES (?1, ?2, ?3)
    ON CONFLICT (case_id) DO NOTHING;

-- name: hold_count
SELECT count(*) FROM hold WHERE case_id = ?1;

-- name: hold_of_case
SELECT held_by AS "by", at AS "at" FROM hold WHERE case_id = ?1;

-- Disclosures (desk/disclosure.h).

-- name: disclosure_add
INSERT INTO disclosure (item, case_id, asked_by, at) VALUES (?1, ?2, ?3, ?4);

-- name: disclosure_waits
SELECT asked_by FROM disclosure
 WHERE item = ?1 AND case_id = ?2 AND second IS NULL;

-- name: disclosure_second
UPDATE disclosure SET second = ?2, second_at = ?3, signer = ?4, signature = ?5
 WHERE item = ?1 AND second IS NULL;

-- name: disclosure_json
SELECT item AS "hex:item", asked_by AS "by", at AS "at", second, second_at,
       signer AS "hex:signer", signature AS "hex:signature"
  FROM disclosure WHERE case_id = ?1 ORDER BY at, item;

-- name: erase_disclosures
DELETE FROM disclosure WHERE case_id = ?1;

-- name: erase_raw
DELETE FROM raw_removed WHERE case_id = ?1;

-- name: erase_retention
DELETE FROM retention WHERE case_id = ?1;

-- name: erase_holds
DELETE FROM hold WHERE case_id = ?1;

-- Audit and numbers.

-- name: counter_case
SELECT desk, channel, language, urgency, waiting_since, due,
       first_answer IS NOT NULL
  FROM cases WHERE id = ?1;

-- name: counter_add
INSERT INTO counter (desk, month, what, urgency, channel, language, which,
       hours, n)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)
    ON CONFLICT (month, desk, what, urgency, channel, language, which, hours)
    DO UPDATE SET n = counter.n + 1;

-- name: counter_month
SELECT desk, what, urgency, channel, language, which, hours, n
  FROM counter WHERE month = ?1
 ORDER BY desk, what, urgency, channel, language, which, hours;

-- Who waits beyond the time that was said, at ?2.
-- name: counter_waiting
SELECT desk, 'waiting' AS what, urgency, channel, coalesce(language, '')
       AS language, CASE WHEN first_answer IS NULL THEN 'first'
       ELSE 'later' END AS which, 0 AS hours, count(*) AS n
  FROM cases
 WHERE desk = ?1 AND waiting_since IS NOT NULL AND due < ?2
   AND ' ' || flags || ' ' NOT LIKE '% erase %'
 GROUP BY desk, urgency, channel, language, first_answer IS NULL;

-- name: case_desk
SELECT desk FROM cases WHERE id = ?1;

-- One of a case: what waits is replaced, what has gone is not added to.
-- name: statistic_put
INSERT INTO statistic_new (id, case_id, desk, epoch, box)
VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (case_id) DO UPDATE SET desk = excluded.desk,
       epoch = excluded.epoch, box = excluded.box
 WHERE statistic_new.box IS NOT NULL;

-- name: statistic_desk
SELECT desk FROM statistic_new
 WHERE box IS NOT NULL AND length(id) = 16
 GROUP BY desk HAVING count(*) >= ?1 LIMIT 1;

-- What is longer than any box comes without it.
-- name: statistic_take
SELECT id, epoch, CASE WHEN length(box) <= ?3 THEN box END FROM statistic_new
 WHERE desk = ?1 AND box IS NOT NULL AND length(id) = 16 LIMIT ?2;

-- name: statistic_add
INSERT INTO statistic (desk, id, epoch, box) VALUES (?1, ?2, ?3, ?4);

-- name: statistic_loose
DELETE FROM statistic_new WHERE id = ?1 AND case_id IS NULL;

-- name: statistic_mark
UPDATE statistic_new SET box = NULL WHERE id = ?1;

-- name: statistic_page
SELECT id AS "hex:id", epoch, box AS "b64:box" FROM statistic
 WHERE desk = ?1 AND id > ?2 ORDER BY id LIMIT ?3;

-- name: erase_mark
DELETE FROM statistic_new WHERE case_id = ?1 AND box IS NULL;

-- It still counts, and is nobody's.
-- name: erase_statistic
UPDATE statistic_new SET case_id = NULL WHERE case_id = ?1;

-- name: looked_may
SELECT 1 FROM claim WHERE case_id = ?1 AND claimant = ?2 AND until >= ?3
 UNION ALL
SELECT 1 FROM looked WHERE case_id = ?1 AND person = ?2 AND until >= ?3;

-- name: looked_held
SELECT 1 FROM claim WHERE case_id = ?1 AND claimant <> ?2 AND until >= ?3;

-- name: looked_told
SELECT 1 FROM event
 WHERE case_id = ?1 AND actor = ?2 AND kind = 'read' AND at >= ?3;

-- name: looked_put
INSERT INTO looked (case_id, person, until) VALUES (?1, ?2, ?3)
    ON CONFLICT (case_id, person) DO UPDATE SET until = excluded.until;

-- name: looked_sweep
DELETE FROM looked WHERE until < ?1;

-- name: looked_forget
DELETE FROM looked WHERE case_id = ?1;

-- name: audit_head
SELECT seq, hash AS "hex:hash" FROM audit ORDER BY seq DESC LIMIT 1;

-- name: audit_page
SELECT v, seq, at, actor, action, case_id AS "case", detail, base,
       signer AS "hex:signer", signature AS "hex:signature",
       prev AS "hex:prev", hash AS "hex:hash"
  FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT ?2;
