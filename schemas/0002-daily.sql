-- The second schema: what daily use needs, by what it is for.

-- Clock, alarms, breathing.

-- Cases: tags, moves of claims, events.

-- Backup, restore, retirement.

-- Mail at its source.
