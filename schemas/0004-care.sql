-- The fourth schema: what follows a letter, by what it is for.

-- Copies that the provider keeps: what is to be removed there.

-- A letter that still stands although the person has written again.

-- What a service says once more: notices, after-care.

-- Answers fetched with a return code.
