-- The fifth schema: the team, by what it is for.

-- Keys.

-- Review.

-- Triage.

-- Who works on what.

-- Due times.

-- Records.

-- Audit and numbers.
